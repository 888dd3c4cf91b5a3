import { openDesk } from '../support/deskPage.ts';
import { startHubProcess } from '../support/processes.ts';
import { signInBrowser } from '../support/testAccount.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { figureOf, type Bench } from './figures.ts';

const times = 20;

/**
 * `showcase.curtain`: from the key at a real desk until the standing picture was painted on a showcase screen of another page. Both pages
 * count by the clock of one machine.
 */
export const benchShowcaseCurtain: Bench = async (report, progress) => {
  const hub = await startHubProcess();
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    await signInBrowser(context, hub.url);
    const screen = await context.newPage();
    await screen.goto(`${hub.url}/showcase.html?lang=en`);
    await screen.locator('[data-scene]').waitFor();
    const { page: desk } = await openDesk(browser, hub.url, { query: '?lang=en' });
    await desk.locator('.talk-dock').waitFor();
    await desk.evaluate(() => {
      window.addEventListener(
        'keydown',
        () =>
          (document.documentElement.dataset.pressedAt = String(performance.timeOrigin + performance.now())),
        true,
      );
    });
    const samples: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const painted = screen.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const watcher = new MutationObserver(() => {
              if (document.querySelector('[data-curtain]') === null) return;
              watcher.disconnect();
              // The frame with the curtain is painted between these two.
              requestAnimationFrame(() =>
                setTimeout(() => resolve(performance.timeOrigin + performance.now()), 0),
              );
            });
            watcher.observe(document.body, { childList: true, subtree: true });
          }),
      );
      await desk.keyboard.press('F9');
      const paintedAt = await painted;
      const pressedAt = Number(await desk.evaluate(() => document.documentElement.dataset.pressedAt));
      samples.push(paintedAt - pressedAt);
      // A key that came before the desk knows that the curtain is drawn would draw it again.
      await desk.locator('[data-curtain-drawn]').first().waitFor({ state: 'attached' });
      await desk.keyboard.press('F9');
      await screen.locator('[data-scene]').waitFor();
      await desk.locator('[data-curtain-drawn]').waitFor({ state: 'detached' });
    }
    progress(`  ${samples.map((sample) => Math.round(sample)).join(' ')} ms`);
    report(figureOf('showcase.curtain', 'ms', samples));
  } finally {
    await browser.close();
    await hub.stop();
  }
};
