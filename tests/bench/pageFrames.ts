import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import type { CameraView } from '../../src-shared/cameras/cameras.protocol.ts';
import { eventually } from '../support/processes.ts';
import { openWall, type WallPage } from '../support/wallPage.ts';
import { allAdvance } from './allAdvance.ts';
import { figureOf, type Figure } from './figures.ts';
import { recordPageTimes, type PageTimes } from './pageTimes.ts';
import { showCameras, type WallCity } from './wallCity.ts';

const tiles = 16;
/** Between pages: at any moment of a group of pictures, and not always so long after the last page. */
const restMs = 700;
const gopMs = 1_000;
const settledAfterMs = 5_000;
const lookEveryMs = 20;
const longestMs = 10_000;

/**
 * `wall.page_frames`: a duty officer picks 16 cameras whose streams run for somebody else, so that nothing of them was ready on
 * this screen: from asking for the page to the first live picture of its last tile, page after page. Where the time goes,
 * each from asking to the last of the 16: `.notified` the screen has its new tiles, `.asked` it has asked for their streams,
 * `.opened` they are opened, and those that run are consumed, `.consumed` so are those that were asked for alone, `.negotiated`
 * the browser has its receivers, `.resumed` packets may flow, `.received` the browser has the first picture whole; what
 * is left until `wall.page_frames` is decoding and drawing it. A step that no page needed has no figure.
 * `wall.page_frames.tile`: from asking to the first live picture of each tile.
 */
export async function benchPageFrames(
  { hub, desk, cameras, rounds }: WallCity & { rounds: number },
  browser: Browser,
  report: (figure: Figure) => void,
  progress: (text: string) => void,
): Promise<void> {
  for (const { cameraId } of cameras) await desk.request('cameras:openStream', { cameraId, stream: 'sub' });
  const liveStreams = () =>
    desk
      .noticesOf('cameras:streamChanged')
      .filter(({ status }) => status.state === 'live')
      .map(({ streamId }) => streamId);
  await eventually('every stream is live', () => new Set(liveStreams()).size === cameras.length, 60_000);
  const wall = await openWall(browser, hub.url, { prepare: recordPageTimes });
  const pages = Math.floor(cameras.length / tiles);
  const pageOf = (round: number): CameraView[] =>
    cameras.slice((round % pages) * tiles, (round % pages) * tiles + tiles);
  await showCameras(desk, pageOf(0));
  await allAdvance(wall, tiles);
  // As a wall that has been up for a while: what a page makes ready for later is there.
  await delay(settledAfterMs);
  const whole: number[] = [];
  const each: number[] = [];
  const parts: Record<keyof PageTimes, number[]> = {
    notified: [],
    asked: [],
    opened: [],
    consumed: [],
    negotiated: [],
    resumed: [],
    received: [],
  };
  for (let round = 1; round <= rounds; round += 1) {
    await delay(restMs + Math.random() * gopMs);
    await wall.page.evaluate(() => window.mingchuPageTimes?.reset());
    const askedAtMs = Date.now();
    await showCameras(desk, pageOf(round));
    const liveMs = (await allLive(wall, new Set(pageOf(round).map(({ cameraId }) => cameraId)))).map(
      (atMs) => atMs - askedAtMs,
    );
    each.push(...liveMs);
    whole.push(Math.max(...liveMs));
    const times = await wall.page.evaluate(() => window.mingchuPageTimes?.read());
    for (const [name, samples] of Object.entries(parts)) {
      const atMs = times?.[name as keyof PageTimes];
      if (atMs !== undefined) samples.push(atMs - askedAtMs);
    }
    if (round % 10 === 0)
      progress(`  page ${round} of ${rounds}: live in ${Math.round(whole.at(-1) ?? 0)} ms`);
  }
  await wall.close();
  report(figureOf('wall.page_frames', 'ms', whole));
  report(figureOf('wall.page_frames.tile', 'ms', each));
  for (const [name, samples] of Object.entries(parts)) {
    if (samples.length > 0) report(figureOf(`wall.page_frames.${name}`, 'ms', samples));
  }
}

/** When each tile of the page had its first live picture, Unix milliseconds. */
async function allLive(wall: WallPage, cameraIds: ReadonlySet<string>): Promise<number[]> {
  for (const endAtMs = Date.now() + longestMs; Date.now() < endAtMs; await delay(lookEveryMs)) {
    const liveAtMs = (await wall.tiles()).flatMap(
      ({ cameraId, firstPictureAtMs, firstPictureMs, firstFrameMs }) =>
        cameraId !== undefined &&
        cameraIds.has(cameraId) &&
        firstPictureAtMs !== undefined &&
        firstPictureMs !== undefined &&
        firstFrameMs !== undefined
          ? [firstPictureAtMs - firstPictureMs + firstFrameMs]
          : [],
    );
    if (liveAtMs.length === cameraIds.size) return liveAtMs;
  }
  throw new Error(`not all of ${cameraIds.size} tiles were live within ${longestMs / 1_000} s`);
}
