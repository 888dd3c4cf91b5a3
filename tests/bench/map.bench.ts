import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { demoCity } from '../../src-sim/city/demoCity.ts';
import { serveMapStage } from '../support/mapStage.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { figureOf, type Bench } from './figures.ts';

const sites = 1_500;
const alerts = 50;
const points = 200;
const dragMs = 3_000;
/** The whole city, and the streets of one town, where most is drawn for itself. */
const views = [
  { name: 'city', zoom: 9.2 },
  { name: 'streets', zoom: 13.6 },
];

/**
 * The map of 1,500 sites, 50 open alerts and 200 points moving once a second, 1920×1080, in Chromium without a graphics
 * processor (SwiftShader). `map.frame_rate`: pictures a second while it is dragged with the mouse for 3 s, one sample a
 * drag, over the city and over the streets of a town; here less is worse, so p50 is the figure that counts and `max` the
 * best. `map.frame_time`: between two pictures. `map.update`: from the store's taking an alert of class 2 to the picture
 * that shows it; `map.update.class1`: the same for class 1.
 */
export const benchMap: Bench = async (report, progress, options) => {
  const rounds = options.rounds ?? 4;
  const stage = await serveMapStage();
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    const page = await context.newPage();
    await page.goto(stage.url);
    await page.waitForFunction(() => window.mapStage !== undefined);
    await feed(page);
    await page.locator('[data-map="ready"]').waitFor({ timeout: 60_000 });
    progress(`  drawn by ${await page.evaluate(rendererName)}`);
    const rates: number[] = [];
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, zoom } of views) {
        await page.evaluate((wanted) => {
          const map = window.mapStage?.map();
          map?.zoomBy(wanted - map.view().zoom);
        }, zoom);
        await delay(2_500);
        const frames = await drag(page);
        const last = frames.at(-1) ?? 0;
        const seconds = (last - (frames[0] ?? 0)) / 1_000;
        rates.push((frames.length - 1) / seconds);
        times.push(...frames.slice(1).map((at, index) => at - (frames[index] ?? at)));
        progress(`  ${name}, drag ${round + 1} of ${rounds}: ${rates.at(-1)?.toFixed(1)} pictures/s`);
      }
    }
    report(figureOf('map.frame_rate', 'count', rates));
    report(figureOf('map.frame_time', 'ms', times));
    for (const alertClass of [2, 1] as const) {
      const updates: number[] = [];
      for (let round = 0; round < rounds * 10; round += 1) {
        updates.push(await page.evaluate(drawAlert, { alertClass, number: round }));
        await delay(150);
      }
      report(figureOf(alertClass === 1 ? 'map.update.class1' : 'map.update', 'ms', updates));
    }
  } finally {
    await browser.close();
    await stage.close();
  }
};

/** Fills the map, and sets the points moving. */
async function feed(page: Page): Promise<void> {
  const city = demoCity({ sites, cameras: 2_200, seed: 715, rtspUrl: 'rtsp://10.0.0.1:554' });
  const entries = city.sites.map(({ externalId, name, nameEn, type, district, position }) => ({
    siteId: externalId,
    siteName: name,
    ...(nameEn === undefined ? {} : { siteNameEn: nameEn }),
    siteType: type,
    district,
    ...(position === undefined ? {} : { latitude: position.latitude, longitude: position.longitude }),
  }));
  await page.evaluate(
    ({ entries, alerts, points }) => {
      const stage = window.mapStage;
      if (stage === undefined) throw new Error('the stage is not there');
      const open = Array.from({ length: alerts }, (_unused, index) => {
        const site = entries[(index * 29) % entries.length];
        if (site === undefined) throw new Error('there are no sites');
        const alertClass: 1 | 2 | 3 = index < 4 ? 1 : index < 20 ? 2 : 3;
        return {
          alertId: `alert-${index}`,
          revision: 1,
          kindId: 'rat',
          class: alertClass,
          state: 'new' as const,
          raisedAtMs: index,
          lastAtMs: index,
          count: 1,
          escalation: 0,
          place: { ...site, cameraId: 'camera', cameraName: '灶台' },
        };
      });
      stage.store.setState({
        settings: { problems: [] },
        sites: new Map(entries.map((site) => [site.siteId, site])),
        alerts: new Map(open.map((alert) => [alert.alertId, alert])),
        today: { 咸安区: 34, 嘉鱼县: 3, 通城县: 12, 通山县: 7, 赤壁市: 70 },
      });
      let second = 0;
      const move = (): void => {
        second += 1;
        stage.points.take(
          Array.from({ length: points }, (_unused, index) => {
            const angle = index + second / 30;
            return {
              id: `point-${index}`,
              longitude: 114.32 + 0.05 * Math.cos(angle) * ((index % 20) / 10),
              latitude: 29.84 + 0.04 * Math.sin(angle) * ((index % 17) / 8),
              headingDeg: (angle * 180) / Math.PI,
              label: `中队 ${index}`,
              atMs: second * 1_000,
              stale: false,
            };
          }),
          performance.now(),
        );
      };
      move();
      setInterval(move, 1_000);
    },
    { entries, alerts, points },
  );
}

/** Drags the map about with a real mouse; gives when each picture was drawn, by the page's clock. */
async function drag(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const frames: number[] = [];
    const stop = window.mapStage?.map()?.onFrame(() => frames.push(performance.now()));
    window.mapFrames = { frames, stop };
  });
  await page.mouse.move(960, 540);
  await page.mouse.down();
  const startedAt = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs >= dragMs) break;
    const angle = (elapsedMs / 1_500) * 2 * Math.PI;
    await page.mouse.move(960 + 300 * Math.sin(angle), 540 + 200 * Math.sin(2 * angle));
    await delay(8);
  }
  const frames = await page.evaluate(() => {
    window.mapFrames?.stop?.();
    return window.mapFrames?.frames ?? [];
  });
  await page.mouse.up();
  return frames;
}

/** Runs in the page: adds one alert and waits for the picture that shows it. Milliseconds. */
function drawAlert({ alertClass, number }: { alertClass: 1 | 2; number: number }): Promise<number> {
  const stage = window.mapStage;
  const map = stage?.map();
  if (stage === undefined || map === undefined) throw new Error('the map is not there');
  const { store } = stage;
  const [site] = [...store.getState().sites.values()].slice(number * 7);
  if (site === undefined) throw new Error('there are not so many sites');
  const alertId = `bench-${alertClass}-${number}`;
  const before = map.figures().siteUpdatesDrawn;
  const startedAt = performance.now();
  store.setState({
    alerts: new Map(store.getState().alerts).set(alertId, {
      alertId,
      revision: 1,
      kindId: 'no_hat',
      class: alertClass,
      // One that is taken: the map does not fly to it.
      state: 'acknowledged',
      raisedAtMs: number,
      lastAtMs: number,
      count: 1,
      escalation: 0,
      place: { ...site, cameraId: 'camera', cameraName: '灶台' },
    }),
  });
  return new Promise((resolve) => {
    const look = (): void => {
      const isDrawn =
        alertClass === 1
          ? document.querySelector(`[data-alert-id="${alertId}"]`) !== null
          : map.figures().siteUpdatesDrawn > before;
      // The callback after the one that found it: that picture is out.
      if (isDrawn) requestAnimationFrame(() => resolve(performance.now() - startedAt));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Runs in the page: what draws it. */
function rendererName(): string {
  const context = document.createElement('canvas').getContext('webgl2');
  const named = context?.getExtension('WEBGL_debug_renderer_info');
  return String(context?.getParameter(named?.UNMASKED_RENDERER_WEBGL ?? 0) ?? 'nothing');
}

declare global {
  interface Window {
    mapFrames?: { frames: number[]; stop: (() => void) | undefined };
  }
}
