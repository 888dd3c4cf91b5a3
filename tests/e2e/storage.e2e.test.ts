import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  launchPhoneBrowser,
  openPhone,
  startFieldStage,
  type FieldStage,
  type Phone,
} from '../support/fieldPage.ts';
import { eventually } from '../support/processes.ts';
import { signInBrowser } from '../support/testAccount.ts';

/** As a browser behaves whose settings forbid a site every kind of storage: even asking for one throws. */
const blocked = `
const forbid = () => { throw new DOMException('Access is denied for this document.', 'SecurityError'); };
for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore'])
  Object.defineProperty(window, name, { get: forbid });
Object.defineProperty(document, 'cookie', { get: forbid, set: forbid });
Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: forbid });
Object.defineProperty(Navigator.prototype, 'storage', { get: forbid });
LockManager.prototype.request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
`;
/** Every access throws, and the storage itself is there. */
const broken = `
const forbid = () => { throw new DOMException('Access is denied.', 'SecurityError'); };
for (const name of ['getItem', 'setItem', 'removeItem', 'key', 'clear']) Storage.prototype[name] = forbid;
Object.defineProperty(Storage.prototype, 'length', { get: forbid });
indexedDB.open = forbid;
`;
/** Everything that was there can be read, and nothing more can be written. */
const full = `
const refuse = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };
Storage.prototype.setItem = refuse;
Cache.prototype.addAll = () => Promise.reject(new DOMException('quota', 'QuotaExceededError'));
`;
const troubles = [
  ['blocked', 'blocked', blocked],
  ['broken', 'blocked', broken],
  ['full', 'full', full],
] as const;

describe('surfaces in a browser whose storage does not work', () => {
  let stage: FieldStage;
  let browser: Browser;
  let phone: Phone | undefined;
  let context: BrowserContext | undefined;
  beforeAll(async () => {
    stage = await startFieldStage();
    browser = await launchPhoneBrowser(stage.hub);
  });
  afterEach(async () => {
    await phone?.context.close();
    await context?.close();
    phone = undefined;
    context = undefined;
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  const open = async (script: string, path: string): Promise<{ page: Page; errors: string[] }> => {
    context = await browser.newContext({ viewport: { width: 1600, height: 900 } });
    await signInBrowser(context, stage.hub.url);
    await context.addInitScript({ content: script });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${stage.hub.url}${path}`);
    return { page, errors };
  };
  const notice = (page: Page, trouble: string) => page.locator(`[data-storage-trouble=${trouble}]`);
  const member = () => stage.desk.noticesOf('squads:membersChanged').at(-1)?.members[0];
  const position = () => stage.desk.noticesOf('squads:positionsChanged').at(-1)?.positions[0];

  for (const [name, trouble, script] of troubles) {
    it(`shows the wall (${name})`, async () => {
      const { page, errors } = await open(script, '/wall.html?lang=en');
      await page.locator('#surface > *').first().waitFor();
      await eventually('the wall is joined', () =>
        page.evaluate(() => document.querySelector('.wall, .wall-grid, [class*=wall]') !== null),
      );
      await notice(page, trouble).waitFor();
      expect(errors).toEqual([]);
    });

    it(`works at the desk, which keeps its name and language for as long as it lives (${name})`, async () => {
      const { page, errors } = await open(script, '/desk.html?lang=en');
      await page.locator('.talk-dock').waitFor();
      await notice(page, trouble).waitFor();
      const words = await notice(page, trouble).textContent();
      expect(words).toMatch(/until the page is closed/);
      await notice(page, trouble).getByRole('button').click();
      await notice(page, trouble).waitFor({ state: 'detached' });
      // Silencing a group writes to the storage.
      const heard = page.locator('[data-group-id=all] .talk-chip-heard');
      await heard.click();
      expect(await heard.getAttribute('aria-pressed')).toBe('false');
      await page.keyboard.press('Alt+7');
      await page.locator('[data-squad-id="wenquan"]').waitFor();
      expect(errors).toEqual([]);
    });

    it(`signs a phone in, lets it speak, and shares its position or not (${name})`, async () => {
      phone = await openPhone(
        browser,
        `${stage.secureUrl}${await stage.signInPath()}`,
        async (phoneContext) => {
          await phoneContext.addInitScript({ content: script });
        },
      );
      const { page, errors } = phone;
      await page.locator('.field-bar-name', { hasText: '张伟' }).waitFor();
      expect(member()?.phone).toBeDefined();
      await notice(page, trouble).getByText('关闭页面前一切功能正常').waitFor();
      await notice(page, trouble).getByRole('button').click();
      await eventually(
        'the voice is at the hub',
        async () => (await page.locator('.talk-key').getAttribute('data-look')) === 'free',
        30_000,
      );
      await page.locator('[data-status=available]').click();
      await eventually('the centre has the status', () => member()?.duty.status === 'available');
      await eventually('the centre has the position', () => position()?.position !== undefined);
      await page.locator('.field-switch').click();
      await eventually(
        'the position is shared no more',
        () => position() !== undefined && position()?.position === undefined,
      );
      await page.locator('[data-sharing=off]').waitFor();
      // A connection that comes back is the same phone's, and shares as before.
      const before = member()?.connectionSinceMs;
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      await eventually(
        'the phone is back',
        () => member()?.isConnected === true && member()?.connectionSinceMs !== before,
      );
      await page.locator('.field-link[data-link=joined]').waitFor();
      await page.locator('[data-sharing=off]').waitFor();
      await page.locator('.field-menu-key').click();
      await page.getByRole('button', { name: '退出登录' }).click();
      await page.locator('input').waitFor();
      expect(errors).toEqual([]);
    });
  }
});
