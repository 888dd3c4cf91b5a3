import { oneTimeCodeLifeMs } from '../../../src-shared/accounts/accounts.protocol.ts';
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { AccountsRepository, OneTimeCodeRecord } from './accounts.repository.ts';
import { hashOf, newCode, plainCode } from '../../base/secrets.ts';

/** Codes of one use with which the owner of an account sets a password. */
export interface OneTimeCodes {
  /** Takes the place of the account's older codes. */
  make(accountId: string, actor: string): Promise<{ code: string; expiresAtMs: number }>;
  /** The account of a code that can be used now; a refusal says what is wrong with it. */
  look(code: string): { accountId: string; codeHash: string } | Ack<never>;
  /** The code as it is once it was used: stored in the same transaction as what it was used for. */
  used(codeHash: string): OneTimeCodeRecord[];
  /** What `used` gave is stored: the code is of no use from now on. */
  markUsed(records: readonly OneTimeCodeRecord[]): void;
}

/** Three groups of four with 5 bits each: 60 bits. */
const groups = 3;

export function createOneTimeCodes(options: {
  repository: AccountsRepository;
  stored: readonly OneTimeCodeRecord[];
  nowMs(): number;
}): OneTimeCodes {
  const { repository, nowMs } = options;
  const codes = new Map(options.stored.map((one) => [one.codeHash, one]));
  return {
    async make(accountId, actor) {
      const code = newCode(groups);
      const expiresAtMs = nowMs() + oneTimeCodeLifeMs;
      const made: OneTimeCodeRecord = { codeHash: hashOf(plainCode(code)), accountId, expiresAtMs };
      const older = [...codes.values()]
        .filter((one) => one.accountId === accountId && one.usedAtMs === undefined)
        .map((one) => ({ ...one, usedAtMs: nowMs() }));
      await repository.save(
        { codes: [...older, made] },
        { atMs: nowMs(), actor, action: 'accounts:makeCode', subject: accountId },
      );
      for (const one of [...older, made]) codes.set(one.codeHash, one);
      return { code, expiresAtMs };
    },
    look(code) {
      const record = codes.get(hashOf(plainCode(code)));
      if (record === undefined) {
        return refuse(
          'not_found',
          'There is no such code. Check it, or ask an administrator for a new one.',
          {
            reason: 'accounts.code_unknown',
          },
        );
      }
      if (record.usedAtMs !== undefined) {
        return refuse('conflict', 'This code was used already. Ask an administrator for a new one.', {
          reason: 'accounts.code_used',
        });
      }
      // One that lives longer than any is of a date that was set back since: it must not live for ever.
      if (record.expiresAtMs <= nowMs() || record.expiresAtMs > nowMs() + oneTimeCodeLifeMs) {
        return refuse('conflict', 'This code is too old. Ask an administrator for a new one.', {
          reason: 'accounts.code_expired',
        });
      }
      return { accountId: record.accountId, codeHash: record.codeHash };
    },
    used(codeHash) {
      const record = codes.get(codeHash);
      return record === undefined ? [] : [{ ...record, usedAtMs: nowMs() }];
    },
    markUsed(records) {
      for (const record of records) codes.set(record.codeHash, record);
    },
  };
}
