import { randomUUID } from 'node:crypto';
import { signInKey, weakPassword } from '../../../src-shared/accounts/accountNames.ts';
import type { SignInStep } from '../../../src-shared/accounts/accounts.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { wholeCity } from '../../../src-shared/session/principal.ts';
import { hasTimeCodes, withoutTimeCodes, type AccountBook } from './accountBook.ts';
import type { AccountRecord, SessionRecord } from './accounts.repository.ts';
import type { OneTimeCodes } from './oneTimeCodes.ts';
import type { PasswordHasher } from './passwordHash.ts';
import type { Proofs } from './proofs.ts';
import { newCode, plainCode } from '../../base/secrets.ts';
import { createRecoveryCodes, type RecoveryCodes } from './recoveryCodes.ts';
import type { Sessions } from './sessions.ts';
import type { Caller, Opened, SignInService } from './signIn.service.ts';
import { newTimeCodeSecret, stepOfTimeCode, timeCodeAddress } from './timeCodes.ts';

/** What the account must do before it may do anything else. Accounts of a demo are ready. */
export function stepsOf(account: AccountRecord): SignInStep[] {
  if (account.isDemo) return [];
  // A person who signed in with a recovery code, because the hub cannot read the authenticator's secret, makes a new one.
  const needsCodes =
    account.timeCodeSecret === undefined &&
    (account.role === 'administrator' || account.unreadableTimeCodeSecret !== undefined);
  return [
    ...(account.mustChangePassword ? (['change_password'] as const) : []),
    ...(needsCodes ? (['set_up_codes'] as const) : []),
  ];
}

/** The refusal of a password that is not to be taken; undefined when it may be. */
export function refuseWeak(password: string, signInName: string): Ack<never> | undefined {
  const weakness = weakPassword(password, signInName);
  if (weakness === 'short') {
    return refuse('bad_request', 'The password must have 10 characters at least.', {
      reason: 'accounts.password_short',
    });
  }
  if (weakness === 'plain') {
    return refuse(
      'bad_request',
      'The password is too easy to guess. Take several words, and not the sign-in name.',
      {
        reason: 'accounts.password_plain',
      },
    );
  }
  return undefined;
}

/** What people do with their own account. */
export interface OwnAccount extends RecoveryCodes {
  changePassword(
    session: SessionRecord,
    oldPassword: string,
    newPassword: string,
    caller: Caller,
  ): Promise<Ack<object>>;
  /** A new secret for an authenticator; it counts once a code of it was confirmed. */
  beginTimeCodes(session: SessionRecord): Ack<{ secret: string; address: string }>;
  /** The recovery codes are shown this once. */
  confirmTimeCodes(session: SessionRecord, code: string): Promise<Ack<{ recoveryCodes: string[] }>>;
  /** Gives the authenticator up; administrators cannot. */
  removeTimeCodes(session: SessionRecord): Promise<Ack<object>>;
  /** Uses a code of one use, and sets the password. With the code of a first start, makes the administrator. */
  redeem(input: RedeemInput, caller: Caller): Promise<Ack<Opened>>;
  /** The code that makes the first administrator; undefined once there is an account. A new one with every start of the hub. */
  firstRunCode(): string | undefined;
}

export interface RedeemInput {
  code: string;
  password: string;
  signInName?: string | undefined;
  name?: string | undefined;
}

export function createOwnAccount(options: {
  book: AccountBook;
  sessions: Sessions;
  hasher: PasswordHasher;
  signIn: SignInService;
  proofs: Proofs;
  codes: OneTimeCodes;
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  nowMs(): number;
  wallMs(): number;
}): OwnAccount {
  const { book, sessions, hasher, signIn, proofs, codes, exclusive, nowMs, wallMs } = options;
  /** Secrets that were shown and not confirmed yet, by session. */
  const begun = new Map<string, string>();
  sessions.onEnded((sessionId) => void begun.delete(sessionId));
  let firstCode = book.hasAccounts() ? undefined : newCode(3);
  const firstRunCode = (): string | undefined => {
    if (book.hasAccounts()) firstCode = undefined;
    return firstCode;
  };
  const noAccount = (): Ack<never> =>
    refuse('not_found', 'There is no such account.', { reason: 'accounts.no_such_account' });
  const wrongPassword = (): Ack<never> =>
    refuse('forbidden', 'The old password is wrong.', { reason: 'accounts.wrong_password' });

  const makeFirst = async (
    { password, signInName, name }: RedeemInput,
    caller: Caller,
    lane: string,
  ): Promise<Ack<Opened>> => {
    if (signInName === undefined || name === undefined) {
      return refuse('bad_request', 'Choose a sign-in name and give your name.', {
        reason: 'accounts.name_needed',
      });
    }
    const weak = refuseWeak(password, signInName);
    if (weak !== undefined) return weak;
    const account: AccountRecord = {
      accountId: randomUUID(),
      signInName,
      name,
      role: 'administrator',
      scope: wholeCity,
      passwordHash: await hasher.hash(password, lane),
      mustChangePassword: false,
      recoveryCodeHashes: [],
      isDemo: false,
      isDisabled: false,
      createdAtMs: nowMs(),
    };
    const detail = { signInName, name, role: account.role, address: caller.address };
    await book.save(account, {
      atMs: nowMs(),
      actor: name,
      action: 'accounts:makeFirst',
      subject: account.accountId,
      detail,
    });
    return ok({ ...(await sessions.open(account, caller)), account });
  };

  return {
    firstRunCode,
    ...createRecoveryCodes({ book, proofs, nowMs }),
    changePassword(session, oldPassword, newPassword, caller) {
      const { accountId } = session;
      const signInName = book.find(accountId)?.signInName;
      if (signInName === undefined) return Promise.resolve(noAccount());
      return signIn.guarded(signInKey(signInName), caller, async (lane) => {
        // Read after the wait: an administrator may have reset the account meanwhile.
        const account = book.find(accountId);
        if (account === undefined) return noAccount();
        if (!(await proofs.isPassword(account, oldPassword, lane))) return wrongPassword();
        const weak = refuseWeak(newPassword, account.signInName);
        if (weak !== undefined) return weak;
        if (await proofs.isPassword(account, newPassword, lane)) {
          return refuse('bad_request', 'This is the old password. Choose another one.', {
            reason: 'accounts.password_same',
          });
        }
        const passwordHash = await hasher.hash(newPassword, lane);
        // Whoever is signed out meanwhile, or has another password since, changes nothing any more.
        const isStillOwn = (present: AccountRecord): boolean =>
          present.passwordHash === account.passwordHash && sessions.of(session.sessionId) !== undefined;
        const changed = await book.change(
          accountId,
          (present) =>
            isStillOwn(present) ? { ...present, passwordHash, mustChangePassword: false } : undefined,
          { atMs: nowMs(), actor: account.name, action: 'accounts:changePassword', subject: accountId },
        );
        if (changed === undefined) return wrongPassword();
        // Sign-ins by the old password end.
        await sessions.end((one) => one.accountId === account.accountId && one !== session);
        return ok({});
      });
    },
    beginTimeCodes(session) {
      const account = book.find(session.accountId);
      if (account === undefined) return noAccount();
      const secret = newTimeCodeSecret();
      begun.set(session.sessionId, secret);
      return ok({ secret, address: timeCodeAddress(secret, account.signInName) });
    },
    async confirmTimeCodes(session, code) {
      const secret = begun.get(session.sessionId);
      const account = book.find(session.accountId);
      if (account === undefined) return noAccount();
      if (secret === undefined) {
        return refuse('conflict', 'Scan the picture again: the hub has not shown one to you.', {
          reason: 'accounts.no_code_begun',
        });
      }
      const step = stepOfTimeCode(secret, code, wallMs(), undefined);
      if (step === undefined) {
        return refuse('forbidden', 'The code is wrong. Compare the date of the phone with that of the hub.', {
          reason: 'accounts.wrong_code',
          hubDate: new Date(wallMs()).toISOString().slice(0, 16).replace('T', ' '),
        });
      }
      begun.delete(session.sessionId);
      const { codes: recoveryCodes, hashes } = proofs.newRecoveryCodes();
      await book.change(
        account.accountId,
        (present) => ({
          ...present,
          timeCodeSecret: secret,
          unreadableTimeCodeSecret: undefined,
          timeCodeUsedStep: step,
          recoveryCodeHashes: hashes,
          areRecoveryCodesUnkept: true,
        }),
        { atMs: nowMs(), actor: account.name, action: 'accounts:setUpCodes', subject: account.accountId },
      );
      return ok({ recoveryCodes });
    },
    async removeTimeCodes(session) {
      const account = book.find(session.accountId);
      if (account === undefined) return noAccount();
      const removed = await book.change(
        account.accountId,
        (present) => (present.role === 'administrator' ? undefined : withoutTimeCodes(present)),
        { atMs: nowMs(), actor: account.name, action: 'accounts:removeCodes', subject: account.accountId },
      );
      if (removed !== undefined) return ok({});
      return refuse('forbidden', 'Administrators must use codes.', { reason: 'accounts.codes_required' });
    },
    redeem: (input, caller) =>
      signIn.guarded(undefined, caller, (lane) =>
        exclusive(async () => {
          const first = firstRunCode();
          if (first !== undefined && plainCode(input.code) === plainCode(first))
            return makeFirst(input, caller, lane);
          const found = codes.look(input.code);
          if (!('accountId' in found)) return found;
          const account = book.find(found.accountId);
          if (account === undefined || !book.isUsable(account)) return noAccount();
          const weak = refuseWeak(input.password, account.signInName);
          if (weak !== undefined) return weak;
          const passwordHash = await hasher.hash(input.password, lane);
          const used = codes.used(found.codeHash);
          const entry = {
            atMs: nowMs(),
            actor: account.name,
            action: 'accounts:redeemCode',
            subject: account.accountId,
            detail: { address: caller.address },
          };
          const saved = await book.change(
            account.accountId,
            (present) => ({ ...present, passwordHash, mustChangePassword: false }),
            entry,
            { codes: used },
          );
          if (saved === undefined) return noAccount();
          codes.markUsed(used);
          // The code stands for the forgotten password, not for the authenticator: that is asked at the next sign-in.
          if (hasTimeCodes(saved)) {
            return refuse(
              'bad_request',
              'The password is set. Sign in with it and a code of the authenticator.',
              {
                reason: 'accounts.code_needed',
              },
            );
          }
          return ok({ ...(await sessions.open(saved, caller)), account: saved });
        }),
      ),
  };
}
