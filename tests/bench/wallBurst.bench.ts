import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { launchBrowser, openWall } from '../support/wallPage.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { showCameras, withWallCity } from './wallCity.ts';

const tiles = 64;
const defaultRounds = 10;
const cameras = tiles * 4;
const lookEveryMs = 50;
const longestMs = 20_000;
/** Streams that nobody watches any more stop before their cameras' turn comes again. */
const lingerMs = 1_000;

/**
 * `wall.burst.64`: a new page is asked for 64 cameras at once, none of which runs: from the first request to the first
 * picture of the last one, page after page. `wall.burst.64.live`: to the last one's first live frame.
 * `wall.burst.64.failures`: tiles without a picture after 20 s. `wall.burst.64.peer_connections`: connections a page
 * needed, of which there must be no more than media workers, and one that only asks for the browser's codecs.
 */
export const benchWallBurst: Bench = async (report, progress, options) => {
  const rounds = options.rounds ?? defaultRounds;
  const browser = await launchBrowser();
  try {
    await withWallCity(
      { sites: 150, cameras, settings: { MINGCHU_LINGER_MS: String(lingerMs) } },
      async (city) => {
        const pictures: number[] = [];
        const lives: number[] = [];
        let failures = 0;
        let connections = 0;
        for (let round = 0; round < rounds; round += 1) {
          const from = (round * tiles) % cameras;
          await showCameras(city.desk, city.cameras.slice(from, from + tiles));
          const wall = await openWall(browser, city.hub.url);
          const startedAt = performance.now();
          let now = await wall.tiles();
          while (now.length < tiles || now.some(({ firstFrameMs }) => firstFrameMs === undefined)) {
            if (performance.now() - startedAt > longestMs) break;
            await delay(lookEveryMs);
            now = await wall.tiles();
          }
          const failed = tiles - now.filter(({ firstPictureMs }) => firstPictureMs !== undefined).length;
          failures += failed;
          const last = (field: 'firstPictureMs' | 'firstFrameMs') =>
            Math.max(...now.map((tile) => tile[field] ?? longestMs));
          pictures.push(failed > 0 ? longestMs : last('firstPictureMs'));
          lives.push(last('firstFrameMs'));
          connections = Math.max(connections, (await wall.peerConnections()).now);
          progress(
            `  burst ${round + 1} of ${rounds}: pictures in ${Math.round(pictures.at(-1) ?? 0)} ms, live in ` +
              `${Math.round(lives.at(-1) ?? 0)} ms, ${failed} failed, ${connections} connections`,
          );
          await wall.close();
          await delay(lingerMs * 3);
        }
        if (connections > availableParallelism())
          throw new Error(`${connections} connections for ${availableParallelism()} media workers`);
        report(figureOf('wall.burst.64', 'ms', pictures));
        report(figureOf('wall.burst.64.live', 'ms', lives));
        report(singleFigure('wall.burst.64.failures', 'count', failures, rounds * tiles));
        report(singleFigure('wall.burst.64.peer_connections', 'count', connections, rounds));
      },
    );
  } finally {
    await browser.close();
  }
};
