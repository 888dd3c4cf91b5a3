import { makeAlertKey, postAlerts, report as alertReport, taken } from '../support/alertSender.ts';
import { openDesk } from '../support/deskPage.ts';
import { launchPhoneBrowser, openPhone, startFieldStage } from '../support/fieldPage.ts';
import { eventually } from '../support/processes.ts';
import { hubFetch } from '../support/testAccount.ts';
import { singleFigure, type Bench } from './figures.ts';

const patienceMs = 60_000;

/**
 * `orders.case_keys`: the keys that an officer presses at a real desk from a class 1 alert that nobody has seen to the alert
 * acknowledged, its order sent to the squad, and the floor of the order's talk group granted with the member's phone in it. What the
 * page itself hears is counted, without the repeats of a held key.
 */
export const benchOrderKeys: Bench = async (report, progress) => {
  const stage = await startFieldStage();
  const browser = await launchPhoneBrowser(stage.hub);
  try {
    await importSite(stage.hub.url);
    const { page } = await openDesk(browser, stage.hub.url);
    await page.locator('.talk-dock').waitFor();
    const phone = await openPhone(browser, `${stage.secureUrl}${await stage.signInPath()}`);
    const lookOf = (of: typeof page) => of.locator('.talk-key').getAttribute('data-look');
    const isReady = async (): Promise<boolean> => (await lookOf(phone.page)) === 'free';
    await eventually('the phone has its voice', isReady, patienceMs);
    await phone.page.locator('[data-status=available]').click();
    // An officer who has talked before: the browser was asked for the microphone already.
    if ((await lookOf(page)) === 'off') await page.locator('.talk-key').click();
    await eventually('the desk has its voice', async () => (await lookOf(page)) === 'free', patienceMs);
    await page.locator('body').click({ position: { x: 2, y: 2 } });

    const key = await makeAlertKey(stage.hub.url);
    await taken(
      await postAlerts(stage.hub.url, key, { alerts: [alertReport({ cameraId: 'C1', kind: 'rat' })] }),
    );
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
    await phone.page.locator('.talk-group[aria-checked=true][data-group-id^="order:"]').waitFor();
    await page.locator('[data-group-id^="order:"].talk-chip--chosen').waitFor();
    await page.keyboard.down('Space');
    await eventually('the desk speaks', async () => (await lookOf(page)) === 'speaking', patienceMs);
    const keys = await page.evaluate(() => Number(document.documentElement.dataset.keysPressed ?? 0));
    await page.keyboard.up('Space');

    // The order of an alert acknowledges it; what is not acknowledged does not count.
    const state = await page.locator('[data-alert-id]').first().getAttribute('data-alert-state');
    if (state !== 'dispatched') throw new Error(`the alert is ${String(state)} after ${keys} keys`);
    progress(`  ${keys} keys; the alert is ${String(state)}`);
    report(singleFigure('orders.case_keys', 'count', keys));
  } finally {
    await browser.close();
    await stage.close();
  }
};

/** One canteen with one camera that sends nothing. */
async function importSite(hubUrl: string): Promise<void> {
  const site = {
    externalId: 'S1',
    name: '温泉第一小学食堂',
    type: 'school_canteen',
    district: '咸安区',
    address: '温泉路 8 号',
    position: { latitude: 29.86, longitude: 114.33, system: 'wgs84' },
  };
  const camera = {
    externalId: 'C1',
    siteExternalId: 'S1',
    name: '烹饪区',
    streams: { main: { url: 'rtsp://127.0.0.1:9/none' } },
  };
  const imported = await hubFetch(`${hubUrl}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sites: [site], cameras: [camera] }),
  });
  if (!imported.ok) throw new Error(await imported.text());
}
