/**
 * The decode budget of one screen: it decides from the screen's measurements which quality level the hub sends. It
 * degrades within seconds, and only for problems that a person would see: lost pictures, pictures that fall further and further
 * behind the clock, or a page that does not draw. It restores quality some seconds after the problem is gone. When a restored
 * level fails again, the waiting time is doubled, so that a screen at its limit does not alternate between two levels.
 */
import {
  isGood,
  measurementLimits,
  problemOf,
  type DecodeMeasurement,
  type QualityReason,
} from './decodeMeasurement.ts';

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
 * What a screen receives at one quality level. Single H.264 frames cannot be left out, because later frames depend on them. To
 * save frames, some tiles therefore show only key pictures, one in each GOP.
 */
export interface QualityLevel {
  name: (typeof qualityLevelNames)[number];
  /** Tiles that may have the main stream. */
  maxMains: number;
  /** The share of the tiles whose pictures run; the others show key pictures. */
  liveShare: number;
}

/** From full quality to the lowest quality. */
export const qualityLevels: readonly QualityLevel[] = [
  { name: 'full', maxMains: Number.MAX_SAFE_INTEGER, liveShare: 1 },
  { name: 'fewerMains', maxMains: 1, liveShare: 1 },
  { name: 'subOnly', maxMains: 0, liveShare: 1 },
  { name: 'halfRate', maxMains: 0, liveShare: 1 / 2 },
  { name: 'fewerTiles', maxMains: 0, liveShare: 1 / 4 },
  { name: 'fewestTiles', maxMains: 0, liveShare: 1 / 8 },
];

/** What a screen would have to decode at full quality. */
export interface DecodeLoad {
  /** Tiles with a picture. */
  tiles: number;
  /** How many of them are large enough for the main stream. */
  mains: number;
}

/** A load that every quality level below `full` reduces. */
const anyLoad: DecodeLoad = { tiles: 64, mains: 64 };

/** The budget of one screen; plain JSON. Times are in the clock of `nowMs`. */
export interface DecodeBudgetState {
  /** Index into `qualityLevels`. */
  level: number;
  changedAtMs: number;
  reason: QualityReason;
  /** The number of consecutive bad measurements. */
  badInARow: number;
  /** The start of the present period of good measurements. */
  goodSinceMs?: number;
  lastMeasuredAtMs?: number;
  /** How long measurements must be good before quality is restored; doubled each time the restored level fails. Milliseconds. */
  recoverMs: number;
  /** The last restoration, until it counts as successful: its time, and the level before it. */
  givenBack?: { atMs: number; fromLevel: number };
}

export type DecodeBudgetEvent =
  /** With `load`, levels that would not reduce this load are skipped. */
  | { type: 'measured'; measurement: DecodeMeasurement; load?: DecodeLoad }
  /** The screen has another layout or was opened again, so earlier failures no longer count. */
  | { type: 'loadChanged' };

/** The shares and times of the budget. Shares are of the frames that reached the screen, or of the time. */
export const decodeLimits = {
  ...measurementLimits,
  /** This many consecutive bad measurements degrade by one level. A single one may come from a page turn. */
  badBeforeDegrading: 2,
  /** After a change of the level, measurements are ignored for this time, because streams restart at a key picture. */
  settleMs: 3_000,
  firstRecoverMs: 5_000,
  longestRecoverMs: 3_600_000,
  /** When a restored level fails within this time, the level before it is set again at once. */
  soonFailedMs: 20_000,
  /** A restored level that holds this long counts as successful. */
  provenMs: 300_000,
  /** A longer gap between two measurements ends a period of good measurements. */
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

/** The quality level of this state. */
export function qualityLevelOf(state: DecodeBudgetState): QualityLevel {
  return qualityLevels[state.level] ?? qualityLevels[qualityLevels.length - 1]!;
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
  // After a first overload, full quality is restored in one step; after a failed restoration, level by level.
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

/** The next lower quality level that reduces this load further. */
function levelAbove(level: number, load: DecodeLoad): number | undefined {
  const present = workAt(level, load);
  for (let above = level + 1; above < qualityLevels.length; above += 1) {
    if (workAt(above, load) !== present) return above;
  }
  return undefined;
}

/** The next higher quality level for this load; among levels with the same effect, the highest. */
function levelBelow(level: number, load: DecodeLoad): number {
  const present = workAt(level, load);
  let below = level - 1;
  while (below > 0 && workAt(below, load) === present) below -= 1;
  while (below > 0 && workAt(below - 1, load) === workAt(below, load)) below -= 1;
  return below;
}

/** What remains of a load at a level, as a text for comparison. */
function workAt(level: number, { tiles, mains }: DecodeLoad): string {
  const { maxMains, liveShare } = qualityLevels[level]!;
  return `${Math.min(mains, maxMains)}/${Math.ceil(tiles * liveShare)}`;
}

/** Forgets earlier failures once the restored level has held long enough. */
function proven(state: DecodeBudgetState, nowMs: number): DecodeBudgetState {
  const { givenBack, ...rest } = state;
  if (givenBack === undefined || nowMs - givenBack.atMs < decodeLimits.provenMs) return state;
  return { ...rest, recoverMs: decodeLimits.firstRecoverMs };
}

function withoutGoodTime(state: DecodeBudgetState): DecodeBudgetState {
  const { goodSinceMs: _goodSinceMs, ...rest } = state;
  return rest;
}

/** After a gap, earlier measurements do not count as consecutive. */
function afterSilence(state: DecodeBudgetState): DecodeBudgetState {
  return { ...withoutGoodTime(state), badInARow: 0 };
}
