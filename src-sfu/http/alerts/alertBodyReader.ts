import { Worker } from 'node:worker_threads';
import { parseDelivery, type BodyResult } from './alertBody.ts';
import { hubLocalTime } from './hubLocalTime.ts';

/** What the thread is given. Times are Unix milliseconds. */
export interface BodyTask {
  body: Uint8Array;
  contentType: string;
  nowMs: number;
}

/** Reads the bodies of signed deliveries without ever stopping the hub. */
export interface AlertBodyReader {
  /** `body` may be empty afterwards: a large one goes over to the thread. Nothing is thrown for its content. */
  read(body: Buffer, contentType: string, nowMs: number): Promise<BodyResult>;
  close(): void;
}

/**
 * A body up to this size is read at once. Whatever is in it, that takes less than 100 ms; of what platforms send, only pictures and
 * full batches are larger.
 */
const smallBytes = 256 * 1024;
/** The costliest bodies of 16 MiB take about 6 s. */
const timeLimitMs = 20_000;
/**
 * JSON of 16 MiB takes at most 530 MiB (lists inside one another; measured). The limit lies far above, because memory that runs out
 * inside JSON.parse ends the whole process.
 */
const memoryLimitMb = 2_048;
/** A thread that has nothing to do gives its memory back after this time. */
const idleMs = 30_000;

interface Job {
  task: BodyTask;
  resolve(result: BodyResult): void;
  reject(error: Error): void;
}

export function createAlertBodyReader(limits = { smallBytes, timeLimitMs }): AlertBodyReader {
  const jobs: Job[] = [];
  let current: Job | undefined;
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;

  const stop = (): void => {
    clearTimeout(timer);
    const stopped = worker;
    worker = undefined;
    void stopped?.terminate();
  };
  const next = (): void => {
    clearTimeout(timer);
    current = jobs.shift();
    if (current === undefined) {
      timer = setTimeout(stop, idleMs).unref();
      return;
    }
    worker ??= start();
    timer = setTimeout(() => give(tooCostly()), limits.timeLimitMs);
    const { task } = current;
    const { body } = task;
    const isAlone = body.byteLength === body.buffer.byteLength;
    worker.postMessage(task, isAlone ? [body.buffer as ArrayBuffer] : []);
  };
  /** Ends the present job, whose thread cannot be used any more. */
  const give = (result: BodyResult | Error): void => {
    const job = current;
    stop();
    next();
    if (result instanceof Error) job?.reject(result);
    else job?.resolve(result);
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./alertBodyWorker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    });
    started.unref();
    started.on('message', (result: BodyResult) => {
      if (started !== worker) return;
      const job = current;
      next();
      job?.resolve(result);
    });
    started.on('error', (error: Error) => {
      if (started !== worker) return;
      give(error);
    });
    return started;
  };

  return {
    read(body, contentType, nowMs) {
      if (body.byteLength <= limits.smallBytes) {
        return Promise.resolve(parseDelivery(body, contentType, { nowMs, localTime: hubLocalTime }));
      }
      return new Promise((resolve, reject) => {
        jobs.push({ task: { body, contentType, nowMs }, resolve, reject });
        if (current === undefined) next();
      });
    },
    close() {
      jobs.splice(0);
      current = undefined;
      stop();
    },
  };
}

function tooCostly(): BodyResult {
  const message = 'Reading the body takes more time than any batch needs: split it.';
  return { ok: false, status: 413, error: { code: 'body_too_costly', message } };
}
