import { signInKey } from '../../../src-shared/accounts/accountNames.ts';
import type { Account } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { AccountRecord, AccountsEntry, AccountsRepository } from './accounts.repository.ts';

/** All accounts of a hub, in memory and in the store. */
export interface AccountBook {
  list(): AccountRecord[];
  find(accountId: string): AccountRecord | undefined;
  findByName(signInName: string): AccountRecord | undefined;
  /** Writes an account whole; only then it is seen. */
  save(account: AccountRecord, entry?: AccountsEntry): Promise<void>;
  /** Whether the account is the only one left that can administer the hub. */
  isLastAdministrator(accountId: string): boolean;
}

export function createAccountBook(options: {
  repository: AccountsRepository;
  stored: readonly AccountRecord[];
}): AccountBook {
  const accounts = new Map(options.stored.map((one) => [one.accountId, one]));
  return {
    list: () => [...accounts.values()],
    find: (accountId) => accounts.get(accountId),
    findByName(signInName) {
      const key = signInKey(signInName);
      return [...accounts.values()].find((one) => signInKey(one.signInName) === key);
    },
    async save(account, entry) {
      await options.repository.save({ accounts: [account] }, entry);
      accounts.set(account.accountId, account);
    },
    isLastAdministrator(accountId) {
      const left = [...accounts.values()].filter((one) => one.role === 'administrator' && !one.isDisabled);
      return left.length === 1 && left[0]?.accountId === accountId;
    },
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
    hasTimeCodes: record.timeCodeSecret !== undefined,
    recoveryCodesLeft: record.recoveryCodeHashes.length,
    mustChangePassword: record.mustChangePassword,
    hasPassword: record.passwordHash !== undefined,
  };
}
