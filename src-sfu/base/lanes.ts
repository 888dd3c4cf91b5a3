/** More wait already than are worked on in a reasonable time. */
export class LanesFull extends Error {
  override name = 'LanesFull';
}

/** The lane of browsers that have signed in with the account before: it goes first, whatever waits elsewhere. */
export const knownLane = 'known';

interface Waiting {
  start(): void;
  refuse(): void;
}

/**
 * Runs a few works at a time and lets the others wait in lanes, one for each address. Lanes take turns, and when there is no more room
 * the newest of the longest lane is refused: who floods the hub keeps out itself. `LanesFull` is the refusal.
 */
export function createLanes({ maxRunning, maxWaiting }: { maxRunning: number; maxWaiting: number }) {
  let running = 0;
  /** Those that wait, by lane; the lane whose turn is next comes first. */
  const lanes = new Map<string, Waiting[]>();

  const makeRoom = (): void => {
    const all = [...lanes.values()];
    if (all.reduce((sum, { length }) => sum + length, 0) <= maxWaiting) return;
    // Of lanes of one length the last one came last.
    const longest = all.reduce((most, lane) => (lane.length >= most.length ? lane : most));
    longest.pop()?.refuse();
  };
  const takeNext = (): Waiting | undefined => {
    for (const [lane, own] of lanes.has(knownLane)
      ? [[knownLane, lanes.get(knownLane) ?? []] as const]
      : lanes) {
      const next = own.shift();
      lanes.delete(lane);
      if (own.length > 0) lanes.set(lane, own);
      if (next !== undefined) return next;
    }
    return undefined;
  };

  return async <T>(lane: string, work: () => Promise<T>): Promise<T> => {
    if (running >= maxRunning) {
      await new Promise<void>((resolve, reject) => {
        const own = lanes.get(lane) ?? [];
        lanes.set(lane, own);
        own.push({
          start: resolve,
          refuse: () => reject(new LanesFull('too many wait')),
        });
        makeRoom();
      });
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = takeNext();
      if (next === undefined) running -= 1;
      else next.start();
    }
  };
}
