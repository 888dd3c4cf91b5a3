import { randomUUID } from 'node:crypto';
import { tourSettingsSchema } from '../../src-shared/wall/tourSettings.ts';
import { eventually } from '../support/processes.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { figureOf, type Bench } from './figures.ts';
import { withWallCity } from './wallCity.ts';

const screens = ['main', 'second'] as const;
const defaultTurns = 15;
const dwellMs = 5_000;

/** `wall.sync`: how far apart two screens show the pictures of their next page, when their tours were started together. */
export const benchWallSync: Bench = async (report, progress, options) => {
  const browser = await launchBrowser();
  try {
    await withWallCity({ sites: 12, cameras: 16 }, async ({ hub, desk }) => {
      const walls = await Promise.all(
        screens.map((screen) => openWall(browser, hub.url, { query: `?screen=${screen}` })),
      );
      const settings = tourSettingsSchema.parse({ dwellMs });
      const started = await Promise.all(
        screens.map((screenId) =>
          desk.request('wall:startTour', { commandId: randomUUID(), screenId, layout: '4', settings }),
        ),
      );
      for (const answer of started) if (!answer.ok) throw new Error(answer.message);
      let shown = await Promise.all(walls.map(pageOf));
      const apart: number[] = [];
      // The first page has nothing ready.
      for (let turn = 0; turn <= (options.turns ?? defaultTurns); turn += 1) {
        const before = shown.map(({ cameras }) => cameras);
        shown = await Promise.all(
          walls.map((wall, index) =>
            eventually('the next page', async () => {
              const page = await pageOf(wall);
              return page.cameras !== before[index] && page.atMs !== undefined && page;
            }),
          ),
        );
        const [one = 0, other = 0] = shown.map(({ atMs }) => atMs);
        if (turn > 0) apart.push(Math.abs(one - other));
        if (turn > 0) progress(`  turn ${turn}: ${Math.round(apart.at(-1) ?? 0)} ms apart`);
      }
      for (const wall of walls) await wall.close();
      report(figureOf('wall.sync', 'ms', apart));
    });
  } finally {
    await browser.close();
  }
};

/** The cameras of a page, and when the last of its tiles had a picture; undefined while one has none. */
async function pageOf(wall: WallPage): Promise<{ cameras: string; atMs: number | undefined }> {
  const tiles = await wall.tiles();
  const moments = tiles.map(({ firstPictureAtMs }) => firstPictureAtMs);
  const isWhole = tiles.length > 0 && moments.every((moment) => moment !== undefined && moment !== null);
  return {
    cameras: tiles.map(({ cameraId }) => cameraId).join(),
    atMs: isWhole ? Math.max(...moments.map(Number)) : undefined,
  };
}
