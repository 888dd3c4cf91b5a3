import { AsyncResource } from 'node:async_hooks';

/** Runs tasks one after the other, each in the context of who asked for it (asking.ts), not of the task before it. */
export interface Sequence {
  /** Runs the task at once when no other task is running, otherwise after the earlier ones. The task must not throw. */
  soon(task: () => void): void;
  /** As `soon`, but the next task waits until this task's promise has settled. */
  exclusive<T>(task: () => Promise<T>): Promise<T>;
}

/** A sequence without tasks. */
export function createSequence(): Sequence {
  const waiting: (() => void)[] = [];
  let busy = false;
  const next = (): void => {
    while (!busy) {
      const task = waiting.shift();
      if (task === undefined) return;
      task();
    }
  };
  const soon = (task: () => void): void => {
    waiting.push(AsyncResource.bind(task));
    next();
  };
  return {
    soon,
    exclusive: (task) =>
      new Promise((resolve, reject) => {
        soon(() => {
          busy = true;
          task()
            .then(resolve, reject)
            .finally(() => {
              busy = false;
              next();
            });
        });
      }),
  };
}
