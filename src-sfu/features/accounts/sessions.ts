import { randomUUID } from 'node:crypto';
import { confirmationLifeMs } from '../../../src-shared/accounts/accounts.protocol.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import type {
  AccountRecord,
  AccountsEntry,
  AccountsRepository,
  SessionRecord,
} from './accounts.repository.ts';
import type { LateWrites } from './lateWrites.ts';
import { hashOf, newToken } from '../../base/secrets.ts';

/** A sign-in that nobody uses ends after this time: longer than a shift's break, shorter than two shifts. Milliseconds. */
export const idleLifeMs = 12 * 3_600_000;
/** Every sign-in ends after this time: somebody types the password once a week at least. Milliseconds. */
export const longestLifeMs = 7 * 24 * 3_600_000;
/** The last use is written at most this often. Milliseconds. */
const writtenEveryMs = 60_000;
/** Sign-ins of one account at one time; the one that was used longest ago goes. */
const maxOfAccount = 20;

/** Sign-ins of people. All of them are in memory, so that a door can ask at once; the store has them for the next start. */
export interface Sessions {
  open(
    account: AccountRecord,
    from: { address: string; device: string },
  ): Promise<{ token: string; session: SessionRecord }>;
  /** The sign-in of a token, unless it has ended or its time is over. */
  find(token: string): SessionRecord | undefined;
  /** It was used just now. */
  used(session: SessionRecord, address: string): void;
  list(): SessionRecord[];
  of(sessionId: string): SessionRecord | undefined;
  /** It is locked or unlocked at once; the answer is whether the store has it already. `actor`: the name of its person. */
  lock(session: SessionRecord, isLocked: boolean, actor: string): Promise<boolean>;
  confirm(session: SessionRecord, actor: string): Promise<boolean>;
  isConfirmed(session: SessionRecord): boolean;
  /**
   * Ends sign-ins. From the call on their tokens open nothing, whatever the store says. The answer is whether the store has it
   * already; otherwise it is written as soon as it can be.
   */
  end(which: (session: SessionRecord) => boolean, entry?: AccountsEntry): Promise<boolean>;
  /** Another person takes over the desk: what the one sign-in holds is the other's, and then the first ends. */
  handOver(from: SessionRecord, to: SessionRecord, entry: AccountsEntry): Promise<boolean>;
  /** Ends those whose time is over; asked now and then. */
  expire(): void;
  onEnded(listener: (sessionId: string) => void): void;
  /** A sign-in was locked or unlocked. */
  onLocked(listener: (sessionId: string, isLocked: boolean) => void): void;
  onHandedOver(listener: (fromSessionId: string, toSessionId: string) => void): void;
}

export function createSessions(options: {
  repository: AccountsRepository;
  lateWrites: LateWrites;
  stored: readonly SessionRecord[];
  nowMs(): number;
  /** A write that nobody waits for did not succeed. */
  onFault(error: unknown): void;
}): Sessions {
  const { repository, lateWrites, nowMs, onFault } = options;
  const sessions = new Map(options.stored.map((one) => [one.sessionId, one]));
  const byToken = new Map(options.stored.map((one) => [one.tokenHash, one]));
  const writtenAtMs = new Map<string, number>();
  const ended = createListeners<[sessionId: string]>();
  const locked = createListeners<[sessionId: string, isLocked: boolean]>();
  const handedOver = createListeners<[fromSessionId: string, toSessionId: string]>();

  const isOver = ({ lastUsedAtMs, expiresAtMs }: SessionRecord): boolean => {
    const now = nowMs();
    // One that lives longer than any is of a date that was set back since: it must not live longer for that.
    return now >= expiresAtMs || now - lastUsedAtMs >= idleLifeMs || expiresAtMs - now > longestLifeMs;
  };
  const forget = (session: SessionRecord): void => {
    if (!sessions.delete(session.sessionId)) return;
    byToken.delete(session.tokenHash);
    writtenAtMs.delete(session.sessionId);
    session.endedAtMs = nowMs();
    ended.notify(session.sessionId);
  };
  /** What is done at a desk with its own sign-in, for the audit log. */
  const entryOf = (
    { accountId, sessionId }: SessionRecord,
    actor: string,
  ): Omit<AccountsEntry, 'action'> => ({
    atMs: nowMs(),
    actor,
    subject: accountId,
    detail: { sessionId },
  });
  const end: Sessions['end'] = async (which, entry) => {
    const ending = [...sessions.values()].filter(which);
    for (const session of ending) forget(session);
    if (ending.length === 0 && entry === undefined) return true;
    return lateWrites.write({ sessions: ending }, entry);
  };

  return {
    async open(account, { address, device }) {
      const token = newToken();
      const now = nowMs();
      const session: SessionRecord = {
        sessionId: randomUUID(),
        tokenHash: hashOf(token),
        accountId: account.accountId,
        createdAtMs: now,
        lastUsedAtMs: now,
        expiresAtMs: now + longestLifeMs,
        address,
        device,
        // The password was typed just now.
        confirmedAtMs: now,
        isLocked: false,
      };
      const others = [...sessions.values()]
        .filter(({ accountId }) => accountId === account.accountId)
        .sort((one, other) => one.lastUsedAtMs - other.lastUsedAtMs);
      const surplus = new Set(others.slice(0, Math.max(0, others.length + 1 - maxOfAccount)));
      await repository.save(
        { sessions: [session] },
        {
          atMs: now,
          actor: account.name,
          action: 'accounts:signIn',
          subject: account.accountId,
          detail: { address, device, sessionId: session.sessionId },
        },
      );
      sessions.set(session.sessionId, session);
      byToken.set(session.tokenHash, session);
      await end((one) => surplus.has(one));
      return { token, session };
    },
    find(token) {
      const session = byToken.get(hashOf(token));
      if (session === undefined) return undefined;
      if (!isOver(session)) return session;
      void end((one) => one === session);
      return undefined;
    },
    used(session, address) {
      const now = nowMs();
      session.lastUsedAtMs = now;
      session.address = address;
      if (now - (writtenAtMs.get(session.sessionId) ?? session.createdAtMs) < writtenEveryMs) return;
      writtenAtMs.set(session.sessionId, now);
      repository.save({ sessions: [session] }).catch(onFault);
    },
    list: () => [...sessions.values()],
    of: (sessionId) => sessions.get(sessionId),
    async lock(session, isLocked, actor) {
      if (session.isLocked === isLocked) return true;
      session.isLocked = isLocked;
      locked.notify(session.sessionId, isLocked);
      const entry = entryOf(session, actor);
      return lateWrites.write(
        { sessions: [session] },
        isLocked ? { ...entry, action: 'accounts:lockDesk' } : { ...entry, action: 'accounts:unlockDesk' },
      );
    },
    confirm(session, actor) {
      session.confirmedAtMs = nowMs();
      return lateWrites.write(
        { sessions: [session] },
        { ...entryOf(session, actor), action: 'accounts:confirm' },
      );
    },
    isConfirmed({ confirmedAtMs }) {
      if (confirmedAtMs === undefined) return false;
      const ageMs = nowMs() - confirmedAtMs;
      return ageMs >= 0 && ageMs < confirmationLifeMs;
    },
    end,
    handOver(from, to, entry) {
      handedOver.notify(from.sessionId, to.sessionId);
      return end((one) => one === from, entry);
    },
    expire() {
      void end(isOver);
    },
    onEnded: ended.add,
    onLocked: locked.add,
    onHandedOver: handedOver.add,
  };
}
