import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeCodeAt } from '../../src-sfu/features/accounts/timeCodes.ts';
import { seriousFaults } from '../support/axeFaults.ts';
import { addPerson, personPassword as password } from '../support/accountBrowser.ts';
import { eventually, startHubProcess, type HubProcess } from '../support/processes.ts';
import { openPageAs, shootPage } from '../support/signedInDesk.ts';
import { launchBrowser } from '../support/wallPage.ts';

let browser: Browser;
let hub: HubProcess;
const pages: Page[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  hub = await startHubProcess({ settings: { MINGCHU_TRUST_LOOPBACK: 'false' } });
});
afterAll(async () => {
  for (const page of pages) await page.context().close();
  await browser.close();
  await hub.stop();
});

async function openDesk(
  name: string,
  role: string,
  query = '?lang=en',
): Promise<{ page: Page; signInName: string }> {
  const person = await addPerson(hub, { name, role });
  const page = await openPageAs(browser, hub.url, person, `desk.html${query}`);
  pages.push(page);
  await page.locator(`[data-person="${name}"]`).waitFor();
  return { page, signInName: person.signInName };
}

/** What somebody does who has only a keyboard. */
function keyboardOf(page: Page) {
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? '';
    });
  /** Presses Tab until the focus is at the control of this name. */
  const tabTo = async (name: string | RegExp): Promise<void> => {
    for (let pressed = 0; pressed < 80; pressed += 1) {
      await page.keyboard.press('Tab');
      const now = (await focused()).trim();
      if (typeof name === 'string' ? now === name : name.test(now)) return;
    }
    throw new Error(`Tab does not come to ${String(name)}.`);
  };
  const choose = async (current: string, key: string): Promise<void> => {
    for (let pressed = 0; pressed < 80; pressed += 1) {
      await page.keyboard.press('Tab');
      const value = await page.evaluate(() => {
        const { type, value = '' } = (document.activeElement ?? {}) as Partial<HTMLInputElement>;
        return type === 'radio' ? value : '';
      });
      if (value === current) return page.keyboard.press(key);
    }
    throw new Error(`Tab does not come to the choice ${current}.`);
  };
  /** From one view to another by an arrow key alone, however many views lie between. */
  const walk = async (current: string, key: string, goal: Locator): Promise<void> => {
    await choose(current, key);
    const isThere = (): Promise<boolean> =>
      goal.waitFor({ timeout: 500 }).then(
        () => true,
        () => false,
      );
    for (let pressed = 0; pressed < 20 && !(await isThere()); pressed += 1) await page.keyboard.press(key);
    await goal.waitFor();
  };
  return { focused, tabTo, choose, walk };
}

/** Presses Tab until the focus is in the field of this name. */
async function tabToField(page: Page, name: string): Promise<void> {
  await tabToControl(page, page.getByLabel(name, { exact: true }), name);
}

async function tabToControl(page: Page, field: Locator, name: string): Promise<void> {
  for (let pressed = 0; pressed < 120; pressed += 1) {
    await page.keyboard.press('Tab');
    if (await field.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not come to the field ${name}.`);
}

describe('who sits at a desk', () => {
  it('is whose account it is, and the desk locks and opens by the keyboard alone', async () => {
    const { page } = await openDesk('王芳', 'duty_officer');
    expect(await page.locator('.person-menu-role').textContent()).toMatch(
      /^Duty officer · (Day|Night) shift$/,
    );
    await shootPage(page, 'desk-en');
    await page.keyboard.press('Control+Shift+L');
    await page.getByRole('heading', { name: '王芳 is locked' }).waitFor();
    expect(
      await page.locator('.desk-frame-left, .desk-frame-right, .desk-frame-top [role=radiogroup]').count(),
    ).toBe(0);
    await shootPage(page, 'locked-en', [
      [1920, 1080],
      [390, 844],
    ]);
    // Also after the page is opened again.
    await page.reload();
    await page.getByRole('heading', { name: '王芳 is locked' }).waitFor();
    await page.getByLabel('Password or code').waitFor();
    await page.keyboard.type('wrong password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: /wrong/ }).waitFor();
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.locator('[data-person="王芳"]').waitFor();
    expect(await page.locator('.desk-frame-left').count()).toBe(1);
  });

  it('changes when another person signs in at the same desk, without a reload', async () => {
    const { page } = await openDesk('王芳', 'duty_officer', '?lang=zh-CN');
    const other = await addPerson(hub, { name: '陈刚', role: 'supervisor' });
    await page.evaluate(() => void Object.assign(window, { isSamePage: true }));
    await page.locator('.person-menu').click();
    await page.getByRole('menuitem', { name: '换人' }).click();
    await shootPage(page, 'switch-zh');
    await page.keyboard.type(other.signInName);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.locator('[data-person="陈刚"]').waitFor();
    expect(await page.locator('.person-menu-role').textContent()).toMatch(/^指挥长 · (白班|夜班)$/);
    expect(await page.evaluate(() => Object.hasOwn(window, 'isSamePage'))).toBe(true);
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await shootPage(page, 'desk-zh');
  });

  it('shows nothing once the sign-in has ended', async () => {
    const { page } = await openDesk('王芳', 'duty_officer');
    await page.evaluate(() => fetch('/api/v1/session', { method: 'DELETE' }));
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    expect(await page.locator('.desk-frame-left, .desk-frame-bottom').count()).toBe(0);
  });
});

describe('accounts at the desk', () => {
  /** An administrator with an authenticator, at a desk. */
  async function openAdministrator(query: string): Promise<Page> {
    const person = await addPerson(hub, { name: '管理员', role: 'administrator' });
    const { body } = await person.ask('POST', 'session/codes', {});
    const code = timeCodeAt(body.secret as unknown as string, Date.now());
    await person.ask('POST', 'session/codes/confirm', { code });
    const page = await openPageAs(browser, hub.url, person, `desk.html${query}`);
    pages.push(page);
    await page.locator('[data-person="管理员"]').waitFor();
    return page;
  }
  /** What is asked next, by default an account that is made, is answered as when nothing was confirmed for more than 5 min. */
  const forgetConfirmation = async (
    page: Page,
    asked: { path: string; method: string } = { path: '**/api/v1/accounts', method: 'POST' },
  ): Promise<void> => {
    const error = { code: 'forbidden', reason: 'accounts.confirm_first', parameters: {}, message: '' };
    let isForgotten = true;
    await page.route(asked.path, async (route) => {
      if (route.request().method() !== asked.method || !isForgotten) return route.continue();
      isForgotten = false;
      return route.fulfill({ status: 403, json: { error } });
    });
  };

  it('are made with a role and districts after the password was given again, which repeats by itself', async () => {
    const page = await openAdministrator('?lang=en');
    await page.getByText('Accounts', { exact: true }).click();
    await shootPage(page, 'own-en');
    await page.getByText('All accounts', { exact: true }).click();
    await forgetConfirmation(page);
    await page.getByRole('button', { name: 'New account' }).click();
    await page.getByLabel('Sign-in name').fill('zhou.jie');
    await page.getByLabel('Name', { exact: true }).fill('周杰');
    await page.getByText('All districts').click();
    await page.getByText('Chibi').click();
    await shootPage(page, 'new-account-en');
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.locator('[data-step-up]').waitFor();
    await shootPage(page, 'step-up-en');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    const code = await page.locator('[data-code]').textContent();
    expect(code).toMatch(/^[\w-]{8,}$/);
    await shootPage(page, 'code-en');
    await page.keyboard.press('Enter');
    const row = page.locator('[data-account="zhou.jie"]');
    await row.waitFor();
    expect(await row.textContent()).toMatch(/周杰.*Duty officer.*Chibi.*No password yet/);
    expect(await page.locator('[data-code]').count()).toBe(0);
    await shootPage(page, 'accounts-en');
    // The only administrator who can sign in stays.
    const own = page.locator('tr', { has: page.getByRole('rowheader', { name: '管理员' }) });
    await row.getByRole('button', { name: 'Disable 周杰' }).click();
    await row.getByText('Disabled', { exact: false }).waitFor();
    expect(await own.count()).toBeGreaterThan(0);
    await page.getByText('Sign-ins', { exact: true }).click();
    await shootPage(page, 'sign-ins-en');
    // A file that leaves the server asks for it as well, and comes once it was given.
    await page.getByText('Findings', { exact: true }).click();
    await page.getByText('Clauses', { exact: true }).click();
    await forgetConfirmation(page, { path: '**/api/v1/clauses/export?*', method: 'GET' });
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    await page.locator('[data-step-up]').waitFor();
    const download = page.waitForEvent('download');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    expect((await download).suggestedFilename()).toBe('clauses.csv');
  });

  it('are worked by the keyboard alone: each window gives the focus back to what opened it', async () => {
    const page = await openAdministrator('?lang=en');
    const { focused, tabTo, choose, walk } = keyboardOf(page);
    await walk('wall', 'ArrowLeft', page.getByRole('heading', { name: 'Accounts and screens' }));
    await choose('own', 'ArrowRight');
    await page.getByRole('heading', { name: 'All accounts' }).waitFor();
    await forgetConfirmation(page);
    await tabTo('New account');
    await page.keyboard.press('Enter');
    await page.keyboard.type('tab.only');
    await page.keyboard.press('Tab');
    await page.keyboard.type('键盘');
    await tabTo('Make the account');
    await page.keyboard.press('Enter');
    await page.locator('[data-step-up]').waitFor();
    // Put away, it is asked again at the next attempt.
    await page.keyboard.press('Escape');
    await page.locator('[data-step-up]').waitFor({ state: 'detached' });
    expect((await focused()).trim()).toBe('Make the account');
    await forgetConfirmation(page);
    // Who presses it while the attempt before is still being put away presses it again.
    await eventually('the window that asks', async () => {
      await page.keyboard.press('Enter');
      return page
        .locator('[data-step-up]')
        .waitFor({ timeout: 1_500 })
        .then(
          () => true,
          () => false,
        );
    });
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.locator('[data-code]').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-account="tab.only"]').waitFor();
    await expect.poll(focused).toBe('New account');
    await tabTo('Reset the password of 键盘');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('Reset the password of 键盘');
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Disable 键盘');
    await page.keyboard.press('Enter');
    await page.locator('[data-account="tab.only"]', { hasText: 'Disabled' }).waitFor();
    expect(await focused()).toBe('Enable 键盘');
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('pair a screen, search the audit log and read what grows by the keyboard alone', async () => {
    const page = await openAdministrator('?lang=en');
    const { focused, tabTo, walk } = keyboardOf(page);
    const wall = await browser.newPage();
    pages.push(wall);
    await wall.goto(`${hub.url}/sign-in.html?pair=wall&screen=tab`);
    await wall.locator('[data-code]', { hasText: /^(?!·)/ }).waitFor();
    const code = (await wall.locator('[data-code]').textContent()) ?? '';
    await walk('wall', 'ArrowLeft', page.getByRole('heading', { name: 'Accounts and screens' }));
    await walk('own', 'ArrowLeft', page.getByRole('heading', { name: 'Screens', exact: true }));
    await tabToField(page, 'Code on the screen');
    await page.keyboard.type(code);
    await page.keyboard.press('Tab');
    await page.keyboard.type('Tab hall');
    await page.keyboard.press('Enter');
    await page.locator('[data-screen="Tab hall"]').waitFor();
    await wall.waitForURL('**/wall.html?screen=tab');
    await tabTo('Unpair Tab hall');
    // The second press does it, once the key takes it, and the focus stays on the key.
    await page.keyboard.press('Enter');
    await page.locator('button:focus[aria-disabled="false"]').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-screen="Tab hall"]').waitFor({ state: 'detached' });
    // Where the button was, the keyboard goes on.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);

    await walk('accounts', 'ArrowLeft', page.getByRole('heading', { name: 'Audit log' }));
    await tabToField(page, 'What (object, detail)');
    await page.keyboard.type('Tab hall');
    await page.keyboard.press('Enter');
    const found = page.locator('[data-audit-line]');
    await expect.poll(() => found.count()).toBeGreaterThan(1);
    await expect
      .poll(async () => (await found.allTextContents()).every((text) => text.includes('Tab hall')))
      .toBe(true);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'What (object, detail)',
    );
    await tabToControl(page, page.locator('.audit-kinds input[value=talk]'), 'Talk');
    await page.keyboard.press('Space');
    await page.getByText('No lines match.').waitFor();
    await page.keyboard.press('Space');
    await expect.poll(() => found.count()).toBeGreaterThan(1);
    expect(await seriousFaults(page)).toEqual([]);
    await shootPage(page, 'audit-en');

    await walk('audit', 'ArrowRight', page.locator('[data-growth-kind="audit"]'));
    await tabTo('Read again');
    await page.keyboard.press('Enter');
    await page.locator('[data-growth-kind="audit"]').waitFor();
    expect(await focused()).toBe('Read again');
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('pair a screen whose code was read from it, and let it go again', async () => {
    const page = await openAdministrator('?lang=zh-CN');
    const wall = await browser.newPage();
    pages.push(wall);
    await wall.goto(`${hub.url}/sign-in.html?pair=wall&screen=hall`);
    await wall.locator('[data-code]', { hasText: /^(?!·)/ }).waitFor();
    const code = (await wall.locator('[data-code]').textContent()) ?? '';
    await page.getByText('账号', { exact: true }).click();
    await page.getByText('屏幕配对', { exact: true }).first().click();
    await page.getByLabel('屏幕上的配对码').fill(code);
    await page.getByLabel('屏幕名称').fill('大厅');
    await page.keyboard.press('Enter');
    const row = page.locator('[data-screen="大厅"]');
    await row.waitFor();
    await wall.waitForURL('**/wall.html?screen=hall');
    await shootPage(page, 'screens-zh');
    await row.getByRole('button', { name: '取消“大厅”的配对' }).click();
    await row.getByRole('button', { name: '确认取消配对' }).click();
    await row.waitFor({ state: 'detached' });
    // The screen is let in no more.
    await wall.reload();
    await wall.getByRole('link', { name: '配对此屏幕' }).waitFor();
  });

  it('are not an officer’s: the own one is, and for the others it says whom to ask', async () => {
    const { page } = await openDesk('王芳', 'duty_officer', '?lang=zh-CN');
    await page.getByText('账号', { exact: true }).click();
    await page.getByLabel('当前密码').fill(password);
    await page.getByLabel('新密码', { exact: true }).fill(`${password}!`);
    await page.getByLabel('再输入一次新密码').fill(`${password}!`);
    await page.keyboard.press('Enter');
    await page.getByText('密码已修改').waitFor();
    await shootPage(page, 'own-zh', [
      [1920, 1080],
      [1366, 768],
    ]);
    await page.getByRole('button', { name: '设置验证器' }).click();
    const secret = ((await page.locator('[data-secret]').textContent()) ?? '').replaceAll(' ', '');
    await page.getByLabel('六位数字').fill(timeCodeAt(secret, Date.now()));
    await shootPage(page, 'codes-zh');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-recovery] li').count()).toBe(10);
    await page.getByRole('button', { name: '已保管好，继续' }).click();
    await page.getByText('还剩 10 个恢复码', { exact: false }).waitFor();
    await page.getByText('所有账号', { exact: true }).click();
    await page.getByText('请联系管理员').waitFor();
    expect(await page.locator('[data-account]').count()).toBe(0);
  });
});
