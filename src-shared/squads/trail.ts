import { z } from 'zod';

/** Where a member was, WGS-84 degrees, and when, by the hub's clock. */
export const trailPointSchema = z.object({ latitude: z.number(), longitude: z.number(), atMs: z.number() });
export type TrailPoint = z.output<typeof trailPointSchema>;

/** A trail goes back so far. */
export const trailMs = 10 * 60_000;
/** Points of one trail at most: one every 10 s. */
export const maxTrailPoints = 60;
const leastApartMs = trailMs / maxTrailPoints;

/**
 * A trail with one more place, the oldest first. Places may come late and out of order; those closer than 10 s to one that
 * is there, but for the newest, and those older than 10 min before it are left out.
 */
export function extendTrail(trail: readonly TrailPoint[], place: TrailPoint): readonly TrailPoint[] {
  const { latitude, longitude, atMs } = place;
  const sorted = [...trail, { latitude, longitude, atMs }].sort((left, right) => left.atMs - right.atMs);
  const newest = sorted.at(-1);
  const kept: TrailPoint[] = [];
  for (const point of sorted) {
    if (newest === undefined || newest.atMs - point.atMs > trailMs) continue;
    const before = kept.at(-1);
    if (point !== newest && before !== undefined && point.atMs - before.atMs < leastApartMs) continue;
    kept.push(point);
  }
  return kept.slice(-maxTrailPoints - 1);
}
