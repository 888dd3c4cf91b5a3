import type { SignInStep } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import { whileLocked } from '../../../src-shared/session/roles.ts';
import type { AccountBook } from './accountBook.ts';
import type { AccountRecord, ScreenRecord, SessionRecord } from './accounts.repository.ts';
import { stepsOf } from './ownAccount.ts';
import type { ScreensService } from './screens.service.ts';
import type { Sessions } from './sessions.ts';

/** Who is behind a sign-in, with the rights of this moment. */
export interface Person {
  account: AccountRecord;
  session: SessionRecord;
  /** What must be done before anything else. */
  steps: SignInStep[];
}

/** Finds out who stands behind a credential, and makes the principal of it. */
export interface People {
  personOf(token: string): Person | undefined;
  personOfSession(sessionId: string): Person | undefined;
  principalOf(person: Person, address: string): Principal;
  screenPrincipal(screen: ScreenRecord, address: string): Principal;
}

export function createPeople(options: {
  book: AccountBook;
  sessions: Sessions;
  screens: ScreensService;
}): People {
  const { book, sessions } = options;
  const personOf = (session: SessionRecord | undefined): Person | undefined => {
    const account = session === undefined ? undefined : book.find(session.accountId);
    if (session === undefined || account === undefined || !book.isUsable(account)) return undefined;
    return { account, session, steps: stepsOf(account) };
  };
  return {
    personOf: (token) => personOf(sessions.find(token)),
    personOfSession: (sessionId) => personOf(sessions.of(sessionId)),
    principalOf({ account, session, steps }, address) {
      const narrowed =
        steps.length > 0
          ? { grants: [], standing: 'unfinished' as const }
          : session.isLocked
            ? { grants: whileLocked, standing: 'locked' as const }
            : {};
      return {
        kind: 'person',
        accountId: account.accountId,
        name: account.name,
        role: account.role,
        scope: account.scope,
        sessionId: session.sessionId,
        device: session.device,
        address,
        ...narrowed,
      };
    },
    screenPrincipal: (screen, address) => ({
      kind: 'screen',
      accountId: screen.screenId,
      name: screen.name,
      role: screen.surface === 'wall' ? 'screen' : 'showcase',
      scope: { districts: 'all', squads: 'all' },
      sessionId: screen.pairingId,
      device: screen.surface,
      address,
    }),
  };
}
