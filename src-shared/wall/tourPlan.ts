/** Which tiles of the tour keep their camera and which are to be filled, at a turn and when something changed. */
import type { TileRectangle } from './layouts.ts';
import {
  assignTiles,
  fillTiles,
  type FillContext,
  type OrderedCamera,
  type PlannedPage,
} from './tourFill.ts';
import {
  tourFilter,
  type TourCamera,
  type TourClock,
  type TourPage,
  type TourProgress,
  type TourSettings,
} from './tourSettings.ts';

/** What a page is made from, besides the progress and the clock. Cameras are sorted by place. */
export interface PlanContext {
  readonly settings: TourSettings;
  readonly tiles: readonly TileRectangle[];
  /** Tiles that keep what they show over every turn, because something else covers them. */
  readonly held: readonly string[];
  readonly cameras: readonly OrderedCamera[];
}

/** The progress of a tour that has shown nothing yet. */
export const noProgress: TourProgress = {
  round: 0,
  pages: 0,
  slot: 0,
  lapStartSlot: 0,
  swept: [],
  extras: [],
  credit: 0,
  offers: 0,
  tried: [],
};

/** Sorts cameras into the order of a seed: the same for the same seed, whatever order they come in. */
export function orderCameras(cameras: readonly TourCamera[], seed: number): OrderedCamera[] {
  const ordered = cameras.map((camera) => ({ ...camera, place: placeOf(camera.cameraId, seed) }));
  return ordered.sort((left, right) => left.place - right.place || (left.cameraId < right.cameraId ? -1 : 1));
}

/** The page after `from`. */
export function planNextPage(
  context: PlanContext,
  progress: TourProgress,
  from: TourPage,
  clock: TourClock,
): PlannedPage {
  const { settings, tiles } = context;
  const kept = fixedTiles(context, from);
  const touring = touringCameras(context);
  const moving = tiles.filter((tile) => !kept.has(tile.tileId));
  if (settings.mode === 'scroll' && touring.length > moving.length) {
    const shows = new Map(from.tiles.map((tile) => [tile.tileId, tile.cameraId]));
    const known = new Set(touring.map((camera) => camera.cameraId));
    for (const [tileId, sourceId] of shifts(moving, settings.scrollDirection)) {
      const cameraId = shows.get(sourceId);
      if (cameraId !== undefined && known.has(cameraId)) kept.set(tileId, cameraId);
    }
  }
  const options = { number: progress.pages, turn: settings.mode, offersRetries: true };
  return fillTiles(fillContext(context, touring, kept), progress, clock, options);
}

/** The same page made right again after pins, tiles, cameras or the filter changed; nothing else on it moves. */
export function mendPage(
  context: PlanContext,
  progress: TourProgress,
  page: TourPage,
  clock: TourClock,
): PlannedPage {
  const kept = fixedTiles(context, page);
  const taken = new Set(kept.values());
  const touring = touringCameras(context);
  const known = new Set(touring.map((camera) => camera.cameraId));
  const shows = new Map(page.tiles.map((tile) => [tile.tileId, tile.cameraId]));
  for (const { tileId } of context.tiles) {
    const cameraId = shows.get(tileId);
    if (kept.has(tileId) || cameraId === undefined || !known.has(cameraId) || taken.has(cameraId)) continue;
    kept.set(tileId, cameraId);
    taken.add(cameraId);
  }
  const hasRoom = kept.size < context.tiles.length;
  if (hasRoom && touring.some((camera) => !taken.has(camera.cameraId))) {
    const filled = fillTiles(fillContext(context, touring, kept), progress, clock, {
      ...page,
      offersRetries: false,
    });
    return { page: { ...filled.page, round: page.round, retries: page.retries }, after: filled.after };
  }
  return { page: { ...page, tiles: assignTiles(context.tiles, kept, []) }, after: progress };
}

/** Whether a planned page may be shown as it is: its pins hold and every other camera on it is online. */
export function isStillRight(context: PlanContext, page: TourPage, current: TourPage): boolean {
  const fixed = fixedTiles(context, current);
  const online = new Set<string>();
  for (const camera of touringCameras(context)) if (camera.online) online.add(camera.cameraId);
  return (
    page.turn === context.settings.mode &&
    page.tiles.length === context.tiles.length &&
    page.tiles.every(({ tileId, cameraId }, index) => {
      if (tileId !== context.tiles[index]?.tileId) return false;
      if (fixed.has(tileId)) return fixed.get(tileId) === cameraId;
      return cameraId !== undefined && online.has(cameraId);
    })
  );
}

/** The cameras that may come on tiles that are not pinned, in the order of the seed. */
export function touringCameras(context: PlanContext): OrderedCamera[] {
  const matches = tourFilter(context.settings.filter);
  const pinned = new Set(pinnedTiles(context).values());
  return context.cameras.filter((camera) => !pinned.has(camera.cameraId) && matches(camera));
}

/** The tiles that a turn does not change. */
export function fixedTiles(context: PlanContext, page: TourPage): Map<string, string> {
  const fixed = pinnedTiles(context);
  if (context.held.length === 0) return fixed;
  const pinned = new Set(fixed.values());
  const known = new Set(context.cameras.map((camera) => camera.cameraId));
  for (const { tileId, cameraId } of page.tiles) {
    if (cameraId === undefined || !context.held.includes(tileId) || fixed.has(tileId)) continue;
    if (known.has(cameraId) && !pinned.has(cameraId)) fixed.set(tileId, cameraId);
  }
  return fixed;
}

/** Pins of tiles this layout has, on cameras the registry has. An offline camera stays pinned. */
function pinnedTiles(context: PlanContext): Map<string, string> {
  const tileIds = new Set(context.tiles.map((tile) => tile.tileId));
  const pins = Object.entries(context.settings.pins).filter(([tileId]) => tileIds.has(tileId));
  if (pins.length === 0) return new Map();
  const known = new Set(context.cameras.map((camera) => camera.cameraId));
  return new Map(pins.filter(([, cameraId]) => known.has(cameraId)));
}

function fillContext(
  context: PlanContext,
  touring: readonly OrderedCamera[],
  kept: ReadonlyMap<string, string>,
): FillContext {
  const { settings, tiles } = context;
  return { settings, tiles, touring, kept, touringTiles: tiles.length - pinnedTiles(context).size };
}

/** Where each tile's camera comes from when the page moves by one: the next tile of its column or row. */
function shifts(
  tiles: readonly TileRectangle[],
  direction: TourSettings['scrollDirection'],
): [tileId: string, sourceId: string][] {
  const lanes = Map.groupBy(tiles, (tile) => (direction === 'up' ? tile.column : tile.row));
  return [...lanes.values()].flatMap((lane) =>
    lane.slice(0, -1).map((tile, index): [string, string] => [tile.tileId, lane[index + 1]!.tileId]),
  );
}

/** A number of 32 bits that looks random and is the same for the same seed and camera (FNV-1a, then murmur3's mixer). */
function placeOf(cameraId: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < cameraId.length; index += 1) {
    hash = Math.imul(hash ^ cameraId.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
