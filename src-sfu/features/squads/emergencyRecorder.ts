import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import { noSpool, type Spool, type SpoolEntry } from '../../base/spool.ts';
import type { Logger } from '../../logger.ts';
import type { EmergencyStep, SquadsRepository } from './squads.repository.ts';

/**
 * Stores the steps of emergencies, each with its audit entry, and repeats until it succeeds. The database never delays the moment
 * when the command centre sees a step: a locked database or a full disk delays only the record.
 */
export interface EmergencyRecorder {
  /** Queues a step. Fulfilled after the first attempt to write it, whether that succeeded or not. */
  record(step: EmergencyStep): Promise<void>;
  /**
   * Writes the steps that wait into the spool, where they survive the end of the hub. To be awaited before a step is answered
   * that is not stored. Never rejects.
   */
  keep(emergencyId: string): Promise<void>;
  /** Queues what the hub before this one left in the spool. */
  replay(entries: readonly SpoolEntry[]): void;
  /** Whether a step of this emergency is not in the store yet. */
  isWaiting(emergencyId: string): boolean;
  /** Tries once more to store the steps that wait, for at most a second. */
  close(): Promise<void>;
}

export interface EmergencyRecorderOptions {
  repository: Pick<SquadsRepository, 'saveEmergencySteps'>;
  /** Left out: what is not stored does not survive the end of the hub. */
  spool?: Spool | undefined;
  logger: Logger;
  /** Every step of the emergency is stored. `before` is the state that the database had already, when it applies instead. */
  onStored(emergencyId: string, before: Emergency | undefined): void;
}

/** Between two attempts to write. Each attempt may block the hub for as long as the database is locked. Milliseconds. */
const firstRetryMs = 250;
const longestRetryMs = 5_000;
/** A database that does not answer must not stop the hub from ending. */
const closeLimitMs = 1_000;

/** The kind of this feature's entries in the spool. */
export const emergencySpoolKind = 'emergency';

/** A step with its entry in the spool, once it has one. */
interface QueuedStep {
  step: EmergencyStep;
  kept?: Promise<number | undefined>;
}

interface Queue {
  steps: QueuedStep[];
  /** Those who wait for the next attempt. */
  waiting: (() => void)[];
  isFailing: boolean;
  /** Ends the pause before the next attempt. */
  wake?: (() => void) | undefined;
}

export function createEmergencyRecorder(options: EmergencyRecorderOptions): EmergencyRecorder {
  const { repository, spool = noSpool, logger, onStored } = options;
  const queues = new Map<string, Queue>();
  const running = new Set<Promise<void>>();
  let isClosing = false;

  const attempt = async (emergencyId: string, queue: Queue): Promise<boolean> => {
    const steps = [...queue.steps];
    const { waiting } = queue;
    queue.waiting = [];
    try {
      const { before } = await repository.saveEmergencySteps(steps.map(({ step }) => step));
      if (queue.isFailing)
        logger.warn({ emergencyId, steps: steps.length }, 'an SOS is stored after earlier failures');
      queue.isFailing = false;
      queue.steps.splice(0, steps.length);
      release(steps);
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

  /** Entries of steps that are stored; one may still be on its way to the disk. */
  const release = (steps: readonly QueuedStep[]): void => {
    for (const { kept } of steps) void kept?.then((id) => spool.release(id === undefined ? [] : [id]));
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
        const lost = queue.steps.filter(({ kept }) => kept === undefined).map(({ step }) => step.action);
        logger.error(
          { emergencyId, lost },
          'the hub stops while an SOS is not stored; what is in the spool is stored at the next start, these steps are lost',
        );
        return;
      }
      await pause(queue, retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    }
  };

  const add = (emergencyId: string, queued: QueuedStep): Queue => {
    const known = queues.get(emergencyId);
    if (known !== undefined) {
      known.steps.push(queued);
      known.wake?.();
      return known;
    }
    const queue: Queue = { steps: [queued], waiting: [], isFailing: false };
    queues.set(emergencyId, queue);
    const work = run(emergencyId, queue);
    running.add(work);
    void work.finally(() => running.delete(work));
    return queue;
  };

  return {
    record(step) {
      const queue = add(step.emergency.emergencyId, { step });
      return new Promise<void>((resolve) => void queue.waiting.push(resolve));
    },
    async keep(emergencyId) {
      const steps = queues.get(emergencyId)?.steps ?? [];
      for (const queued of steps) queued.kept ??= spool.append(emergencySpoolKind, queued.step);
      // What could not be written is tried again with the next step.
      for (const queued of [...steps]) if ((await queued.kept) === undefined) delete queued.kept;
    },
    replay(entries) {
      for (const { id, value } of entries) {
        const step: EmergencyStep = { ...(value as EmergencyStep), isReplayed: true };
        add(step.emergency.emergencyId, { step, kept: Promise.resolve(id) });
      }
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
