import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson } from '../support/accountBrowser.ts';
import { startHubProcess, type HubProcess } from '../support/processes.ts';
import { openPageAs, shootPage } from '../support/signedInDesk.ts';
import { launchBrowser } from '../support/wallPage.ts';

let browser: Browser;
let hub: HubProcess;
const pages: Page[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  hub = await startHubProcess();
});
afterAll(async () => {
  for (const page of pages) await page.context().close();
  await browser.close();
  await hub.stop();
});

async function openDesk(person: { name: string; role: string; scope?: object }, language = 'en') {
  const signedIn = await addPerson(hub, person);
  const page = await openPageAs(browser, hub.url, signedIn, `desk.html?lang=${language}`);
  pages.push(page);
  await page.locator(`[data-person="${person.name}"]`).waitFor();
  return page;
}

const viewKeys = ['Alt+1', 'Alt+2', 'Alt+3', 'Alt+4', 'Alt+5', 'Alt+6', 'Alt+7', 'Alt+8'];

/** Presses everything on the page that can be pressed and neither leaves the desk nor opens a window of the browser. */
async function pressEverything(page: Page): Promise<string[]> {
  const failures: string[] = [];
  for (const view of viewKeys) {
    await page.keyboard.press(view);
    const buttons = await page
      .locator(
        '.desk-frame-main button:enabled, .desk-frame-right button:enabled, .desk-frame-bottom button:enabled',
      )
      .all();
    for (const button of buttons) {
      if (!(await button.isVisible().catch(() => false))) continue;
      const text = (await button.textContent()) ?? '';
      // A file is exported, which the page saves.
      if (/CSV/.test(text)) continue;
      await button.click({ timeout: 2_000, force: true }).catch(() => undefined);
      await page.keyboard.press('Escape');
    }
    for (const wrong of await page.locator('.desk-notice--wrong').allTextContents()) {
      failures.push(`${view}: ${wrong}`);
    }
  }
  return failures;
}

describe('a desk whose person may not do everything', () => {
  it('of an auditor shows everything and does nothing: whatever can be pressed is answered', async () => {
    const page = await openDesk({ name: '孙倩', role: 'auditor' });
    expect(await pressEverything(page)).toEqual([]);
    await page.keyboard.press('Alt+7');
    await shootPage(page, 'auditor-squads-en');
    await page.keyboard.press('Alt+4');
    await shootPage(page, 'auditor-registry-en');
    const denied = page.locator('fieldset[data-asks="POST /api/v1/registry/import"]').first();
    await denied.focus();
    expect(await denied.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await denied.getAttribute('aria-label')).toBe('Ask an administrator');
    await page.keyboard.press('Alt+1');
    await shootPage(page, 'auditor-wall-en');
  });

  it('says who may on a key that it may not use', async () => {
    const page = await openDesk({ name: '孙倩', role: 'auditor' }, 'zh-CN');
    await page.locator('body').press('Space');
    await page.getByText('请联系值班员').first().waitFor();
    await shootPage(page, 'auditor-wall-zh');
  });

  it.each(['zh-CN', 'en'])(
    'of one county says that the wall is managed for the whole city (%s)',
    async (language) => {
      const scope = { districts: ['咸安区'], squads: [] };
      const page = await openDesk({ name: '周敏', role: 'duty_officer', scope }, language);
      await page
        .getByText(language === 'en' ? 'The wall is managed for the whole city' : '大屏由全市统一管理')
        .waitFor();
      await shootPage(page, `county-wall-${language}`);
      await page
        .getByRole('button', { name: language === 'en' ? 'Map' : '地图' })
        .last()
        .click();
      await page.locator('[data-map="ready"]').waitFor();
      await shootPage(page, `county-map-${language}`);
      await page.keyboard.press('Alt+2');
      await shootPage(page, `county-library-${language}`);
    },
  );
});

describe('a desk of the hub that needs attention', () => {
  it.each([
    ['zh-CN', '服务器的数据库被其他程序占用', '审计日志'],
    ['en', 'Another program holds the server’s database', 'Audit log'],
  ])(
    'shows an auditor what grows, and says what is wrong until it is over (%s)',
    async (language, wrong, kind) => {
      const page = await openDesk({ name: '孙倩', role: 'auditor' }, language);
      const sizes = [
        [1920, 1080],
        [3840, 2160],
      ] as const;
      await page
        .locator('.desk-frame-top')
        .getByText(language === 'en' ? 'Data' : '数据', { exact: true })
        .click();
      const audit = page.locator('[data-growth-kind="audit"]');
      await audit.waitFor();
      expect(await audit.locator('th').textContent()).toBe(kind);
      expect(Number(await audit.locator('td').first().textContent())).toBeGreaterThan(0);
      await shootPage(page, `growth-${language}`, sizes);
      const other = new SqliteDatabase(join(hub.dataDir, 'mingchu.sqlite'));
      other.exec('BEGIN EXCLUSIVE');
      const bar = page.locator('[data-hub-trouble="database_locked"]');
      await bar.waitFor({ timeout: 20_000 });
      expect(await bar.textContent()).toContain(wrong);
      await shootPage(page, `trouble-${language}`, sizes);
      other.exec('ROLLBACK');
      other.close();
      await bar.waitFor({ state: 'detached', timeout: 20_000 });
    },
  );
});

describe('the one-page guides', () => {
  /** Smaller letters than these are no page that somebody reads at a desk. In CSS pixels: 9 points. */
  const smallestLetterPx = 12;
  /** A4 without its margins. */
  const sheetPx = { width: 688, height: 1_032 };

  it.each([
    ['zh-CN', /值班员|指挥长|队员/],
    ['en', /Duty officer|Supervisor|Squad/],
  ])('are opened from the list of keys, and each prints on one sheet of A4 (%s)', async (language, title) => {
    const page = await openDesk({ name: '李明', role: 'duty_officer' }, language);
    await page.keyboard.press('?');
    const links = page.locator('.guide-printed a');
    await links.first().waitFor();
    await shootPage(page, `guides-keys-${language}`);
    expect(await links.count()).toBe(3);
    for (const link of await links.all()) {
      const [guide] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
      await guide.getByRole('heading', { level: 1, name: title }).waitFor();
      const name = new URL(guide.url()).pathname.replace(/^.*\//, '');
      // As it is on paper: nothing wider than the sheet, no small letters, and no words for the screen alone.
      await guide.emulateMedia({ media: 'print' });
      await guide.setViewportSize(sheetPx);
      const sheet = await guide.evaluate(() => {
        const sizes = [...document.querySelectorAll('main p, main li, main td, main code')].map((one) =>
          Number.parseFloat(getComputedStyle(one).fontSize),
        );
        const { scrollWidth, clientWidth } = document.documentElement;
        const forScreen = document.querySelector('nav')?.getClientRects().length;
        return { smallest: Math.min(...sizes), tooWide: scrollWidth - clientWidth, forScreen };
      });
      expect({ name, ...sheet }).toMatchObject({ tooWide: 0, forScreen: 0 });
      expect(sheet.smallest).toBeGreaterThanOrEqual(smallestLetterPx);
      const pdf = await guide.pdf({ preferCSSPageSize: true });
      const sheets = [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page\b[^]*?\/MediaBox\s*\[([^\]]+)\]/g)];
      // A4 in points.
      expect({
        name,
        sheets: sheets.map(([, box = '']) =>
          box
            .trim()
            .split(/\s+/)
            .map((size) => Math.round(Number(size))),
        ),
      }).toEqual({
        name,
        sheets: [[0, 0, 595, 842]],
      });
      await shootPage(guide, `guide-${name}`, [[794, 1123]]);
      await guide.close();
    }
  });
});
