import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Browser, BrowserContext, Page, WebSocketRoute } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeskProbe } from '../../src-renderer/app/desk/DeskProbe.ts';
import type { RegistryImport } from '../../src-shared/cameras/registryImport.ts';
import type { OutputOf } from '../../src-shared/protocol/index.ts';
import { demoCity } from '../../src-sim/city/demoCity.ts';
import { makeAlertKey, postAlerts, report, taken } from '../support/alertSender.ts';
import { pmtilesArchive } from '../support/pmtilesArchive.ts';
import { eventually, startHubProcess, temporaryFolder, type HubProcess } from '../support/processes.ts';
import { connectSurface } from '../support/surfaceClient.ts';
import { launchBrowser, openWall } from '../support/wallPage.ts';
import { hubFetch, signInBrowser } from '../support/testAccount.ts';

const patienceMs = 60_000;
const hostileName = '<img src=x onerror="document.title=1">永安<b>食堂</b>';

let browser: Browser;
const closes: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

/** A small city whose cameras answer nobody; its first site has markup for a name. */
function smallCity(): RegistryImport {
  const city = demoCity({ sites: 60, cameras: 80, seed: 715, rtspUrl: 'rtsp://127.0.0.1:9' });
  return {
    ...city,
    sites: city.sites.map((site, index) => (index === 0 ? { ...site, name: hostileName } : site)),
  };
}

async function hubWith(city: RegistryImport, prepare?: (dataDir: string) => void): Promise<HubProcess> {
  const dataDir = temporaryFolder('mingchu-map-hub-');
  prepare?.(dataDir);
  const hub = await startHubProcess({ dataDir });
  closes.push(() => hub.stop());
  const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(city),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return hub;
}

interface MapDeskPage {
  page: Page;
  errors: string[];
  /** Hosts of everything the page asked for. */
  hosts: Set<string>;
}

async function openMap(
  hub: HubProcess,
  options: { query?: string; prepare?(context: BrowserContext): Promise<void>; ready?: string } = {},
): Promise<MapDeskPage> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 } });
  closes.push(() => context.close());
  await signInBrowser(context, hub.url);
  await options.prepare?.(context);
  const page = await context.newPage();
  const errors: string[] = [];
  const hosts = new Set<string>();
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text().trim());
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') || protocol.startsWith('ws')) hosts.add(host);
  });
  await page.goto(`${hub.url}/desk.html${options.query ?? ''}`);
  await page.locator('.desk-frame-top').getByRole('radio').first().waitFor({ state: 'attached' });
  await page.keyboard.press('Alt+5');
  await page.locator(options.ready ?? '[data-map="ready"]').waitFor({ timeout: patienceMs });
  return { page, errors, hosts };
}

const mapOf = (page: Page) => page.evaluate(() => (window.mingchuProbe as DeskProbe | undefined)?.map());
const placeOf = (page: Page, siteId: string) =>
  page.evaluate((id) => (window.mingchuProbe as DeskProbe | undefined)?.siteOnMap(id), siteId);

/** Reports a rat at a camera of the registry. */
async function reportRat(hub: HubProcess, cameraId: string): Promise<void> {
  const key = await makeAlertKey(hub.url);
  await taken(await postAlerts(hub.url, key, report({ kind: 'rat', cameraId })));
}

/** How many different colours the middle of the map has: a map that draws nothing has one. */
async function coloursOf(page: Page): Promise<number> {
  const shot = await page.locator('.map-room').screenshot();
  const image = await loadImage(shot);
  const canvas = createCanvas(image.width, image.height);
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(image.width / 4, image.height / 4, image.width / 2, image.height / 2);
  const colours = new Set<number>();
  for (let index = 0; index < data.length; index += 4) {
    colours.add(((data[index] ?? 0) << 16) | ((data[index + 1] ?? 0) << 8) | (data[index + 2] ?? 0));
  }
  return colours.size;
}

describe('the map on the desk', () => {
  it('draws the city from its own hub alone, with its sources named', async () => {
    const hub = await hubWith(smallCity());
    const { page, errors, hosts } = await openMap(hub);
    await eventually(
      'the sites on the map',
      async () => ((await mapOf(page))?.siteUpdatesDrawn ?? 0) > 0,
      patienceMs,
    );
    expect(await coloursOf(page)).toBeGreaterThan(20);
    const sources = page.locator('.map-sources');
    expect(await sources.isVisible()).toBe(true);
    expect(await sources.textContent()).toMatch(/GSHHG.*GeoNames.*示意/);
    expect([...hosts]).toEqual([new URL(hub.url).host]);
    expect(errors).toEqual([]);
  });

  it('shows a class 1 as it is reported, flies there, and opens the card of its site', async () => {
    const city = smallCity();
    const hub = await hubWith(city);
    const { page, errors } = await openMap(hub);
    const camera = city.cameras.find(({ siteExternalId }) => siteExternalId === city.sites[0]?.externalId);
    expect(camera).toBeDefined();
    await reportRat(hub, camera?.externalId ?? '');
    const marker = page.locator('.map-urgent--new');
    await marker.waitFor();
    await eventually('the flight', async () => ((await mapOf(page))?.zoom ?? 0) > 13.9, patienceMs);
    expect(await marker.textContent()).toContain(hostileName);
    const box = await marker.boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
    const card = page.locator('.map-card');
    await card.waitFor();
    const words = (await card.textContent()) ?? '';
    expect(words).toContain(hostileName);
    expect(words).toContain('老鼠');
    expect(words).toContain(city.sites[0]?.address);
    expect(await page.locator('.map-panel img[src="x"]').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
    expect(errors).toEqual([]);
  });

  it('opens the card of a site that is clicked, and takes its camera to the wall by dragging', async () => {
    const city = smallCity();
    const hub = await hubWith(city);
    const { page, errors } = await openMap(hub, { query: '?lang=en' });
    const [rat] = city.cameras;
    await reportRat(hub, rat?.externalId ?? '');
    await eventually('the flight', async () => ((await mapOf(page))?.zoom ?? 0) > 13.9, patienceMs);
    const directory = await readDirectory(hub);
    const { siteId, place, cameraIds } = await eventually(
      'a site on its own in view',
      () => freeSite(directory, page),
      patienceMs,
    );
    await page.mouse.move(place.x - 3, place.y);
    await page.mouse.move(place.x, place.y);
    const handle = page.locator('.map-site-handle');
    await handle.waitFor();
    await handle.click();
    const card = page.locator('.map-card');
    await card.waitFor();
    expect(await card.getAttribute('data-site-id')).toBe(siteId);

    await page.mouse.move(place.x + 200, place.y + 200);
    await page.mouse.move(place.x, place.y);
    await handle.waitFor();
    await page.mouse.down();
    await page.mouse.move(place.x + 20, place.y + 20, { steps: 4 });
    const tile = page.locator('.map-wall-dock [data-tile-number="2"]');
    await tile.waitFor();
    const box = await tile.boundingBox();
    expect(box).not.toBeNull();
    await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 20, { steps: 4 });
    await page.mouse.up();
    await eventually('the camera on the second tile', async () => {
      const tiles = await page.evaluate(() => window.mingchuProbe?.tiles() ?? []);
      return cameraIds.includes(tiles[1]?.cameraId ?? '');
    });
    expect(errors).toEqual([]);
  });

  it('says that a browser cannot draw it, and lists the sites with open alerts instead', async () => {
    const city = smallCity();
    const hub = await hubWith(city);
    await reportRat(hub, city.cameras[0]?.externalId ?? '');
    const { page, errors } = await openMap(hub, {
      ready: '.map-list',
      async prepare(context) {
        await context.addInitScript(() => {
          const original = HTMLCanvasElement.prototype.getContext;
          HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...given: unknown[]) {
            return given[0] === 'webgl2' ? null : Reflect.apply(original, this, given);
          } as typeof original;
        });
      },
    });
    expect(await page.locator('.map-list h2').textContent()).toBe('此浏览器不能显示地图');
    await page.locator('.map-list [data-class="1"]').click();
    await page.locator('.map-card').waitFor();
    expect(errors).toEqual([]);
  });

  it("draws over an operator's basemap in the system it declares", async () => {
    const city = smallCity();
    const tile = createCanvas(256, 256);
    const pen = tile.getContext('2d');
    pen.fillStyle = '#808080';
    pen.fillRect(0, 0, 128, 256);
    const hub = await hubWith(city, (dataDir) => {
      mkdirSync(join(dataDir, 'map'));
      writeFileSync(
        join(dataDir, 'map', 'city.pmtiles'),
        pmtilesArchive({ tile: tile.toBuffer('image/png') }),
      );
      const basemap = { file: 'city.pmtiles', coordinateSystem: 'gcj02', attribution: '© <b>测绘</b>' };
      writeFileSync(join(dataDir, 'map', 'map.json'), JSON.stringify({ basemap }));
    });
    const { page, errors } = await openMap(hub);
    const partial: number[] = [];
    page.on('response', (answer) => {
      if (answer.url().includes('/map/basemap.pmtiles')) partial.push(answer.status());
    });
    const site = city.sites.find(({ externalId }) => externalId === city.cameras[0]?.siteExternalId);
    await reportRat(hub, city.cameras[0]?.externalId ?? '');
    await eventually('the flight', async () => ((await mapOf(page))?.zoom ?? 0) > 13.9, patienceMs);
    const [longitude = 0, latitude = 0] = (await mapOf(page))?.center ?? [];
    // GCJ-02 lies about 520 m east and 270 m south of WGS-84 here.
    const metresEast = (longitude - (site?.position?.longitude ?? 0)) * 96_500;
    const metresNorth = (latitude - (site?.position?.latitude ?? 0)) * 110_900;
    expect(Math.hypot(metresEast, metresNorth)).toBeGreaterThan(400);
    expect(Math.hypot(metresEast, metresNorth)).toBeLessThan(800);
    expect(await page.locator('.map-sources').textContent()).toContain('© <b>测绘</b>');
    expect(await page.locator('.map-note--wrong').count()).toBe(0);
    expect(partial.length).toBeGreaterThan(0);
    expect(new Set(partial)).toEqual(new Set([206]));
    expect(errors).toEqual([]);
  });

  it('starts with a map file it cannot use, says so, and shows its own', async () => {
    const hub = await hubWith(smallCity(), (dataDir) => {
      mkdirSync(join(dataDir, 'map'));
      writeFileSync(join(dataDir, 'map', 'city.pmtiles'), 'not an archive');
    });
    const { page } = await openMap(hub);
    expect(await page.locator('.map-note--wrong').textContent()).toMatch(/city\.pmtiles.*coordinateSystem/);
    expect(hub.output()).toContain('city.pmtiles');
  });
});

describe('maps on several surfaces', () => {
  it('are alike without being loaded again, also on one that had lost its connection meanwhile', async () => {
    const city = smallCity();
    const hub = await hubWith(city);
    const key = await makeAlertKey(hub.url);
    const rat = async (camera: number): Promise<string> => {
      const cameraId = city.cameras[camera]?.externalId ?? '';
      const { results } = await taken(await postAlerts(hub.url, key, report({ kind: 'rat', cameraId })));
      return results[0]?.alertId ?? '';
    };
    const officer = await connectSurface(hub.url);
    closes.push(() => Promise.resolve(officer.close()));
    await officer.request('session:join', { surface: 'desk' });
    const content = { commandId: 'map-on-main', screenId: 'main', content: 'map' as const };
    expect(await officer.request('wall:showContent', content)).toMatchObject({ ok: true });
    const wall = await openWall(browser, hub.url, { width: 1280, height: 720 });
    closes.push(() => wall.close());
    await wall.page.locator('[data-map="ready"]').waitFor({ timeout: patienceMs });
    const line = new CutLine();
    const { page: desk } = await openMap(hub, { prepare: (context) => line.lay(context) });
    const [moved, closed] = [await rat(0), await rat(30)];
    for (const page of [wall.page, desk]) {
      await page.evaluate(() => (document.title = 'not loaded again'));
      await eventually('both rats', async () => same(await rats(page), [moved, closed]), patienceMs);
    }

    await line.cut();
    const site = city.sites.find(({ externalId }) => externalId === city.cameras[0]?.siteExternalId);
    const position = { longitude: 114.05, latitude: 29.55, system: 'wgs84' };
    const added = { ...site, externalId: 'added', name: '新开的单位', position };
    const imported = await hubFetch(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sites: [{ ...site, position }, added], cameras: [] }),
    });
    expect(imported.status, await imported.clone().text()).toBe(200);
    const deed = { type: 'resolve' as const };
    await officer.request('alerts:work', { commandId: 'closed-rat', alertIds: [closed], deed });
    const raised = await rat(50);
    const { sites } = await readDirectory(hub);
    const addedId = sites.find(({ siteName }) => siteName === added.name)?.siteId ?? '';

    const shows = async (page: Page): Promise<boolean> => {
      if (!same(await rats(page), [moved, raised])) return false;
      const place = await placeOf(page, addedId);
      const box = await page.locator(`.map-urgent[data-alert-id="${moved}"]`).boundingBox();
      if (place === undefined || box === null) return false;
      // The rat of the site that moved stands where the new site is, too.
      return Math.hypot(box.x + box.width / 2 - place.x, box.y + box.height / 2 - place.y) < 4;
    };
    await eventually('the wall as it is now', () => shows(wall.page), patienceMs);
    expect(same(await rats(desk), [moved, closed])).toBe(true);
    line.mend();
    await eventually('the desk as it is now', () => shows(desk), patienceMs);
    for (const page of [wall.page, desk]) expect(await page.title()).toBe('not loaded again');
  });
});

/** A connection of one page that can be cut, and stays cut until it is mended. */
class CutLine {
  private isCut = false;
  private readonly sockets = new Set<WebSocketRoute>();

  lay(context: BrowserContext): Promise<void> {
    return context.routeWebSocket(/socket\.io/, async (socket) => {
      if (this.isCut) return socket.close();
      this.sockets.add(socket);
      socket.connectToServer();
    });
  }

  async cut(): Promise<void> {
    this.isCut = true;
    for (const socket of this.sockets) await socket.close();
    this.sockets.clear();
  }

  mend(): void {
    this.isCut = false;
  }
}

/** The class-1 alerts on a map. */
function rats(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.map-urgent')].map(({ dataset }) => dataset.alertId ?? ''),
  );
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && others.every((one) => some.includes(one));
}

/** The hub's own ids of sites, with their cameras. */
async function readDirectory(hub: HubProcess): Promise<OutputOf<'cameras:readDirectory'>> {
  const client = await connectSurface(hub.url);
  try {
    const joined = await client.request('session:join', { surface: 'desk' });
    expect(joined.ok).toBe(true);
    const directory = await client.request('cameras:readDirectory', {});
    if (!directory.ok) throw new Error(directory.message);
    return directory.data;
  } finally {
    client.close();
  }
}

/** A site in view that no other is near and that has a camera, with the camera its drag takes along. */
async function freeSite(directory: OutputOf<'cameras:readDirectory'>, page: Page) {
  const places = await Promise.all(
    directory.sites.map(async ({ siteId }) => ({ siteId, place: await placeOf(page, siteId) })),
  );
  for (const { siteId, place } of places) {
    if (place === undefined || place.x < 450 || place.x > 1100 || place.y < 150 || place.y > 700) continue;
    const near = places.filter(
      (other) =>
        other.place !== undefined && Math.hypot(other.place.x - place.x, other.place.y - place.y) < 40,
    );
    const cameraIds = directory.cameras
      .filter((camera) => camera.siteId === siteId)
      .map(({ cameraId }) => cameraId);
    if (near.length === 1 && cameraIds.length > 0) return { siteId, place, cameraIds };
  }
  return undefined;
}

describe('a map whose graphics context is lost', () => {
  it('says so when it does not come back, and is made again by a button', async () => {
    const hub = await hubWith(smallCity());
    const { page } = await openMap(hub, { query: '?lang=en' });
    await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.map-room canvas');
      const lose = canvas?.getContext('webgl2')?.getExtension('WEBGL_lose_context');
      if (!lose) throw new Error('there is no context to lose');
      lose.loseContext();
    });
    const lost = page.locator('.map-lost');
    await lost.waitFor({ timeout: patienceMs });
    expect(await lost.textContent()).toContain('did not recover');
    await lost.getByRole('button').click();
    await page.locator('[data-map="ready"]').waitFor({ timeout: patienceMs });
    await lost.waitFor({ state: 'detached' });
    expect(await coloursOf(page)).toBeGreaterThan(3);
  });

  it('goes on by itself when it comes back late', async () => {
    const hub = await hubWith(smallCity());
    const { page } = await openMap(hub);
    const lose = await page.evaluateHandle(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.map-room canvas');
      return canvas?.getContext('webgl2')?.getExtension('WEBGL_lose_context');
    });
    await lose.evaluate((context) => context?.loseContext());
    await page.locator('.map-lost').waitFor({ timeout: patienceMs });
    await lose.evaluate((context) => context?.restoreContext());
    await page.locator('.map-lost').waitFor({ state: 'detached', timeout: patienceMs });
    expect(await page.locator('[data-map="ready"]').count()).toBe(1);
  });
});

describe('an own basemap of another city', () => {
  it('is explained in the words of the desk', async () => {
    const hub = await hubWith(smallCity(), (dataDir) => {
      mkdirSync(join(dataDir, 'map'), { recursive: true });
      const basemap = { file: 'city.pmtiles', coordinateSystem: 'wgs84' };
      writeFileSync(join(dataDir, 'map', 'map.json'), `\ufeff${JSON.stringify({ basemap })}`);
      const archive = pmtilesArchive({ tile: new Uint8Array([1]), bounds: [115.9, 39.4, 117.5, 41] });
      writeFileSync(join(dataDir, 'map', 'city.pmtiles'), archive);
    });
    const { page } = await openMap(hub);
    expect(await page.locator('.map-note--wrong').textContent()).toContain('不含咸宁');
  });
});
