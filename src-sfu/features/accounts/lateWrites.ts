import { startTimer, type Timer } from '../../base/timers.ts';
import type { AccountsChange, AccountsEntry, AccountsRepository } from './accounts.repository.ts';

/**
 * Writes of what holds in memory already, such as that a sign-in has ended. One that fails undoes nothing: it is kept and tried
 * again until the store takes it.
 */
export interface LateWrites {
  /** True when it is stored, false when it is kept for later. It never rejects. */
  write(change: AccountsChange, entry?: AccountsEntry): Promise<boolean>;
  /** Writes that are not stored yet. */
  waiting(): number;
  /** Tries once more, and then no more. */
  close(): Promise<void>;
}

/** Wait before the first repetition; it doubles up to the longest. Milliseconds. */
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
/** At most this many are kept. When there are more, the store has failed for long; the oldest go first because they matter least. */
const maxWaiting = 10_000;

export function createLateWrites(options: {
  repository: AccountsRepository;
  onFault(error: unknown): void;
  schedule?: (work: () => void, delayMs: number) => Timer;
}): LateWrites {
  const { repository, onFault, schedule = startTimer } = options;
  const kept: { change: AccountsChange; entry: AccountsEntry | undefined }[] = [];
  let timer: Timer | undefined;
  let waitMs = firstWaitMs;
  let running = false;

  const repeat = async (): Promise<void> => {
    timer = undefined;
    if (running) return;
    running = true;
    try {
      for (let next = kept[0]; next !== undefined; next = kept[0]) {
        await repository.save(next.change, next.entry);
        if (kept[0] === next) kept.shift();
        waitMs = firstWaitMs;
      }
    } catch (error) {
      onFault(error);
      waitMs = Math.min(longestWaitMs, waitMs * 2);
    } finally {
      running = false;
    }
    later();
  };
  const later = (): void => {
    if (kept.length === 0 || timer !== undefined || running) return;
    timer = schedule(() => void repeat(), waitMs);
  };

  return {
    async write(change, entry) {
      try {
        await repository.save(change, entry);
        return true;
      } catch (error) {
        onFault(error);
        kept.push({ change, entry });
        if (kept.length > maxWaiting) kept.shift();
        later();
        return false;
      }
    },
    waiting: () => kept.length,
    async close() {
      timer?.cancel();
      await repeat();
      (timer as Timer | undefined)?.cancel();
    },
  };
}
