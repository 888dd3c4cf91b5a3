import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { DeskProbe } from '../../src-renderer/app/desk/DeskProbe.ts';
import { eventually } from '../support/processes.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { figureOf, type Bench } from './figures.ts';
import { withWallCity } from './wallCity.ts';
import { signInBrowser } from '../support/testAccount.ts';

const cameras = 2_200;
/** Somebody who types fast: 8 keys a second. */
const betweenKeysMs = 125;
const drawnWithinMs = 2_000;
/** Pinyin, initials, English, ids of streets, districts, conditions; what is found in thousands, and not at all. */
const queries = [
  'wenquan',
  'lwnrm',
  'laowang niuroumian',
  'yey shitang',
  'primary school canteen',
  'tongshan',
  'restaurant',
  'yinquan 12',
  'zaotai',
  'offline',
  'qqqq',
  'e',
];

/** From the key being pressed until its results are in the page, and until they are painted. */
interface SearchSample {
  renderedMs: number;
  drawnMs: number;
}

/** A keystroke as the page met it; milliseconds of the page's clock. */
interface Keystroke {
  key: string;
  /** When the key was pressed, by the event's own time. */
  pressedAtMs: number;
  /** When the field changed by it. */
  changedAtMs: number | undefined;
}

/**
 * `desk.search`: from the key being pressed to the results being drawn, over 2,200 cameras, with a keyboard's real events
 * in Chromium at 8 keys a second; deleting a whole query, after which all 2,200 are listed, is a keystroke as well.
 * `desk.search.rendered`: of that, until the results are in the page, which is the part before the browser's painting.
 */
export const benchDesk: Bench = async (report, progress, options) => {
  const rounds = options.rounds ?? 3;
  const browser = await launchBrowser();
  try {
    await withWallCity({ sites: 1_500, cameras }, async ({ hub }) => {
      const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
      await signInBrowser(context, hub.url);
      const page = await context.newPage();
      await page.goto(`${hub.url}/desk.html`);
      await eventually(
        'a desk that knows every camera',
        async () => (await searchable(page)) === cameras,
        30_000,
      );
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('combobox').waitFor();
      await recordKeystrokes(page);
      const samples: SearchSample[] = [];
      for (let round = 0; round < rounds; round += 1) {
        for (const query of queries) samples.push(...(await typeQuery(page, query)));
        progress(
          `  round ${round + 1} of ${rounds}: ${samples.length} keystrokes, the slowest ${Math.round(Math.max(...samples.map(({ drawnMs }) => drawnMs)))} ms`,
        );
      }
      report(
        figureOf(
          'desk.search',
          'ms',
          samples.map(({ drawnMs }) => drawnMs),
        ),
      );
      report(
        figureOf(
          'desk.search.rendered',
          'ms',
          samples.map(({ renderedMs }) => renderedMs),
        ),
      );
    });
  } finally {
    await browser.close();
  }
};

/** Types a query key by key and deletes it at once; gives each keystroke's time. Throws when one had no results drawn. */
async function typeQuery(page: Page, query: string): Promise<SearchSample[]> {
  const before = await drawnCount(page);
  await page.evaluate(() => void (window.keystrokes = []));
  for (const key of query) {
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    await delay(betweenKeysMs);
  }
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Backspace');
  const expected = query.length + 1;
  await eventually(
    `the results of each of ${expected} keystrokes`,
    async () => (await drawnCount(page)) >= before + expected,
    drawnWithinMs,
  );
  const { strokes, drawn } = await page.evaluate(
    (from) => ({
      strokes: (window.keystrokes ?? []).filter(({ changedAtMs }) => changedAtMs !== undefined),
      drawn: ((window.mingchuProbe as DeskProbe | undefined)?.searches() ?? []).slice(from),
    }),
    before,
  );
  // The desk measures from the change of the field; the key was pressed a little earlier.
  return strokes.map(({ pressedAtMs, changedAtMs }, index) => {
    const timing = drawn[index];
    if (changedAtMs === undefined || timing === undefined)
      throw new Error(`a keystroke of "${query}" is lost`);
    const beforeMs = changedAtMs - pressedAtMs;
    return { renderedMs: beforeMs + timing.renderedMs, drawnMs: beforeMs + timing.drawnMs };
  });
}

declare global {
  interface Window {
    keystrokes?: Keystroke[];
  }
}

async function recordKeystrokes(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.keystrokes = [];
    const options = { capture: true };
    window.addEventListener(
      'keydown',
      ({ key, timeStamp }) =>
        window.keystrokes?.push({ key, pressedAtMs: timeStamp, changedAtMs: undefined }),
      options,
    );
    window.addEventListener(
      'input',
      ({ timeStamp }) => {
        const last = window.keystrokes?.at(-1);
        if (last !== undefined) last.changedAtMs = timeStamp;
      },
      options,
    );
  });
}

function searchable(page: Page): Promise<number> {
  return page.evaluate(() => (window.mingchuProbe as DeskProbe | undefined)?.searchable() ?? 0);
}

function drawnCount(page: Page): Promise<number> {
  return page.evaluate(() => (window.mingchuProbe as DeskProbe | undefined)?.searches().length ?? 0);
}
