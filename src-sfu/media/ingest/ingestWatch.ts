import { createStallGuard } from '../../../src-shared/time/stallGuard.ts';
import { createSharedInterval } from '../../base/sharedInterval.ts';
import { afterReading } from '../../base/timers.ts';

/** Asks each ingest twice a second how it stands; one timer serves them all. */
export interface IngestWatch {
  /** `look` receives how long this process stood still before it, in milliseconds; returns the function that ends it. */
  join(look: (skippedMs: number) => void): () => void;
}

const watchIntervalMs = 500;

export function createIngestWatch(nowMs: () => number): IngestWatch {
  const looks = new Set<{ look(skippedMs: number): void }>();
  const interval = createSharedInterval(watchIntervalMs);
  let leave: (() => void) | undefined;
  const begin = (): (() => void) => {
    const guard = createStallGuard(watchIntervalMs, nowMs());
    return interval.join(() => {
      const skippedMs = guard.look(nowMs());
      // A standstill that is too short for the guard may still have kept packets waiting.
      afterReading(() => {
        for (const { look } of looks) look(skippedMs);
      });
    });
  };
  return {
    join(look) {
      const joined = { look };
      looks.add(joined);
      leave ??= begin();
      return () => {
        looks.delete(joined);
        if (looks.size > 0) return;
        leave?.();
        leave = undefined;
      };
    },
  };
}
