import {
  pairedSurfaces,
  screenIdSchema,
  type PairedSurface,
} from '../../../src-shared/accounts/accounts.protocol.ts';
import { surfaces } from '../../../src-shared/session/roles.ts';

/** Where somebody goes after signing in, and what is paired before. */
export interface Destination {
  path: string;
  pair?: { surface: PairedSurface; screenId: string; isAsked: boolean };
}

/**
 * From the page's address: `?to=desk`, or `?pair=wall&screen=hall`, with `&asked=1` where a desk asked for the code. Only pages of this hub: an address that somebody sends around
 * must not lead elsewhere.
 */
export function destinationOf(search: string): Destination {
  const asked = new URLSearchParams(search);
  const surface = pairedSurfaces.find((one) => one === asked.get('pair'));
  const screen = screenIdSchema.safeParse(asked.get('screen') ?? 'main');
  const screenId = screen.success ? screen.data : 'main';
  if (surface !== undefined) {
    const query = asked.has('screen') ? `?screen=${encodeURIComponent(screenId)}` : '';
    return {
      path: `/${surface}.html${query}`,
      pair: { surface, screenId, isAsked: asked.get('asked') === '1' },
    };
  }
  const to = surfaces.find((one) => one === asked.get('to')) ?? 'desk';
  return { path: `/${to}.html` };
}
