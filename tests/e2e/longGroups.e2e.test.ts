import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCameraKind, type RunningCameraCase } from '../support/cameraCases.ts';
import { recordTiles, watchPeerConnections } from '../support/decodedPictures.ts';
import { eventually, startHubProcess, type HubProcess } from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';

/** A second viewer comes when so many of the group's 300 pictures have passed, 18 s after the key picture. */
const picturesBefore = 180;
/** Until the camera's next key picture it is 12 s. */
const watchedMs = 7_000;

let browser: Browser;
let hub: HubProcess;
let desk: SurfaceClient;
let camera: RunningCameraCase;
const walls: WallPage[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  hub = await startHubProcess();
  desk = await connectSurface(hub.url);
  camera = await startCameraKind('long-group');
});
afterAll(async () => {
  for (const wall of walls) await wall.close();
  desk.close();
  await hub.stop();
  await camera.stop();
  await browser.close();
});

async function showCamera(): Promise<void> {
  const imported = await fetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: [{ externalId: 's', name: '测试', type: 'school_canteen', district: '咸安区' }],
      cameras: [{ externalId: 'c', siteExternalId: 's', name: 'c', streams: { main: { url: camera.url } } }],
    }),
  });
  if (!imported.ok) throw new Error(await imported.text());
  const joined = await desk.request('session:join', { surface: 'desk' });
  if (!joined.ok) throw new Error(joined.message);
  const cameraIds = (joined.data.snapshot.registry ?? []).map(({ cameraId }) => cameraId);
  const shown = await desk.request('wall:showCameras', {
    commandId: randomUUID(),
    screenId: 'main',
    cameraIds,
  });
  if (!shown.ok) throw new Error(shown.message);
}

async function open(): Promise<WallPage> {
  const wall = await openWall(browser, hub.url, { prepare: watchPeerConnections });
  walls.push(wall);
  return wall;
}

const hasSent = (picture: number): boolean => camera.log().includes(`sends picture ${picture}.`);

it('a second viewer of a camera with a key picture every 30 s sees moving pictures at once', async () => {
  const first = await open();
  await showCamera();
  await eventually(
    'pictures at the first wall',
    async () => (await first.tiles()).some(({ state }) => state.kind === 'live'),
    30_000,
  );
  await eventually('most of the group', () => hasSent(picturesBefore), 40_000);
  const second = await open();
  const [record] = await recordTiles(second, watchedMs);
  if (record === undefined) throw new Error('the camera is on no tile of the second wall');
  // All this before the next key picture.
  expect(hasSent(300)).toBe(false);
  expect(record.states.at(-1)?.kind).toBe('live');
  // What of the group had passed, and what came since.
  const decoded = record.decoded.at(-1)?.pictures ?? 0;
  const byHalf = record.decoded.find(({ atMs }) => atMs >= watchedMs / 2)?.pictures ?? 0;
  expect(byHalf).toBeGreaterThan(picturesBefore);
  expect(decoded - byHalf).toBeGreaterThan(15);
  expect((await first.tiles()).map(({ state }) => state.kind)).toEqual(['live']);
});
