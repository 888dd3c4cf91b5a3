import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import type { Browser, Locator } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { longestSentenceSeconds } from '../../src-shared/kitchenTalk/kitchenSentences.protocol.ts';
import type { HeardReport } from '../../src-sim/media/heardSound.ts';
import { addPerson } from '../support/accountBrowser.ts';
import { makeAlertKey, postAlerts, report, taken, type SenderKey } from '../support/alertSender.ts';
import { openDesk, type DeskPage } from '../support/deskPage.ts';
import {
  eventually,
  registerCity,
  repositoryRoot,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../support/processes.ts';
import { shootPage } from '../support/signedInDesk.ts';
import { launchBrowser } from '../support/wallPage.ts';

const patienceMs = 30_000;

let browser: Browser;
let simulator: SimulatorProcess;
let hub: HubProcess;
let key: SenderKey;
let cameraIds: string[] = [];
const closes: (() => Promise<void>)[] = [];

beforeAll(async () => {
  browser = await launchBrowser({ hasMicrophone: true });
  simulator = await startSimulatorProcess();
  hub = await startHubProcess();
  await registerCity(hub.url, simulator.controlUrl);
  const registry = (await (await fetch(`${simulator.controlUrl}/registry.json`)).json()) as {
    cameras: { externalId: string }[];
  };
  cameraIds = registry.cameras.map(({ externalId }) => externalId);
  key = await makeAlertKey(hub.url, { name: '<b>鹰眼</b>' });
});
afterAll(async () => {
  await browser.close();
  await hub.stop();
  await simulator.stop();
});
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

/** A JPEG of one colour. */
function picture(): string {
  const canvas = createCanvas(640, 360);
  const context = canvas.getContext('2d');
  context.fillStyle = '#406050';
  context.fillRect(0, 0, 640, 360);
  return canvas.toBuffer('image/jpeg').toString('base64');
}

/** Posts an alert of a camera of the city as a platform does; its id at the hub. */
async function raise(camera: number, changes: Record<string, unknown> = {}): Promise<string> {
  const alerts = [report({ cameraId: cameraIds[camera], ...changes })];
  const { results } = await taken(await postAlerts(hub.url, key, { alerts }));
  return results[0]?.alertId ?? '';
}

/** A desk at which an officer of this name has signed in. */
async function deskOf(officer: string): Promise<DeskPage> {
  const desk = await openDesk(browser, hub.url);
  closes.push(() => desk.close());
  const { jar } = await addPerson(hub, { name: officer, role: 'duty_officer' });
  await desk.page.context().clearCookies();
  await desk.page.context().addCookies([...jar].map(([name, value]) => ({ name, value, url: hub.url })));
  await desk.page.reload();
  await desk.page.locator(`[data-person="${officer}"]`).waitFor();
  await eventually('the directory', async () => (await desk.searchable()) > 0, patienceMs);
  // From here on keys are the desk's.
  await desk.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  return desk;
}

const row = (desk: DeskPage, alertId: string): Locator =>
  desk.page.locator(`.alert-row[data-alert-id="${alertId}"]`);
const detail = (desk: DeskPage, alertId: string, state?: string): Locator =>
  desk.page.locator(
    `[data-detail-id="${alertId}"]${state === undefined ? '' : `[data-alert-state="${state}"]`}`,
  );

describe('alerts at the desk', () => {
  it('go from new to taken, looking at the live picture beside the one that was sent, by two keys', async () => {
    const desk = await deskOf('王芳');
    const alertId = await raise(0, { kind: 'rat', snapshot: { base64: picture() } });
    await row(desk, alertId).waitFor();
    await desk.page.keyboard.press('a');
    await desk.page.keyboard.press('Enter');
    await detail(desk, alertId, 'acknowledged').waitFor();
    await desk.page.locator('.alert-snapshot img').waitFor();
    const shown = await eventually('the picture that was sent', () =>
      desk.page.evaluate(() => document.querySelector<HTMLImageElement>('.alert-snapshot img')?.naturalWidth),
    );
    expect(shown).toBe(640);
    await eventually('its live picture', async () => (await desk.large())?.state.kind === 'live', patienceMs);
    await detail(desk, alertId).getByText('王芳 于').waitFor();
    expect(desk.errors).toEqual([]);
  });

  it.each([
    ['no-eoi.jpg', 1, 640, 360],
    ['cmyk.jpg', 3, 640, 360],
    ['exif6.jpg', 4, 360, 640],
    ['progressive.jpg', 6, 640, 360],
  ])('show the picture that was sent with them: %s', async (name, camera, width, height) => {
    const desk = await deskOf('王芳');
    const bytes = await readFile(join(repositoryRoot, 'tests/cases/alerts', name));
    const alertId = await raise(camera, { kind: 'rat', snapshot: { base64: bytes.toString('base64') } });
    await row(desk, alertId).click();
    await detail(desk, alertId).waitFor();
    const size = await eventually('the picture', () =>
      desk.page.evaluate(() => {
        const image = document.querySelector<HTMLImageElement>('.alert-snapshot img');
        const isDrawn = image?.complete === true && image.naturalWidth > 0 && image.clientWidth > 0;
        return isDrawn ? [image.naturalWidth, image.naturalHeight] : undefined;
      }),
    );
    expect(size).toEqual([width, height]);
    expect(desk.errors).toEqual([]);
  });

  it('name to the second officer who acknowledged it', async () => {
    const first = await deskOf('王芳');
    const second = await deskOf('李强');
    const alertId = await raise(2, { kind: 'open_flame' });
    for (const desk of [first, second]) {
      await row(desk, alertId).click();
      await detail(desk, alertId).waitFor();
    }
    // Until somebody acknowledges it, its time counts in the queue and beside it.
    for (const place of [row(second, alertId), detail(second, alertId)]) {
      await place
        .locator('[data-acknowledge]')
        .getByText(/^接警(剩余|超时) \d:\d\d$/)
        .waitFor();
    }
    await first.page.keyboard.press('Enter');
    await detail(second, alertId, 'acknowledged').getByText('王芳 于').waitFor();
    expect(await second.page.locator(`[data-alert-id="${alertId}"] [data-acknowledge]`).count()).toBe(0);
    await second.page.keyboard.press('Enter');
    await second.page.locator('.desk-notice').getByText('已由 王芳 接警').waitFor();
    await second.page.keyboard.press('r');
    await second.page.keyboard.press('Enter');
    await detail(first, alertId, 'resolved').getByText('李强 于').waitFor();
    expect(await row(first, alertId).count()).toBe(0);
  });

  it('are called false with a reason and a note, found in the history, counted and exported', async () => {
    const desk = await deskOf('赵敏');
    const alertId = await raise(5, { kind: 'smoking', message: '<i>烟</i>' });
    await row(desk, alertId).click();
    await detail(desk, alertId).getByText('<i>烟</i>').waitFor();
    await desk.page.keyboard.press('f');
    await desk.page.getByLabel('备注', { exact: true }).fill('<script>蒸汽</script>');
    await desk.page.getByRole('button', { name: '3 · 蒸汽或光线' }).click();
    const closed = detail(desk, alertId, 'false_alarm');
    await closed.getByText('<script>蒸汽</script>').waitFor();

    await desk.page.keyboard.press('Alt+6');
    const found = desk.page.locator(`[data-found-id="${alertId}"]`);
    await desk.page.getByText('误报', { exact: true }).first().click();
    await found.getByText('误报（蒸汽或光线）').waitFor();
    expect(await desk.page.locator('[data-found-id]').count()).toBe(1);
    expect(await desk.page.locator('[data-count-of="smoking"]').textContent()).toContain('100% (1/1)');

    const [download] = await Promise.all([
      desk.page.waitForEvent('download'),
      desk.page.getByRole('button', { name: 'CSV（UTF-8）' }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv).toContain(alertId);
    expect(csv).toContain('赵敏');
    expect(csv.trim().split('\r\n')).toHaveLength(2);

    await found.click();
    await detail(desk, alertId, 'false_alarm').waitFor();
    expect(desk.errors).toEqual([]);
  });

  it('are marked as the same as another by its number', async () => {
    const desk = await deskOf('王芳');
    const original = await raise(8, { kind: 'no_mask' });
    const alertId = await raise(8, { kind: 'no_hat' });
    await row(desk, alertId).click();
    await desk.page.keyboard.press('d');
    await desk.page.locator(`[data-original-id="${original}"]`).getByText('1 ·').waitFor();
    await desk.page.keyboard.press('1');
    await detail(desk, alertId, 'duplicate').waitFor();
    expect(await row(desk, original).count()).toBe(1);
  });

  it('never take a key that is typed into a field or belongs to the drawn wall', async () => {
    const desk = await deskOf('王芳');
    const alertId = await raise(11, { kind: 'stranger' });
    await row(desk, alertId).waitFor();
    await desk.page.locator('.finder input').fill('');
    await desk.page.locator('.finder input').pressSequentially('arfd');
    expect(await desk.page.locator('[data-detail-id]').count()).toBe(0);
    await desk.page.keyboard.press('Escape');
    const tile = desk.page.locator('[data-tile-number="1"]');
    await tile.focus();
    await desk.page.keyboard.press('ArrowRight');
    await desk.page.keyboard.press('Enter');
    await eventually('the tile large', async () => (await desk.large()) !== undefined);
    expect(await row(desk, alertId).getAttribute('data-alert-state')).toBe('new');
    expect(await desk.page.locator('[data-detail-id]').count()).toBe(0);
  });

  it('let an officer speak into their kitchen by K, and have the sentence said there that was recorded for their type', async () => {
    const camera = 20;
    const heard = async (): Promise<HeardReport | undefined> => {
      const { cameras } = (await (await fetch(`${simulator.controlUrl}/cameras`)).json()) as {
        cameras: { id: string; ear: { habit: string; heard: HeardReport } }[];
      };
      return cameras.find(({ id, ear }) => id === cameraIds[camera] && ear.habit === 'plays')?.ear.heard;
    };
    const desk = await openDesk(browser, hub.url, { permissions: ['microphone'] });
    closes.push(() => desk.close());
    const { page } = desk;
    await eventually('the directory', async () => (await desk.searchable()) > 0, patienceMs);

    await page.keyboard.press('Alt+4');
    await page.getByText('预警接入', { exact: true }).first().click();
    const panel = page.locator('[data-kitchen-sentences]');
    await panel.getByLabel('预警类型').first().click();
    await page.getByRole('option', { name: '未戴工作帽' }).click();
    await panel.getByRole('button', { name: '开始录音' }).click();
    await panel.getByText(`还剩 ${longestSentenceSeconds - 2} 秒`).waitFor();
    await panel.locator('[data-recording]').click();
    await panel.getByLabel('文字').fill('请戴好帽子');
    await panel.getByRole('button', { name: '保存' }).click();
    await page.locator('[data-kitchen-sentences="1"]').waitFor();
    await shootPage(page, 'kitchen-sentences');

    const alertId = await raise(camera, { kind: 'no_hat' });
    await row(desk, alertId).click();
    await detail(desk, alertId).waitFor();
    const key = detail(desk, alertId).locator('[data-kitchen-talk]');
    await detail(desk, alertId).locator('[data-kitchen-ear="yes"]').waitFor({ timeout: patienceMs });
    await page.keyboard.down('k');
    await detail(desk, alertId).locator('[data-kitchen-talk="speaking"]').waitFor();
    await eventually('the voice in the kitchen', async () => ((await heard())?.packets ?? 0) > 100);
    await page.keyboard.up('k');
    await detail(desk, alertId).locator('[data-kitchen-talk="quiet"]').waitFor();
    expect(await key.count()).toBe(1);

    await detail(desk, alertId).getByRole('button', { name: '播放：请戴好帽子' }).click();
    await page.locator('[data-kitchen-chip]').getByText('本席正在播放“请戴好帽子”').waitFor();
    await shootPage(page, 'alert-sentence');
    await detail(desk, alertId).getByText('已播放“请戴好帽子”').waitFor();
    // About two seconds of the beeping microphone, and nothing of the talk before.
    const said = await heard();
    expect(said?.packets).toBeGreaterThan(60);
    expect(said?.loudest).toBeGreaterThan(0.3);
    expect(desk.errors).toEqual([]);
  }, 60_000);

  it('are right again after the hub came back, without a refresh', async () => {
    const desk = await deskOf('王芳');
    const before = await raise(14, { kind: 'no_gloves' });
    await row(desk, before).click();
    await detail(desk, before).waitFor();
    await hub.kill();
    await desk.page.getByRole('button', { name: '接警 · Enter', disabled: true }).waitFor();
    hub = await startHubProcess({ dataDir: hub.dataDir, port: Number(new URL(hub.url).port) });
    const after = await raise(17, { kind: 'phone_in_hand' });
    await row(desk, after).waitFor({ timeout: patienceMs });
    expect(await row(desk, before).count()).toBe(1);
    await eventually(
      'that it is worked again, by the same name',
      async () => {
        await desk.page.keyboard.press('Enter');
        return (await detail(desk, before, 'acknowledged').count()) === 1;
      },
      patienceMs,
    );
    await detail(desk, before).getByText('王芳 于').waitFor();
  });
});
