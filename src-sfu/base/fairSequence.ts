import { AsyncResource } from 'node:async_hooks';

/**
 * Runs tasks one after the other, those of each asker in their order, and the askers in turn: who asks for five hundred things at once
 * delays another by one of them, not by all.
 */
export interface FairSequence {
  /** The next task waits until this task's promise has settled. `asker` is any name that distinguishes who asks from others. */
  exclusive<T>(asker: string, task: () => Promise<T>): Promise<T>;
}

/** A sequence without tasks. */
export function createFairSequence(): FairSequence {
  /** By asker. Whose turn is next stands first. */
  const waiting = new Map<string, (() => Promise<void>)[]>();
  let isBusy = false;

  const next = (): void => {
    if (isBusy) return;
    const [first] = waiting;
    if (first === undefined) return;
    const [asker, tasks] = first;
    const task = tasks.shift();
    // The asker goes behind those who wait.
    waiting.delete(asker);
    if (tasks.length > 0) waiting.set(asker, tasks);
    if (task === undefined) return next();
    isBusy = true;
    void task().finally(() => {
      isBusy = false;
      next();
    });
  };

  return {
    exclusive: (asker, task) =>
      new Promise((resolve, reject) => {
        const tasks = waiting.get(asker) ?? [];
        // Each in the context of who asked for it (asking.ts), not of the task before it.
        tasks.push(AsyncResource.bind(() => Promise.resolve().then(task).then(resolve, reject)));
        waiting.set(asker, tasks);
        next();
      }),
  };
}
