/**
 * Chooses cameras for tiles. The sweep passes every online camera once a lap, in the seed's order; besides it, boosted
 * cameras take up to half of the tiles when their share of a lap has gone by since they were last shown. So a boost
 * never keeps a plain camera from its turn, and makes a lap at most twice as long. A round ends with a lap at whose end
 * every offline camera has been offered too.
 */
import type { TileRectangle } from './layouts.ts';
import {
  tourWeight,
  type TourCamera,
  type TourClock,
  type TourPage,
  type TourProgress,
  type TourSettings,
} from './tourSettings.ts';

/** A camera and its place in the seed's order. */
export type OrderedCamera = TourCamera & { place: number };

/** A composed page and how far the tour has come when it is shown. */
export interface PlannedPage {
  page: TourPage;
  after: TourProgress;
}

/** What there is to fill and to choose from. */
export interface FillContext {
  settings: TourSettings;
  tiles: readonly TileRectangle[];
  /** The cameras that may come on tiles that are not pinned, sorted by place. */
  touring: readonly OrderedCamera[];
  /** Tiles that have their camera already: tile id → camera id. */
  kept: ReadonlyMap<string, string>;
  /** Tiles that are not pinned. */
  touringTiles: number;
}

/** The share of the tiles that boosts may take, so that the sweep always goes on. */
const boostShare = 0.5;

/** Fills the tiles that keep nothing, and says which offline cameras to try meanwhile. */
export function fillTiles(
  context: FillContext,
  progress: TourProgress,
  clock: TourClock,
  options: { number: number; turn: TourPage['turn']; offersRetries: boolean },
): PlannedPage {
  const { settings, tiles, touring, kept } = context;
  const online = touring.filter((camera) => camera.online);
  const offline = touring.filter((camera) => !camera.online);
  const freeCount = tiles.length - kept.size;
  const onPage = new Set(kept.values());
  const carried = new Set(onPage);
  const swept = new Map(progress.swept);
  const extras = new Map(progress.extras);
  const tried = new Map(progress.tried.map((entry) => [entry[0], entry]));
  let { round, slot, lapStartSlot, credit, offers } = progress;
  let lapEnded = false;
  for (const camera of online) tried.delete(camera.cameraId);

  const isSwept = (cameraId: string): boolean => (swept.get(cameraId) ?? -1) >= lapStartSlot;
  const sweep = (count: number): string[] => {
    const picked: string[] = [];
    while (picked.length < count) {
      for (const { cameraId } of online) {
        if (picked.length === count) break;
        if (isSwept(cameraId) || (onPage.has(cameraId) && !carried.has(cameraId))) continue;
        swept.set(cameraId, slot);
        slot += 1;
        if (carried.has(cameraId)) continue;
        onPage.add(cameraId);
        picked.push(cameraId);
      }
      if (picked.length === count || lapEnded) break;
      lapEnded = true;
      lapStartSlot = slot;
      if (offline.every((camera) => tried.get(camera.cameraId)?.[1] === round)) round += 1;
    }
    return picked;
  };
  /** The boosted cameras whose share of a lap has gone by, the most overdue first. */
  const pickExtras = (count: number, nextSweepCount: number): string[] => {
    const due: { cameraId: string; overdue: number }[] = [];
    let ahead = 0;
    online.forEach((camera, rank) => {
      const { cameraId } = camera;
      const comesBySweep = !isSwept(cameraId) && ahead++ < nextSweepCount;
      if (comesBySweep || onPage.has(cameraId)) return;
      const cameraWeight = tourWeight(camera, settings.boosts, clock);
      if (cameraWeight <= 1) return;
      const lastSlot = Math.max(
        swept.get(cameraId) ?? lapStartSlot - online.length + rank,
        extras.get(cameraId) ?? Number.NEGATIVE_INFINITY,
      );
      const overdue = ((slot - lastSlot) * cameraWeight) / online.length;
      if (overdue >= 1) due.push({ cameraId, overdue });
    });
    due.sort((left, right) => right.overdue - left.overdue);
    return due.slice(0, count).map(({ cameraId }) => {
      extras.set(cameraId, slot);
      onPage.add(cameraId);
      return cameraId;
    });
  };

  const isCrowded = online.length > context.touringTiles;
  if (isCrowded) {
    credit = Math.min(
      credit + freeCount * boostShare,
      Math.max(1, Math.ceil(freeCount * boostShare)),
      freeCount,
    );
  }
  const boostTiles = isCrowded ? Math.floor(credit) : 0;
  const first = sweep(freeCount - boostTiles);
  const boosted = boostTiles > 0 ? pickExtras(boostTiles, Math.max(1, freeCount - boostTiles)) : [];
  credit -= boosted.length;
  const rest = sweep(freeCount - first.length - boosted.length);

  const chosen = [...boosted, ...first, ...rest];
  const spare = offline
    .filter((camera) => !onPage.has(camera.cameraId))
    .sort(byTried(tried, 2))
    .slice(0, freeCount - chosen.length);
  for (const { cameraId } of spare) {
    offers += 1;
    onPage.add(cameraId);
    tried.set(cameraId, [cameraId, round, offers, clock.nowMs]);
  }
  const isDue = ({ cameraId }: OrderedCamera): boolean => {
    const last = tried.get(cameraId);
    return last === undefined || last[1] !== round || clock.nowMs - last[3] >= settings.retryAfterMs;
  };
  const retries = offline
    .filter((camera) => options.offersRetries && !onPage.has(camera.cameraId) && isDue(camera))
    .sort(byTried(tried, 3))
    .slice(0, retriesPerPage(tiles.length));
  for (const { cameraId } of retries) {
    tried.set(cameraId, [cameraId, round, tried.get(cameraId)?.[2] ?? 0, clock.nowMs]);
  }

  for (const [cameraId, extraSlot] of extras) {
    if (slot - extraSlot > online.length) extras.delete(cameraId);
  }
  return {
    page: {
      number: options.number,
      round: progress.round,
      turn: options.turn,
      tiles: assignTiles(tiles, kept, [...chosen, ...spare.map(({ cameraId }) => cameraId)]),
      retries: retries.map(({ cameraId }) => cameraId),
    },
    after: {
      round,
      pages: Math.max(progress.pages, options.number + 1),
      slot,
      lapStartSlot,
      swept: [...swept],
      extras: [...extras],
      credit,
      offers,
      tried: [...tried.values()],
    },
  };
}

/** Orders offline cameras by their last time on a tile (2) or their last offer (3), those never offered first. */
function byTried(
  tried: ReadonlyMap<string, TourProgress['tried'][number]>,
  field: 2 | 3,
): (left: OrderedCamera, right: OrderedCamera) => number {
  const valueOf = ({ cameraId }: OrderedCamera): number =>
    tried.get(cameraId)?.[field] ?? -Number.MAX_SAFE_INTEGER;
  return (left, right) => valueOf(left) - valueOf(right);
}

/** Offline cameras tried at once besides the page: few enough not to disturb it. */
function retriesPerPage(tileCount: number): number {
  return Math.max(2, Math.ceil(tileCount / 4));
}

/** Gives the kept tiles their cameras and the others the chosen ones, in reading order. */
export function assignTiles(
  tiles: readonly TileRectangle[],
  kept: ReadonlyMap<string, string>,
  chosen: readonly string[],
): TourPage['tiles'] {
  let next = 0;
  return tiles.map(({ tileId }) => {
    const cameraId = kept.get(tileId) ?? chosen[next++];
    return cameraId === undefined ? { tileId } : { tileId, cameraId };
  });
}
