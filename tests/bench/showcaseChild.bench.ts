import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src-sim/random.ts';
import { createChild } from '../support/childOnGlass.ts';
import { readPageResources } from '../support/pageResources.ts';
import { registerCity, startHubProcess, startSimulatorProcess } from '../support/processes.ts';
import { connectSurface } from '../support/surfaceClient.ts';
import { signInBrowser } from '../support/testAccount.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { slopeOf } from './slope.ts';

const defaultMinutes = 60;
/** A child hits for so long, then it is gone, and the story comes back. Milliseconds. */
const visitMs = 90_000;
/** The story is back 45 s after the last press of a control. */
const backWithinMs = 50_000;
const fullWidth = 1_920;
/** Code is compiled and caches fill for a while; growth in that time means nothing. */
const warmUpShare = 0.25;

/**
 * `showcase.child.*`: a child hits the glass, the mouse and the keys for `--minutes` (60), with `--seed`: up to twenty fingers, dead ones, long
 * presses, pinches, keys, drops of addresses. `blows` how many; `back_to_story` from the last of a visit to the story, while dead fingers
 * stay; `page_heap.per_hour` and `dom_nodes.per_hour` the slope after the warm-up; `page_errors`. Fails where the page was left or opened another.
 * `--pace`: so many blows a second at most; `--width`: of the page (1920). Beside other work on a small machine:
 * `nice -n 10 npm run bench -- showcase.child --minutes 60 --pace 2 --width 960`, and likewise `showcase.soak` at the same time.
 */
export const benchShowcaseChild: Bench = async (
  report,
  progress,
  { minutes = defaultMinutes, seed = 19, pace, width = fullWidth },
) => {
  const city = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '2', MINGCHU_SIM_CAMERAS: '2' },
  });
  const hub = await startHubProcess();
  const browser = await launchBrowser();
  try {
    await registerCity(hub.url, city.controlUrl);
    const desk = await connectSurface(hub.url);
    await desk.request('session:join', { surface: 'desk' });
    const directory = await desk.request('cameras:readDirectory', {});
    if (!directory.ok) throw new Error(directory.message);
    for (const { siteId } of directory.data.sites)
      await desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-01' });
    const viewport = { width, height: Math.round((width * 9) / 16) };
    const context = await browser.newContext({ viewport, hasTouch: true });
    await signInBrowser(context, hub.url);
    const page = await context.newPage();
    await page.goto(`${hub.url}/showcase.html?lang=en`);
    const story = page.locator('[data-scene]').first();
    await story.waitFor();
    const address = page.url();
    const faults: string[] = [];
    let pageErrors = 0;
    page.on('pageerror', ({ message }) => {
      pageErrors += 1;
      progress(`  error of the page: ${message}`);
    });
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame() && frame.url() !== address) faults.push(`turned to ${frame.url()}`);
    });
    page.on('crash', () => faults.push('the page crashed'));
    page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`));
    context.on('page', (another) => faults.push(`opened ${another.url()}`));
    context.on('request', (request) => {
      if (request.url().includes('elsewhere')) faults.push(`asked for ${request.url()}`);
    });
    const child = await createChild(page, seededRandom(seed));
    const readings: { minute: number; heapMiB: number; domNodes: number }[] = [];
    const backMs: number[] = [];
    let blows = 0;
    const beganAtMs = performance.now();
    while (performance.now() - beganAtMs < minutes * 60_000) {
      const visitBeganAtMs = performance.now();
      while (performance.now() - visitBeganAtMs < visitMs) {
        await Promise.all([child.hit(), ...(pace === undefined ? [] : [delay(1_000 / pace)])]);
        blows += 1;
      }
      const leftAtMs = performance.now();
      await story.waitFor({ timeout: backWithinMs });
      backMs.push(performance.now() - leftAtMs);
      await delay(1_000);
      const { heapMiB, domNodes } = await readPageResources(page);
      readings.push({ minute: (performance.now() - beganAtMs) / 60_000, heapMiB, domNodes });
      const state = await page.evaluate(() => ({
        scale: window.visualViewport?.scale,
        scrolled: window.scrollY + (document.scrollingElement?.scrollTop ?? 0),
        selected: String(window.getSelection()),
        shown: document.querySelectorAll('main.showcase').length,
      }));
      const { scale, scrolled, selected, shown } = state;
      if (scale !== 1 || scrolled !== 0 || selected !== '' || shown !== 1) faults.push(JSON.stringify(state));
      progress(
        `  minute ${readings.at(-1)?.minute.toFixed(1)}: ${blows} blows, ${heapMiB.toFixed(1)} MiB, ${domNodes} nodes, ${faults.length} faults`,
      );
    }
    const warm = readings.slice(Math.floor(readings.length * warmUpShare));
    for (const [measure, unit] of [
      ['heapMiB', 'MiB'],
      ['domNodes', 'count'],
    ] as const) {
      const { perStep, standardError } = slopeOf(warm.map((reading) => [reading.minute, reading[measure]]));
      const name = measure === 'heapMiB' ? 'page_heap' : 'dom_nodes';
      progress(`  ${name}: ${(perStep * 60).toFixed(2)} ± ${(2 * standardError * 60).toFixed(2)} an hour`);
      report(singleFigure(`showcase.child.${name}.per_hour`, unit, perStep * 60, warm.length));
    }
    report(singleFigure('showcase.child.blows', 'count', blows, readings.length));
    report(figureOf('showcase.child.back_to_story', 'ms', backMs));
    report(singleFigure('showcase.child.page_errors', 'count', pageErrors, blows));
    if (pageErrors > 0 || faults.length > 0)
      throw new Error(`the child got through: ${pageErrors} errors; ${faults.slice(0, 5).join('; ')}`);
    desk.close();
  } finally {
    await browser.close();
    await hub.stop();
    await city.stop();
  }
};
