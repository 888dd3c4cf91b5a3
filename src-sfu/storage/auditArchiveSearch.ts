import { Worker } from 'node:worker_threads';
import type { AuditFilter } from '../../src-shared/audit/audit.protocol.ts';
import { createSequence } from '../base/sequence.ts';
import { startTimer, type Timer } from '../base/timers.ts';
import type { ArchiveProblem, AuditArchive, StoredAuditLine } from './auditArchiveFile.ts';
import { errorOf, type ThrownError } from './databaseMessages.ts';

/** What the thread is started with. */
export interface ArchiveTask {
  folder: string;
}

/** What is searched for, and where. Dates of the filter are those of records. */
export interface ArchiveOrder {
  /** In the order in which they are read. */
  archives: readonly AuditArchive[];
  filter: AuditFilter;
  /** Only lines with one of these subjects and one of these actions, each as a whole. */
  exactly?: { subjects: readonly string[]; actions: readonly string[] } | undefined;
  /** The archives are read from the oldest on, and so are their lines; otherwise from the newest back. */
  isOldestFirst?: boolean | undefined;
  /** Only lines before this one. */
  beforeId?: number | undefined;
  limit: number;
}

/** What was found, in the order of reading, in the first `searched` archives; the last of these only as far as `limit` lines were found. */
interface ArchiveFound {
  lines: StoredAuditLine[];
  searched: number;
  faults: { archive: AuditArchive; kind: ArchiveProblem['kind'] }[];
}

export type ArchiveAnswer = ({ ok: true } & ArchiveFound) | { ok: false; error: ThrownError };

/** Searches archives of the audit log in a thread of its own, one search after another. */
export interface AuditArchiveSearch {
  /** Rejects where the thread ended or does not answer in time. */
  search(order: ArchiveOrder): Promise<ArchiveFound>;
  close(): Promise<void>;
}

/** The thread keeps one archive in memory; after this time without a search it ends. Milliseconds. */
const idleMs = 30_000;
/** A search of ten archives takes about two seconds; a disk that does not answer is not waited for longer. Milliseconds. */
const answerMs = 30_000;

export function createAuditArchiveSearch(folder: string): AuditArchiveSearch {
  const sequence = createSequence();
  let worker: Worker | undefined;
  let idle: Timer | undefined;
  /** Receives the answer, or why there is none; nobody waits while no search is under way. */
  let answered: ((answer: ArchiveAnswer) => void) | undefined;
  const failed = (message: string): ArchiveAnswer => ({ ok: false, error: { name: 'Error', message } });
  const start = (): Worker => {
    const started = new Worker(new URL('./auditArchiveWorker.ts', import.meta.url), {
      workerData: { folder } satisfies ArchiveTask,
    });
    started.unref();
    started.on('message', (answer: ArchiveAnswer) => answered?.(answer));
    const ended = (why: string): void => {
      if (worker !== started) return;
      worker = undefined;
      answered?.(failed(`The search of the archives ended: ${why}.`));
    };
    started.on('error', (error) => ended(error instanceof Error ? error.message : String(error)));
    started.on('exit', (code) => ended(`code ${code}`));
    return started;
  };
  const end = async (): Promise<void> => {
    idle?.cancel();
    const ending = worker;
    worker = undefined;
    answered?.(failed('The search of the archives was ended.'));
    await ending?.terminate();
  };
  const ask = async (order: ArchiveOrder): Promise<ArchiveAnswer> => {
    worker ??= start();
    const asked = worker;
    const limit = startTimer(() => answered?.(failed('The archives did not answer in time.')), answerMs);
    try {
      return await new Promise((resolve) => {
        answered = resolve;
        asked.postMessage(order);
      });
    } finally {
      answered = undefined;
      limit.cancel();
    }
  };
  return {
    search: (order) =>
      sequence.exclusive(async () => {
        idle?.cancel();
        const answer = await ask(order);
        if (!answer.ok) {
          await end();
          throw errorOf(answer.error);
        }
        idle = startTimer(() => void end(), idleMs);
        return answer;
      }),
    close: end,
  };
}
