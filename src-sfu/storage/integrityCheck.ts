import { Worker } from 'node:worker_threads';
import { errorOf, type ThrownError } from './databaseMessages.ts';
import { troubleOf } from './storeErrors.ts';

/** What the thread is started with. */
export interface IntegrityTask {
  path: string;
}

/** What the thread answers. */
export type IntegrityAnswer =
  { state: 'sound' } | { state: 'damaged'; found: string } | { state: 'thrown'; error: ThrownError };

/** `found`: what SQLite says of the first damaged place. `unreadable`: the check itself could not be made, as where the file is locked. */
export type IntegrityResult =
  { state: 'sound' } | { state: 'damaged'; found: string } | { state: 'unreadable'; found: string };

/** A check under way. */
export interface IntegrityCheck {
  result: Promise<IntegrityResult>;
  /** Ends it without a result. */
  cancel(): void;
}

/**
 * Compares every page and index of a database with what the others say, over a connection of its own in a thread of its own: nobody
 * waits for it, however large the file is. It only reads.
 */
export function startIntegrityCheck(path: string): IntegrityCheck {
  const task: IntegrityTask = { path };
  const worker = new Worker(new URL('./integrityWorker.ts', import.meta.url), { workerData: task });
  worker.unref();
  const result = new Promise<IntegrityResult>((resolve) => {
    worker.once('message', (answer: IntegrityAnswer) => resolve(resultOf(answer)));
    worker.once('error', (error) => resolve({ state: 'unreadable', found: String(error) }));
    worker.once('exit', () => resolve({ state: 'unreadable', found: 'the check was ended' }));
  });
  return { result, cancel: () => void worker.terminate() };
}

function resultOf(answer: IntegrityAnswer): IntegrityResult {
  if (answer.state !== 'thrown') return answer;
  const found = answer.error.message;
  return { state: troubleOf(errorOf(answer.error)) === 'damaged' ? 'damaged' : 'unreadable', found };
}
