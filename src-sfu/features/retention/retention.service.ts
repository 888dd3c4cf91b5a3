import type { Logger } from '../../logger.ts';
import { retentionKinds, type RetentionKind, type RetentionRepository } from './retention.repository.ts';

const dayMs = 86_400_000;
/** The pause between two pieces of work, in which the database serves other requests. Milliseconds. */
const pauseMs = 50;
/**
 * After the clock was set by more than a day, records may look older than they are, so nothing is removed for this time.
 * Milliseconds.
 */
const waitAfterStepMs = 7 * dayMs;

/** For how many days each kind is kept; 0 is for ever. */
export type KeptDays = Record<RetentionKind, number>;

/** What one round has removed. */
export type Removed = Partial<Record<RetentionKind, number>>;

export interface Retention {
  /**
   * Removes records that are older than their setting, in small pieces. Never throws: a failed removal is tried again in the next
   * round.
   */
  round(): Promise<Removed>;
  /** The clock was set by this number of milliseconds. */
  dateSet(stepMs: number): void;
  close(): void;
}

/** Before which date records of a kind are removed; undefined where they are kept for ever. */
export function removedBefore(kept: KeptDays, kind: RetentionKind, nowMs: number): number | undefined {
  return kept[kind] === 0 ? undefined : nowMs - kept[kind] * dayMs;
}

/** Removes records by their age. */
export function createRetention(options: {
  repository: RetentionRepository;
  kept: KeptDays;
  /** The hub's own time. */
  nowMs(): number;
  pause(ms: number): Promise<void>;
  logger: Pick<Logger, 'info' | 'warn'>;
}): Retention {
  const { repository, kept, nowMs, pause, logger } = options;
  let isClosed = false;
  let waitsUntilMs = -Infinity;

  async function removeAll(kind: RetentionKind, beforeMs: number): Promise<number> {
    let total = 0;
    while (!isClosed && nowMs() >= waitsUntilMs) {
      const removed = await repository.removeSome(kind, beforeMs);
      if (removed === 0) break;
      total += removed;
      await pause(pauseMs);
    }
    return total;
  }

  return {
    async round() {
      const removed: Removed = {};
      for (const kind of retentionKinds) {
        const beforeMs = removedBefore(kept, kind, nowMs());
        if (beforeMs === undefined) continue;
        try {
          const count = await removeAll(kind, beforeMs);
          if (count > 0) removed[kind] = count;
        } catch (error) {
          logger.warn({ err: error, kind }, 'old records could not be removed; it is tried again later');
        }
      }
      if (Object.keys(removed).length > 0) {
        logger.info({ removed }, 'old records were removed');
        try {
          while (!isClosed && (await repository.shrink()) > 0) await pause(pauseMs);
        } catch (error) {
          logger.warn({ err: error }, 'the database file could not be made smaller; it is tried again later');
        }
      }
      return removed;
    },
    dateSet(stepMs) {
      if (Math.abs(stepMs) < dayMs) return;
      waitsUntilMs = nowMs() + waitAfterStepMs;
      logger.warn(
        'the clock was set; old records are not removed for 7 days, because they may look older than they are',
      );
    },
    close() {
      isClosed = true;
    },
  };
}
