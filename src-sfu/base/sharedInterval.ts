/** One timer for what hundreds of cameras have to do again and again: a wake-up of the process for each would cost more than the work. */
export interface SharedInterval {
  /** Calls `work` once in each interval, the first time within one; returns the function that ends it. */
  join(work: () => void): () => void;
}

/**
 * `parts`: into how many pieces an interval is cut, each with its share of the work, so that hundreds of works never come at
 * once. The timer runs only while somebody has joined.
 */
export function createSharedInterval(intervalMs: number, parts = 1): SharedInterval {
  const shares = Array.from({ length: parts }, () => new Set<() => void>());
  let part = 0;
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const takeTurn = (): void => {
    part = (part + 1) % parts;
    for (const work of shares[part] ?? []) work();
  };
  return {
    join(joined) {
      // One function may join twice.
      const work = (): void => joined();
      const share = shares.reduce((least, one) => (one.size < least.size ? one : least));
      share.add(work);
      count += 1;
      timer ??= setInterval(takeTurn, intervalMs / parts);
      return () => {
        if (!share.delete(work)) return;
        count -= 1;
        if (count > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
