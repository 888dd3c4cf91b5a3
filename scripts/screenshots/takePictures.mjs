/* global document */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';

import { inviteGuests } from './demoGuests.mjs';
import { openBrowser } from './openBrowser.mjs';

/** Wide enough to read the words, small enough for a page. */
const pictureWidth = 1440;
const phoneWidth = 585;
const quality = 72;
/** Until pictures of cameras run and a map is drawn. */
const settleMs = 6_000;
const patienceMs = 120_000;
const large = { width: 1920, height: 1080 };
const phone = { width: 390, height: 844 };
/** The pictures in Chinese have the bare names. */
const languages = [
  { language: 'zh-CN', ending: '' },
  { language: 'en', ending: '.en' },
];

/**
 * Takes the pictures of every surface of a demo that runs, in both languages, with the demo's own accounts.
 * @param {{ hubUrl: string, publicUrl: string, folder: string, only: ReadonlySet<string> | undefined }} options `only`: the files that are written;
 *   undefined: all
 * @returns {Promise<string[]>} names of the files
 */
export async function takePictures({ hubUrl, publicUrl, folder, only }) {
  const { browser, close } = await openBrowser([
    '--autoplay-policy=no-user-gesture-required',
    '--disable-quic',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ]);
  /** @type {string[]} */
  const taken = [];
  /** @type {(page: import('playwright').Page, name: string) => Promise<void>} */
  const shoot = async (page, name) => {
    if (only !== undefined && !only.has(`${name}.webp`)) return;
    // A map that is drawn by the processor takes its time.
    let png = await page.screenshot({ timeout: patienceMs });
    // On a busy machine the connection may have been lost in this very moment.
    for (let left = 5; left > 0 && !(await isSound(page)); left -= 1) {
      await settle(page);
      png = await page.screenshot({ timeout: patienceMs });
    }
    const width = page.viewportSize()?.width === phone.width ? phoneWidth : pictureWidth;
    await sharp(png)
      .resize({ width, withoutEnlargement: true })
      .webp({ quality })
      .toFile(join(folder, `${name}.webp`));
    taken.push(`${name}.webp`);
  };
  const guests = await inviteGuests(hubUrl);
  try {
    await takePhones({ browser, hubUrl, publicUrl, guests, shoot });
    await takeLarge({ browser, hubUrl, shoot });
    return taken;
  } finally {
    guests.close();
    await close();
  }
}

/**
 * What stands on displays: sign-in, desk, wall and showcase.
 * @param {{ browser: import('playwright').Browser, hubUrl: string, shoot: (page: import('playwright').Page, name: string) => Promise<void> }} options
 */
async function takeLarge({ browser, hubUrl, shoot }) {
  for (const { language, ending } of languages) {
    const context = await browser.newContext({ viewport: large, deviceScaleFactor: 1 });
    const page = await context.newPage();
    const open = async (path, query = '') => {
      await page.goto(`${hubUrl}/${path}?lang=${language}${query}`);
      await settle(page);
    };
    await open('sign-in.html');
    await shoot(page, `sign-in${ending}`);
    await page.click('[data-demo="demo-supervisor"]');
    await page.waitForURL(/desk\.html/);
    await open('desk.html');
    await page.keyboard.press('a');
    await settle(page);
    await shoot(page, `desk${ending}`);
    await page.keyboard.press('Escape');
    await page.locator('.desk-views input[value="map"] + label').click();
    await page.locator('[data-map="ready"]').waitFor({ timeout: patienceMs });
    await settle(page);
    await shoot(page, `desk-map${ending}`);
    await open('wall.html', '&screen=main');
    await shoot(page, `wall${ending}`);
    await open('showcase.html');
    await shoot(page, `showcase${ending}`);
    await context.close();
  }
}

/**
 * What people have in their hands: a member with an order, a kitchen's own people with an alert, and the public.
 * @param {{
 *   browser: import('playwright').Browser,
 *   hubUrl: string,
 *   publicUrl: string,
 *   guests: import('./demoGuests.mjs').DemoGuests,
 *   shoot: (page: import('playwright').Page, name: string) => Promise<void>,
 * }} options
 */
async function takePhones({ browser, hubUrl, publicUrl, guests, shoot }) {
  const openPhone = async (url) => {
    const context = await browser.newContext({
      viewport: phone,
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
      geolocation: { latitude: 29.8413, longitude: 114.3225, accuracy: 12 },
      permissions: ['geolocation', 'microphone', 'camera', 'screen-wake-lock'],
    });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  const inLanguage = async (page, url, language) => {
    await page.goto(`${url}?lang=${language}`);
    // The first touch, of the heading, lets the phone ring.
    await page.touchscreen.tap(phone.width / 4, 20);
    await settle(page);
  };

  const field = await openPhone(`${hubUrl}${guests.phonePath}`);
  await field.locator('[data-status=available]').click({ timeout: patienceMs });
  await guests.sendOrder();
  await field.locator('[data-step=accepted]').first().click({ timeout: patienceMs });
  for (const { language, ending } of languages) {
    await inLanguage(field, `${hubUrl}/field.html`, language);
    await shoot(field, `field${ending}`);
  }

  const site = await openPhone(`${hubUrl}${guests.sitePath}`);
  await site.locator('[data-link="joined"]').waitFor({ timeout: patienceMs });
  for (const { language, ending } of languages) {
    await inLanguage(site, `${hubUrl}/site.html`, language);
    await shoot(site, `site${ending}`);
  }

  const visitor = await openPhone(`${publicUrl}/public.html`);
  const [kitchen] = await visitor.locator('li a').all();
  const code = await kitchen?.getAttribute('href', { timeout: patienceMs });
  for (const { language, ending } of languages) {
    await visitor.goto(`${publicUrl}/public.html?lang=${language}${code ?? ''}`);
    await visitor.locator('figure img, figure[data-moving]').first().waitFor({ timeout: patienceMs });
    await settle(visitor);
    await shoot(visitor, `public${ending}`);
  }
}

/**
 * Waits until the surface is connected and what it shows moves, on a busy machine for at most a minute: a picture of a moment in which
 * nothing works helps nobody.
 * @param {import('playwright').Page} page
 */
async function settle(page) {
  await delay(settleMs);
  for (let left = 30; left > 0 && !(await isSound(page)); left -= 1) await delay(1_500);
}

/**
 * Whether the surface is connected, and a third of its pictures move (those of the next page wait behind).
 * @param {import('playwright').Page} page
 */
function isSound(page) {
  return page.evaluate(async () => {
    if (
      /失联|正在连接|正在读取|正在接通|待发送|暂时无法|Connecting|to be sent|not sent yet|Reading…|Loading…|Server lost|no connection at this/.test(
        document.body.innerText,
      )
    )
      return false;
    const read = () => [...document.querySelectorAll('video')].map((video) => video.currentTime);
    const before = read();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const moving = read().filter((time, index) => time > (before[index] ?? 0)).length;
    return moving * 3 >= before.length;
  });
}
