import type { Protocol, Session } from 'electron';
import type { DisplayArea } from '../displays/displays.ts';
import { pageHeaders, type LocalPages } from '../settings/settingsPages.ts';

const scheme = 'mingchu-shell';
/** Where the shell's own pages are in Electron. */
export const localAddress = `${scheme}://settings/`;

/** Whether an address is one of the shell's own pages. */
export function isLocalAddress(url: string): boolean {
  return url.startsWith(`${scheme}://settings/`);
}

/** Gives the pages an origin of their own. Must run before the application is ready. */
export function registerLocalScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }]);
}

/**
 * Serves the pages. `showAgain` is called when a window is to show its surface; Electron does not say which asked, so all do, and
 * `frontDisplay` is that of the window which somebody works at.
 */
export function serveLocalPages(
  session: Session,
  pages: LocalPages,
  showAgain: () => void,
  frontDisplay: () => DisplayArea['id'] | undefined,
): void {
  session.protocol.handle(scheme, async (request) => {
    const form = request.method === 'POST' ? await request.text() : '';
    const path = new URL(request.url).pathname;
    const answered = await pages.answer({
      method: request.method,
      path,
      form,
      displayId: frontDisplay(),
    });
    if (answered.kind === 'page') return new Response(answered.html, { headers: pageHeaders });
    if (answered.kind === 'moved')
      return new Response(null, { status: 303, headers: { location: answered.path } });
    showAgain();
    return new Response(null, { status: 204 });
  });
}
