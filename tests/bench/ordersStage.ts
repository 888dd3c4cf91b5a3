import type { Browser, Page } from 'playwright';
import { makeAlertKey, postAlerts, report as alertReport, taken } from '../support/alertSender.ts';
import { openDesk } from '../support/deskPage.ts';
import { launchPhoneBrowser, openPhone, startFieldStage, type FieldStage } from '../support/fieldPage.ts';
import { eventually } from '../support/processes.ts';
import { hubFetch } from '../support/testAccount.ts';
import type { FieldLine } from './fieldLines.ts';

/** Until a phone behind a bad line has loaded its page and has its voice at the hub. */
export const ordersPatienceMs = 60_000;

/** A hub with one site, an officer's desk and the phone of a member who is free; alerts come when they are asked for. */
export interface OrdersBenchStage {
  stage: FieldStage;
  desk: Page;
  phone: Page;
  /** Both have their voice, and talk is free. */
  awaitVoices(): Promise<void>;
  /** A platform reports an alert of class 1; its id. */
  raiseAlert(): Promise<string>;
}

/** Starts everything for one line of the phone, and ends it. */
export async function withOrdersStage(
  { network }: Pick<FieldLine, 'network'>,
  use: (bench: OrdersBenchStage) => Promise<void>,
): Promise<void> {
  const stage = await startFieldStage(network);
  const browsers: Browser[] = [];
  try {
    await importSite(stage.hub.url);
    const key = await makeAlertKey(stage.hub.url);
    browsers.push(await launchPhoneBrowser(stage.hub), await launchPhoneBrowser(stage.hub, { network }));
    const [office, field] = browsers as [Browser, Browser];
    const { page: desk } = await openDesk(office, stage.hub.url);
    await desk.locator('.talk-dock').waitFor();
    const { page: phone } = await openPhone(field, `${stage.secureUrl}${await stage.signInPath()}`);
    await phone.locator('[data-status=available]').click({ timeout: ordersPatienceMs });
    const lookOf = (page: Page) => page.locator('.talk-key').getAttribute('data-look');
    await use({
      stage,
      desk,
      phone,
      async awaitVoices() {
        await eventually(
          'the phone has its voice',
          async () => (await lookOf(phone)) === 'free',
          ordersPatienceMs,
        );
        // An officer who has talked before: the browser was asked for the microphone already.
        if ((await lookOf(desk)) === 'off') await desk.locator('.talk-key').click();
        await eventually(
          'the desk has its voice',
          async () => (await lookOf(desk)) === 'free',
          ordersPatienceMs,
        );
        await desk.locator('body').click({ position: { x: 2, y: 2 } });
      },
      async raiseAlert() {
        const alert = alertReport({ cameraId: 'C1', kind: 'rat' });
        const { results } = await taken(await postAlerts(stage.hub.url, key, { alerts: [alert] }));
        const alertId = results[0]?.alertId;
        if (alertId === undefined) throw new Error('the alert was not taken');
        return alertId;
      },
    });
  } finally {
    for (const browser of browsers) await browser.close();
    await stage.close();
  }
}

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
