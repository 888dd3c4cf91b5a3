import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OutputOf } from '../../src-shared/protocol/index.ts';
import { makeAlertKey, postAlerts, report, taken, type SenderKey } from '../support/alertSender.ts';
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
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';

const patienceMs = 60_000;
const tileCount = 4;

let browser: Browser;
let simulator: SimulatorProcess;
let hub: HubProcess;
let desk: SurfaceClient;
let directory: OutputOf<'cameras:readDirectory'>;
let key: SenderKey;
const stops: (() => unknown)[] = [];

// One city for all of them: each test gives back what it took, which is what they are about.
beforeAll(async () => {
  browser = await launchBrowser();
  simulator = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '12', MINGCHU_SIM_CAMERAS: '16' },
  });
  hub = await startHubProcess({ settings: { MINGCHU_WALL_TILES: String(tileCount) } });
  await registerCity(hub.url, simulator.controlUrl);
  desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
  const answer = await desk.request('cameras:readDirectory', {});
  if (!answer.ok) throw new Error(answer.message);
  directory = answer.data;
  key = await makeAlertKey(hub.url);
});
afterAll(async () => {
  desk.close();
  await browser.close();
  await hub.stop();
  await simulator.stop();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Reports an alert and gives its id. */
async function raise(kind: string, cameraId: string): Promise<string> {
  const { results } = await taken(await postAlerts(hub.url, key, report({ kind, cameraId })));
  return results[0]?.alertId ?? '';
}

async function resolveAlert(alertId: string): Promise<void> {
  const answer = await desk.request('alerts:work', {
    commandId: randomUUID(),
    alertIds: [alertId],
    deed: { type: 'resolve' },
  });
  expect(answer).toMatchObject({ ok: true, data: { results: [{ done: true }] } });
}

async function showWall(query = ''): Promise<WallPage> {
  const wall = await openWall(browser, hub.url, { query, width: 1280, height: 720 });
  stops.push(() => wall.close());
  await allLive(wall, tileCount);
  return wall;
}

const shownOn = async (wall: WallPage): Promise<(string | undefined)[]> =>
  (await wall.tiles()).map(({ cameraId }) => cameraId);

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

/** A camera of the registry that the wall does not show, with its site; another one each time. */
function unseen(shown: readonly (string | undefined)[]) {
  const camera = directory.cameras.find(({ cameraId }) => !shown.includes(cameraId) && !used.has(cameraId));
  const site = directory.sites.find(({ siteId }) => siteId === camera?.siteId);
  if (camera === undefined || site === undefined) throw new Error('the wall shows all there is');
  used.add(camera.cameraId);
  return { ...camera, site };
}
const used = new Set<string>();

/** The camera has the first tile, live. */
function litLive(wall: WallPage, cameraId: string): Promise<unknown> {
  return eventually(
    'the live picture in the spotlight',
    async () => {
      const [first] = await wall.tiles();
      return first?.cameraId === cameraId && first.state.kind === 'live';
    },
    patienceMs,
  );
}

describe('an alert on the wall', () => {
  it('of class 1 takes the spotlight live, says what and where with its place, and gives back what was there', async () => {
    const wall = await showWall();
    const before = await shownOn(wall);
    const camera = unseen(before);
    const alertId = await raise('rat', camera.externalId);
    const lit = wall.page.locator(`.alert-lit[data-alert-id="${alertId}"]`);
    await lit.waitFor();
    await litLive(wall, camera.cameraId);
    const words = await lit.textContent();
    expect(words).toContain('一类');
    expect(words).toContain('老鼠');
    expect(words).toContain(camera.site.siteName);
    expect(await wall.page.locator('.inset-map figcaption').textContent()).toContain(camera.site.district);
    const ground = await wall.page.locator('.inset-map').boundingBox();
    const mark = await wall.page.locator('.inset-mark').boundingBox();
    expect(mark?.x).toBeGreaterThan(ground?.x ?? Infinity);
    expect(mark?.y).toBeGreaterThan(ground?.y ?? Infinity);
    expect((await shownOn(wall)).slice(1)).toEqual(before.slice(1));

    await resolveAlert(alertId);
    await lit.waitFor({ state: 'detached' });
    await allLive(wall, tileCount);
    expect(await shownOn(wall)).toEqual(before);
    expect(await wall.page.locator('.wall-tile--spotlight').count()).toBe(0);
    expect(wall.errors).toEqual([]);
  });

  it('of class 2 marks the tile of its camera, until it is worked', async () => {
    const wall = await showWall('?lang=en');
    const shown = await shownOn(wall);
    const camera = directory.cameras.find(({ cameraId }) => cameraId === shown[2]);
    const alertId = await raise('smoking', camera?.externalId ?? '');
    const badge = wall.page.locator('.wall-tile').nth(2).locator('.alert-badge--2');
    await badge.waitFor();
    expect(await badge.textContent()).toMatch(/Class 2.*Smoking/);
    expect(await wall.page.locator('.alert-badge').count()).toBe(1);
    expect(await shownOn(wall)).toEqual(shown);
    await resolveAlert(alertId);
    await badge.waitFor({ state: 'detached' });
    expect(wall.errors).toEqual([]);
  });

  it('gives the tile back when its camera shows nothing any more', async () => {
    const wall = await showWall();
    const before = await shownOn(wall);
    const camera = unseen(before);
    const alertId = await raise('rat', camera.externalId);
    await litLive(wall, camera.cameraId);
    await setFault(simulator.controlUrl, camera.externalId, 'refuse', { hangUp: true });
    stops.push(() => setFault(simulator.controlUrl, camera.externalId, 'none'));
    await eventually(
      'what was there before',
      async () => JSON.stringify(await shownOn(wall)) === JSON.stringify(before),
      patienceMs,
    );
    expect(await wall.page.locator('.alert-tally-class--1').textContent()).toContain('1');
    await allLive(wall, tileCount);
    await resolveAlert(alertId);
  });
});

describe('a screen that shows the city map', () => {
  it('is chosen with the revision that was seen, flies to a class 1 with its picture, and gives its tiles back', async () => {
    const wall = await showWall();
    const before = await shownOn(wall);
    const show = (content: 'tiles' | 'map', baseRevision: number) =>
      desk.request('wall:showContent', { commandId: randomUUID(), screenId: 'main', baseRevision, content });
    expect(await show('map', 0)).toEqual({ ok: true, data: { revision: 1 } });
    expect(await show('tiles', 0)).toMatchObject({
      ok: false,
      code: 'conflict',
      message: expect.stringContaining('city map') as string,
    });
    await wall.page.locator('.map-panel--wall [data-map="ready"]').waitFor({ timeout: patienceMs });
    expect(await wall.tiles()).toEqual([]);
    await eventually(
      'the sites',
      async () => ((await wall.page.evaluate(() => window.mingchuProbe?.map()))?.siteUpdatesDrawn ?? 0) > 0,
      patienceMs,
    );
    const zoom = async (): Promise<number> =>
      (await wall.page.evaluate(() => window.mingchuProbe?.map()))?.zoom ?? 0;
    const wholeCity = await zoom();

    const camera = unseen(before);
    const alertId = await raise('rat', camera.externalId);
    await wall.page.locator(`.map-urgent[data-alert-id="${alertId}"]`).waitFor();
    await allLive(wall, 1);
    expect(await wall.page.locator('.wall-tile--beside .alert-lit').textContent()).toContain('老鼠');
    await eventually('the flight', async () => (await zoom()) > 13, patienceMs);
    await resolveAlert(alertId);
    await eventually('the flight back', async () => Math.abs((await zoom()) - wholeCity) < 0.1, patienceMs);
    expect(await wall.page.locator('.map-urgent, .wall-tile--beside').count()).toBe(0);

    expect(await show('tiles', 1)).toMatchObject({ ok: true });
    await allLive(wall, tileCount);
    expect(await shownOn(wall)).toEqual(before);
    expect(wall.errors).toEqual([]);
  });
});
