import type { Principal } from '../../../src-shared/session/principal.ts';
import { deviceOf, type PrincipalDoor, type Visit } from '../../base/doors.ts';
import type { AccountParts } from './accountParts.ts';
import { readCookies } from './cookies.ts';

/** The door of people and of paired screens, by the cookies of their browsers, and of commands on the hub's machine, by their keys. */
export function createAccountsDoor({ people, sessions, screens, commandKeys }: AccountParts): PrincipalDoor {
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
  const command = (visit: Visit): Principal | undefined => {
    const { key } = visit.credentials;
    if (key === undefined) return undefined;
    return commandKeys.principalOf(key, { address: visit.address, device: deviceOf(visit) });
  };
  return {
    principalOf(visit) {
      // The page of a site is never opened by who sits at a desk in the same browser.
      if (visit.surface === 'site') return undefined;
      const commanding = command(visit);
      if (commanding !== undefined) return commanding;
      // A screen stays a screen, whoever signs in and out beside it in the same browser.
      const isScreen = visit.surface === 'wall' || visit.surface === 'showcase';
      return isScreen ? (screen(visit) ?? person(visit)) : (person(visit) ?? screen(visit));
    },
    isConfirmed(sessionId) {
      const session = sessions.of(sessionId);
      return session === undefined ? undefined : sessions.isConfirmed(session);
    },
    onRevoked(listener) {
      sessions.onEnded(listener);
      screens.onEnded(listener);
      commandKeys.onEnded(listener);
    },
    onChanged: (listener) => sessions.onLocked((sessionId) => listener(sessionId)),
    onHandedOver: sessions.onHandedOver,
  };
}
