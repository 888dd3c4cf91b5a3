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

/** Pictures that the decoder of a wall has put out, over all its connections. */
function decodedPictures({ page }: WallPage): Promise<number> {
  return page.evaluate(async () => {
    let pictures = 0;
    for (const connection of window.watchedPeerConnections ?? []) {
      if (connection.connectionState === 'closed') continue;
      for (const entry of (await connection.getStats()).values()) {
        const { framesDecoded } = entry as { framesDecoded?: number };
        pictures += framesDecoded ?? 0;
      }
    }
    return pictures;
  });
}

it('a second viewer of a camera with a key picture every 30 s sees moving pictures at once', async () => {
  const first = await open();
  await showCamera();
  await eventually(
    'pictures at the first wall',
    async () => (await decodedPictures(first)) >= picturesBefore,
    40_000,
  );
  const before = await decodedPictures(first);
  const second = await open();
  const [record] = await recordTiles(second, watchedMs);
  const after = await decodedPictures(first);
  if (record === undefined) throw new Error('the camera is on no tile of the second wall');
  expect(record.states.at(-1)?.kind).toBe('live');
  // All of the group that had passed, and what came since.
  expect(record.decoded.at(-1)?.pictures).toBeGreaterThan(picturesBefore);
  const half = record.decoded.find(({ atMs }) => atMs >= watchedMs / 2);
  expect((record.decoded.at(-1)?.pictures ?? 0) - (half?.pictures ?? 0)).toBeGreaterThan(15);
  // The first wall went on meanwhile, and its next key picture was not there yet.
  expect(after - before).toBeGreaterThan(40);
  expect(after).toBeLessThan(300);
});
