import { setTimeout as delay } from 'node:timers/promises';
import type { CameraView } from '../../src-shared/cameras/cameras.protocol.ts';
import { frameGapLimitMs, stillLimitMs } from '../../src-shared/cameras/freeze.ts';
import { frameCountAt, framesPerSecond, type FrameClock } from '../../src-shared/simulation/frameStrip.ts';
import type { FaultInput } from '../../src-sim/cameras/faults.ts';
import { setFault } from '../support/processes.ts';
import { awaitTile } from '../support/tileWatch.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { figureOf, type Bench } from './figures.ts';
import { showCameras, withWallCity, type WallCity } from './wallCity.ts';

const defaultRounds = 10;
/** Outages end at any moment of the hub's waiting for its next attempt. */
const shortestOutageMs = 2_000;
const longestOutageMs = 14_000;
const betweenRoundsMs = 3_000;
const timeoutMs = 60_000;
/** What the simulated cameras send, and so what the hub allows them (freeze.ts). */
const progressOfCamera = {
  lastFrameAtMs: 0,
  lastPictureChangeAtMs: 0,
  estimatedFps: framesPerSecond,
  gopFrames: framesPerSecond,
};

/** Two cameras each have one of these faults at a time. */
const faults = {
  silence: { kind: 'silence', of: 'media' },
  stuck: { kind: 'frozen' },
  refusal: { kind: 'refuse', status: 503 },
  drop: { kind: 'dropMidPacket', afterSeconds: 0 },
} as const satisfies Record<string, FaultInput>;
type FaultName = keyof typeof faults;
const camerasPerFault = 2;

/**
 * `wall.freeze_noticed`: from the end of the time that distinguishes a still scene from a stuck camera until the tile says
 * frozen: 1.2 s after the last frame where no media comes, 8 s after the last new picture where media comes and the
 * picture stays. `wall.recovered`: from the end of a fault to live pictures on the tile, after 2 to 14 s of silence, of
 * a stuck picture, of refused connections, and after a connection cut in the middle of a packet. Each also by its
 * fault, such as `wall.recovered.refusal`.
 */
export const benchWallFaults: Bench = async (report, progress, options) => {
  const rounds = options.rounds ?? defaultRounds;
  const noticed: Partial<Record<FaultName, number[]>> = {};
  const recovered: Partial<Record<FaultName, number[]>> = {};
  const names = Object.keys(faults) as FaultName[];
  const browser = await launchBrowser();
  try {
    const cameras = names.length * camerasPerFault;
    await withWallCity({ sites: 6, cameras: cameras + 1 }, async (city) => {
      const shown = city.cameras.slice(0, cameras);
      await showCameras(city.desk, shown);
      const wall = await openWall(browser, city.hub.url);
      await Promise.all(
        shown.map(({ cameraId }) => awaitTile(wall, cameraId, { kinds: ['live'], timeoutMs })),
      );
      // The hub knows the rate and the group of pictures of each camera by then.
      await delay(5_000);
      for (let round = 1; round <= rounds; round += 1) {
        await Promise.all(
          shown.map(async (camera, index) => {
            const name = names[index % names.length] ?? 'silence';
            const { noticedMs, recoveredMs } = await breakAndMend(city, wall, camera, name);
            if (noticedMs !== undefined) (noticed[name] ??= []).push(noticedMs);
            (recovered[name] ??= []).push(recoveredMs);
          }),
        );
        progress(
          `  round ${round} of ${rounds}: ${JSON.stringify({ noticed: lastOf(noticed), recovered: lastOf(recovered) })}`,
        );
        await delay(betweenRoundsMs);
      }
      await wall.close();
    });
  } finally {
    await browser.close();
  }
  for (const [figure, byFault] of Object.entries({
    'wall.freeze_noticed': noticed,
    'wall.recovered': recovered,
  })) {
    report(figureOf(figure, 'ms', Object.values(byFault).flat()));
    for (const [name, samples] of Object.entries(byFault))
      report(figureOf(`${figure}.${name}`, 'ms', samples));
  }
};

async function breakAndMend(
  { simulator }: WallCity,
  wall: WallPage,
  { cameraId, externalId }: CameraView,
  name: FaultName,
): Promise<{ noticedMs: number | undefined; recoveredMs: number }> {
  const { kind, ...parameters } = faults[name];
  const outageMs = shortestOutageMs + Math.random() * (longestOutageMs - shortestOutageMs);
  await setFault(simulator.controlUrl, externalId, kind, parameters);
  const brokenAt = performance.now();
  let noticedMs: number | undefined;
  if (name === 'silence' || name === 'stuck') {
    const tile = await awaitTile(wall, cameraId, { kinds: ['frozen'], timeoutMs });
    const lastNewAtMs =
      name === 'silence'
        ? (tile.lastFrameAtMs ?? Number.NaN)
        : await heldPictureAtMs(simulator.controlUrl, externalId);
    const limitMs = name === 'silence' ? frameGapLimitMs(progressOfCamera) : stillLimitMs(progressOfCamera);
    noticedMs = tile.seenAtMs - lastNewAtMs - limitMs;
  }
  // A cut connection can be made again at once: the camera is back as soon as it is cut.
  const leftMs = name === 'drop' ? 200 : outageMs - (performance.now() - brokenAt);
  if (leftMs > 0) await delay(leftMs);
  await setFault(simulator.controlUrl, externalId, 'none');
  const mendedAtMs = Date.now();
  const tile = await awaitTile(wall, cameraId, { kinds: ['live'], frameSinceMs: mendedAtMs, timeoutMs });
  return { noticedMs, recoveredMs: tile.seenAtMs - mendedAtMs };
}

/** When a frozen camera last showed a new picture: the first key picture after its fault began. */
async function heldPictureAtMs(controlUrl: string, externalId: string): Promise<number> {
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${controlUrl}${path}`)).json()) as T;
  const { epochMs } = await ask<{ epochMs: number }>('/clock');
  const { cameras } = await ask<{ cameras: { id: string; phase: number; faultSinceMs: number }[] }>(
    '/cameras',
  );
  const camera = cameras.find(({ id }) => id === externalId);
  if (camera === undefined) throw new Error(`the simulator has no camera ${externalId}`);
  const clock: FrameClock = { epochMs, phase: camera.phase };
  const held = Math.ceil((frameCountAt(clock, camera.faultSinceMs) + 1) / framesPerSecond) * framesPerSecond;
  return epochMs + ((held - camera.phase) * 1000) / framesPerSecond;
}

function lastOf(byFault: Partial<Record<FaultName, number[]>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(byFault).map(([name, samples]) => [
      name,
      Math.round(Math.max(...samples.slice(-camerasPerFault))),
    ]),
  );
}
