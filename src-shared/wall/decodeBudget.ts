/**
 * The decode budget of one screen: from what the screen measures it decides how far the hub thins what it sends. It
 * thins within seconds and gives back slowly; what failed once is tried again only after twice the time, so that a
 * screen at its limit settles instead of swinging.
 */
import { z } from 'zod';

const framesPerSecond = z.number().min(0).max(100_000);

/** What a screen measures of all its tiles together, about once a second. */
export const decodeMeasurementSchema = z.object({
  /** Tiles with a live picture. */
  tilesShown: z.number().int().min(0).max(1_024),
  /** Frames per second that reached the screen: a camera that sends fewer is not the screen's fault. */
  framesExpected: framesPerSecond,
  framesPresented: framesPerSecond,
  /** Frames per second that were thrown away before they were shown. */
  framesDropped: framesPerSecond,
  /** Frames per second shown later than one frame interval after their time. */
  framesLate: framesPerSecond,
  /** Mean time to decode one frame, milliseconds. */
  decodeMs: z.number().min(0).max(60_000),
});
export type DecodeMeasurement = z.output<typeof decodeMeasurementSchema>;

/** The levels of thinning, from nothing left out to the most that is. */
export const thinningNames = [
  'full',
  'fewerMains',
  'subOnly',
  'halfRate',
  'fewerTiles',
  'fewestTiles',
] as const;

/**
 * How far what a screen gets is thinned. A frame of H.264 cannot be left out, as the next ones are made from it: fewer
 * frames means that some tiles show only their key pictures, one in each GOP.
 */
export interface Thinning {
  name: (typeof thinningNames)[number];
  /** Tiles that may have the main stream. */
  maxMains: number;
  /** The share of the tiles whose pictures run; the others show key pictures. */
  liveShare: number;
}

/** From nothing left out to the most that is. */
export const thinnings: readonly Thinning[] = [
  { name: 'full', maxMains: Number.MAX_SAFE_INTEGER, liveShare: 1 },
  { name: 'fewerMains', maxMains: 1, liveShare: 1 },
  { name: 'subOnly', maxMains: 0, liveShare: 1 },
  { name: 'halfRate', maxMains: 0, liveShare: 1 / 2 },
  { name: 'fewerTiles', maxMains: 0, liveShare: 1 / 4 },
  { name: 'fewestTiles', maxMains: 0, liveShare: 1 / 8 },
];

/** What a screen would have to decode with nothing left out. */
export interface DecodeLoad {
  /** Tiles with a picture. */
  tiles: number;
  /** How many of them are large enough for the main stream. */
  mains: number;
}

/** A load of which every level of thinning takes something. */
const anyLoad: DecodeLoad = { tiles: 64, mains: 64 };

/** Why the level is what it is, with the figure that decided and the limit it was held against. */
export interface ThinningReason {
  cause: 'nothingYet' | 'dropped' | 'notPresented' | 'late' | 'slowDecode' | 'recovered';
  value: number;
  limit: number;
}

/** The budget of one screen; plain JSON. Times are in the clock of `nowMs`. */
export interface DecodeBudgetState {
  /** Index into `thinnings`. */
  level: number;
  changedAtMs: number;
  reason: ThinningReason;
  /** Measurements that followed one another and were too bad. */
  badInARow: number;
  /** Since when every measurement was good enough to try giving something back. */
  goodSinceMs?: number;
  lastMeasuredAtMs?: number;
  /** Good time before something is given back; doubled when that failed. */
  recoverMs: number;
  /** When something was given back last, until it has proven itself. */
  givenBackAtMs?: number;
}

export type DecodeBudgetEvent =
  /** With the load, levels that would take nothing from it are passed over. */
  | { type: 'measured'; measurement: DecodeMeasurement; load?: DecodeLoad }
  /** Another layout, or the screen was opened anew: what failed before says nothing about it. */
  | { type: 'loadChanged' };

/** The shares and times of the budget. Shares are of the frames that reached the screen. */
export const decodeLimits = {
  /** Worse than one of these is too bad: issue 3 asks for 90 % of the frames shown. */
  bad: { dropped: 0.05, presented: 0.9, late: 0.15, decodeMs: 60 },
  /** Better than all of these leaves room to give something back. */
  good: { dropped: 0.01, presented: 0.97, late: 0.05, decodeMs: 30 },
  /** So many bad measurements thin by one level: one alone may be a page turn. */
  badBeforeThinning: 2,
  /** After a change nothing is judged for this time: streams restart at a key picture. */
  settleMs: 3_000,
  firstRecoverMs: 30_000,
  longestRecoverMs: 3_600_000,
  /** What was given back and held so long has not failed. */
  provenMs: 60_000,
  /** A longer silence than this between measurements breaks a good time. */
  longestGapMs: 10_000,
} as const;

/** The budget of a screen that has measured nothing yet. */
export function fullDecodeBudget(nowMs: number): DecodeBudgetState {
  return {
    level: 0,
    changedAtMs: nowMs,
    reason: { cause: 'nothingYet', value: 0, limit: 0 },
    badInARow: 0,
    recoverMs: decodeLimits.firstRecoverMs,
  };
}

/** What the level of this state means. */
export function thinningOf(state: DecodeBudgetState): Thinning {
  return thinnings[state.level] ?? thinnings[thinnings.length - 1]!;
}

/** Of several surfaces that show one screen, the measurement of the one that is furthest from keeping up. */
export function worstMeasurement(measurements: readonly DecodeMeasurement[]): DecodeMeasurement | undefined {
  let worst: { measurement: DecodeMeasurement; badness: number } | undefined;
  for (const measurement of measurements) {
    const badness = badnessOf(measurement);
    if (worst === undefined || badness > worst.badness) worst = { measurement, badness };
  }
  return worst?.measurement;
}

/** The next state; `level` and `reason` change together. Every event has a meaning in every state. */
export function transitionDecodeBudget(
  state: DecodeBudgetState,
  event: DecodeBudgetEvent,
  nowMs: number,
): DecodeBudgetState {
  switch (event.type) {
    case 'loadChanged': {
      const { goodSinceMs: _good, givenBackAtMs: _given, ...rest } = state;
      return { ...rest, changedAtMs: nowMs, badInARow: 0, recoverMs: decodeLimits.firstRecoverMs };
    }
    case 'measured':
      return measured(state, event.measurement, event.load ?? anyLoad, nowMs);
  }
}

function measured(
  state: DecodeBudgetState,
  measurement: DecodeMeasurement,
  load: DecodeLoad,
  nowMs: number,
): DecodeBudgetState {
  const silent =
    state.lastMeasuredAtMs !== undefined && nowMs - state.lastMeasuredAtMs > decodeLimits.longestGapMs;
  const heard = { ...(silent ? withoutGoodTime(state) : state), lastMeasuredAtMs: nowMs };
  if (nowMs - state.changedAtMs < decodeLimits.settleMs) return heard;
  if (measurement.tilesShown === 0 || measurement.framesExpected <= 0) return withoutGoodTime(heard);
  const problem = problemOf(measurement);
  if (problem !== undefined) return thinned(withoutGoodTime(heard), problem, load, nowMs);
  const calm = proven({ ...heard, badInARow: 0 }, nowMs);
  if (!isGood(measurement)) return withoutGoodTime(calm);
  const goodSinceMs = calm.goodSinceMs ?? nowMs;
  if (calm.level === 0 || nowMs - goodSinceMs < calm.recoverMs) return { ...calm, goodSinceMs };
  return {
    ...withoutGoodTime(calm),
    level: levelBelow(calm.level, load),
    changedAtMs: nowMs,
    givenBackAtMs: nowMs,
    reason: { cause: 'recovered', value: nowMs - goodSinceMs, limit: calm.recoverMs },
  };
}

function thinned(
  state: DecodeBudgetState,
  reason: ThinningReason,
  load: DecodeLoad,
  nowMs: number,
): DecodeBudgetState {
  const badInARow = state.badInARow + 1;
  const level = levelAbove(state.level, load);
  if (badInARow < decodeLimits.badBeforeThinning || level === undefined) return { ...state, badInARow };
  const { givenBackAtMs, ...rest } = state;
  const failed = givenBackAtMs !== undefined && nowMs - givenBackAtMs < decodeLimits.provenMs;
  const recoverMs = failed ? Math.min(state.recoverMs * 2, decodeLimits.longestRecoverMs) : state.recoverMs;
  return { ...rest, level, changedAtMs: nowMs, badInARow: 0, reason, recoverMs };
}

/** The next level that takes something more from the load. */
function levelAbove(level: number, load: DecodeLoad): number | undefined {
  const present = workAt(level, load);
  for (let above = level + 1; above < thinnings.length; above += 1) {
    if (workAt(above, load) !== present) return above;
  }
  return undefined;
}

/** The next level that gives something back, or the first when that would be the same. */
function levelBelow(level: number, load: DecodeLoad): number {
  const present = workAt(level, load);
  let below = level - 1;
  while (below > 0 && workAt(below, load) === present) below -= 1;
  while (below > 0 && workAt(below - 1, load) === workAt(below, load)) below -= 1;
  return below;
}

/** What a level leaves of a load, for comparison. */
function workAt(level: number, { tiles, mains }: DecodeLoad): string {
  const { maxMains, liveShare } = thinnings[level]!;
  return `${Math.min(mains, maxMains)}/${Math.ceil(tiles * liveShare)}`;
}

/** Forgets the failures once what was given back has held. */
function proven(state: DecodeBudgetState, nowMs: number): DecodeBudgetState {
  const { givenBackAtMs, ...rest } = state;
  if (givenBackAtMs === undefined || nowMs - givenBackAtMs < decodeLimits.provenMs) return state;
  return { ...rest, recoverMs: decodeLimits.firstRecoverMs };
}

function withoutGoodTime(state: DecodeBudgetState): DecodeBudgetState {
  const { goodSinceMs: _goodSinceMs, ...rest } = state;
  return rest;
}

/** The first limit a measurement breaks. */
function problemOf(measurement: DecodeMeasurement): ThinningReason | undefined {
  const { bad } = decodeLimits;
  const { dropped, presented, late } = sharesOf(measurement);
  if (dropped > bad.dropped) return { cause: 'dropped', value: dropped, limit: bad.dropped };
  if (presented < bad.presented) return { cause: 'notPresented', value: presented, limit: bad.presented };
  if (late > bad.late) return { cause: 'late', value: late, limit: bad.late };
  if (measurement.decodeMs > bad.decodeMs) {
    return { cause: 'slowDecode', value: measurement.decodeMs, limit: bad.decodeMs };
  }
  return undefined;
}

/** How near a measurement is to the limit it is nearest to; above 1 it is too bad. */
function badnessOf(measurement: DecodeMeasurement): number {
  if (measurement.tilesShown === 0 || measurement.framesExpected <= 0) return -1;
  const { bad } = decodeLimits;
  const { dropped, presented, late } = sharesOf(measurement);
  return Math.max(
    dropped / bad.dropped,
    (1 - presented) / (1 - bad.presented),
    late / bad.late,
    measurement.decodeMs / bad.decodeMs,
  );
}

function isGood(measurement: DecodeMeasurement): boolean {
  const { good } = decodeLimits;
  const { dropped, presented, late } = sharesOf(measurement);
  return (
    dropped <= good.dropped &&
    presented >= good.presented &&
    late <= good.late &&
    measurement.decodeMs <= good.decodeMs
  );
}

function sharesOf(measurement: DecodeMeasurement): { dropped: number; presented: number; late: number } {
  const { framesExpected, framesPresented, framesDropped, framesLate } = measurement;
  return {
    dropped: framesDropped / framesExpected,
    presented: framesPresented / framesExpected,
    late: framesLate / framesExpected,
  };
}
