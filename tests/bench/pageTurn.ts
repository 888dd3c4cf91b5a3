import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import type { ProbedTile } from '../../src-renderer/app/shared/probe.ts';
import { tourSettingsSchema } from '../../src-shared/wall/tourSettings.ts';
import type { HubProcess } from '../support/processes.ts';
import type { SurfaceClient } from '../support/surfaceClient.ts';
import { openWall, type WallPage } from '../support/wallPage.ts';
import { figureOf, singleFigure, type Figure } from './figures.ts';

const tiles = 16;
/** A picture older than this is not what the tile should show: one GOP of the simulated cameras, and a frame. */
const oldestPictureMs = 1_100;
const blackAfterMs = 300;
/** Between turns the next page's streams start and its consumers are made, as in a tour's shortest dwell of 5 s. */
const betweenTurnsMs = 3_000;

/** A wall whose tour is turned by hand. */
export interface PageTurner {
  /** One turn, and the pause after it. Milliseconds of each tile that had its picture, and how many tiles were black or had none. */
  turn(): Promise<{ samples: number[]; blackTiles: number; late: number }>;
  close(): Promise<void>;
}

/**
 * `wall.page_turn`: from asking for the turn to each tile showing its new camera, advancing or by a picture at most one
 * GOP old. `wall.page_turn.black_tiles`: tiles that showed no picture at all at some look after the turn.
 */
export async function benchPageTurn(
  { hub, desk, turns }: { hub: HubProcess; desk: SurfaceClient; turns: number },
  browser: Browser,
  report: (figure: Figure) => void,
  progress: (text: string) => void,
): Promise<void> {
  const turner = await openPageTurner({ hub, desk }, browser);
  const samples: number[] = [];
  let blackTiles = 0;
  let late = 0;
  for (let turn = 1; turn <= turns; turn += 1) {
    const turned = await turner.turn();
    samples.push(...turned.samples);
    blackTiles += turned.blackTiles;
    late += turned.late;
    if (turn % 10 === 0)
      progress(`  page turn ${turn} of ${turns}: ${blackTiles} black, ${late} without a picture`);
  }
  await turner.close();
  if (late > 0) throw new Error(`${late} tiles had no picture within 3 s of their page turn`);
  report(figureOf('wall.page_turn', 'ms', samples));
  report(singleFigure('wall.page_turn.black_tiles', 'count', blackTiles, turns * tiles));
}

/** Starts the tour of a wall of 16 tiles, and opens this wall. */
export async function openPageTurner(
  { hub, desk }: { hub: HubProcess; desk: SurfaceClient },
  browser: Browser,
): Promise<PageTurner> {
  const settings = tourSettingsSchema.parse({ dwellMs: 600_000 });
  const started = await desk.request('wall:startTour', {
    commandId: randomUUID(),
    screenId: 'main',
    layout: '16',
    settings,
  });
  if (!started.ok) throw new Error(started.message);
  const wall = await openWall(browser, hub.url);
  await delay(8_000);
  return {
    async turn() {
      const before = new Map((await wall.tiles()).map((tile) => [tile.tileId, tile.cameraId]));
      const askedAtMs = Date.now();
      const stepped = await desk.request('wall:steerTour', {
        commandId: randomUUID(),
        screenId: 'main',
        action: 'step',
      });
      if (!stepped.ok) throw new Error(stepped.message);
      const seen = await followTurn(wall, before, askedAtMs);
      const samples: number[] = [];
      let late = 0;
      for (const tile of seen.tiles) {
        const shownMs = (tile.firstPictureAtMs ?? Number.POSITIVE_INFINITY) - askedAtMs;
        const freshMs =
          (tile.firstPictureAgeMs ?? 0) <= oldestPictureMs
            ? shownMs
            : shownMs - (tile.firstPictureMs ?? 0) + (tile.firstFrameMs ?? 0);
        if (Number.isFinite(freshMs)) samples.push(freshMs);
        else late += 1;
      }
      await delay(betweenTurnsMs);
      return { samples, blackTiles: seen.blackTiles, late };
    },
    close: () => wall.close(),
  };
}

/** Watches the page until every tile has its new camera's picture, counting tiles seen black. */
async function followTurn(
  wall: WallPage,
  before: Map<string, string | undefined>,
  askedAtMs: number,
): Promise<{ tiles: ProbedTile[]; blackTiles: number }> {
  const black = new Set<string>();
  for (;;) {
    const now = await wall.tiles();
    const elapsedMs = Date.now() - askedAtMs;
    const turned = now.every((tile) => before.get(tile.tileId) !== tile.cameraId);
    if (turned) for (const tile of now) if (!tile.hasPicture) black.add(tile.tileId);
    const complete = turned && now.every((tile) => tile.firstPictureAtMs !== undefined);
    if ((complete && elapsedMs > blackAfterMs) || elapsedMs > 3_000)
      return { tiles: now, blackTiles: black.size };
    await delay(20);
  }
}
