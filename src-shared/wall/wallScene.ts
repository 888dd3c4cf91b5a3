/** What a screen shows in the end: the layout filled by the tour, pins, the spotlight and the decode budget. */
import type { StreamKind } from '../cameras/cameras.protocol.ts';
import { qualityLevels, type QualityLevel } from './decodeBudget.ts';
import { areaOf, type ArrangedLayout, type TileRectangle } from './layouts.ts';
import type { SpotlightRequest } from './spotlight.ts';
import { spotlightArea, type SpotlightArea, type SpotlightWish } from './spotlightArea.ts';

/** A tile of this picture size or larger, in pixels, gets the main stream: it is the size of a usual sub stream. */
export const mainStreamSize = { widthPx: 640, heightPx: 360 } as const;

/** One tile as the screen draws it. */
export interface SceneTile extends TileRectangle {
  source?: SpotlightRequest['source'];
  stream: StreamKind;
  /** Whether the picture runs; otherwise only key pictures are shown, and the tile is marked. */
  live: boolean;
  /** Set on the tile that shows an event's spotlight. */
  spotlight?: { eventId: string; kind: string; priority: number };
}

/** A whole screen. */
export interface WallScene {
  columns: number;
  rows: number;
  tiles: SceneTile[];
  /** The tiles that the spotlight covers; they are shown again afterwards. */
  covered: SceneTile[];
  quality: QualityLevel['name'];
}

/** What a scene is made from. */
export interface SceneOptions {
  layout: ArrangedLayout;
  /** The page of a tour, or of a saved scene. */
  page: { tiles: readonly { tileId: string; cameraId?: string | undefined }[] };
  /** Tile id → camera id; they win over the page. */
  pins?: Readonly<Record<string, string>>;
  /** Who has the spotlight. */
  spotlight?: (SpotlightRequest & SpotlightWish) | undefined;
  quality?: QualityLevel;
  /** The screen in its own pixels, and the height of the strip of words under each picture. */
  screen: { widthPx: number; heightPx: number; stripPx?: number };
}

/** Which camera, which stream and whether live, for every tile of a screen. */
export function arrangeScreen(options: SceneOptions): WallScene {
  const { layout, spotlight, screen } = options;
  const quality = options.quality ?? qualityLevels[0]!;
  const beneath = fillLayout(options);
  const pins = new Set(Object.keys(options.pins ?? {}));
  const area = spotlight === undefined ? undefined : spotlightArea(layout, spotlight, pins);
  const tiles = spotlight === undefined || area === undefined ? beneath : lightUp(area, beneath, spotlight);
  const taken = new Set(area?.tileIds);
  return {
    columns: layout.columns,
    rows: layout.rows,
    tiles: degrade(tiles, quality, layout, screen, pins),
    covered: beneath.filter(({ tileId }) => taken.has(tileId)),
    quality: quality.name,
  };
}

/** The tiles a spotlight covers: for the tour's `tilesHeld`. `pins` are those of `arrangeScreen`. */
export function coveredTileIds(
  layout: ArrangedLayout,
  spotlight: SpotlightWish | undefined,
  pins: Readonly<Record<string, string>> = {},
): string[] {
  if (spotlight === undefined) return [];
  return spotlightArea(layout, spotlight, new Set(Object.keys(pins)))?.tileIds ?? [];
}

/** The stream for a tile of a layout on a screen, by the size of its picture in pixels. */
export function streamForTile(
  tile: { columnSpan: number; rowSpan: number },
  grid: { columns: number; rows: number },
  screen: SceneOptions['screen'],
): StreamKind {
  const widthPx = (screen.widthPx / grid.columns) * tile.columnSpan;
  const heightPx = (screen.heightPx / grid.rows) * tile.rowSpan - (screen.stripPx ?? 0);
  return widthPx >= mainStreamSize.widthPx && heightPx >= mainStreamSize.heightPx ? 'main' : 'sub';
}

function fillLayout({ layout, page, pins = {}, screen }: SceneOptions): SceneTile[] {
  const shows = new Map(page.tiles.map(({ tileId, cameraId }) => [tileId, cameraId]));
  const pinned = new Map(Object.entries(pins));
  return layout.tiles.map((tile) => {
    const cameraId = pinned.get(tile.tileId) ?? shows.get(tile.tileId);
    return {
      ...tile,
      stream: streamForTile(tile, layout, screen),
      live: cameraId !== undefined,
      ...(cameraId === undefined ? {} : { source: { type: 'camera' as const, cameraId } }),
    };
  });
}

/** Puts an event on what it takes: one tile grown over the others that it covers. */
function lightUp(
  area: SpotlightArea,
  beneath: readonly SceneTile[],
  { eventId, kind, priority, source }: SpotlightRequest,
): SceneTile[] {
  const { column, row, columnSpan, rowSpan } = area;
  return beneath.flatMap((tile) => {
    if (tile.tileId === area.anchorTileId) {
      const grown = { ...tile, column, row, columnSpan, rowSpan };
      return [{ ...grown, source, live: true, spotlight: { eventId, kind, priority } }];
    }
    return area.tileIds.includes(tile.tileId) ? [] : [tile];
  });
}

/** Degrades the least important tiles to the sub stream or to key pictures, as the quality level requires. */
function degrade(
  tiles: readonly SceneTile[],
  quality: QualityLevel,
  layout: ArrangedLayout,
  screen: SceneOptions['screen'],
  pins: ReadonlySet<string>,
): SceneTile[] {
  const rankOf = (tile: SceneTile): number => (tile.spotlight ? 0 : pins.has(tile.tileId) ? 1 : 2);
  const byImportance = (left: SceneTile, right: SceneTile): number =>
    rankOf(left) - rankOf(right) || areaOf(right) - areaOf(left);
  const live = tiles.filter((tile) => tile.live).sort(byImportance);
  const stays = new Set(mostImportant(live, Math.ceil(live.length * quality.liveShare), byImportance));
  const mains = live
    .filter((tile) => stays.has(tile) && streamForTile(tile, layout, screen) === 'main')
    .slice(0, quality.maxMains);
  return tiles.map((tile) => ({
    ...tile,
    stream: mains.includes(tile) ? 'main' : 'sub',
    live: stays.has(tile),
  }));
}

/** The first so many; of equals that cannot all be taken, ones spread evenly over the screen. */
function mostImportant(
  sorted: readonly SceneTile[],
  count: number,
  byImportance: (left: SceneTile, right: SceneTile) => number,
): SceneTile[] {
  const last = sorted[count - 1];
  if (last === undefined) return [];
  const before = sorted.filter((tile) => byImportance(tile, last) < 0);
  const equals = sorted.filter((tile) => byImportance(tile, last) === 0);
  const taken = count - before.length;
  const spread = Array.from(
    { length: taken },
    (_unused, index) => equals[Math.floor((index * equals.length) / taken)]!,
  );
  return [...before, ...spread];
}
