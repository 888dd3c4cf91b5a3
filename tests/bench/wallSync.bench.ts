import { randomUUID } from 'node:crypto';
import { tourSettingsSchema } from '../../src-shared/wall/tourSettings.ts';
import { eventually } from '../support/processes.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { figureOf, type Bench } from './figures.ts';
import { withWallCity } from './wallCity.ts';

const screens = ['main', 'second'] as const;
const defaultTurns = 25;
const dwellMs = 5_000;

/**
 * `wall.sync`: how far apart two screens turn to their next page, when their tours were started together. `wall.sync.pictures`: how far apart
 * the last picture of that page is there, which a machine that decodes for both spreads.
 */
export const benchWallSync: Bench = async (report, progress, options) => {
  const browser = await launchBrowser();
  try {
    await withWallCity({ sites: 12, cameras: 16 }, async ({ hub, desk }) => {
      const walls = await Promise.all(
        screens.map((screen) => openWall(browser, hub.url, { query: `?screen=${screen}` })),
      );
      const settings = tourSettingsSchema.parse({ dwellMs });
      // A screen is known once its page has joined.
      for (const screenId of screens) {
        await eventually(`the tour of ${screenId}`, async () => {
          const command = { commandId: randomUUID(), screenId, layout: '4' as const, settings };
          return (await desk.request('wall:startTour', command)).ok;
        });
      }
      const nextPage = (wall: WallPage, cameras: string | undefined): Promise<ShownPage> =>
        eventually('the next page', async () => {
          const page = await pageOf(wall);
          return page.cameras !== cameras && page.picturesAtMs !== undefined && page;
        });
      let shown = await Promise.all(walls.map(pageOf));
      const apart = { pages: [] as number[], pictures: [] as number[] };
      // The first page has nothing ready.
      for (let turn = 0; turn <= (options.turns ?? defaultTurns); turn += 1) {
        const before = shown.map(({ cameras }) => cameras);
        shown = await Promise.all(walls.map((wall, index) => nextPage(wall, before[index])));
        if (turn === 0) {
          // One screen may have turned before it was watched: from here on both are watched from the same turn.
          const latestMs = Math.max(...shown.map(({ turnedAtMs }) => turnedAtMs));
          shown = await Promise.all(
            shown.map((page, index) =>
              latestMs - page.turnedAtMs > dwellMs / 2 ? nextPage(walls[index]!, page.cameras) : page,
            ),
          );
          continue;
        }
        const between = (moment: (page: ShownPage) => number | undefined): number => {
          const [one = 0, other = 0] = shown.map(moment);
          return Math.abs(one - other);
        };
        const picturesMs = between(({ picturesAtMs }) => picturesAtMs);
        const turnsMs = between(({ turnedAtMs }) => turnedAtMs);
        apart.pictures.push(picturesMs);
        apart.pages.push(turnsMs);
        progress(
          `  turn ${turn}: pages ${turnsMs.toFixed(1)} ms apart, pictures ${picturesMs.toFixed(1)} ms apart`,
        );
      }
      for (const wall of walls) await wall.close();
      report(figureOf('wall.sync', 'ms', apart.pages));
      report(figureOf('wall.sync.pictures', 'ms', apart.pictures));
    });
  } finally {
    await browser.close();
  }
};

interface ShownPage {
  cameras: string;
  /** When the page asked for the pictures of its tiles. Unix milliseconds of this machine, on which all screens of the bench are. */
  turnedAtMs: number;
  /** When the last of its tiles had a picture; undefined while one has none. */
  picturesAtMs: number | undefined;
}

/** A page as a screen shows it. The times of the probe are in the screen's reading of the hub's clock: its error counts here. */
async function pageOf(wall: WallPage): Promise<ShownPage> {
  const { tiles, aheadMs } = await wall.page.evaluate(() => ({
    tiles: window.mingchuProbe?.tiles() ?? [],
    aheadMs: (window.mingchuProbe?.hubNowMs?.() ?? 0) - Date.now(),
  }));
  const moments = tiles.map(({ firstPictureAtMs }) => firstPictureAtMs);
  const isWhole = tiles.length > 0 && moments.every((moment) => moment !== undefined && moment !== null);
  const asked = tiles.map((tile) => (tile.firstPictureAtMs ?? 0) - (tile.firstPictureMs ?? 0));
  return {
    cameras: tiles.map(({ cameraId }) => cameraId).join(),
    turnedAtMs: Math.min(...asked) - aheadMs,
    picturesAtMs: isWhole ? Math.max(...moments.map(Number)) - aheadMs : undefined,
  };
}
