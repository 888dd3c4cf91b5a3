import { z } from 'zod';
import { squareGrid } from '../../../src-shared/wall/grid.ts';
import {
  arrangeLayout,
  layoutSchema,
  type ArrangedLayout,
  type Layout,
} from '../../../src-shared/wall/layouts.ts';
import {
  createTour,
  nextTourDeadline,
  restoreTour,
  storeTour,
  transitionTour,
  upcomingPages,
  type TourEvent,
  type TourState,
} from '../../../src-shared/wall/tour.ts';
import {
  storedTourSchema,
  type TourCamera,
  type TourClock,
  type TourPage,
  type TourSettings,
} from '../../../src-shared/wall/tourSettings.ts';
import type { Tile, UpcomingStream, WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import { streamForTile } from '../../../src-shared/wall/wallScene.ts';
import type { WallCameras } from './wall.ports.ts';

/** A screen in pixels, until screens tell their own: the usual display. */
const screenSize = { widthPx: 1920, heightPx: 1080, stripPx: 24 };

/** What fills a screen: cameras somebody chose, or a tour. */
export type Screen = { revision: number } & (
  | { fill: 'cameras'; cameraIds: string[] }
  | { fill: 'tour'; layout: Layout; arranged: ArrangedLayout; tour: TourState }
);

/** A screen as it is kept over a restart. */
export const storedScreenSchema = z.discriminatedUnion('fill', [
  z.object({
    fill: z.literal('cameras'),
    revision: z.number().int(),
    cameraIds: z.array(z.string()).max(64),
  }),
  z.object({
    fill: z.literal('tour'),
    revision: z.number().int(),
    layout: layoutSchema,
    tour: storedTourSchema,
  }),
]);
export type StoredScreen = z.output<typeof storedScreenSchema>;

/** The cameras as a tour sees them. */
export function tourCameras(cameras: WallCameras): TourCamera[] {
  return cameras.listCameras().map(({ cameraId, siteType, district }) => ({
    cameraId,
    siteType,
    district,
    online: cameras.isOnline(cameraId),
  }));
}

/** A screen that begins a tour; undefined for a layout that cannot be arranged. */
export function tourScreen(
  options: { revision: number; seed: number; layout: Layout; settings: TourSettings },
  cameras: WallCameras,
  clock: TourClock,
): Screen | undefined {
  const arranged = arrangeLayout(options.layout);
  if (!arranged.ok) return undefined;
  const { seed, settings, layout, revision } = options;
  const { minutesOfDay, nowMs } = clock;
  const tour = createTour(
    { seed, settings, tiles: arranged.layout.tiles, cameras: tourCameras(cameras), minutesOfDay },
    nowMs,
  );
  return { fill: 'tour', revision, layout, arranged: arranged.layout, tour };
}

export function storeScreen(screen: Screen): StoredScreen {
  if (screen.fill === 'cameras') return screen;
  const { fill, revision, layout, tour } = screen;
  return { fill, revision, layout, tour: storeTour(tour) };
}

/** The screen where it was; undefined when its layout can no longer be arranged. */
export function restoreScreen(
  stored: StoredScreen,
  cameras: WallCameras,
  clock: TourClock,
): Screen | undefined {
  if (stored.fill === 'cameras') return stored;
  const arranged = arrangeLayout(stored.layout);
  if (!arranged.ok) return undefined;
  const { fill, revision, layout } = stored;
  return {
    fill,
    revision,
    layout,
    arranged: arranged.layout,
    tour: restoreTour(stored.tour, tourCameras(cameras), clock),
  };
}

/** The screen after an event of its tour, or why nothing came of it. */
export function steerScreen(
  screen: Screen,
  event: TourEvent,
  nowMs: number,
): { ok: true; screen: Screen } | { ok: false; reason: string } {
  if (screen.fill !== 'tour') return { ok: false, reason: 'No tour runs on this screen. Start one first.' };
  const result = transitionTour(screen.tour, event, nowMs);
  return result.ok ? { ok: true, screen: { ...screen, tour: result.state } } : result;
}

/** When the screen's tour wants to turn. */
export function nextScreenDeadline(screen: Screen): number | undefined {
  return screen.fill === 'tour' ? nextTourDeadline(screen.tour) : undefined;
}

/** What a surface is told of a screen. */
export function describeScreen(screenId: string, screen: Screen, cameras: WallCameras): WallSnapshot {
  const { revision } = screen;
  const counts = cameras.counts();
  if (screen.fill === 'cameras') {
    const grid = squareGrid(screen.cameraIds.length);
    const tiles = screen.cameraIds.map((cameraId, index) =>
      tileOf(
        {
          tileId: `tile-${index}`,
          column: index % grid.columns,
          row: Math.floor(index / grid.columns),
          columnSpan: 1,
          rowSpan: 1,
        },
        grid,
        cameraId,
        cameras,
      ),
    );
    return { screenId, revision, ...grid, tiles, counts, upcoming: [], scheduled: false };
  }
  const { arranged, tour } = screen;
  const { columns, rows } = arranged;
  return {
    screenId,
    revision,
    columns,
    rows,
    tiles: tilesOfPage(tour.page, screen.arranged, cameras, tour.settings.pins),
    counts,
    upcoming: upcomingStreams(screen, cameras),
    layout: screen.layout,
    scheduled: false,
    tour: {
      state: tour.timer.name,
      ...(tour.timer.name === 'running' ? { turnAtMs: tour.timer.turnAtMs } : {}),
      page: tour.page.number,
      round: tour.page.round,
    },
  };
}

/** The streams of a tour's next page, in the size its tiles want. */
export function upcomingStreams(screen: Screen, cameras: WallCameras): UpcomingStream[] {
  if (screen.fill !== 'tour') return [];
  return upcomingPages(screen.tour, 1)
    .flatMap((page) => tilesOfPage(page, screen.arranged, cameras, screen.tour.settings.pins))
    .flatMap(({ camera, stream }) => (camera === undefined ? [] : [{ cameraId: camera.cameraId, stream }]));
}

function tilesOfPage(
  page: TourPage,
  arranged: ArrangedLayout,
  cameras: WallCameras,
  pins: Readonly<Record<string, string>>,
): Tile[] {
  const shows = new Map(page.tiles.map(({ tileId, cameraId }) => [tileId, cameraId]));
  return arranged.tiles.map((rectangle) => {
    const tile = tileOf(rectangle, arranged, shows.get(rectangle.tileId), cameras);
    return Object.hasOwn(pins, rectangle.tileId) ? { ...tile, pinned: true } : tile;
  });
}

function tileOf(
  rectangle: Omit<Tile, 'camera' | 'stream' | 'pinned' | 'live' | 'spotlight'>,
  grid: { columns: number; rows: number },
  cameraId: string | undefined,
  cameras: WallCameras,
): Tile {
  const camera = cameraId === undefined ? undefined : cameras.findCamera(cameraId);
  return {
    ...rectangle,
    stream: streamForTile(rectangle, grid, screenSize),
    live: camera !== undefined,
    ...(camera === undefined ? {} : { camera }),
  };
}
