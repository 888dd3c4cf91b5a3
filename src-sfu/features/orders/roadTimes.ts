import type { OrderPoint, RoadTime } from '../../../src-shared/orders/orderRank.ts';
import type { Router } from './orders.ports.ts';

/** How long the road takes from where members are; only what is known in time. */
export interface RoadTimes {
  /** Resolves within the budget, with what is known by then; without a usable answer with nothing. */
  within(
    from: readonly { memberId: string; position: OrderPoint }[],
    to: OrderPoint,
  ): Promise<ReadonlyMap<string, RoadTime>>;
}

/** The ranking has 200 ms; the rest is for the ranking itself. Milliseconds. */
const budgetMs = 140;
/** The matrices of public routers take 50 places and more. */
const maxPlaces = 40;
const keptMs = 60_000;
const maxKept = 2_000;
/** After so many failures in a row the router is left alone for a while, so that nobody waits for it. */
const failuresBeforePause = 2;
const pauseMs = 10_000;

export function createRoadTimes(options: { router: Router; nowMs(): number }): RoadTimes {
  const { router, nowMs } = options;
  /** By place and position, each to about 100 m. The oldest first. */
  const kept = new Map<string, { time: RoadTime | undefined; atMs: number }>();
  let failures = 0;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;

  const keyOf = (from: OrderPoint, to: OrderPoint): string =>
    [from.latitude, from.longitude, to.latitude, to.longitude].map((value) => value.toFixed(3)).join();
  const keep = (key: string, time: RoadTime | undefined): void => {
    kept.delete(key);
    kept.set(key, { time, atMs: nowMs() });
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKept) break;
      kept.delete(oldest);
    }
  };

  return {
    async within(from, to) {
      const isKnown = (position: OrderPoint): boolean =>
        nowMs() - (kept.get(keyOf(position, to))?.atMs ?? Number.NEGATIVE_INFINITY) < keptMs;
      const asked = from.filter(({ position }) => !isKnown(position)).slice(0, maxPlaces);
      if (asked.length > 0 && nowMs() >= pausedUntilMs) {
        try {
          const places = asked.map(({ position }) => position);
          const times = await router.times(places, to, budgetMs);
          for (const [index, { position }] of asked.entries()) keep(keyOf(position, to), times[index]);
          failures = 0;
        } catch {
          // The straight line serves; orderRoads reports that the router does not answer.
          failures += 1;
          if (failures >= failuresBeforePause) pausedUntilMs = nowMs() + pauseMs;
        }
      }
      return new Map(
        from.flatMap(({ memberId, position }) => {
          const time = isKnown(position) ? kept.get(keyOf(position, to))?.time : undefined;
          return time === undefined ? [] : [[memberId, time] as const];
        }),
      );
    },
  };
}
