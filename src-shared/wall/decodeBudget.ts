/**
 * The decode budget of one screen: from what the screen measures it decides how far the hub thins what it sends. It
 * thins within seconds and gives back slowly; what failed once is tried again only after twice the time, so that a
 * screen at its limit settles instead of swinging.
 */
import { z } from 'zod';

/** What a screen measures of all its tiles together, about once a second. */
export const decodeMeasurementSchema = z.object({
  /** Tiles with a live picture. */
  tilesShown: z.number().int().min(0),
  /** Frames per second that reached the screen: a camera that sends fewer is not the screen's fault. */
  framesExpected: z.number().min(0),
  framesPresented: z.number().min(0),
  /** Frames per second that were thrown away before they were shown. */
  framesDropped: z.number().min(0),
  /** Frames per second shown later than one frame interval after their time. */
  framesLate: z.number().min(0),
  /** Mean time to decode one frame, milliseconds. */
  decodeMs: z.number().min(0),
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

/** How far what a screen gets is thinned. */
export interface Thinning {
  name: (typeof thinningNames)[number];
  /** Tiles that may have the main stream. */
  maxMains: number;
  /** Every other frame is left out. */
  halfRate: boolean;
  /** The share of the tiles that are live; the others show their last picture. */
  liveShare: number;
}

/** From nothing left out to the most that is. */
export const thinnings: readonly Thinning[] = [
  { name: 'full', maxMains: Number.MAX_SAFE_INTEGER, halfRate: false, liveShare: 1 },
  { name: 'fewerMains', maxMains: 1, halfRate: false, liveShare: 1 },
  { name: 'subOnly', maxMains: 0, halfRate: false, liveShare: 1 },
  { name: 'halfRate', maxMains: 0, halfRate: true, liveShare: 1 },
  { name: 'fewerTiles', maxMains: 0, halfRate: true, liveShare: 0.5 },
  { name: 'fewestTiles', maxMains: 0, halfRate: true, liveShare: 0.25 },
];

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
  | { type: 'measured'; measurement: DecodeMeasurement }
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
      return measured(state, event.measurement, nowMs);
  }
}

function measured(
  state: DecodeBudgetState,
  measurement: DecodeMeasurement,
  nowMs: number,
): DecodeBudgetState {
  const silent =
    state.lastMeasuredAtMs !== undefined && nowMs - state.lastMeasuredAtMs > decodeLimits.longestGapMs;
  const heard = { ...(silent ? withoutGoodTime(state) : state), lastMeasuredAtMs: nowMs };
  if (nowMs - state.changedAtMs < decodeLimits.settleMs) return heard;
  if (measurement.tilesShown === 0 || measurement.framesExpected <= 0) return withoutGoodTime(heard);
  const problem = problemOf(measurement);
  if (problem !== undefined) return thinned(withoutGoodTime(heard), problem, nowMs);
  const calm = proven({ ...heard, badInARow: 0 }, nowMs);
  if (!isGood(measurement)) return withoutGoodTime(calm);
  const goodSinceMs = calm.goodSinceMs ?? nowMs;
  if (calm.level === 0 || nowMs - goodSinceMs < calm.recoverMs) return { ...calm, goodSinceMs };
  return {
    ...withoutGoodTime(calm),
    level: calm.level - 1,
    changedAtMs: nowMs,
    givenBackAtMs: nowMs,
    reason: { cause: 'recovered', value: nowMs - goodSinceMs, limit: calm.recoverMs },
  };
}

function thinned(state: DecodeBudgetState, reason: ThinningReason, nowMs: number): DecodeBudgetState {
  const badInARow = state.badInARow + 1;
  if (badInARow < decodeLimits.badBeforeThinning || state.level === thinnings.length - 1) {
    return { ...state, badInARow };
  }
  const { givenBackAtMs, ...rest } = state;
  const failed = givenBackAtMs !== undefined && nowMs - givenBackAtMs < decodeLimits.provenMs;
  const recoverMs = failed ? Math.min(state.recoverMs * 2, decodeLimits.longestRecoverMs) : state.recoverMs;
  return { ...rest, level: state.level + 1, changedAtMs: nowMs, badInARow: 0, reason, recoverMs };
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
