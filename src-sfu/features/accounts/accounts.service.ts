import { randomUUID } from 'node:crypto';
import type { Account, AccountRole } from '../../../src-shared/accounts/accounts.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { wholeCity, type Scope } from '../../../src-shared/session/principal.ts';
import { shownAccount, withoutTimeCodes, type AccountBook } from './accountBook.ts';
import type { AccountRecord, AccountsEntry } from './accounts.repository.ts';
import type { OneTimeCodes } from './oneTimeCodes.ts';
import type { PasswordHasher } from './passwordHash.ts';
import type { Sessions } from './sessions.ts';

const maxAccounts = 1_000;

/** A code that opens an account once, to set its password. */
export interface MadeCode {
  account: Account;
  code: string;
  expiresAtMs: number;
}

/** Who changes accounts: an administrator, or the command line. */
export interface Actor {
  /** For the audit log. */
  name: string;
  /** Of a person: the own account. */
  accountId?: string;
  /** Whether the sign-in of a person has not ended: while a change waits for its turn, another one may remove who asked for it. */
  isSignedIn?(): boolean;
}

/** What administrators do with accounts. */
export interface AccountsService {
  list(): Account[];
  /** The account has no password: the code lets its owner choose one. */
  add(input: NewAccount, actor: Actor): Promise<Ack<MadeCode>>;
  change(accountId: string, change: AccountChange, actor: Actor): Promise<Ack<{ account: Account }>>;
  /**
   * A forgotten password: the account's sign-ins end, and the code lets its owner choose a new one. `conflict` for one's own account:
   * the page that would show the code is signed out by it.
   */
  reset(accountId: string, options: { withTimeCodes: boolean }, actor: Actor): Promise<Ack<MadeCode>>;
  /** Makes the accounts of a demo, those that are missing. They have the password `demo`. */
  makeDemoAccounts(accounts: readonly NewAccount[]): Promise<void>;
}

export interface NewAccount {
  signInName: string;
  name: string;
  role: AccountRole;
  scope?: Scope | undefined;
}

export interface AccountChange {
  name?: string | undefined;
  role?: AccountRole | undefined;
  scope?: Scope | undefined;
  isDisabled?: boolean | undefined;
}

export interface AccountsServiceOptions {
  book: AccountBook;
  sessions: Sessions;
  codes: OneTimeCodes;
  hasher: PasswordHasher;
  /** Changes are made one after the other: two administrators who remove each other must not both succeed. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  nowMs(): number;
}

export function createAccountsService(options: AccountsServiceOptions): AccountsService {
  const { book, sessions, codes, hasher, exclusive, nowMs } = options;
  const entryOf = (
    { name: actor }: Pick<Actor, 'name'>,
    action: string,
    subject: string,
    detail: object,
  ): AccountsEntry => ({
    atMs: nowMs(),
    actor,
    action,
    subject,
    detail,
  });
  const noSuchAccount = (): Ack<never> =>
    refuse('not_found', 'There is no such account.', { reason: 'accounts.no_such_account' });

  /** Runs a change in its turn, when who asked for it is still signed in then. */
  const inTurn = <T>(actor: Actor, work: () => Promise<Ack<T>>): Promise<Ack<T>> =>
    exclusive(() => {
      if (actor.isSignedIn?.() !== false) return work();
      return Promise.resolve(
        refuse('not_joined', 'You are signed out. Sign in again.', { reason: 'accounts.signed_out' }),
      );
    });

  const insert = async (
    { signInName, name, role, scope = wholeCity }: NewAccount,
    actor: Actor,
    more: Partial<AccountRecord> = {},
  ): Promise<Ack<AccountRecord>> => {
    if (book.findByName(signInName) !== undefined) {
      return refuse('conflict', 'There is an account with this sign-in name already. Choose another one.', {
        reason: 'accounts.name_taken',
      });
    }
    if (book.list().length >= maxAccounts) {
      return refuse('too_many', `The hub keeps ${maxAccounts} accounts at most.`, {
        reason: 'accounts.too_many',
        limit: maxAccounts,
      });
    }
    const record: AccountRecord = {
      accountId: randomUUID(),
      signInName,
      name,
      role,
      scope,
      mustChangePassword: false,
      recoveryCodeHashes: [],
      isDemo: false,
      isDisabled: false,
      createdAtMs: nowMs(),
      ...more,
    };
    await book.save(
      record,
      entryOf(actor, 'accounts:add', record.accountId, { signInName, name, role, scope }),
    );
    return ok(record);
  };
  const codeFor = async (record: AccountRecord, { name }: Actor): Promise<Ack<MadeCode>> => {
    const made = await codes.make(record.accountId, name);
    return ok({ account: shownAccount(record), ...made });
  };

  return {
    list: () => book.list().map(shownAccount),
    add: (input, actor) =>
      inTurn(actor, async () => {
        const added = await insert(input, actor);
        return added.ok ? codeFor(added.data, actor) : added;
      }),
    change: (accountId, change, actor) =>
      inTurn(actor, async () => {
        const before = book.find(accountId);
        if (before === undefined) return noSuchAccount();
        const changed = (account: AccountRecord): AccountRecord => ({
          ...account,
          name: change.name ?? account.name,
          role: change.role ?? account.role,
          scope: change.scope ?? account.scope,
          isDisabled: change.isDisabled ?? account.isDisabled,
        });
        if (!book.administersAccounts(changed(before)) && book.isLastAdministrator(accountId)) {
          return refuse(
            'conflict',
            'This is the last administrator. Make another one first, then change this one.',
            { reason: 'accounts.last_administrator' },
          );
        }
        const entry = entryOf(actor, 'accounts:change', accountId, change);
        const after = await book.change(accountId, changed, entry);
        if (after === undefined) return noSuchAccount();
        // What is open was opened with the rights of before.
        if (change.role !== undefined || change.scope !== undefined || after.isDisabled) {
          await sessions.end(({ accountId: owner }) => owner === accountId);
        }
        return ok({ account: shownAccount(after) });
      }),
    reset: (accountId, { withTimeCodes }, actor) =>
      inTurn(actor, async () => {
        if (book.find(accountId) === undefined) return noSuchAccount();
        if (actor.accountId === accountId) {
          return refuse('conflict', 'Change your own password under "My account".', {
            reason: 'accounts.own_reset',
          });
        }
        const after = await book.change(
          accountId,
          (account) => ({
            ...(withTimeCodes ? withoutTimeCodes(account) : account),
            passwordHash: undefined,
            mustChangePassword: false,
          }),
          entryOf(actor, 'accounts:reset', accountId, { withTimeCodes }),
        );
        if (after === undefined) return noSuchAccount();
        await sessions.end(({ accountId: owner }) => owner === accountId);
        return codeFor(after, actor);
      }),
    makeDemoAccounts: (accounts) =>
      exclusive(async () => {
        for (const account of accounts) {
          if (book.findByName(account.signInName) !== undefined) continue;
          await insert(
            account,
            { name: 'hub' },
            { isDemo: true, passwordHash: await hasher.hash('demo', 'hub') },
          );
        }
      }),
  };
}
