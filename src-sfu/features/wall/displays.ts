/** The surfaces that show the screens now: how large they are, and how far each screen is degraded for them. */
import {
  fullDecodeBudget,
  qualityLevelOf,
  transitionDecodeBudget,
  type DecodeBudgetState,
  type DecodeLoad,
  type QualityLevel,
} from '../../../src-shared/wall/decodeBudget.ts';
import type { ReplacedCause, ReplacedPage } from '../../../src-shared/wall/replacedPage.ts';
import {
  worstMeasurement,
  type DecodeMeasurement,
  type QualityReason,
} from '../../../src-shared/wall/decodeMeasurement.ts';

/** The size of a surface in its own pixels. */
export interface DisplaySize {
  widthPx: number;
  heightPx: number;
  stripPx: number;
}

/** The surfaces that show a screen, and the quality level that they can decode. */
export interface ScreenDisplay {
  /** Surfaces that show it. */
  open: number;
  /** The size of the largest of them; undefined until one reported its size. */
  size?: DisplaySize | undefined;
  /** Undefined at full quality. */
  quality?: { level: QualityLevel; sinceMs: number; reason: QualityReason } | undefined;
  replaced?: ReplacedPage | undefined;
}

/** A surface reports measurements about once a second; earlier ones are ignored. */
const shortestMeasureMs = 500;
/** A measurement older than this is ignored. */
const longestMeasureMs = 5_000;
/** The number of budgets that are kept for screens that no surface shows. */
const maxBudgets = 32;
/** Likewise of screens on which a page was replaced. */
const maxReplacements = 64;

interface Surface {
  screenId: string;
  size?: DisplaySize;
  measured?: { measurement: DecodeMeasurement; atMs: number; counted: boolean };
}

/** The surfaces of all screens. */
export interface Displays {
  /** A surface shows this screen from now on. */
  opened(connectionId: string, screenId: string, nowMs: number): void;
  /** A surface has disconnected. Returns the screen that it showed. */
  closed(connectionId: string): string | undefined;
  resized(connectionId: string, size: DisplaySize, nowMs: number): void;
  /** A page that stands in for one that failed. */
  replaced(connectionId: string, cause: ReplacedCause, nowMs: number): void;
  /** Evaluates a measurement; true when the quality level of the screen changed. */
  measured(
    connectionId: string,
    measurement: DecodeMeasurement,
    load: () => DecodeLoad,
    nowMs: number,
  ): boolean;
  /** The content of the screen changed, so earlier failures of the budget no longer count. */
  loadChanged(screenId: string, nowMs: number): void;
  screenOf(connectionId: string): string | undefined;
  display(screenId: string): ScreenDisplay;
}

/** No surface is connected. */
export function createDisplays(): Displays {
  const surfaces = new Map<string, Surface>();
  /** The screens on which a page was replaced, the latest last. */
  const replacements = new Map<string, ReplacedPage>();
  const budgets = new Map<string, { budget: DecodeBudgetState; sinceMs: number }>();

  const surfacesOf = (screenId: string): Surface[] =>
    [...surfaces.values()].filter((surface) => surface.screenId === screenId);

  const closed = (connectionId: string): string | undefined => {
    const screenId = surfaces.get(connectionId)?.screenId;
    surfaces.delete(connectionId);
    // A degraded screen that is opened again has the same decoding power, so its budget is kept; a budget at full quality is not
    // kept.
    if (screenId !== undefined && surfacesOf(screenId).length === 0) {
      if (budgets.get(screenId)?.budget.level === 0) budgets.delete(screenId);
      for (const oldest of budgets.keys()) {
        if (budgets.size <= maxBudgets) break;
        if (surfacesOf(oldest).length === 0) budgets.delete(oldest);
      }
    }
    return screenId;
  };

  const loadChanged = (screenId: string, nowMs: number): void => {
    const known = budgets.get(screenId);
    if (known !== undefined) {
      known.budget = transitionDecodeBudget(known.budget, { type: 'loadChanged' }, nowMs);
    }
  };

  return {
    opened(connectionId, screenId, nowMs) {
      if (surfaces.get(connectionId)?.screenId === screenId) return;
      closed(connectionId);
      surfaces.set(connectionId, { screenId });
      loadChanged(screenId, nowMs);
    },
    closed,
    resized(connectionId, size, nowMs) {
      const surface = surfaces.get(connectionId);
      if (surface === undefined) return;
      const isOther = areaOf(size) !== areaOf(surface.size);
      surface.size = size;
      if (isOther) loadChanged(surface.screenId, nowMs);
    },
    replaced(connectionId, cause, nowMs) {
      const screenId = surfaces.get(connectionId)?.screenId;
      if (screenId === undefined) return;
      const count = (replacements.get(screenId)?.count ?? 0) + 1;
      replacements.delete(screenId);
      replacements.set(screenId, { cause, atMs: nowMs, count });
      for (const oldest of replacements.keys()) {
        if (replacements.size <= maxReplacements) break;
        replacements.delete(oldest);
      }
    },
    measured(connectionId, measurement, load, nowMs) {
      const surface = surfaces.get(connectionId);
      if (surface === undefined) return false;
      const last = surface.measured;
      if (last !== undefined && nowMs - last.atMs < shortestMeasureMs) return false;
      surface.measured = { measurement, atMs: nowMs, counted: false };
      // Several surfaces of one screen are evaluated together, by the worst measurement, once each of them has measured again.
      const fresh = surfacesOf(surface.screenId).flatMap(({ measured }) =>
        measured !== undefined && nowMs - measured.atMs <= longestMeasureMs ? [measured] : [],
      );
      const cameRoundAgain = last !== undefined && !last.counted;
      if (fresh.some(({ counted }) => counted) && !cameRoundAgain) return false;
      const worst = worstMeasurement(fresh.map((one) => one.measurement));
      if (worst === undefined) return false;
      for (const one of fresh) one.counted = true;
      const { screenId } = surface;
      const known = budgets.get(screenId) ?? { budget: fullDecodeBudget(nowMs), sinceMs: nowMs };
      const budget = transitionDecodeBudget(
        known.budget,
        { type: 'measured', measurement: worst, load: load() },
        nowMs,
      );
      const isChanged = budget.level !== known.budget.level;
      budgets.set(screenId, { budget, sinceMs: isChanged ? nowMs : known.sinceMs });
      return isChanged;
    },
    loadChanged,
    screenOf: (connectionId) => surfaces.get(connectionId)?.screenId,
    display(screenId) {
      const showing = surfacesOf(screenId);
      let size: DisplaySize | undefined;
      for (const surface of showing) {
        if (surface.size !== undefined && areaOf(surface.size) > areaOf(size)) size = surface.size;
      }
      const known = budgets.get(screenId);
      const quality =
        known === undefined || known.budget.level === 0
          ? undefined
          : { level: qualityLevelOf(known.budget), sinceMs: known.sinceMs, reason: known.budget.reason };
      return { open: showing.length, size, quality, replaced: replacements.get(screenId) };
    },
  };
}

function areaOf(size: DisplaySize | undefined): number {
  return size === undefined ? 0 : size.widthPx * size.heightPx;
}
