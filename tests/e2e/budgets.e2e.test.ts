import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CameraView } from '../../src-shared/cameras/cameras.protocol.ts';
import {
  eventually,
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { hubFetch } from '../support/testAccount.ts';

/** The most that a wall shows. */
const tilesOfWall = 64;
/** A wall that starts on a busy machine, with a decoder for each tile. */
const patienceMs = 60_000;

let browser: Browser;
let simulator: SimulatorProcess;
let hub: HubProcess;
let desk: SurfaceClient;
let wall: WallPage;
let cameras: CameraView[];

beforeAll(async () => {
  browser = await launchBrowser();
  simulator = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '40', MINGCHU_SIM_CAMERAS: String(2 * tilesOfWall) },
  });
  hub = await startHubProcess();
  await registerCity(hub.url, simulator.controlUrl);
  desk = await connectSurface(hub.url);
  const joined = await desk.request('session:join', { surface: 'desk' });
  if (!joined.ok) throw new Error(joined.message);
  cameras = joined.data.snapshot.registry ?? [];
});
afterAll(async () => {
  await wall.close();
  desk.close();
  await hub.stop();
  await simulator.stop();
  await browser.close();
});

async function show(page: readonly CameraView[]): Promise<void> {
  const shown = await desk.request('wall:showCameras', {
    commandId: randomUUID(),
    screenId: 'main',
    cameraIds: page.map(({ cameraId }) => cameraId),
  });
  if (!shown.ok) throw new Error(shown.message);
}

/** Waits until the wall shows something of each camera of a page. */
async function allShown(page: readonly CameraView[]): Promise<void> {
  const expected = page.map(({ cameraId }) => cameraId).sort();
  await eventually(
    'something of each camera',
    async () => {
      const begun = (await wall.tiles()).filter(({ state }) => state.kind !== 'connecting');
      const cameraIds = begun.flatMap(({ cameraId }) => cameraId ?? []).sort();
      return cameraIds.length === tilesOfWall && cameraIds.every((one, index) => one === expected[index]);
    },
    patienceMs,
  );
}

/** Requests that the hub answered so, of all surfaces. */
async function answered(outcome: string): Promise<number> {
  const text = await (await hubFetch(`${hub.url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('mingchu_request_seconds_count') && line.includes(`"${outcome}"`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

it('a wall of 64 tiles that turns its pages back and forth and starts again is never cut by a budget', async () => {
  const pages = [cameras.slice(0, tilesOfWall), cameras.slice(tilesOfWall, 2 * tilesOfWall)] as const;
  expect(pages[1]).toHaveLength(tilesOfWall);
  wall = await openWall(browser, hub.url);
  await show(pages[0]);
  await allShown(pages[0]);
  for (const page of [pages[1], pages[0]]) {
    await show(page);
    await allShown(page);
  }
  await wall.page.reload();
  await allShown(pages[0]);
  expect(await answered('ok')).toBeGreaterThan(3 * tilesOfWall);
  expect(await answered('too_many')).toBe(0);
  expect(hub.output()).not.toMatch(/too_many|too_busy|too_slow/);
});
