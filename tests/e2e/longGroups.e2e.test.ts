import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import zh from '../../assets/locales/zh-CN.json' with { type: 'json' };
import type { TileState } from '../../src-renderer/ui/tile/tileState.ts';
import { startCameraKind, type RunningCameraCase } from '../support/cameraCases.ts';
import { recordTiles, watchPeerConnections } from '../support/decodedPictures.ts';
import { eventually, startHubProcess, type HubProcess } from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { hubFetch } from '../support/testAccount.ts';

/** A second viewer comes when so many of the group's 300 pictures have passed, 18 s after the key picture. */
const picturesBefore = 180;
/** Until the camera's next key picture it is 12 s. */
const watchedMs = 7_000;
/** Packets of one picture: of the 18 s that passed, 1,620 and 2,880, which are too many to be sent again, and to be kept. */
const packetCounts = ['9', '16'];

let browser: Browser;
let hub: HubProcess;
let desk: SurfaceClient;
let camera: RunningCameraCase;
let camerasOfManyPackets: RunningCameraCase[] = [];
const walls: WallPage[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  hub = await startHubProcess();
  desk = await connectSurface(hub.url);
  camera = await startCameraKind('long-group');
  camerasOfManyPackets = await Promise.all(
    packetCounts.map((PACKETS) => startCameraKind('long-group', { PACKETS })),
  );
});
afterAll(async () => {
  for (const wall of walls) await wall.close();
  desk.close();
  await hub.stop();
  for (const running of [camera, ...camerasOfManyPackets]) await running.stop();
  await browser.close();
});

async function showCameras(): Promise<string[]> {
  const imported = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: [{ externalId: 's', name: '测试', type: 'school_canteen', district: '咸安区' }],
      cameras: [camera, ...camerasOfManyPackets].map(({ url }, index) => ({
        ...{ externalId: `c${index}`, siteExternalId: 's', name: `c${index}` },
        streams: { main: { url } },
      })),
    }),
  });
  if (!imported.ok) throw new Error(await imported.text());
  const joined = await desk.request('session:join', { surface: 'desk' });
  if (!joined.ok) throw new Error(joined.message);
  // By name: the one whose group is short enough, then those with many packets.
  const cameraIds = (joined.data.snapshot.registry ?? [])
    .toSorted((one, other) => one.cameraName.localeCompare(other.cameraName))
    .map(({ cameraId }) => cameraId);
  const shown = await desk.request('wall:showCameras', {
    commandId: randomUUID(),
    screenId: 'main',
    cameraIds,
  });
  if (!shown.ok) throw new Error(shown.message);
  return cameraIds;
}

async function open(): Promise<WallPage> {
  const wall = await openWall(browser, hub.url, { prepare: watchPeerConnections });
  walls.push(wall);
  return wall;
}

const hasSent = (picture: number): boolean => camera.log().includes(`sends picture ${picture}.`);

/** The tiles of these cameras, in their order. */
async function statesOf(wall: WallPage, cameraIds: readonly string[]): Promise<(TileState | undefined)[]> {
  const tiles = await wall.tiles();
  return cameraIds.map((id) => tiles.find(({ cameraId }) => cameraId === id)?.state);
}

it('a second viewer of a camera with a key picture every 30 s sees moving pictures at once, or what is waited for', async () => {
  const first = await open();
  const cameraIds = await showCameras();
  const kindsAt = async (wall: WallPage) => (await statesOf(wall, cameraIds)).map((state) => state?.kind);
  const allLive = cameraIds.map(() => 'live');
  await eventually(
    'pictures at the first wall',
    async () => (await kindsAt(first)).every((kind) => kind === 'live'),
    30_000,
  );
  await eventually('most of the group', () => hasSent(picturesBefore), 40_000);
  const second = await open();
  const records = await recordTiles(second, watchedMs);
  const ofCamera = cameraIds.map((id) => records.find(({ cameraId }) => cameraId === id));
  const [record] = ofCamera;
  if (record === undefined) throw new Error('the camera is on no tile of the second wall');
  const waiting = await statesOf(second, cameraIds);
  // All this before the next key picture.
  expect(hasSent(300)).toBe(false);
  expect(record.states.at(-1)?.kind).toBe('live');
  // What of the group had passed, and what came since.
  const decoded = record.decoded.at(-1)?.pictures ?? 0;
  const byHalf = record.decoded.find(({ atMs }) => atMs >= watchedMs / 2)?.pictures ?? 0;
  expect(byHalf).toBeGreaterThan(picturesBefore);
  expect(decoded - byHalf).toBeGreaterThan(15);
  for (const index of packetCounts.keys()) {
    // The last key picture stands, its age is known, and the words on the tile name what is waited for.
    expect(waiting[1 + index]).toEqual({
      kind: 'connecting',
      awaits: 'keyPicture',
      pictureAtMs: expect.any(Number) as number,
    });
    expect(ofCamera[1 + index]?.states.map(({ kind }) => kind)).toEqual(['connecting']);
    expect(ofCamera[1 + index]?.words).toContain(zh.tile.awaits.keyPicture);
  }
  expect(await kindsAt(first)).toEqual(allLive);
  await eventually('the next key pictures', async () =>
    (await kindsAt(second)).every((kind) => kind === 'live'),
  );
  expect(await kindsAt(first)).toEqual(allLive);
});
