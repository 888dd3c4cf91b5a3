/**
 * Turns of the event loop. What takes a turn runs alone in it: packets, an SOS and the requests of others come between two turns,
 * however many of them wait.
 */
export interface LoopTurns {
  /** Resolves when it is the caller's turn, in the order of the calls. */
  next(): Promise<void>;
}

/** `schedule` calls back in a later turn of the event loop, after what the system had to report. */
export function createLoopTurns(
  schedule: (callback: () => void) => unknown = (callback) => setImmediate(callback),
): LoopTurns {
  const waiting: (() => void)[] = [];
  const begin = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) schedule(begin);
  };
  return {
    next() {
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 1) schedule(begin);
      });
    },
  };
}
