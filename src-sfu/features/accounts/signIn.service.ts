import { signInKey, typedPasswordSchema } from '../../../src-shared/accounts/accountNames.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { hasTimeCodes, type AccountBook } from './accountBook.ts';
import type { AccountRecord, SessionRecord } from './accounts.repository.ts';
import type { LateWrites } from './lateWrites.ts';
import { LanesFull, knownLane } from '../../base/lanes.ts';
import type { Proofs } from './proofs.ts';
import type { Sessions } from './sessions.ts';
import type { SignInDelays } from './signInDelays.ts';

/** Where an attempt comes from. */
export interface Caller {
  address: string;
  /** Short form of the browser's user agent. */
  device: string;
  /** Of a browser that has signed in before: the accounts it did so with, and its own id. */
  known?: { accountIds: readonly string[]; deviceId: string } | undefined;
}

export interface Opened {
  token: string;
  session: SessionRecord;
  account: AccountRecord;
}

/** Signing in and proving again who one is. Each way in waits and counts wrong attempts alike. */
export interface SignInService {
  signIn(
    input: { signInName: string; password: string; code?: string | undefined },
    caller: Caller,
  ): Promise<Ack<Opened>>;
  /** Whether the proof, a password or a code, is of the session's account: to unlock, and before great changes. */
  prove(session: SessionRecord, proof: string, caller: Caller): Promise<Ack<object>>;
  /**
   * Runs something that must not be guessed. `key` is that of the sign-in name which wrong ones are counted under; undefined for a
   * code of one use, which belongs to no name before it is known: it is counted under the address.
   */
  guarded<T>(
    key: string | undefined,
    caller: Caller,
    work: (lane: string) => Promise<Ack<T>>,
  ): Promise<Ack<T>>;
}

export interface SignInServiceOptions {
  lateWrites: LateWrites;
  book: AccountBook;
  sessions: Sessions;
  proofs: Proofs;
  delays: SignInDelays;
  wait(delayMs: number, aborted: AbortSignal): Promise<void>;
  nowMs(): number;
  wallMs(): number;
}

export function createSignInService(options: SignInServiceOptions): SignInService {
  const { lateWrites, book, sessions, proofs, delays, nowMs, wallMs } = options;
  const wrongSignIn = (): Ack<never> =>
    refuse('forbidden', 'The sign-in name or the password is wrong.', { reason: 'accounts.wrong_sign_in' });
  const wrongCode = (): Ack<never> =>
    refuse(
      'forbidden',
      'The code is wrong, or it was used. Wait for the next one; compare the date of the hub.',
      {
        reason: 'accounts.wrong_code',
        // An authenticator counts by the date: one that is off shows up here.
        hubDate: new Date(wallMs()).toISOString().slice(0, 16).replace('T', ' '),
      },
    );

  const unreadableCodes = (): Ack<never> =>
    refuse(
      'forbidden',
      'The hub cannot read the secret of this authenticator, because its key (hub.key) is another one. Sign in with a recovery code, or have an administrator reset the account with its codes.',
      { reason: 'accounts.codes_unreadable' },
    );

  const guarded: SignInService['guarded'] = async (key, caller, work) => {
    const owner = key === undefined ? undefined : book.findByName(key);
    const isKnown = owner !== undefined && caller.known?.accountIds.includes(owner.accountId) === true;
    const lane = isKnown ? knownLane : caller.address;
    const wait = (retryAfterMs: number): Ack<never> => {
      const seconds = Math.ceil(retryAfterMs / 1_000);
      return refuse('too_many', `Too many attempts at the same time. Try again in ${seconds} s.`, {
        reason: 'accounts.wait',
        seconds,
      });
    };
    const admission = delays.begin({
      signInKey: key,
      address: caller.address,
      knownDevice: isKnown ? caller.known?.deviceId : undefined,
      // The one that signed in there longest ago: a guesser among those who share the browser does not put his own in its place.
      knownFor: caller.known?.accountIds.at(-1),
    });
    if ('retryAfterMs' in admission) return wait(admission.retryAfterMs);
    // What fails on the way counts as wrong: a store that is away must not make guessing free.
    let isRight = false;
    try {
      if (admission.delayMs > 0) await options.wait(admission.delayMs, admission.displaced);
      if (admission.displaced.aborted) return wait(Math.max(1_000, admission.delayMs));
      const answer = await work(lane);
      // Only what can be guessed counts.
      isRight = answer.ok || !['forbidden', 'not_found', 'conflict'].includes(answer.code);
      return answer;
    } catch (error) {
      if (!(error instanceof LanesFull)) throw error;
      isRight = true;
      return refuse('unavailable', 'Too many people are signing in. Try again in a moment.', {
        reason: 'accounts.busy',
      });
    } finally {
      admission.end(isRight);
    }
  };
  const noteRefusal = async (
    signInName: string,
    account: AccountRecord | undefined,
    caller: Caller,
    why: string,
  ) => {
    await lateWrites.write(
      {},
      {
        atMs: nowMs(),
        actor: [...signInName].slice(0, 64).join(''),
        action: 'accounts:signInRefused',
        subject: account?.accountId ?? '',
        detail: { why, address: caller.address, device: caller.device },
      },
    );
  };

  return {
    signIn({ signInName, password, code }, caller) {
      // Asked before anything is computed with it.
      if (!typedPasswordSchema.safeParse(password).success) return Promise.resolve(wrongSignIn());
      return guarded(signInKey(signInName), caller, async (lane) => {
        const account = book.findByName(signInName);
        const isRight = await proofs.isPassword(account, password, lane);
        if (account === undefined || !isRight || !book.isUsable(account)) {
          const why = account !== undefined && !book.isUsable(account) ? 'disabled' : 'password';
          await noteRefusal(signInName, account, caller, why);
          return wrongSignIn();
        }
        if (hasTimeCodes(account)) {
          if (code === undefined || code.trim() === '') {
            return refuse('bad_request', 'This account asks for a code of its authenticator as well.', {
              reason: 'accounts.code_needed',
            });
          }
          if (!(await proofs.takeCode(account, code))) {
            await noteRefusal(signInName, account, caller, 'code');
            return account.unreadableTimeCodeSecret === undefined ? wrongCode() : unreadableCodes();
          }
        }
        // It may have been disabled or reset while the password was checked, or while the sign-in was stored.
        const present = (): AccountRecord | undefined => {
          const current = book.find(account.accountId);
          const isSame = current?.passwordHash === account.passwordHash;
          return current !== undefined && isSame && book.isUsable(current) ? current : undefined;
        };
        const current = present();
        if (current === undefined) return wrongSignIn();
        const opened = await sessions.open(current, caller);
        if (present() !== undefined) return ok({ ...opened, account: current });
        await sessions.end((one) => one === opened.session);
        return wrongSignIn();
      });
    },
    prove(session, proof, caller) {
      const account = book.find(session.accountId);
      if (account === undefined) return Promise.resolve(wrongSignIn());
      return guarded(signInKey(account.signInName), caller, async (lane) => {
        const isProof =
          (await proofs.takeCode(account, proof)) || (await proofs.isPassword(account, proof, lane));
        if (isProof) return ok({});
        await noteRefusal(account.signInName, account, caller, 'proof');
        return refuse('forbidden', 'The password or the code is wrong.', {
          reason: 'accounts.wrong_password',
        });
      });
    },
    guarded,
  };
}
