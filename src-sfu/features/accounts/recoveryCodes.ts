import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { hasTimeCodes, type AccountBook } from './accountBook.ts';
import type { SessionRecord } from './accounts.repository.ts';
import type { Proofs } from './proofs.ts';

/**
 * Recovery codes after an authenticator is set up. They are shown once: whoever did not get to see them, because the hub or the page
 * ended meanwhile, makes new ones.
 */
export interface RecoveryCodes {
  /** Makes new ones, which are shown this once; the earlier ones no longer count. */
  makeRecoveryCodes(session: SessionRecord): Promise<Ack<{ recoveryCodes: string[] }>>;
  /** The owner says that they are kept. */
  keepRecoveryCodes(session: SessionRecord): Promise<Ack<object>>;
}

export function createRecoveryCodes(options: {
  book: AccountBook;
  proofs: Pick<Proofs, 'newRecoveryCodes'>;
  nowMs(): number;
}): RecoveryCodes {
  const { book, proofs, nowMs } = options;
  return {
    async makeRecoveryCodes(session) {
      const { accountId } = session;
      const { codes: recoveryCodes, hashes } = proofs.newRecoveryCodes();
      const made = await book.change(
        accountId,
        (account) =>
          hasTimeCodes(account)
            ? { ...account, recoveryCodeHashes: hashes, areRecoveryCodesUnkept: true }
            : undefined,
        {
          atMs: nowMs(),
          actor: book.find(accountId)?.name ?? '',
          action: 'accounts:makeRecoveryCodes',
          subject: accountId,
        },
      );
      if (made !== undefined) return ok({ recoveryCodes });
      return refuse('conflict', 'Set up an authenticator first: recovery codes stand in for it.', {
        reason: 'accounts.no_authenticator',
      });
    },
    async keepRecoveryCodes(session) {
      await book.change(session.accountId, (account) =>
        account.areRecoveryCodesUnkept === true
          ? { ...account, areRecoveryCodesUnkept: undefined }
          : undefined,
      );
      return ok({});
    },
  };
}
