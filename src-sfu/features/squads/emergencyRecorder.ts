import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import type { Logger } from '../../logger.ts';
import type { EmergencyStep, SquadsRepository } from './squads.repository.ts';

/**
 * Writes the steps of emergencies, each with its audit entry, until the store has them. The store never delays the moment when
 * the command centre sees a step: a locked database or a full disk delays only the record.
 */
export interface EmergencyRecorder {
  /** Queues a step. Fulfilled after the first attempt to write it, whether that succeeded or not. */
  record(step: EmergencyStep): Promise<void>;
  /** Whether a step of this emergency is not in the store yet. */
  isWaiting(emergencyId: string): boolean;
  /** Tries once more to write what waits, for a second at most. */
  close(): Promise<void>;
}

export interface EmergencyRecorderOptions {
  repository: Pick<SquadsRepository, 'saveEmergencySteps'>;
  logger: Logger;
  /** Every step of the emergency is in the store. `before` is what the store knew of it already, if that stands instead. */
  onStored(emergencyId: string, before: Emergency | undefined): void;
}

/** Between two attempts to write. Each attempt may block the hub for as long as the database is locked. Milliseconds. */
const firstRetryMs = 250;
const longestRetryMs = 5_000;
/** A store that does not answer must not keep the hub from stopping. */
const closeLimitMs = 1_000;

interface Queue {
  steps: EmergencyStep[];
  /** Those who wait for the next attempt. */
  waiting: (() => void)[];
  isFailing: boolean;
  /** Ends the pause before the next attempt. */
  wake?: (() => void) | undefined;
}

export function createEmergencyRecorder(options: EmergencyRecorderOptions): EmergencyRecorder {
  const { repository, logger, onStored } = options;
  const queues = new Map<string, Queue>();
  const running = new Set<Promise<void>>();
  let isClosing = false;

  const attempt = async (emergencyId: string, queue: Queue): Promise<boolean> => {
    const steps = [...queue.steps];
    const { waiting } = queue;
    queue.waiting = [];
    try {
      const { before } = await repository.saveEmergencySteps(steps);
      if (queue.isFailing)
        logger.warn({ emergencyId, steps: steps.length }, 'an SOS is stored after earlier failures');
      queue.isFailing = false;
      queue.steps.splice(0, steps.length);
      if (queue.steps.length === 0) {
        queues.delete(emergencyId);
        onStored(emergencyId, before);
      }
      return true;
    } catch (error) {
      if (!queue.isFailing) {
        logger.error(
          { err: error, emergencyId },
          'an SOS could not be stored; the command centre sees it, and storing it is tried until it succeeds; check the disk and the database',
        );
      }
      queue.isFailing = true;
      return false;
    } finally {
      for (const done of waiting) done();
    }
  };

  const pause = (queue: Queue, retryMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, retryMs);
      queue.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (emergencyId: string, queue: Queue): Promise<void> => {
    let retryMs = firstRetryMs;
    // Surfaces are notified before a database that is locked can block this thread.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.steps.length > 0) {
      if (await attempt(emergencyId, queue)) {
        retryMs = firstRetryMs;
        continue;
      }
      if (isClosing) {
        const lost = queue.steps.map(({ action }) => action);
        logger.error({ emergencyId, lost }, 'the hub stops while an SOS is not stored; its record is lost');
        return;
      }
      await pause(queue, retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    }
  };

  return {
    record(step) {
      const { emergencyId } = step.emergency;
      let queue = queues.get(emergencyId);
      const isNew = queue === undefined;
      queue ??= { steps: [], waiting: [], isFailing: false };
      queue.steps.push(step);
      const attempted = new Promise<void>((resolve) => void queue.waiting.push(resolve));
      if (isNew) {
        queues.set(emergencyId, queue);
        const work = run(emergencyId, queue);
        running.add(work);
        void work.finally(() => running.delete(work));
      } else queue.wake?.();
      return attempted;
    },
    isWaiting: (emergencyId) => queues.has(emergencyId),
    async close() {
      isClosing = true;
      for (const queue of queues.values()) queue.wake?.();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, closeLimitMs);
      });
      await Promise.race([Promise.all(running), patience]);
      clearTimeout(timer);
    },
  };
}
