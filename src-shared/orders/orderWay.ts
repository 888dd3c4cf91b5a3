/** The way of somebody who goes to an order's place: how far, how long, by the road or straight. Pure. */
import { z } from 'zod';
import { squadsIdSchema } from '../squads/squads.protocol.ts';
import { straightDurationMs, type OrderPoint } from './orderRank.ts';
import { distanceM } from './straightLine.ts';

/** A road that was asked for from farther away than this does not count any more. Metres. */
export const roadHoldsM = 400;

/** Points of a line at most; a longer one is shortened. */
export const maxRoadPoints = 300;

const degrees = { latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) };

/** The road from where a member was to an order's place, as the router answered it. */
export const roadSchema = z.object({
  orderId: squadsIdSchema,
  memberId: squadsIdSchema,
  /** From where it was asked for. */
  from: z.object(degrees),
  distanceM: z.number().min(0),
  durationMs: z.number().min(0),
  /** WGS-84 degrees, longitude first. */
  line: z.array(z.tuple([degrees.longitude, degrees.latitude])).max(maxRoadPoints),
});
export type Road = z.output<typeof roadSchema>;

/** Whose road it is, as a key. */
export function roadKey({ orderId, memberId }: Pick<Road, 'orderId' | 'memberId'>): string {
  return `${orderId} ${memberId}`;
}

/** A way as it is shown. */
export interface Way {
  /** `straight`: the straight line, with the time it takes at `straightSpeedKmh`. */
  kind: 'road' | 'straight';
  distanceM: number;
  durationMs: number;
  /** WGS-84 degrees, longitude first; from where the member is to the place. */
  line: (readonly [longitude: number, latitude: number])[];
}

/** The way from where somebody is: the road while it was asked for from near there, else the straight line. */
export function wayTo(
  from: OrderPoint,
  to: OrderPoint,
  road: Omit<Road, 'orderId' | 'memberId'> | undefined,
): Way {
  const start = [from.longitude, from.latitude] as const;
  if (road !== undefined && distanceM(road.from, from) <= roadHoldsM) {
    // What lies behind the member is left out, as far as the line has a point near.
    const ahead = road.line.slice(nearestIndex(road.line, from));
    return { kind: 'road', distanceM: road.distanceM, durationMs: road.durationMs, line: [start, ...ahead] };
  }
  const metres = distanceM(from, to);
  return {
    kind: 'straight',
    distanceM: metres,
    durationMs: straightDurationMs(metres),
    line: [start, [to.longitude, to.latitude]],
  };
}

function nearestIndex(line: Road['line'], { latitude, longitude }: OrderPoint): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [index, [east, north]] of line.entries()) {
    const away = distanceM({ latitude: north, longitude: east }, { latitude, longitude });
    if (away < least) [best, least] = [index, away];
  }
  return best;
}
