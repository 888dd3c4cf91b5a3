import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { qualityLevelNames } from '../../src-shared/wall/decodeBudget.ts';
import { framesPerSecond } from '../../src-shared/simulation/frameStrip.ts';
import type { SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { allAdvance } from './allAdvance.ts';
import { figureOf, singleFigure, type Bench, type Figure } from './figures.ts';
import { PresentedPictures } from './presentedPictures.ts';
import { showCameras, withWallCity, type WallCity } from './wallCity.ts';

const defaultSeconds = 60;
const mostTiles = 64;
/** What was shown before lingers for 10 s at the hub and is not what is measured. */
const quietAfterMs = 12_000;
/** Often enough that a tile which begins to count again, at a change of level, loses next to nothing. */
const sampleMs = 250;

/**
 * `wall.frames.16`, `.36` and `.64`: the share of the cameras' pictures that each tile presented over a minute, whatever
 * quality level it had meanwhile; `.worst` is the tile that presented least, `.level` the highest level (0: nothing
 * was left out, 5: seven eighths of the tiles showed key pictures only). `wall.idle_share.N`: the share of the machine
 * that was idle meanwhile, with hub, browser and simulated cameras all on it.
 */
export const wallFramesBenches: Record<string, Bench> = Object.fromEntries(
  [16, 36, mostTiles].map((tiles): [string, Bench] => [
    `wall.frames.${tiles}`,
    async (report, progress, options) => {
      const browser = await launchBrowser();
      try {
        await withWallCity({ sites: 40, cameras: mostTiles }, (city) =>
          measureFrames(city, browser, {
            tiles,
            seconds: options.seconds ?? defaultSeconds,
            report,
            progress,
          }),
        );
      } finally {
        await browser.close();
      }
    },
  ]),
);

async function measureFrames(
  { hub, desk, cameras }: WallCity,
  browser: Browser,
  bench: { tiles: number; seconds: number; report(figure: Figure): void; progress(text: string): void },
): Promise<void> {
  const { tiles, seconds, report, progress } = bench;
  const shown = cameras.slice(0, tiles);
  const wall = await openWall(browser, hub.url);
  await showCameras(desk, shown);
  await allAdvance(wall, tiles);
  await delay(quietAfterMs);
  const idleBefore = idleTimes();
  const { shares, level } = await presentedShares(wall, desk, seconds);
  const idleAfter = idleTimes();
  await wall.close();
  const worst = Math.min(...shares);
  const idle = (idleAfter.idleMs - idleBefore.idleMs) / (idleAfter.allMs - idleBefore.allMs);
  progress(
    `  ${tiles} tiles: the worst presented ${Math.round(worst * 100)} % of its pictures, level ${qualityLevelNames[level]}`,
  );
  report(figureOf(`wall.frames.${tiles}`, 'share', shares));
  report(singleFigure(`wall.frames.${tiles}.mean`, 'share', meanOf(shares), tiles));
  report(singleFigure(`wall.frames.${tiles}.worst`, 'share', worst, tiles));
  report(singleFigure(`wall.frames.${tiles}.level`, 'count', level, tiles));
  report(singleFigure(`wall.idle_share.${tiles}`, 'share', idle, cpus().length));
}

async function presentedShares(
  wall: WallPage,
  desk: SurfaceClient,
  seconds: number,
): Promise<{ shares: number[]; level: number }> {
  const pictures = new PresentedPictures(await wall.tiles());
  const startedAt = performance.now();
  let level = levelToldTo(desk);
  while (performance.now() - startedAt < seconds * 1_000) {
    await delay(sampleMs);
    pictures.sample(await wall.tiles());
    level = Math.max(level, levelToldTo(desk));
  }
  const expected = ((performance.now() - startedAt) / 1_000) * framesPerSecond;
  return { shares: pictures.perTile().map((count) => count / expected), level };
}

/** The quality level of the screen in the hub's latest notice to its desk. */
function levelToldTo(desk: SurfaceClient): number {
  const latest = desk.noticesOf('wall:screenChanged').findLast(({ wall }) => wall.screenId === 'main');
  return Math.max(0, qualityLevelNames.indexOf(latest?.wall.quality?.name ?? 'full'));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of all cores together, since the machine started. */
function idleTimes(): { idleMs: number; allMs: number } {
  let idleMs = 0;
  let allMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    allMs += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idleMs, allMs };
}
