import { askedBy } from '../base/asking.ts';
import { createSequence } from '../base/sequence.ts';
import { startTimer, type Timer } from '../base/timers.ts';
import { createAccountBook, hasTimeCodes } from '../features/accounts/accountBook.ts';
import { createAccountCommands } from '../features/accounts/accountCommands.ts';
import { commandLinePrincipal, createCommandKeys } from '../features/accounts/commandKeys.ts';
import { createAccountsService } from '../features/accounts/accounts.service.ts';
import { demoAccounts } from '../features/accounts/demoAccounts.ts';
import { createLateWrites } from '../features/accounts/lateWrites.ts';
import { createOneTimeCodes } from '../features/accounts/oneTimeCodes.ts';
import { createOwnAccount } from '../features/accounts/ownAccount.ts';
import { createPasswordHasher } from '../features/accounts/passwordHash.ts';
import { createPeople } from '../features/accounts/people.ts';
import { createProofs } from '../features/accounts/proofs.ts';
import { createScreensService } from '../features/accounts/screens.service.ts';
import { createSessions } from '../features/accounts/sessions.ts';
import { createSignInDelays } from '../features/accounts/signInDelays.ts';
import { createSignInService } from '../features/accounts/signIn.service.ts';
import type { AccountParts } from '../http/accounts/accountParts.ts';
import { createAccountsDoor } from '../http/accounts/accountsDoor.ts';
import { createAccountAdminRoutes } from '../http/accounts/accountAdminRoutes.ts';
import { openCommandSocket, type CommandSocket } from '../http/accounts/commandSocket.ts';
import { createKnownDevices } from '../http/accounts/knownDevices.ts';
import { createPairingRoutes } from '../http/accounts/pairingRoutes.ts';
import { createSessionRoutes } from '../http/accounts/sessionRoutes.ts';
import { createVisitors } from '../http/accounts/visitors.ts';
import { createAccountsRepository } from '../storage/accounts.sql.ts';
import type { HubFeature } from './contract.ts';
import type { DenialLog } from './denials.ts';
import type { Drivers } from './drivers.ts';
import type { TrustFeature } from './trust.ts';

/** How often expired sign-ins are ended; each is also checked when it is used. Milliseconds. */
const expireEveryMs = 30_000;

/** Accounts of people, their sign-ins, and paired screens. */
export interface AccountsFeature extends HubFeature {
  /** The code with which the first administrator is made; undefined once there is an account. */
  firstRunCode(): string | undefined;
}

export async function createAccountsFeature(
  drivers: Drivers,
  { trust, denied }: { trust: Pick<TrustFeature, 'tls' | 'command'>; denied: DenialLog['denied'] },
): Promise<AccountsFeature> {
  const { config, logger, store, secrets, clock, nowMs } = drivers;
  const { wallMs } = clock;
  const repository = createAccountsRepository(store, secrets);
  const onFault = (error: unknown): void =>
    logger.error(
      { err: error },
      'a change of accounts could not be stored; it is in effect, and storing it is tried again',
    );
  const stored = await repository.load();
  const lateWrites = createLateWrites({ repository, onFault });
  const shared = { repository, lateWrites, nowMs, onFault };
  const book = createAccountBook({ repository, stored: stored.accounts, isDemo: config.demoAccounts });
  const sessions = createSessions({ ...shared, stored: stored.sessions });
  const screens = createScreensService({ ...shared, stored: stored.screens });
  const codes = createOneTimeCodes({ repository, stored: stored.codes, nowMs });
  const hasher = createPasswordHasher();
  const { exclusive } = createSequence();
  const proofs = createProofs({ book, hasher, wallMs });
  const signIn = createSignInService({
    lateWrites,
    book,
    sessions,
    proofs,
    delays: createSignInDelays({ nowMs: () => performance.now() }),
    wait: (delayMs, aborted) =>
      new Promise((resolve) => {
        const timer = startTimer(resolve, delayMs);
        aborted.addEventListener('abort', () => {
          timer.cancel();
          resolve();
        });
      }),
    nowMs,
    wallMs,
  });
  const accounts = createAccountsService({ book, sessions, codes, hasher, exclusive, nowMs });
  if (config.demoAccounts) {
    await accounts.makeDemoAccounts(demoAccounts);
    logger.warn(
      'the demo accounts are enabled: anybody who can reach this hub can sign in; never use it for a real city',
    );
  } else {
    const isDemo = (accountId: string): boolean => book.find(accountId)?.isDemo === true;
    await sessions.end(({ accountId }) => isDemo(accountId));
  }
  const own = createOwnAccount({
    book,
    sessions,
    hasher,
    signIn,
    proofs,
    codes,
    exclusive,
    nowMs,
    wallMs,
  });
  const people = createPeople({ book, sessions, screens });
  const commandKeys = createCommandKeys({ repository, nowMs });
  const parts: AccountParts = { book, sessions, people, signIn, own, accounts, screens, commandKeys };
  const visitors = createVisitors({
    parts,
    devices: createKnownDevices(secrets),
    hasHttps: () => trust.tls() !== undefined,
  });
  const unreadable = book.list().filter((one) => one.unreadableTimeCodeSecret !== undefined);
  if (unreadable.length > 0) {
    logger.error(
      { accounts: unreadable.map(({ signInName }) => signInName) },
      'the authenticators of these accounts cannot be read, because hub.key is not the one they were sealed with; put hub.key back, or use recovery codes, or: npm run accounts -- reset NAME --with-codes',
    );
  }

  /** Screens that are connected: each is in use, whatever it asks. By connection. */
  const connected = new Map<string, { pairingId: string; address: string }>();
  let timer: Timer | undefined;
  let commands: CommandSocket | undefined;
  const expire = (): void => {
    sessions.expire();
    for (const { pairingId, address } of connected.values()) screens.used({ pairingId }, address);
    screens.expire();
    commandKeys.expire();
    timer = startTimer(expire, expireEveryMs);
  };
  return {
    handlers: {},
    door: createAccountsDoor(parts),
    firstRunCode: own.firstRunCode,
    joined({ connectionId, address, identity }) {
      const { kind, sessionId } = identity?.principal ?? {};
      if (kind === 'screen' && sessionId !== undefined)
        connected.set(connectionId, { pairingId: sessionId, address });
      else connected.delete(connectionId);
    },
    left: ({ connectionId }) => void connected.delete(connectionId),
    routes: (admit) => [
      createSessionRoutes({
        parts,
        visitors,
        demoAccounts: () =>
          book
            .list()
            .filter((one) => one.isDemo && book.isUsable(one))
            .map(({ signInName, name, role }) => ({ signInName, name, role })),
        denied,
        nowMs,
      }),
      createAccountAdminRoutes({ parts, admit, nowMs }),
      createPairingRoutes({ parts, admit }),
    ],
    metrics: [
      {
        name: 'mingchu_sign_ins',
        help: 'Sign-ins of people that have not ended',
        read: () => sessions.list().length,
      },
      {
        name: 'mingchu_accounts_not_stored',
        help: 'Changes of accounts that wait for the store',
        read: () => lateWrites.waiting(),
      },
    ],
    healthz: () => ({
      detail: {
        accounts: {
          notStored: lateWrites.waiting(),
          unreadableAuthenticators: book
            .list()
            .filter((one) => one.timeCodeSecret === undefined && hasTimeCodes(one)).length,
        },
      },
    }),
    async open() {
      const { run } = createAccountCommands({ ...parts, nowMs });
      commands = await openCommandSocket({
        dataDir: config.dataDir,
        run: (input) =>
          askedBy(commandLinePrincipal, async () => {
            const entry = { actor: commandLinePrincipal.name, action: 'trust:rotate', subject: 'tls' };
            const answer = trust.command(input, (detail) =>
              repository.save({}, { ...entry, atMs: nowMs(), detail }),
            );
            return (await answer) ?? run(input);
          }),
        logger,
      });
    },
    start: expire,
    async close() {
      timer?.cancel();
      await commands?.close();
      await lateWrites.close();
    },
  };
}
