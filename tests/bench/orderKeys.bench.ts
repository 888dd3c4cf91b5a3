import { singleFigure, type Bench } from './figures.ts';
import { ordersPatienceMs, withOrdersStage } from './ordersStage.ts';
import { eventually } from '../support/processes.ts';

/**
 * `orders.case_keys`: the keys that an officer presses at a real desk from a class 1 alert that nobody has seen to the alert
 * acknowledged, its order sent to the squad, and the floor of the order's talk group granted with the member's phone in it. What the
 * page itself hears is counted, without the repeats of a held key.
 */
export const benchOrderKeys: Bench = (report, progress) =>
  withOrdersStage({ network: undefined }, async ({ desk: page, phone, awaitVoices, raiseAlert }) => {
    await awaitVoices();
    await raiseAlert();
    await page.locator('[data-alert-id]').first().waitFor();
    await page.evaluate(() => {
      window.addEventListener(
        'keydown',
        ({ repeat }) => {
          const { dataset } = document.documentElement;
          if (!repeat) dataset.keysPressed = String(Number(dataset.keysPressed ?? 0) + 1);
        },
        true,
      );
    });
    await page.keyboard.press('a');
    await page.locator('[data-candidate-id]').first().waitFor();
    await page.keyboard.press('g');
    await phone.locator('.talk-group[aria-checked=true][data-group-id^="order:"]').waitFor();
    await page.locator('[data-group-id^="order:"].talk-chip--chosen').waitFor();
    await page.keyboard.down('Space');
    await eventually(
      'the desk speaks',
      async () => (await page.locator('.talk-key').getAttribute('data-look')) === 'speaking',
      ordersPatienceMs,
    );
    const keys = await page.evaluate(() => Number(document.documentElement.dataset.keysPressed ?? 0));
    await page.keyboard.up('Space');

    // The order of an alert acknowledges it; what is not acknowledged does not count.
    const state = await page.locator('[data-alert-id]').first().getAttribute('data-alert-state');
    if (state !== 'dispatched') throw new Error(`the alert is ${String(state)} after ${keys} keys`);
    progress(`  ${keys} keys; the alert is ${String(state)}`);
    report(singleFigure('orders.case_keys', 'count', keys));
  });
