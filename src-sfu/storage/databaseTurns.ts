/**
 * Whose turn it is at the one connection of the database. What people's safety depends on is served first; the rest in its
 * order. A turn that does not come in time is refused, so that nobody waits without end for a database that is locked.
 */
export interface DatabaseTurns {
  /** Waits for the connection. Rejects with the code `SQLITE_BUSY`; urgent callers are never refused. */
  take(isUrgent: boolean): Promise<void>;
  /** Gives the connection back. */
  give(): void;
  waiting(): { urgent: number; others: number };
}

export interface DatabaseTurnsOptions {
  /** Most callers that wait, besides the urgent ones. */
  maxWaiting: number;
  /** How long one waits, in milliseconds. */
  patienceMs: number;
}

/** A caller beyond these limits is refused at once, or after this time. 8 s lies below what surfaces wait for an answer. */
export const databaseTurnLimits: DatabaseTurnsOptions = { maxWaiting: 5_000, patienceMs: 8_000 };

interface Waiter {
  resolve(): void;
  timer?: NodeJS.Timeout;
}

export function createDatabaseTurns({ maxWaiting, patienceMs }: DatabaseTurnsOptions): DatabaseTurns {
  const urgent = new Set<Waiter>();
  const others = new Set<Waiter>();
  let isTaken = false;

  const refusal = (why: string): Error =>
    Object.assign(new Error(`The database is busy: ${why}.`), { code: 'SQLITE_BUSY' });

  return {
    take(isUrgent) {
      if (!isTaken) {
        isTaken = true;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        if (isUrgent) {
          urgent.add({ resolve });
          return;
        }
        if (others.size >= maxWaiting) {
          reject(refusal(`${maxWaiting} callers wait for it already`));
          return;
        }
        const waiter: Waiter = { resolve };
        waiter.timer = setTimeout(() => {
          others.delete(waiter);
          reject(refusal(`this caller waited for ${patienceMs / 1_000} s`));
        }, patienceMs);
        others.add(waiter);
      });
    },
    give() {
      const queue = urgent.size > 0 ? urgent : others;
      const [next] = queue;
      if (next === undefined) {
        isTaken = false;
        return;
      }
      queue.delete(next);
      clearTimeout(next.timer);
      next.resolve();
    },
    waiting: () => ({ urgent: urgent.size, others: others.size }),
  };
}
