import type { MemberStatus } from '../../src-shared/squads/memberStatus.ts';
import type { RandomSource } from '../random.ts';
import { headingBetween, metresBetween } from './ground.ts';
import type { GroundPoint } from './ground.ts';
import type { Streets } from './streets.ts';

/** One member's round: from the station to some sites and back, over and over. */
export interface Patrol {
  loopMs: number;
  /** Where the member is when, within a round; between two of them the way is straight and the speed the same. */
  points: readonly (GroundPoint & { atMs: number })[];
  /** What the member is doing from when on, within a round; the first begins at 0. */
  legs: readonly { fromMs: number; status: MemberStatus }[];
  /** Where in the round the member is at the epoch. */
  phaseMs: number;
}

/** A moment of a round. */
export interface PatrolMoment extends GroundPoint {
  isMoving: boolean;
  speedMps: number;
  /** Undefined while standing. */
  headingDeg: number | undefined;
  status: MemberStatus;
  /** Counts the legs of all rounds: another number is another leg. */
  leg: number;
}

export interface PatrolOptions {
  random: RandomSource;
  streets: Streets;
  station: GroundPoint;
  /** The sites that are called at, in this order. */
  stops: readonly GroundPoint[];
  /** Whether the round has a meal, during which the member is not to be had. */
  hasMeal: boolean;
}

/** Speeds of an electric motorcycle or a patrol car in a town, in km/h. */
export const slowestKmh = 15;
export const fastestKmh = 40;

const minuteMs = 60_000;
/** How often a crossing makes one wait. */
const redLightShare = 0.1;

/** Makes a round. The same random source gives the same one. */
export function makePatrol({ random, streets, station, stops, hasMeal }: PatrolOptions): Patrol {
  const points: (GroundPoint & { atMs: number })[] = [];
  const legs: { fromMs: number; status: MemberStatus }[] = [];
  let atMs = 0;
  const between = (least: number, most: number): number => least + random() * (most - least);
  const stand = (place: GroundPoint, lastsMs: number): void => {
    points.push({ latitude: place.latitude, longitude: place.longitude, atMs });
    atMs = Math.round(atMs + lastsMs);
    points.push({ latitude: place.latitude, longitude: place.longitude, atMs });
  };
  const begin = (status: MemberStatus): void => void legs.push({ fromMs: atMs, status });
  const drive = (to: GroundPoint): void => {
    const from = points.at(-1) ?? station;
    let speedMps = 0;
    let before: GroundPoint = from;
    const way = streets.way(random, from, to);
    for (const [order, point] of way.entries()) {
      const metres = metresBetween(before, point);
      if (metres < 1) continue;
      // A new speed every few blocks; the last metres are slow.
      const isLast = order === way.length - 1;
      if (speedMps === 0 || random() < 0.4) speedMps = between(slowestKmh, fastestKmh) / 3.6;
      atMs += Math.ceil((metres / (isLast ? slowestKmh / 3.6 : speedMps)) * 1_000);
      points.push({ latitude: point.latitude, longitude: point.longitude, atMs });
      if (!isLast && random() < redLightShare) stand(point, between(8_000, 25_000));
      before = point;
    }
  };

  begin('available');
  stand(station, between(1, 3) * minuteMs);
  for (const stop of stops) {
    begin('en_route');
    drive(stop);
    begin('on_scene');
    stand(stop, between(3, 7) * minuteMs);
  }
  begin('returning');
  drive(station);
  if (hasMeal) {
    begin('unavailable');
    stand(station, between(4, 8) * minuteMs);
  }
  return { loopMs: atMs, points, legs, phaseMs: Math.floor(random() * atMs) };
}

/** Where a member is at a time (Unix milliseconds), and what is being done there. */
export function patrolAt(patrol: Patrol, nowMs: number): PatrolMoment {
  const runMs = nowMs + patrol.phaseMs;
  const round = Math.floor(runMs / patrol.loopMs);
  const atMs = runMs - round * patrol.loopMs;
  const order = patrol.legs.findLastIndex(({ fromMs }) => fromMs <= atMs);
  const status = patrol.legs[order]?.status ?? 'available';
  const leg = round * patrol.legs.length + order;
  const next = Math.max(
    1,
    patrol.points.findIndex((point) => point.atMs > atMs),
  );
  const [from, to] = [patrol.points[next - 1], patrol.points[next]];
  if (from === undefined || to === undefined) throw new RangeError('a round has at least two points');
  const share = Math.min(1, (atMs - from.atMs) / (to.atMs - from.atMs));
  const speedMps = (metresBetween(from, to) / (to.atMs - from.atMs)) * 1_000;
  const isMoving = speedMps > 0.1;
  return {
    latitude: from.latitude + (to.latitude - from.latitude) * share,
    longitude: from.longitude + (to.longitude - from.longitude) * share,
    isMoving,
    speedMps: isMoving ? speedMps : 0,
    headingDeg: isMoving ? headingBetween(from, to) : undefined,
    status,
    leg,
  };
}
