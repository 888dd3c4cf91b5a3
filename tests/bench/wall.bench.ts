import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import type { CameraView } from '../../src-shared/cameras/cameras.protocol.ts';
import {
  decodeFrameStrip,
  frameAgeMs,
  stripArea,
  type FrameClock,
} from '../../src-shared/simulation/frameStrip.ts';
import { eventually, type SimulatorProcess } from '../support/processes.ts';
import type { SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { allAdvance } from './allAdvance.ts';
import { figureOf, type Bench, type BenchOptions, type Figure } from './figures.ts';
import { benchPageFrames } from './pageFrames.ts';
import { benchPageTurn } from './pageTurn.ts';
import { showCameras, withWallCity, type WallCity } from './wallCity.ts';

/** Nine at once in a grid of three by three: each tile is small enough for the sub stream. */
const tilesAtOnce = 9;
const cameraCount = 63;
const glassTiles = 16;
const glassRounds = 20;
const gopMs = 1_000;
const currentMs = 200;
const defaultPageTurns = 200;
const defaultPages = 40;

type Report = (figure: Figure) => void;

/** A bench of its own: a city, a hub with these settings and the system's Chromium. */
function benchOf(
  run: (
    city: WallCity,
    browser: Browser,
    report: Report,
    progress: (text: string) => void,
    options: BenchOptions,
  ) => Promise<void>,
  settings: Record<string, string> = {},
): Bench {
  return async (report, progress, options) => {
    const browser = await launchBrowser();
    try {
      await withWallCity({ sites: 40, cameras: cameraCount, settings }, (city) =>
        run(city, browser, report, progress, options),
      );
    } finally {
      await browser.close();
    }
  };
}

/** First pictures, first live frames and the age of what a tile shows, each to be asked for alone. */
export const wallBenches = {
  'wall.first_frame': benchOf(benchWarm),
  'wall.glass_to_glass': benchOf(benchGlassToGlass),
  'wall.page_turn': benchOf((city, browser, report, progress, options) =>
    benchPageTurn({ ...city, turns: options.turns ?? defaultPageTurns }, browser, report, progress),
  ),
  'wall.page_frames': benchOf((city, browser, report, progress, options) =>
    benchPageFrames({ ...city, rounds: options.rounds ?? defaultPages }, browser, report, progress),
  ),
  // Without a linger a stream stops with its last viewer, so that every camera is met cold.
  'wall.first_frame.cold': benchOf(benchCold, { MINGCHU_LINGER_MS: '0' }),
} satisfies Record<string, Bench>;

/**
 * One of nine tiles is given a camera whose stream runs for somebody else already: `wall.first_picture.warm`,
 * `wall.first_frame.warm`, and `wall.current_frame.warm`, from asking for it to a picture that is not older than
 * `currentMs` by the frame number drawn into it: what was missed since the last key picture has been caught up with.
 */
async function benchWarm(
  { hub, desk, cameras, simulator }: WallCity,
  browser: Browser,
  report: Report,
  progress: (text: string) => void,
): Promise<void> {
  for (const { cameraId } of cameras) await desk.request('cameras:openStream', { cameraId, stream: 'sub' });
  await eventually('every stream is live', () => new Set(liveStreams(desk)).size === cameras.length, 60_000);
  const wall = await openWall(browser, hub.url);
  const shown = cameras.slice(0, tilesAtOnce);
  await showCameras(desk, shown);
  await allAdvance(wall, tilesAtOnce);
  const clocks = await frameClocks(simulator);
  const pictures: number[] = [];
  const frames: number[] = [];
  const currents: number[] = [];
  for (const [index, camera] of cameras.slice(tilesAtOnce).entries()) {
    const place = index % tilesAtOnce;
    shown[place] = camera;
    // Asked for at any moment of a GOP, and not always so long after the last one.
    await delay(Math.random() * gopMs);
    const askedAtMs = Date.now();
    await showCameras(desk, shown);
    currents.push((await currentAtMs(wall, camera, clocks)) - askedAtMs);
    const tile = (await allAdvance(wall, tilesAtOnce))[place];
    pictures.push(tile?.firstPictureMs ?? Number.NaN);
    frames.push(tile?.firstFrameMs ?? Number.NaN);
    if (index % 9 === 8) progress(`  warm: ${index + 1} of ${cameras.length - tilesAtOnce} cameras`);
  }
  await wall.close();
  for (const { cameraId } of cameras) {
    await desk.request('cameras:closeStream', { streamId: `${cameraId}:sub` });
  }
  report(figureOf('wall.first_picture.warm', 'ms', pictures));
  report(figureOf('wall.first_frame.warm', 'ms', frames));
  report(figureOf('wall.current_frame.warm', 'ms', currents));
}

/** When a tile first shows a picture of the present moment, Unix milliseconds. */
async function currentAtMs(
  wall: WallPage,
  { cameraId, externalId }: CameraView,
  clocks: ReadonlyMap<string, FrameClock>,
): Promise<number> {
  const clock = clocks.get(externalId);
  if (clock === undefined) throw new Error(`the simulator does not know ${externalId}`);
  for (const endAtMs = Date.now() + 10_000; Date.now() < endAtMs;) {
    const read = await readStrip(wall, cameraId);
    const index = read === undefined ? undefined : decodeFrameStrip((x) => read.luminanceAt(x));
    if (read !== undefined && index !== undefined && frameAgeMs(clock, index, read.atMs) <= currentMs) {
      return read.atMs;
    }
  }
  throw new Error(`camera ${externalId} never showed a picture of the present moment`);
}

/** Nobody watched before: `wall.first_frame.cold`. */
async function benchCold(
  { hub, desk, cameras }: WallCity,
  browser: Browser,
  report: Report,
  progress: (text: string) => void,
): Promise<void> {
  const wall = await openWall(browser, hub.url);
  await showCameras(desk, cameras.slice(0, tilesAtOnce));
  await allAdvance(wall, tilesAtOnce);
  const frames: number[] = [];
  for (let from = tilesAtOnce; from < cameras.length; from += tilesAtOnce) {
    await showCameras(desk, cameras.slice(from, from + tilesAtOnce));
    for (const tile of await allAdvance(wall, tilesAtOnce)) frames.push(tile.firstFrameMs ?? Number.NaN);
    progress(`  cold: ${from + tilesAtOnce} of ${cameras.length} cameras`);
  }
  await wall.close();
  report(figureOf('wall.first_frame.cold', 'ms', frames));
}

/** `wall.glass_to_glass`: how old the picture on the screen is, by the frame number drawn into it, with 16 live tiles. */
async function benchGlassToGlass(
  { hub, desk, cameras, simulator }: WallCity,
  browser: Browser,
  report: Report,
  progress: (text: string) => void,
): Promise<void> {
  const clocks = await frameClocks(simulator);
  const wall = await openWall(browser, hub.url);
  await showCameras(desk, cameras.slice(0, glassTiles));
  await allAdvance(wall, glassTiles);
  await delay(5_000);
  const ages: number[] = [];
  let unreadable = 0;
  for (let round = 0; round < glassRounds; round += 1) {
    for (const { cameraId, externalId } of cameras.slice(0, glassTiles)) {
      const clock = clocks.get(externalId);
      const read = await readStrip(wall, cameraId);
      const index = read === undefined ? undefined : decodeFrameStrip((x) => read.luminanceAt(x));
      if (read === undefined || index === undefined || clock === undefined) unreadable += 1;
      else ages.push(frameAgeMs(clock, index, read.atMs));
    }
    await delay(137);
  }
  await wall.close();
  progress(`  glass to glass: ${ages.length} pictures read, ${unreadable} not readable`);
  report(figureOf('wall.glass_to_glass', 'ms', ages));
}

function liveStreams(desk: SurfaceClient): string[] {
  return desk
    .noticesOf('cameras:streamChanged')
    .filter(({ status }) => status.state === 'live')
    .map(({ streamId }) => streamId);
}

async function frameClocks(simulator: SimulatorProcess): Promise<Map<string, FrameClock>> {
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${simulator.controlUrl}${path}`)).json()) as T;
  const { epochMs } = await ask<{ epochMs: number }>('/clock');
  const { cameras } = await ask<{ cameras: { id: string; phase: number }[] }>('/cameras');
  return new Map(cameras.map(({ id, phase }) => [id, { epochMs, phase }]));
}

/**
 * The brightness along the strip of the next picture a tile presents, and when the page had it: at the callback that the
 * browser makes when it hands the picture to the screen.
 */
export async function readStrip(
  wall: WallPage,
  cameraId: string,
): Promise<{ atMs: number; luminanceAt(xRatio: number): number } | undefined> {
  const columns = 400;
  const read = await wall.page.evaluate(
    ({ cameraId, columns, area }) => {
      const videos = document.querySelectorAll<HTMLVideoElement>(`video[data-camera-id="${cameraId}"]`);
      const video = [...videos].find(({ srcObject }) => srcObject !== null);
      if (video === undefined) return undefined;
      return new Promise<{ atMs: number; levels: number[] } | undefined>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), 300);
        video.requestVideoFrameCallback(() => {
          clearTimeout(timer);
          const atMs = performance.timeOrigin + performance.now();
          const canvas = new OffscreenCanvas(columns, 1);
          const context = canvas.getContext('2d', { willReadFrequently: true });
          if (context === null) return resolve(undefined);
          const { videoWidth: width, videoHeight: height } = video;
          context.drawImage(
            video,
            area.left * width,
            (area.top + area.height / 2) * height - 1,
            area.width * width,
            2,
            0,
            0,
            columns,
            1,
          );
          const { data } = context.getImageData(0, 0, columns, 1);
          resolve({ atMs, levels: Array.from({ length: columns }, (_unused, x) => data[x * 4] ?? 0) });
        });
      });
    },
    { cameraId, columns, area: stripArea },
  );
  if (read === undefined) return undefined;
  return {
    atMs: read.atMs,
    luminanceAt: (xRatio) =>
      read.levels[Math.floor(((xRatio - stripArea.left) / stripArea.width) * columns)] ?? 0,
  };
}
