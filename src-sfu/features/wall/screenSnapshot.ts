/** The snapshot of a screen that surfaces receive, and the streams that the screen needs besides those on its tiles. */
import { nextTourDeadline, upcomingPages } from '../../../src-shared/wall/tour.ts';
import { bodyCamStreamId } from '../../../src-shared/bodycam/bodycam.protocol.ts';
import { caseGrid, caseTiles } from '../../../src-shared/wall/wallCase.ts';
import { qualityLevels, type DecodeLoad } from '../../../src-shared/wall/decodeBudget.ts';
import type { Tile, UpcomingStream, WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import {
  arrangeScreen,
  type SceneOptions,
  type SceneTile,
  type WallScene,
} from '../../../src-shared/wall/wallScene.ts';
import type { ScreenDisplay } from './displays.ts';
import { drawnLayout, pinsOf, type Screen } from './screen.ts';
import type { WallCameras } from './wall.ports.ts';

/** The largest number of upcoming streams in a snapshot: a screen has no more tiles. */
const maxUpcoming = 64;

/** The snapshot of a screen that a surface receives. */
export function describeScreen(
  screenId: string,
  screen: Screen,
  display: ScreenDisplay,
  cameras: WallCameras,
): WallSnapshot {
  const { content, fill, revision, chosen, scheduled } = screen;
  const scene = sceneOf(screen, display);
  const pins: ReadonlySet<string> = new Set(Object.keys(pinsOf(screen)));
  const turnAtMs = fill.kind === 'tour' ? nextTourDeadline(fill.tour) : undefined;
  const spotlight = describeSpotlight(screen);
  const quality = describeQuality(scene, screen, display);
  return {
    screenId,
    revision,
    content,
    ...(screen.caseOf === undefined ? {} : { caseOf: screen.caseOf.orderId }),
    ...(content === 'case' ? caseGrid : { columns: scene.columns, rows: scene.rows }),
    tiles: shownTiles(screen, scene).map((tile) => describeTile(tile, pins, cameras)),
    counts: cameras.counts(),
    upcoming: upcomingStreams(screen, display),
    ...(fill.arranged.tiles.length === 0 ? {} : { layout: fill.layout }),
    ...(chosen === undefined ? {} : { chosen }),
    scheduled,
    ...(spotlight === undefined ? {} : { spotlight }),
    ...(quality === undefined ? {} : { quality }),
    ...(display.size === undefined
      ? {}
      : { display: { open: display.open, widthPx: display.size.widthPx, heightPx: display.size.heightPx } }),
    ...(display.replaced === undefined ? {} : { replaced: display.replaced }),
    ...(fill.kind === 'tour' && content === 'tiles'
      ? {
          tour: {
            state: fill.tour.timer.name,
            ...(turnAtMs === undefined ? {} : { turnAtMs }),
            page: fill.tour.page.number,
            round: fill.tour.page.round,
            ...(fill.tour.settings.mode === 'scroll' ? { scroll: fill.tour.settings.scrollDirection } : {}),
          },
        }
      : {}),
  };
}

/**
 * The streams that come on the screen next, nearest first: what a spotlight covers, whoever waits for it, and the tour's
 * next page.
 */
export function upcomingStreams(screen: Screen, display: ScreenDisplay): UpcomingStream[] {
  const { content, fill, spotlight } = screen;
  const streams = content !== 'tiles' ? [] : streamsOf(sceneOf(screen, display).covered);
  const [next] = spotlight.waiting;
  if (next !== undefined) {
    streams.push(
      ...streamsOf(sceneOf(screen, display, { spotlight: next }).tiles.filter((tile) => tile.spotlight)),
    );
  }
  if (fill.kind === 'tour' && content === 'tiles') {
    for (const page of upcomingPages(fill.tour, 1)) {
      streams.push(...streamsOf(sceneOf(screen, display, { page, spotlight: undefined }).tiles));
    }
  }
  const unique = new Map(streams.map((stream) => [`${stream.cameraId}/${stream.stream}`, stream]));
  return [...unique.values()].slice(0, maxUpcoming);
}

/** Offline cameras that the tour tries in the background. */
export function retriedStreams({ content, fill }: Screen): UpcomingStream[] {
  return fill.kind === 'tour' && content === 'tiles'
    ? fill.tour.page.retries.map((cameraId) => ({ cameraId, stream: 'sub' as const }))
    : [];
}

/** What the screen would have to decode at full quality. */
export function decodeLoadOf(screen: Screen, display: ScreenDisplay): DecodeLoad {
  const scene = sceneOf(screen, { ...display, quality: undefined });
  const tiles = shownTiles(screen, scene).filter((tile) => tile.live);
  return { tiles: tiles.length, mains: tiles.filter(({ stream }) => stream === 'main').length };
}

function sceneOf(
  screen: Screen,
  display: ScreenDisplay,
  instead: Partial<Pick<SceneOptions, 'page' | 'spotlight'>> = {},
): WallScene {
  const { fill, spotlight } = screen;
  const page =
    fill.kind === 'tour'
      ? fill.tour.page
      : { tiles: fill.arranged.tiles.map(({ tileId }) => ({ tileId, cameraId: fill.cameras.get(tileId) })) };
  return arrangeScreen({
    layout: drawnLayout(screen),
    page,
    pins: pinsOf(screen),
    spotlight: spotlight.shown,
    quality: display.quality?.level ?? qualityLevels[0]!,
    screen: display.size ?? usualDisplay,
    ...instead,
  });
}

/** Over the map or the board only the spotlight is a picture. A case has its own pictures, all of them live, and the spotlight over them. */
function shownTiles({ content, caseOf }: Screen, { tiles }: WallScene): SceneTile[] {
  if (content === 'tiles') return tiles;
  const spotlit = tiles.filter(({ spotlight }) => spotlight !== undefined);
  if (content !== 'case' || caseOf === undefined) return spotlit;
  return [
    ...caseTiles(caseOf, bodyCamStreamId).map(({ cameraId, ...tile }): SceneTile => ({
      ...tile,
      stream: 'main',
      live: cameraId !== undefined,
      ...(cameraId === undefined ? {} : { source: { type: 'camera', cameraId } }),
    })),
    ...spotlit.map((tile) => ({ ...tile, ...caseSpotlight })),
  ];
}

/** Where the spotlight is drawn over a case, for those who draw the screen small: over the steps. */
const caseSpotlight = { column: 8, row: 6, columnSpan: 4, rowSpan: 4 };

/** The assumed size of a screen in pixels, until a surface reports its own. */
const usualDisplay = { widthPx: 1920, heightPx: 1080, stripPx: 24 };

function describeTile(tile: SceneTile, pins: ReadonlySet<string>, cameras: WallCameras): Tile {
  const { source, tileId, column, row, columnSpan, rowSpan, stream, live, spotlight } = tile;
  const camera = source?.type === 'camera' ? cameras.findCamera(source.cameraId) : undefined;
  return {
    tileId,
    column,
    row,
    columnSpan,
    rowSpan,
    stream,
    live: live && camera !== undefined,
    ...(camera === undefined ? {} : { camera }),
    ...(spotlight === undefined ? {} : { spotlight }),
    ...(spotlight === undefined && pins.has(tileId) ? { pinned: true } : {}),
  };
}

function describeSpotlight({ spotlight }: Screen): WallSnapshot['spotlight'] {
  const { shown, waiting } = spotlight;
  if (shown === undefined) return undefined;
  const { eventId, kind, priority, target, source, sinceMs, untilHandled } = shown;
  return {
    eventId,
    kind,
    priority,
    target,
    ...(source.type === 'camera' ? { cameraId: source.cameraId } : {}),
    sinceMs,
    untilHandled,
    waiting: waiting.length,
  };
}

/** The quality level of the screen, or undefined when it does not reduce this scene. */
function describeQuality(scene: WallScene, screen: Screen, display: ScreenDisplay): WallSnapshot['quality'] {
  const { quality } = display;
  if (quality === undefined || screen.content !== 'tiles') return undefined;
  const full = sceneOf(screen, { ...display, quality: undefined });
  const isDegraded = scene.tiles.some((tile, index) => {
    const whole = full.tiles[index];
    return tile.live !== whole?.live || tile.stream !== whole.stream;
  });
  if (!isDegraded) return undefined;
  const { level, sinceMs, reason } = quality;
  return { name: level.name, sinceMs, ...reason };
}

function streamsOf(tiles: readonly SceneTile[]): UpcomingStream[] {
  return tiles.flatMap(({ source, stream }) =>
    source?.type === 'camera' ? [{ cameraId: source.cameraId, stream }] : [],
  );
}
