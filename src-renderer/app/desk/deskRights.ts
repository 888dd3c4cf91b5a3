import { refuse } from '../../../src-shared/protocol/define.ts';
import type { Ask } from '../../../src-shared/session/rights.ts';
import type { RightStanding } from '../../../src-shared/session/session.protocol.ts';
import type { PrincipalStore } from '../../features/accounts/principalStore.ts';
import type { HubLink } from '../../server/hubLink.ts';
import type { DeskStore } from './DeskState.ts';

/** What may be done at this desk, for everything that is no control: keys, the palette, and what the desk asks by itself. */
export interface DeskRights {
  standing(ask: Ask): RightStanding;
  /** Whether it may be asked; where it may not, a message says who may. */
  allow(ask: Ask): boolean;
}

export function createDeskRights(principal: PrincipalStore, notify: DeskStore['notify']): DeskRights {
  const standing = (ask: Ask): RightStanding => standingIn(principal.getState(), ask);
  return {
    standing,
    allow(ask) {
      const found = standing(ask);
      if (found !== 'may') notify({ isFailure: true, text: (t) => t(`ask.${found}`) });
      return found === 'may';
    },
  };
}

/** Before the first snapshot the hub alone decides; afterwards what it did not name may not be asked. */
export function standingIn(
  { desk }: Pick<ReturnType<PrincipalStore['getState']>, 'desk'>,
  ask: Ask,
): RightStanding {
  return desk === undefined ? 'may' : (desk.rights[ask] ?? 'nobody');
}

/** A connection that does not send what the hub would refuse for lack of a right, so that nothing of it is recorded as a denial. */
export function withRights(link: HubLink, standing: DeskRights['standing']): HubLink {
  return {
    ...link,
    request: (name, input, timeoutMs) =>
      standing(name) === 'may'
        ? link.request(name, input, timeoutMs)
        : Promise.resolve(
            refuse('forbidden', 'This sign-in may not do this.', { reason: 'session.forbidden' }),
          ),
  };
}
