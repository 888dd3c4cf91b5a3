import type { Browser, Locator, Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addPerson } from '../support/accountBrowser.ts';
import { makeAlertKey, postAlerts, type SenderKey } from '../support/alertSender.ts';
import { seriousFaults } from '../support/axeFaults.ts';
import {
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../support/processes.ts';
import { openPageAs, shootPage } from '../support/signedInDesk.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser } from '../support/wallPage.ts';

let city: SimulatorProcess;
let hub: HubProcess;
let browser: Browser;
let desk: SurfaceClient;
let key: SenderKey;
let site: { siteId: string; siteName: string; externalId: string };
const pages: Page[] = [];

beforeAll(async () => {
  city = await startSimulatorProcess({ settings: { MINGCHU_SIM_SITES: '2', MINGCHU_SIM_CAMERAS: '4' } });
  hub = await startHubProcess();
  await registerCity(hub.url, city.controlUrl);
  desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
  const directory = await desk.request('cameras:readDirectory', {});
  if (!directory.ok) throw new Error(directory.message);
  const [first] = directory.data.sites;
  const camera = directory.data.cameras.find(({ siteId }) => siteId === first?.siteId);
  if (first === undefined || camera === undefined) throw new Error('the city has no site');
  site = { siteId: first.siteId, siteName: first.siteName, externalId: camera.externalId };
  key = await makeAlertKey(hub.url);
  browser = await launchBrowser();
});
afterAll(async () => {
  for (const page of pages) await page.context().close();
  await browser.close();
  desk.close();
  await hub.stop();
  await city.stop();
});

/** A phone that opens a new link of the site. */
async function openPhone(language = 'zh-CN'): Promise<Page> {
  const made = await desk.request('sites:makeLink', { siteId: site.siteId, forWhom: '张经理' });
  if (!made.ok) throw new Error(made.message);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const page = await context.newPage();
  pages.push(page);
  await page.goto(`${hub.url}/site.html?lang=${language}#code=${made.data.code}`);
  await page.locator('[data-link="joined"]').waitFor();
  return page;
}

async function raise(externalId: string, kind: string): Promise<string> {
  const jpeg = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#705040' } })
    .jpeg()
    .toBuffer();
  const answer = await postAlerts(hub.url, key, {
    alerts: [
      {
        externalId,
        kind,
        cameraId: site.externalId,
        occurredAt: new Date().toISOString(),
        snapshot: { base64: jpeg.toString('base64') },
      },
    ],
  });
  const { results } = (await answer.json()) as { results: { alertId: string }[] };
  return results[0]?.alertId ?? '';
}

/** So many pictures are there, and the browser could decode each. */
async function expectDrawn(pictures: Locator, count: number): Promise<void> {
  await pictures.nth(count - 1).waitFor();
  await vi.waitFor(
    async () => {
      const widths = await pictures.evaluateAll((all) =>
        all.map((one) => (one instanceof HTMLImageElement ? one.naturalWidth : 0)),
      );
      expect(widths.length).toBe(count);
      expect(Math.min(...widths)).toBeGreaterThan(0);
    },
    { timeout: 10_000 },
  );
}

describe('the page of a site', () => {
  it('is opened by a link once, sees its alert, says so, and appeals; the desk decides', async () => {
    const phone = await openPhone();
    // The code is used: it stands in the address no more, and a reload needs none.
    expect(phone.url()).not.toContain('code');
    await phone.reload();
    await phone.locator('.site-bar-name', { hasText: site.siteName }).waitFor();
    await phone.locator('[data-tile-state="live"]').first().waitFor();

    const alertId = await raise('e1', 'smoking');
    const card = phone.locator(`[data-alert-id="${alertId}"]`);
    await card.waitFor();
    await card.getByRole('button', { name: '已看到' }).click();
    await phone.locator('[data-waiting]').waitFor({ state: 'detached' });
    await card.getByText('确认看到').waitFor();
    expect(await desk.request('sites:readAlert', { alertId })).toMatchObject({
      data: { phones: 1, seenAtMs: expect.any(Number) as number },
    });

    await card.locator('.site-alert-head').click();
    await card.locator('[data-pair-picture="shown"]').first().waitFor();
    await shootPage(phone, 'site-alert-zh', [[390, 844]]);
    expect(await seriousFaults(phone)).toEqual([]);
    await card.getByRole('button', { name: '申诉误报…' }).click();
    await card.locator('.site-choice input').nth(2).check();
    await shootPage(phone, 'site-appeal-zh', [[390, 844]]);
    expect(await seriousFaults(phone)).toEqual([]);
    await card.getByRole('button', { name: '提交申诉' }).click();
    await card.locator('[data-appeal="waiting"]').waitFor();

    const officer = await addPerson(hub, { name: '王芳', role: 'duty_officer' });
    const page = await openPageAs(browser, hub.url, officer, 'desk.html?lang=en');
    pages.push(page);
    await page.locator('[data-appeals="1"] button').click();
    await page.locator(`[data-site-side="${alertId}"] [data-appeal="waiting"]`).waitFor();
    await shootPage(page, 'desk-appeal-en');
    await page.getByRole('button', { name: 'Uphold: false alarm' }).click();
    await page.locator(`[data-detail-id="${alertId}"][data-alert-state="false_alarm"]`).waitFor();
    await phone.locator(`[data-alert-id="${alertId}"] [data-appeal="upheld"]`).waitFor();
  });

  it('sees a finding with its picture, photographs and answers; the desk reviews both, and the page says so', async () => {
    const phone = await openPhone('en');
    const alertId = await raise('e2', 'smoking');
    await vi.waitFor(
      async () =>
        expect(await desk.request('alerts:getSnapshot', { alertId })).toMatchObject({
          data: { state: 'ready' },
        }),
      { timeout: 10_000 },
    );
    const content = { class: 2 as const, clauses: [], words: '垃圾桶未加盖，地面有积水' };
    const made = await desk.request('findings:create', { findingId: 'wet', alertId, content });
    expect(made.ok).toBe(true);
    const card = phone.locator('[data-finding-id="wet"]');
    await card.locator('.site-alert-head').click();
    // Before and now are offered by themselves, and kept with the finding.
    await expectDrawn(card.locator('.site-pair img'), 2);
    await card.locator('[data-photograph-by="camera"] [data-pair-picture="shown"]').first().waitFor();
    const jpeg = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#3a7a4a' } })
      .jpeg()
      .toBuffer();
    await card
      .locator('.site-photograph-keys input[multiple]')
      .setInputFiles({ name: 'after.jpg', mimeType: 'image/jpeg', buffer: jpeg });
    await card.locator('[data-photograph-by="site"] [data-pair-picture="shown"]').waitFor();
    await shootPage(phone, 'site-finding-en', [[390, 844]]);
    expect(await seriousFaults(phone)).toEqual([]);
    await card.getByRole('button', { name: 'Corrected…' }).click();
    await card.getByRole('textbox').fill('地面已拖干，桶已加盖');
    await shootPage(phone, 'site-finding-answer-en', [[390, 844]]);
    expect(await seriousFaults(phone)).toEqual([]);
    await card.getByRole('button', { name: 'Send', exact: true }).click();
    await phone.locator('[data-finding-id="wet"][data-finding-state="answered"]').waitFor();

    const officer = await addPerson(hub, { name: '陈静', role: 'duty_officer' });
    const page = await openPageAs(browser, hub.url, officer, 'desk.html?lang=zh-CN');
    pages.push(page);
    await page.getByText('问题整改', { exact: true }).first().click();
    await page.locator('[data-finding-id="wet"]').click();
    const detail = page.locator('[data-detail-finding-id="wet"]');
    await detail.locator('[data-finding-answer="corrected"]', { hasText: '桶已加盖' }).waitFor();
    await detail.locator('[data-attachment-id]', { hasText: site.siteName }).waitFor();
    await expectDrawn(detail.locator('[data-finding-picture] img'), 2);
    await expectDrawn(detail.locator('.attachment-thumbnail img'), 4);
    await shootPage(page, 'desk-finding-answered-zh');
    await detail.getByRole('button', { name: '复查通过…' }).click();
    await page.getByRole('button', { name: '确定' }).click();
    await phone.locator('[data-finding-id="wet"][data-finding-state="closed"]').waitFor();
    await phone.getByText('Reviewed and closed').waitFor();
    expect(await phone.locator('[data-finding-id="wet"] .site-photograph-keys').count()).toBe(0);
  });

  it('asks for a code where it has none, says what is wrong with one, and is shown out when its link ends', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    pages.push(page);
    await page.goto(`${hub.url}/site.html?lang=en#code=ABCD-EFGH-JKLM-NPQR`);
    await page.locator('[data-problem="sites.code_unknown"]').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await shootPage(page, 'site-sign-in-en', [[390, 844]]);

    const phone = await openPhone('en');
    await phone.locator('.site-page').waitFor();
    await shootPage(phone, 'site-en', [[390, 844]]);
    const listed = await desk.request('sites:listLinks', { siteId: site.siteId });
    for (const { linkId } of listed.ok ? listed.data.links : []) {
      await desk.request('sites:revokeLink', { siteId: site.siteId, linkId });
    }
    await phone.locator('.site-sign-in').waitFor();
    expect(await phone.locator('.site-page').count()).toBe(0);
  });
});
