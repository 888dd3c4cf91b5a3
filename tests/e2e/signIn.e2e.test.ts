import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright';
import { timeCodeAt } from '../../src-sfu/features/accounts/timeCodes.ts';
import { command } from '../support/accountBrowser.ts';
import { seriousFaults } from '../support/axeFaults.ts';
import { startHubProcess, type HubProcess } from '../support/processes.ts';
import { launchBrowser } from '../support/wallPage.ts';

const password = 'four kitchens by the lake';

let browser: Browser;
let hub: HubProcess;
let demo: HubProcess;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  // Nobody is let in for where the browser runs.
  hub = await startHubProcess({ hasAccount: false });
  demo = await startHubProcess({
    settings: { MINGCHU_DEMO_ACCOUNTS: 'true' },
    hasAccount: false,
  });
});
afterAll(async () => {
  for (const context of contexts) await context.close();
  await browser.close();
  await hub.stop();
  await demo.stop();
});

async function open(url: string, width = 1920, height = 1080): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height } });
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Where `MINGCHU_SHOTS` names a folder, pictures of the pages are left there to be looked at. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.MINGCHU_SHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  for (const [width, height] of [
    [1920, 1080],
    [3840, 2160],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${folder}/${name}-${width}.png` });
  }
  await page.setViewportSize({ width: 1920, height: 1080 });
}

describe('the sign-in page', () => {
  it('makes the first administrator, sets up the authenticator, and opens the desk', async () => {
    const page = await open(`${hub.url}/sign-in.html`);
    await page.getByRole('heading', { name: '设置第一位管理员' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await shoot(page, 'first-zh');
    const { data } = (await command(hub, { command: 'firstCode' })) as unknown as { data: { code: string } };
    await page.getByLabel('一次性代码').fill(data.code);
    await page.getByLabel('登录名').fill('wang.fang');
    await page.getByLabel('姓名').fill('王芳');
    await page.getByLabel('新密码', { exact: true }).fill(password);
    await page.getByLabel('再输入一次新密码').fill(password);
    await page.getByRole('button', { name: '设置密码' }).click();
    await page.getByRole('heading', { name: '设置验证器' }).waitFor();
    const secret = ((await page.locator('[data-secret]').textContent()) ?? '').replaceAll(' ', '');
    expect(await seriousFaults(page)).toEqual([]);
    await shoot(page, 'codes-zh');
    await page.getByLabel('六位数字').fill(timeCodeAt(secret, Date.now()));
    await page.getByRole('button', { name: '确认' }).click();
    await expect.poll(() => page.locator('[data-recovery] li').count(), { timeout: 10_000 }).toBe(10);
    const shown = await page.locator('[data-recovery] li').allTextContents();
    // The page ends before anybody has written them down.
    await page.reload();
    await page.locator('[data-recovery-unseen]').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await shoot(page, 'recovery-unseen-zh');
    await page.getByLabel('密码或验证码').fill(password);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-recovery] li').count(), { timeout: 10_000 }).toBe(10);
    expect(await page.locator('[data-recovery] li').allTextContents()).not.toEqual(shown);
    await shoot(page, 'recovery-zh');
    await page.getByRole('button', { name: '已保管好，继续' }).click();
    await page.waitForURL('**/desk.html');
    await page.getByRole('button', { name: /Ctrl K/ }).waitFor();
  });

  it('signs an officer in by the keyboard alone, in English, and says why not', async () => {
    const { data } = (await command(hub, {
      command: 'add',
      signInName: '李明',
      name: '李明',
      role: 'duty_officer',
    })) as unknown as { data: { code: string } };
    const page = await open(`${hub.url}/sign-in.html?lang=en`);
    await page.getByRole('button', { name: 'I have a one-time code' }).click();
    await page.getByLabel('One-time code').fill(data.code);
    await page.getByLabel('New password', { exact: true }).fill(password);
    await page.getByLabel('New password again').fill(`${password}!`);
    await page.getByText('The two passwords differ').waitFor();
    await page.getByLabel('New password again').fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/desk.html');
    await page.context().clearCookies();
    // The desk asks for the sign-in by itself.
    await page.goto(`${hub.url}/desk.html`);
    await page.getByLabel('Sign-in name').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await shoot(page, 'sign-in-en');
    await page.keyboard.type('李明');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The sign-in name or the password is wrong. Try again.').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/desk.html');
  });

  it('shows a wall’s code, and opens the wall once it was confirmed', async () => {
    const page = await open(`${hub.url}/wall.html?screen=hall`);
    await page.getByRole('link', { name: '配对此屏幕' }).click();
    await page.locator('[data-code]', { hasText: /^[2-9A-Z]{4}-[2-9A-Z]{4}$/ }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await shoot(page, 'pair-zh');
    const code = (await page.locator('[data-code]').textContent()) ?? '';
    const desk = contexts[0]?.pages()[0];
    const confirmed = await desk?.evaluate(async (typed) => {
      const body = JSON.stringify({ code: typed, name: '大厅' });
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/api/v1/pairings/confirm', { method: 'POST', headers, body })).status;
    }, code);
    expect(confirmed).toBe(200);
    await page.waitForURL('**/wall.html?screen=hall');
    await page.waitForFunction(() => window.mingchuProbe !== undefined);
    await expect.poll(() => page.getByText('无访问权限').count()).toBe(0);
  });

  it('takes a wall’s pictures away within a second when its pairing is ended', async () => {
    const page = contexts.at(-1)?.pages()[0] as Page;
    await page.getByText('服务器已连接').waitFor();
    const desk = contexts[0]?.pages()[0] as Page;
    const ended = await desk.evaluate(async () => {
      const list = (await (await fetch('/api/v1/accounts')).json()) as { screens: { pairingId: string }[] };
      const answers = list.screens.map(({ pairingId }) =>
        fetch(`/api/v1/screens/${pairingId}`, { method: 'DELETE' }),
      );
      return (await Promise.all(answers)).map(({ status }) => status);
    });
    expect(ended).toEqual([200]);
    await page.getByText('无访问权限').waitFor({ timeout: 1_000 });
    expect(await page.locator('.wall-bar-counts').count()).toBe(0);
    await page.getByRole('link', { name: '配对此屏幕' }).waitFor();
  });

  it('leads to no page of another host', async () => {
    const page = await open(`${demo.url}/sign-in.html?to=//example.org`);
    await page.locator('[data-demo=demo-officer]').click();
    await page.waitForURL(`${demo.url}/desk.html`);
  });

  it('says loudly that the accounts of the demo are for the demo, and signs in with one click', async () => {
    const page = await open(`${demo.url}/sign-in.html`);
    await page.getByText('演示账号，仅供演示').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await shoot(page, 'demo-zh');
    await page.goto(`${demo.url}/sign-in.html?lang=en`);
    await page.getByText('Demo accounts, only for the demo').waitFor();
    await shoot(page, 'demo-en');
    await page.getByRole('button', { name: 'Supervisor' }).click();
    await page.waitForURL('**/desk.html');
  });
});
