import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, personPassword as password } from '../support/accountBrowser.ts';
import { startHubProcess, type HubProcess } from '../support/processes.ts';
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
