import { Worker } from 'node:worker_threads';
import {
  errorOf,
  type DatabaseAnswer,
  type DatabaseOrder,
  type DatabaseTask,
  type Outcome,
  type Statement,
} from './databaseMessages.ts';

/** The thread of the database, as the hub sees it. Orders are obeyed in their order. */
export interface DatabaseThread {
  /**
   * Runs statements; with `together` as one transaction. Rejects with the error that SQLite threw, with its code, or with the
   * code `STORE_THREAD_ENDED`.
   */
  run(statements: readonly Statement[], together: boolean): Promise<Outcome[]>;
  /** Whether the file can be written; `reopens` closes it before and opens it again. Rejects as `run`. */
  probe(reopens: boolean): Promise<void>;
  /** Grows when the thread had to be started again: a transaction of before is lost. */
  generation(): number;
  /** Called with each error, and with `undefined` after each commit. */
  onOutcome(listener: (error: Error | undefined) => void): void;
  /** Ends the thread; one that does not end by itself within 2 s is stopped. */
  close(): Promise<void>;
}

/** A thread that waits for a lock ends later than this. Milliseconds. */
const closeLimitMs = 2_000;

interface Waiting {
  order: DatabaseOrder;
  resolve(outcomes: Outcome[]): void;
  reject(error: Error): void;
}

export function startDatabaseThread(task: DatabaseTask): DatabaseThread {
  let worker: Worker | undefined;
  let generation = 0;
  let isClosed = false;
  let listener: ((error: Error | undefined) => void) | undefined;
  /** In the order in which they were sent; the thread answers in the same order. */
  const waiting: Waiting[] = [];

  const start = (): Worker => {
    generation += 1;
    const started = new Worker(new URL('./databaseWorker.ts', import.meta.url), {
      workerData: { ...task, mustExist: generation > 1 && task.path !== ':memory:' } satisfies DatabaseTask,
    });
    started.on('message', (answer: DatabaseAnswer) => {
      const one = waiting.shift();
      if (waiting.length === 0) started.unref();
      if (one === undefined) return;
      if (!answer.ok) {
        const error = errorOf(answer.error);
        listener?.(error);
        one.reject(error);
        return;
      }
      if (!answer.isInTransaction && isWriting(one.order, answer.outcomes)) listener?.(undefined);
      one.resolve(answer.outcomes.map(withBuffers));
    });
    const ended = (why: string): void => {
      if (worker !== started) return;
      worker = undefined;
      const error = Object.assign(new Error(`The thread of the database ended: ${why}.`), {
        code: 'STORE_THREAD_ENDED',
      });
      if (!isClosed) listener?.(error);
      for (const { reject } of waiting.splice(0)) reject(error);
    };
    started.on('error', (error) => ended(error instanceof Error ? error.message : String(error)));
    started.on('exit', (code) => ended(`code ${code}`));
    return started;
  };

  worker = start();
  worker.unref();

  const send = (order: DatabaseOrder): Promise<Outcome[]> => {
    if (isClosed) return Promise.reject(new Error('The database is closed.'));
    return post(order);
  };
  const post = (order: DatabaseOrder): Promise<Outcome[]> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      // A value that cannot be cloned throws here; nothing was sent then.
      worker.postMessage(order);
      waiting.push({ order, resolve, reject });
      worker.ref();
    });

  return {
    run: (statements, together) => send({ type: 'run', statements: statements.map(cloneable), together }),
    async probe(reopens) {
      await send({ type: 'probe', reopens });
    },
    generation: () => generation,
    onOutcome: (added) => void (listener = added),
    async close() {
      if (isClosed) return;
      isClosed = true;
      const ending = worker;
      if (ending === undefined) return;
      const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      void post({ type: 'close' }).catch(() => undefined);
      const timer = setTimeout(() => void ending.terminate(), closeLimitMs);
      await gone;
      clearTimeout(timer);
    },
  };
}

function isWriting(order: DatabaseOrder, outcomes: readonly Outcome[]): boolean {
  if (order.type === 'probe') return true;
  return order.type === 'run' && (order.together || outcomes.some(({ changes = 0 }) => changes > 0));
}

/** Bytes are cloned with all of the memory that they are a part of. */
function cloneable({ sql, parameters }: Statement): Statement {
  return {
    sql,
    parameters: parameters.map((value) => (value instanceof Uint8Array ? new Uint8Array(value) : value)),
  };
}

/** Bytes come as plain arrays of bytes from another thread; the hub reads buffers. */
function withBuffers(outcome: Outcome): Outcome {
  for (const row of outcome.rows) {
    const values = row as Record<string, unknown>;
    for (const name in values) {
      const value = values[name];
      if (value instanceof Uint8Array) {
        values[name] = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      }
    }
  }
  return outcome;
}
