import type { Principal } from '../../../src-shared/session/principal.ts';
import type { PrincipalDoor, Visit } from '../../base/doors.ts';
import type { AccountParts } from './accountParts.ts';
import { readCookies } from './cookies.ts';

/** The door of people and of paired screens: by the cookies of their browsers. */
export function createAccountsDoor({ people, sessions, screens }: AccountParts): PrincipalDoor {
  const person = (visit: Visit): Principal | undefined => {
    if (visit.handedOverTo !== undefined) {
      const found = people.personOfSession(visit.handedOverTo);
      return found === undefined ? undefined : people.principalOf(found, visit.address);
    }
    for (const token of readCookies('person', visit)) {
      const found = people.personOf(token);
      if (found === undefined) continue;
      sessions.used(found.session, visit.address);
      return people.principalOf(found, visit.address);
    }
    return undefined;
  };
  const screen = (visit: Visit): Principal | undefined => {
    for (const credential of readCookies('screen', visit)) {
      const found = screens.find(credential);
      if (found === undefined) continue;
      screens.used(found, visit.address);
      return people.screenPrincipal(found, visit.address);
    }
    return undefined;
  };
  return {
    principalOf(visit) {
      // A screen stays a screen, whoever signs in and out beside it in the same browser.
      const isScreen = visit.surface === 'wall' || visit.surface === 'showcase';
      return isScreen ? (screen(visit) ?? person(visit)) : (person(visit) ?? screen(visit));
    },
    onRevoked(listener) {
      sessions.onEnded(listener);
      screens.onEnded(listener);
    },
    onChanged: (listener) => sessions.onLocked((sessionId) => listener(sessionId)),
    onHandedOver: sessions.onHandedOver,
  };
}
