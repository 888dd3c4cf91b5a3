import type { Page } from 'playwright';

/** Notes when a key or a click comes to the page, by the browser's own time of it. Awaited, so that it listens before the key comes. */
export async function notePresses(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const type of ['keydown', 'click'] as const) {
      window.addEventListener(
        type,
        (event) => {
          // Not `timeOrigin`, which stays where it was when a clock is corrected.
          const agoMs = performance.now() - event.timeStamp;
          window.lastPressAtMs = Date.now() - agoMs;
        },
        true,
      );
    }
  });
}

/** When the last key or click came; Unix milliseconds. */
export async function lastPressAtMs(page: Page): Promise<number> {
  return page.evaluate(() => window.lastPressAtMs ?? Number.NaN);
}

/**
 * Waits for what is not in the page yet and can be seen: resolves when the page waits, with a promise of the Unix milliseconds of the
 * animation frame after the one in which it was there, as that picture is out by then.
 */
export async function shownAtMs(
  page: Page,
  selector: string,
  timeoutMs: number,
): Promise<{ atMs: Promise<number> }> {
  await page.evaluate(
    ({ selector, timeoutMs }) => {
      const isThere = (): boolean =>
        [...document.querySelectorAll(selector)].some((found) => found.checkVisibility());
      if (isThere()) throw new Error(`${selector} is in the page already`);
      const nextFrame = (): Promise<unknown> => new Promise(requestAnimationFrame);
      window.shownAtMs = (async () => {
        for (const endMs = performance.now() + timeoutMs; !isThere(); await nextFrame()) {
          if (performance.now() > endMs) throw new Error(`${selector} did not come within ${timeoutMs} ms`);
        }
        await nextFrame();
        return Date.now();
      })();
      window.shownAtMs.catch(() => undefined);
    },
    { selector, timeoutMs },
  );
  return {
    atMs: page.evaluate(() => {
      if (window.shownAtMs === undefined) throw new Error('the page was not waiting');
      return window.shownAtMs;
    }),
  };
}

declare global {
  interface Window {
    lastPressAtMs?: number;
    shownAtMs?: Promise<number>;
  }
}
