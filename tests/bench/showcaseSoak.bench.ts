import { setTimeout as delay } from 'node:timers/promises';
import { readPageResources, watchPeerConnections } from '../support/pageResources.ts';
import { memoryMiBOf } from '../support/processorCores.ts';
import { registerCity, startHubProcess, startSimulatorProcess } from '../support/processes.ts';
import { connectSurface } from '../support/surfaceClient.ts';
import { signInBrowser } from '../support/testAccount.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { singleFigure, type Bench, type Figure } from './figures.ts';
import { slopeOf } from './slope.ts';

const defaultMinutes = 60;
/** Between two readings; a child touches the glass in between. */
const readEveryMs = 10_000;
/** Code is compiled and caches fill for a while; growth in that time means nothing. */
const warmUpShare = 0.25;
const touchesPerReading = 4;
const fullWidth = 1_920;

/** Everything that must not grow, by the name of its figure. */
const measures = {
  page_heap: 'MiB',
  dom_nodes: 'count',
  event_listeners: 'count',
  peer_connections: 'count',
  hub_memory: 'MiB',
} as const satisfies Record<string, Figure['unit']>;
type Reading = { minute: number } & Record<keyof typeof measures, number>;

/**
 * `showcase.soak.<measure>.per_hour`: what each thing grows by in an hour (the slope over all readings after the warm-up) while the showcase
 * shows the live kitchens of sites that agreed and is touched again and again, for `--minutes` (60). `showcase.soak.pictures`: pictures that its
 * videos decoded; `showcase.soak.page_errors`: errors that no code of the page caught.
 * `--width` of the page (1920): a smaller one takes less of a small machine beside other work (`showcase.child` has the command).
 */
export const benchShowcaseSoak: Bench = async (
  report,
  progress,
  { minutes = defaultMinutes, width = fullWidth },
) => {
  const city = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '4', MINGCHU_SIM_CAMERAS: '6' },
  });
  const hub = await startHubProcess();
  const browser = await launchBrowser();
  try {
    await registerCity(hub.url, city.controlUrl);
    const desk = await connectSurface(hub.url);
    await desk.request('session:join', { surface: 'desk' });
    const directory = await desk.request('cameras:readDirectory', {});
    if (!directory.ok) throw new Error(directory.message);
    for (const { siteId } of directory.data.sites) {
      const agreed = await desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-01' });
      if (!agreed.ok) throw new Error(agreed.message);
    }
    const height = Math.round((width * 9) / 16);
    const context = await browser.newContext({ viewport: { width, height }, hasTouch: true });
    await watchPeerConnections(context);
    await context.addInitScript(countPictures);
    await signInBrowser(context, hub.url);
    const page = await context.newPage();
    let pageErrors = 0;
    page.on('pageerror', ({ message }) => {
      pageErrors += 1;
      progress(`  error of the page: ${message}`);
    });
    await page.goto(`${hub.url}/showcase.html?lang=en`);
    await page.locator('[data-scene]').waitFor();
    const readings: Reading[] = [];
    const scenes = new Set<string>();
    const beganAtMs = performance.now();
    for (let number = 0; performance.now() - beganAtMs < minutes * 60_000; number += 1) {
      await delay(readEveryMs);
      // Two minutes of the story, then one of a child.
      if (number % 18 >= 12) {
        for (let touch = 0; touch < touchesPerReading; touch += 1)
          await page.touchscreen.tap(
            (width / fullWidth) * (100 + ((number * 613 + touch * 397) % 1_720)),
            (width / fullWidth) * (100 + ((number * 349 + touch * 271) % 900)),
          );
      }
      const scene = await page
        .locator('[data-scene]')
        .first()
        .getAttribute('data-scene', { timeout: 500 })
        .catch(() => null);
      if (scene !== null) scenes.add(scene);
      const { heapMiB, domNodes, eventListeners, peerConnections } = await readPageResources(page);
      readings.push({
        minute: (performance.now() - beganAtMs) / 60_000,
        page_heap: heapMiB,
        dom_nodes: domNodes,
        event_listeners: eventListeners,
        peer_connections: peerConnections,
        hub_memory: memoryMiBOf(hub.pid),
      });
    }
    const pictures = await page.evaluate(() => window.decodedPictures ?? 0);
    progress(`  ${readings.length} readings; scenes seen: ${[...scenes].join(' ')}; ${pictures} pictures`);
    const warm = readings.slice(Math.floor(readings.length * warmUpShare));
    for (const [measure, unit] of Object.entries(measures) as [keyof typeof measures, Figure['unit']][]) {
      const { perStep, standardError } = slopeOf(warm.map((reading) => [reading.minute, reading[measure]]));
      progress(
        `  ${measure}: ${(perStep * 60).toFixed(2)} ± ${(2 * standardError * 60).toFixed(2)} an hour; ` +
          [readings[0], readings[readings.length >> 1], readings.at(-1)]
            .map((reading) => reading?.[measure].toFixed(1))
            .join(' → '),
      );
      report(singleFigure(`showcase.soak.${measure}.per_hour`, unit, perStep * 60, warm.length));
    }
    report(singleFigure('showcase.soak.pictures', 'count', pictures, readings.length));
    report(singleFigure('showcase.soak.page_errors', 'count', pageErrors, readings.length));
    if (pictures === 0) throw new Error('the showcase showed no moving picture');
    if (pageErrors > 0) throw new Error(`the page had ${pageErrors} errors that nothing caught`);
    desk.close();
  } finally {
    await browser.close();
    await hub.stop();
    await city.stop();
  }
};

declare global {
  interface Window {
    /** Pictures that the videos of the page decoded since it was opened. */
    decodedPictures?: number;
  }
}

/** Runs in the page before its own code: counts each second what its videos decoded, also those that are gone later. */
function countPictures(): void {
  const known = new WeakMap<HTMLVideoElement, number>();
  setInterval(() => {
    for (const video of document.querySelectorAll('video')) {
      const now = video.getVideoPlaybackQuality().totalVideoFrames;
      window.decodedPictures = (window.decodedPictures ?? 0) + Math.max(0, now - (known.get(video) ?? 0));
      known.set(video, now);
    }
  }, 1_000);
}
