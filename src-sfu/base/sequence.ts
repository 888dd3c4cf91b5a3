/** Does things one after the other. */
export interface Sequence {
  /** Does it at once when nothing is under way, else after what came before. It must not throw. */
  soon(task: () => void): void;
  /** As `soon`, and nothing else is done until its promise has settled. */
  exclusive<T>(task: () => Promise<T>): Promise<T>;
}

/** Nothing is under way yet. */
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
    waiting.push(task);
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
