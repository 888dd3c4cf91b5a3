import { signInKey } from '../../../src-shared/accounts/accountNames.ts';
import type { Account } from '../../../src-shared/accounts/accounts.protocol.ts';
import { may } from '../../../src-shared/session/principal.ts';
import { wholeCityThing } from '../../base/requestScopes.ts';
import { createTurns } from '../../base/turns.ts';
import type {
  AccountRecord,
  AccountsChange,
  AccountsEntry,
  AccountsRepository,
} from './accounts.repository.ts';

/** All accounts of a hub, in memory and in the store. */
export interface AccountBook {
  list(): AccountRecord[];
  find(accountId: string): AccountRecord | undefined;
  findByName(signInName: string): AccountRecord | undefined;
  /** Writes a new account whole; only then it is seen. */
  save(account: AccountRecord, entry?: AccountsEntry, also?: Pick<AccountsChange, 'codes'>): Promise<void>;
  /**
   * Changes an account from what it is at its turn: changes of one account are made one after the other, because a record is written
   * whole, and one that was read before another change would undo it. Where `next` gives undefined nothing is written, nor the entry.
   */
  change(
    accountId: string,
    next: (account: AccountRecord) => AccountRecord | undefined,
    entry?: AccountsEntry,
    also?: Pick<AccountsChange, 'codes'>,
  ): Promise<AccountRecord | undefined>;
  /** Whether somebody may sign in with the account: it is not disabled, and not one of a demo where there is none. */
  isUsable(account: AccountRecord): boolean;
  /** Whether there is any account besides those of a demo that is not. */
  hasAccounts(): boolean;
  /** Whether the account may change accounts: one that is for some districts only may not. */
  administersAccounts(account: AccountRecord): boolean;
  /** Whether the account is the only one left that can administer the hub: one without a password cannot. */
  isLastAdministrator(accountId: string): boolean;
}

export function createAccountBook(options: {
  repository: AccountsRepository;
  stored: readonly AccountRecord[];
  /** Whether this hub is one of a demo. */
  isDemo?: boolean;
}): AccountBook {
  const accounts = new Map(options.stored.map((one) => [one.accountId, one]));
  const inTurn = createTurns();
  const belongsHere = (account: AccountRecord): boolean => !account.isDemo || options.isDemo === true;
  const isUsable = (account: AccountRecord): boolean => !account.isDisabled && belongsHere(account);
  const administersAccounts: AccountBook['administersAccounts'] = (account) => {
    const { accountId, role, scope } = account;
    return (
      isUsable(account) && may({ kind: 'person', accountId, role, scope }, 'accounts:manage', wholeCityThing)
    );
  };
  const save: AccountBook['save'] = async (account, entry, also) => {
    await options.repository.save({ ...also, accounts: [account] }, entry);
    accounts.set(account.accountId, account);
  };
  return {
    isUsable,
    administersAccounts,
    save,
    change: (accountId, next, entry, also) =>
      inTurn(accountId, async () => {
        const present = accounts.get(accountId);
        const changed = present === undefined ? undefined : next(present);
        if (changed !== undefined) await save(changed, entry, also);
        return changed;
      }),
    hasAccounts: () => [...accounts.values()].some(belongsHere),
    list: () => [...accounts.values()],
    find: (accountId) => accounts.get(accountId),
    findByName(signInName) {
      const key = signInKey(signInName);
      return [...accounts.values()].find((one) => signInKey(one.signInName) === key);
    },
    isLastAdministrator(accountId) {
      const left = [...accounts.values()].filter(
        (one) => administersAccounts(one) && one.passwordHash !== undefined,
      );
      return left.length === 1 && left[0]?.accountId === accountId;
    },
  };
}

/** Whether the account asks for a code at sign-in, also when the hub cannot read of which authenticator. */
export function hasTimeCodes(account: AccountRecord): boolean {
  return account.timeCodeSecret !== undefined || account.unreadableTimeCodeSecret !== undefined;
}

/** An account without an authenticator and without recovery codes. */
export function withoutTimeCodes(account: AccountRecord): AccountRecord {
  return {
    ...account,
    timeCodeSecret: undefined,
    unreadableTimeCodeSecret: undefined,
    timeCodeUsedStep: undefined,
    recoveryCodeHashes: [],
    areRecoveryCodesUnkept: undefined,
  };
}

/** An account as administrators see it: without anything secret. */
export function shownAccount(record: AccountRecord): Account {
  const { accountId, signInName, name, role, scope, isDisabled, isDemo, createdAtMs } = record;
  const { districts, squads } = scope;
  return {
    accountId,
    signInName,
    name,
    role,
    scope: {
      districts: districts === 'all' ? 'all' : [...districts],
      squads: squads === 'all' ? 'all' : [...squads],
    },
    isDisabled,
    isDemo,
    createdAtMs,
    hasTimeCodes: hasTimeCodes(record),
    recoveryCodesLeft: record.recoveryCodeHashes.length,
    mustChangePassword: record.mustChangePassword,
    hasPassword: record.passwordHash !== undefined,
  };
}
