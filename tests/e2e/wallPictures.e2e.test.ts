import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OutputOf } from '../../src-shared/protocol/index.ts';
import { makeAlertKey, postAlerts, report, taken, type SenderKey } from '../support/alertSender.ts';
import { coveredPictures } from '../support/coveredPicture.ts';
import { openDesk } from '../support/deskPage.ts';
import {
  eventually,
  registerCity,
  setFault,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { hubFetch } from '../support/testAccount.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';
import { receiveByWhep, whepState } from '../support/whepPage.ts';

const patienceMs = 60_000;
const tileCount = 16;

let browser: Browser;
let simulator: SimulatorProcess;
let hub: HubProcess;
let client: SurfaceClient;
let directory: OutputOf<'cameras:readDirectory'>;
let key: SenderKey;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  simulator = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '20', MINGCHU_SIM_CAMERAS: '24' },
  });
  hub = await startHubProcess({ settings: { MINGCHU_WALL_TILES: String(tileCount) } });
  await registerCity(hub.url, simulator.controlUrl);
  client = await connectSurface(hub.url);
  await client.request('session:join', { surface: 'desk' });
  const answer = await client.request('cameras:readDirectory', {});
  if (!answer.ok) throw new Error(answer.message);
  directory = answer.data;
  key = await makeAlertKey(hub.url);
});
afterAll(async () => {
  client.close();
  await browser.close();
  await hub.stop();
  await simulator.stop();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const shownOn = async (wall: WallPage): Promise<(string | undefined)[]> =>
  (await wall.tiles()).map(({ cameraId }) => cameraId);

const externalIdOf = (cameraId: string | undefined): string =>
  directory.cameras.find((camera) => camera.cameraId === cameraId)?.externalId ?? '';

function allLive(wall: WallPage, count: number): Promise<unknown> {
  return eventually(
    `${count} live tiles`,
    async () => {
      const tiles = await wall.tiles();
      return tiles.length === count && tiles.every(({ state }) => state.kind === 'live');
    },
    patienceMs,
  );
}

/** Reports an alert, and ends it after the test. */
async function raise(kind: string, externalId: string): Promise<() => Promise<void>> {
  const { results } = await taken(await postAlerts(hub.url, key, report({ kind, cameraId: externalId })));
  const alertId = results[0]?.alertId ?? '';
  let isOpen = true;
  const resolve = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await client.request('alerts:work', {
      commandId: randomUUID(),
      alertIds: [alertId],
      deed: { type: 'resolve' },
    });
  };
  stops.push(resolve);
  return resolve;
}

describe('a wall of sixteen', () => {
  it.each([
    { width: 1920, height: 1080, query: '' },
    { width: 3840, height: 2160, query: '?lang=en' },
  ])(
    'covers nothing of a picture at $width × $height: names, states, badges and a block stand around it',
    async ({ width, height, query }) => {
      const wall = await openWall(browser, hub.url, { width, height, query });
      stops.push(() => wall.close());
      await allLive(wall, tileCount);
      expect(await coveredPictures(wall.page)).toEqual([]);
      const before = await shownOn(wall);

      // A camera that is away, a class 2 and a second class 1 on tiles, and a class 1 in a block of four.
      const away = externalIdOf(before[15]);
      stops.push(() => setFault(simulator.controlUrl, away, 'none'));
      await setFault(simulator.controlUrl, away, 'refuse', { hangUp: true });
      await raise('smoking', externalIdOf(before[6]));
      const unseen = directory.cameras.find(({ cameraId }) => !before.includes(cameraId));
      const resolveFirst = await raise('rat', unseen?.externalId ?? '');
      await wall.page.locator('.wall-tile--spotlight .alert-lit').waitFor();
      const resolveSecond = await raise('rat', externalIdOf(before[14]));
      await wall.page.locator('.alert-badge--2').waitFor();
      await wall.page.locator('.alert-badge--1').waitFor();
      await eventually(
        'a lost camera over its last picture and a live block',
        async () => {
          const tiles = await wall.tiles();
          return tiles.at(-1)?.state.kind === 'offline' && tiles[0]?.state.kind === 'live';
        },
        patienceMs,
      );
      expect(await coveredPictures(wall.page)).toEqual([]);

      // The block is four tiles large: nothing of the rest moved, and all of it comes back as it was.
      // A screen takes one block in 10 s at most: after the test before, the tile becomes a block only then.
      await eventually(
        'a block of half the width',
        async () => {
          const block = await wall.page.locator('.wall-tile--spotlight').boundingBox();
          return Math.abs((block?.width ?? 0) / width - 0.5) < 0.005;
        },
        patienceMs,
      );
      expect(await coveredPictures(wall.page)).toEqual([]);
      const lit = await shownOn(wall);
      expect(lit).toHaveLength(13);
      expect(lit.slice(1)).toEqual(before.filter((_cameraId, index) => ![0, 1, 4, 5].includes(index)));
      await resolveSecond();
      await resolveFirst();
      await wall.page.locator('.wall-tile--spotlight').waitFor({ state: 'detached' });
      expect(await shownOn(wall)).toEqual(before);
      // A camera's clock is read from a picture that is not made smaller for the strip's sake than it must be.
      const strip = await wall.page.locator('.tile-strip').first().boundingBox();
      expect(strip?.height).toBeGreaterThan(16);
      expect(wall.errors.filter((error) => !error.includes('Failed to load resource'))).toEqual([]);
    },
  );
});

describe('the desk', () => {
  it('covers nothing of the pictures it draws, chosen or not, small or large', async () => {
    const desk = await openDesk(browser, hub.url);
    stops.push(() => desk.close());
    const { page } = desk;
    await eventually(
      'live drawn tiles',
      async () => (await page.locator('.drawn-tile[data-tile-state="live"]').count()) === tileCount,
      patienceMs,
    );
    await page.locator('.drawn-tile').nth(2).click();
    expect(await coveredPictures(page, '.drawn-wall')).toEqual([]);
    await page.locator('.drawn-tile').nth(2).dblclick();
    await page.locator('[data-large-camera][data-tile-state="live"]').waitFor({ timeout: patienceMs });
    expect(await coveredPictures(page, '.large')).toEqual([]);
  });
});

describe('another system of the city', () => {
  it('receives a camera by WHEP until its key is revoked, and none of other districts', async () => {
    const camera = directory.cameras[0];
    const site = directory.sites.find(({ siteId }) => siteId === camera?.siteId);
    const { secret, keyId } = await makeAlertKey(hub.url, {
      name: 'traffic',
      purpose: 'pictures',
      districts: [site?.district ?? ''],
    });
    const authorization = `Bearer ${secret}`;
    const listed = await fetch(`${hub.url}/whep`, { headers: { authorization } });
    const { cameras } = (await listed.json()) as { cameras: { cameraId: string; district: string }[] };
    expect(new Set(cameras.map(({ district }) => district))).toEqual(new Set([site?.district]));
    const other = directory.cameras.find(({ cameraId }) => cameras.every((one) => one.cameraId !== cameraId));

    // A page of another host, with the browser's own WebRTC alone.
    const context = await browser.newContext();
    stops.push(() => context.close());
    const page = await context.newPage();
    const wish = { hubUrl: hub.url, cameraId: cameras[0]?.cameraId ?? '', secret };
    await expect(receiveByWhep(page, { ...wish, cameraId: other?.cameraId ?? '' })).rejects.toThrow(
      '404 {"error":{"code":"unknown_camera"',
    );
    await expect(receiveByWhep(page, { ...wish, secret: 'guessed' })).rejects.toThrow(/40[13] /);
    const { location } = await receiveByWhep(page, wish);
    await eventually('pictures that go on', async () => (await whepState(page)).decoded > 20);
    const ended = await fetch(`${hub.url}${location}`, { method: 'DELETE', headers: { authorization } });
    expect(ended.status).toBe(200);

    await receiveByWhep(page, wish);
    const revoked = await hubFetch(`${hub.url}/api/v1/alert-keys/${keyId}`, { method: 'DELETE' });
    expect(revoked.ok).toBe(true);
    await eventually(
      'a connection that the hub ended',
      async () => (await whepState(page)).state !== 'connected',
    );
    await expect(receiveByWhep(page, wish)).rejects.toThrow(/40[13] /);
  });
});
