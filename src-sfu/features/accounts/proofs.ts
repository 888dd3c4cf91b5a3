import { hasTimeCodes, type AccountBook } from './accountBook.ts';
import type { AccountRecord } from './accounts.repository.ts';
import type { PasswordHasher } from './passwordHash.ts';
import { hashOf, newCode, plainCode } from '../../base/secrets.ts';
import { stepOfTimeCode } from './timeCodes.ts';

const recoveryCodes = 10;

/** What proves that somebody is the owner of an account, besides a session. */
export interface Proofs {
  /** Without an account as much is computed, and the answer is no. `lane` is the queue that it waits in. */
  isPassword(account: AccountRecord | undefined, password: string, lane: string): Promise<boolean>;
  /** A code of the authenticator or a recovery code. Each is taken once: the account is written before the answer. */
  takeCode(account: AccountRecord, code: string): Promise<boolean>;
  /** New recovery codes, and what is kept of them. */
  newRecoveryCodes(): { codes: string[]; hashes: string[] };
}

export function createProofs(options: {
  book: AccountBook;
  hasher: PasswordHasher;
  /** The date, by which authenticators count. Unix milliseconds. */
  wallMs(): number;
}): Proofs {
  const { book, hasher, wallMs } = options;
  /** The account once the code is used; undefined where it is no code of this account now. */
  const used = (account: AccountRecord, code: string): AccountRecord | undefined => {
    if (!hasTimeCodes(account)) return undefined;
    const { timeCodeSecret: secret, timeCodeUsedStep: usedStep } = account;
    const step = secret === undefined ? undefined : stepOfTimeCode(secret, code, wallMs(), usedStep);
    const hash = hashOf(plainCode(code));
    const isRecovery = account.recoveryCodeHashes.includes(hash);
    if (step === undefined && !isRecovery) return undefined;
    return {
      ...account,
      ...(step === undefined ? {} : { timeCodeUsedStep: step }),
      ...(isRecovery
        ? {
            recoveryCodeHashes: account.recoveryCodeHashes.filter((one) => one !== hash),
            // The codes were shown together: somebody who has one has them all.
            areRecoveryCodesUnkept: undefined,
          }
        : {}),
    };
  };
  return {
    isPassword: (account, password, lane) => hasher.verify(password, account?.passwordHash, lane),
    async takeCode({ accountId }, code) {
      const account = book.find(accountId);
      // What is no code waits for nothing.
      if (account === undefined || used(account, code) === undefined) return false;
      // A second request with the same code finds it used at its turn.
      return (await book.change(accountId, (present) => used(present, code))) !== undefined;
    },
    newRecoveryCodes() {
      const codes = Array.from({ length: recoveryCodes }, () => newCode(2));
      return { codes, hashes: codes.map((code) => hashOf(plainCode(code))) };
    },
  };
}
