/**
 * The decode budget of one screen: from what the screen measures it decides how far the hub thins what it sends. It
 * thins within seconds, and only for what a person would see: pictures that are lost, pictures that fall ever further behind
 * the clock, a page that does not draw. It gives back within seconds of nothing being lost; what failed is tried again
 * only after twice the time, so that a screen at its limit settles instead of swinging.
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
  /** Frames per second shown later than one frame interval after their time: latency and jitter, never a reason to thin. */
  framesLate: framesPerSecond,
  /** Mean time to decode one frame, milliseconds; says how much work the screen has, and is never a reason to thin. */
  decodeMs: z.number().min(0).max(60_000),
  /**
   * How fast the usual tile falls behind the clock: 0.1 is a picture that is 100 ms later with each second. A delay that
   * stays the same is 0. Absent when it was not measured.
   */
  behindShare: z.number().min(0).max(1_000).optional(),
  /** Share of the time in which the page drew nothing although it was asked to, in gaps that are seen. */
  pageMissingShare: z.number().min(0).max(1).optional(),
});
export type DecodeMeasurement = z.output<typeof decodeMeasurementSchema>;

/** The quality levels, from the full quality to the lowest. */
export const qualityLevelNames = [
  'full',
  'fewerMains',
  'subOnly',
  'halfRate',
  'fewerTiles',
  'fewestTiles',
] as const;

/**
 * What a screen receives at one quality level. A frame of H.264 cannot be left out, as the next ones are made from it: fewer
 * frames means that some tiles show only their key pictures, one in each GOP.
 */
export interface QualityLevel {
  name: (typeof qualityLevelNames)[number];
  /** Tiles that may have the main stream. */
  maxMains: number;
  /** The share of the tiles whose pictures run; the others show key pictures. */
  liveShare: number;
}

/** From nothing left out to the most that is. */
export const qualityLevels: readonly QualityLevel[] = [
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

/** A load that every quality level below `full` reduces. */
const anyLoad: DecodeLoad = { tiles: 64, mains: 64 };

/** Why the level is what it is, with the figure that decided and the limit it was held against. */
export interface QualityReason {
  cause: 'nothingYet' | 'dropped' | 'notPresented' | 'fallingBehind' | 'pageFrames' | 'recovered';
  value: number;
  limit: number;
}

/** The budget of one screen; plain JSON. Times are in the clock of `nowMs`. */
export interface DecodeBudgetState {
  /** Index into `qualityLevels`. */
  level: number;
  changedAtMs: number;
  reason: QualityReason;
  /** Measurements that followed one another and were too bad. */
  badInARow: number;
  /** Since when nothing was lost. */
  goodSinceMs?: number;
  lastMeasuredAtMs?: number;
  /** Good time before something is given back; doubled when that failed. */
  recoverMs: number;
  /** The last giving back, until it has proven itself: when, and the level that held before it. */
  givenBack?: { atMs: number; fromLevel: number };
}

export type DecodeBudgetEvent =
  /** With the load, levels that would take nothing from it are passed over. */
  | { type: 'measured'; measurement: DecodeMeasurement; load?: DecodeLoad }
  /** Another layout, or the screen was opened anew: what failed before says nothing about it. */
  | { type: 'loadChanged' };

/** The shares and times of the budget. Shares are of the frames that reached the screen, or of the time. */
export const decodeLimits = {
  /** Worse than one of these is too bad: nine of ten pictures are to be seen. */
  bad: { dropped: 0.05, presented: 0.9, behind: 0.1, pageMissing: 0.2 },
  /** Better than all of these loses nothing. */
  good: { dropped: 0.01, presented: 0.97, behind: 0.05, pageMissing: 0.1 },
  /**
   * Lost pictures a second and tile that are not counted as lost: of a camera that sends one a second, the one that is
   * on its way when the screen counts would be half of all.
   */
  uncertainPerTile: 0.5,
  /** So many bad measurements thin by one level: one alone may be a page turn. */
  badBeforeDegrading: 2,
  /** After a change nothing is judged for this time: streams restart at a key picture. */
  settleMs: 3_000,
  firstRecoverMs: 5_000,
  longestRecoverMs: 3_600_000,
  /** What was given back and fails so soon was too much: the level that held before comes back at once. */
  soonFailedMs: 20_000,
  /** What was given back and held so long has not failed. */
  provenMs: 300_000,
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
export function qualityLevelOf(state: DecodeBudgetState): QualityLevel {
  return qualityLevels[state.level] ?? qualityLevels[qualityLevels.length - 1]!;
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
      const { goodSinceMs: _good, givenBack: _given, ...rest } = state;
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
  const heard = { ...(silent ? afterSilence(state) : state), lastMeasuredAtMs: nowMs };
  if (nowMs - state.changedAtMs < decodeLimits.settleMs) return heard;
  const problem = problemOf(measurement);
  if (problem !== undefined) return degraded(withoutGoodTime(heard), problem, load, nowMs);
  const calm = proven({ ...heard, badInARow: 0 }, nowMs);
  if (!isGood(measurement)) return withoutGoodTime(calm);
  const goodSinceMs = calm.goodSinceMs ?? nowMs;
  if (calm.level === 0 || nowMs - goodSinceMs < calm.recoverMs) return { ...calm, goodSinceMs };
  // A short lack of power is over as a whole; where giving back has failed, it is done level by level.
  const hasFailed = calm.recoverMs > decodeLimits.firstRecoverMs;
  return {
    ...withoutGoodTime(calm),
    level: hasFailed ? levelBelow(calm.level, load) : 0,
    changedAtMs: nowMs,
    givenBack: { atMs: nowMs, fromLevel: calm.level },
    reason: { cause: 'recovered', value: nowMs - goodSinceMs, limit: calm.recoverMs },
  };
}

function degraded(
  state: DecodeBudgetState,
  reason: QualityReason,
  load: DecodeLoad,
  nowMs: number,
): DecodeBudgetState {
  const badInARow = state.badInARow + 1;
  const above = levelAbove(state.level, load);
  if (badInARow < decodeLimits.badBeforeDegrading || above === undefined) return { ...state, badInARow };
  const { givenBack, ...rest } = state;
  const heldMs = givenBack === undefined ? Infinity : nowMs - givenBack.atMs;
  const level =
    givenBack !== undefined && heldMs < decodeLimits.soonFailedMs
      ? Math.max(above, givenBack.fromLevel)
      : above;
  const failed = heldMs < decodeLimits.provenMs;
  const recoverMs = failed ? Math.min(state.recoverMs * 2, decodeLimits.longestRecoverMs) : state.recoverMs;
  return { ...rest, level, changedAtMs: nowMs, badInARow: 0, reason, recoverMs };
}

/** The next level that takes something more from the load. */
function levelAbove(level: number, load: DecodeLoad): number | undefined {
  const present = workAt(level, load);
  for (let above = level + 1; above < qualityLevels.length; above += 1) {
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
  const { maxMains, liveShare } = qualityLevels[level]!;
  return `${Math.min(mains, maxMains)}/${Math.ceil(tiles * liveShare)}`;
}

/** Forgets the failures once what was given back has held. */
function proven(state: DecodeBudgetState, nowMs: number): DecodeBudgetState {
  const { givenBack, ...rest } = state;
  if (givenBack === undefined || nowMs - givenBack.atMs < decodeLimits.provenMs) return state;
  return { ...rest, recoverMs: decodeLimits.firstRecoverMs };
}

function withoutGoodTime(state: DecodeBudgetState): DecodeBudgetState {
  const { goodSinceMs: _goodSinceMs, ...rest } = state;
  return rest;
}

/** What was measured before a silence follows nothing. */
function afterSilence(state: DecodeBudgetState): DecodeBudgetState {
  return { ...withoutGoodTime(state), badInARow: 0 };
}

/** The first limit a measurement breaks. A screen without pictures loses none. */
function problemOf(measurement: DecodeMeasurement): QualityReason | undefined {
  if (isWithoutPictures(measurement)) return undefined;
  const { bad } = decodeLimits;
  const { dropped, presented, behind, pageMissing } = sharesOf(measurement);
  if (dropped > bad.dropped) return { cause: 'dropped', value: dropped, limit: bad.dropped };
  if (presented < bad.presented) return { cause: 'notPresented', value: presented, limit: bad.presented };
  if (behind > bad.behind) return { cause: 'fallingBehind', value: behind, limit: bad.behind };
  if (pageMissing > bad.pageMissing) {
    return { cause: 'pageFrames', value: pageMissing, limit: bad.pageMissing };
  }
  return undefined;
}

/** How near a measurement is to the limit it is nearest to; above 1 it is too bad. */
function badnessOf(measurement: DecodeMeasurement): number {
  if (isWithoutPictures(measurement)) return -1;
  const { bad } = decodeLimits;
  const { dropped, presented, behind, pageMissing } = sharesOf(measurement);
  return Math.max(
    dropped / bad.dropped,
    (1 - presented) / (1 - bad.presented),
    behind / bad.behind,
    pageMissing / bad.pageMissing,
  );
}

function isGood(measurement: DecodeMeasurement): boolean {
  if (isWithoutPictures(measurement)) return true;
  const { good } = decodeLimits;
  const { dropped, presented, behind, pageMissing } = sharesOf(measurement);
  return (
    dropped <= good.dropped &&
    presented >= good.presented &&
    behind <= good.behind &&
    pageMissing <= good.pageMissing
  );
}

function isWithoutPictures({ tilesShown, framesExpected }: DecodeMeasurement): boolean {
  return tilesShown === 0 || framesExpected <= 0;
}

interface Shares {
  dropped: number;
  presented: number;
  behind: number;
  pageMissing: number;
}

function sharesOf(measurement: DecodeMeasurement): Shares {
  const { tilesShown, framesExpected, framesPresented, framesDropped } = measurement;
  const uncertain = tilesShown * decodeLimits.uncertainPerTile;
  return {
    dropped: framesDropped <= uncertain ? 0 : framesDropped / framesExpected,
    presented: framesExpected - framesPresented <= uncertain ? 1 : framesPresented / framesExpected,
    behind: measurement.behindShare ?? 0,
    pageMissing: measurement.pageMissingShare ?? 0,
  };
}
