/* global document */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';

import { openBrowser } from './openBrowser.mjs';

/** Wide enough to read the words, small enough for a page. */
const pictureWidth = 1440;
const quality = 72;
/** Until pictures of cameras run and a map is drawn. */
const settleMs = 6_000;
const large = { width: 1920, height: 1080 };
const phone = { width: 390, height: 844 };

/**
 * Takes the pictures of a demo that runs, with the demo's own accounts.
 * @param {{ hubUrl: string, folder: string }} options
 * @returns {Promise<string[]>} names of the files
 */
export async function takePictures({ hubUrl, folder }) {
  const { browser, close } = await openBrowser([
    '--autoplay-policy=no-user-gesture-required',
    '--disable-quic',
  ]);
  /** @type {string[]} */
  const taken = [];
  try {
    const supervisor = await browser.newContext({ viewport: large, deviceScaleFactor: 1 });
    const page = await supervisor.newPage();
    /** @type {(name: string, of?: import('playwright').Page) => Promise<void>} */
    const shoot = async (name, of = page) => {
      // A map that is drawn by the processor takes its time.
      const png = await of.screenshot({ timeout: 120_000 });
      const width = Math.min(pictureWidth, of.viewportSize()?.width ?? pictureWidth);
      await sharp(png)
        .resize({ width })
        .webp({ quality })
        .toFile(join(folder, `${name}.webp`));
      taken.push(`${name}.webp`);
    };
    const open = async (path, of = page) => {
      await of.goto(`${hubUrl}/${path}`);
      await settle(of);
    };

    await open('sign-in.html');
    await shoot('sign-in');
    await page.click('[data-demo="demo-supervisor"]');
    await page.waitForURL(/desk\.html/);
    await settle(page);
    await page.keyboard.press('a');
    await settle(page);
    await shoot('desk');
    await page.keyboard.press('Escape');
    await open('wall.html?screen=main');
    await shoot('wall');
    await open('showcase.html');
    await shoot('showcase');
    const pocket = await browser.newContext({
      viewport: phone,
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
    });
    const field = await pocket.newPage();
    await open('field.html', field);
    await shoot('field', field);
    await open('desk.html');
    for (const [name, word] of [
      ['desk-orders', '处置单'],
      ['desk-squads', '队伍'],
      ['desk-map', '地图'],
    ]) {
      await page.getByText(word, { exact: true }).first().click();
      await settle(page);
      await shoot(name);
    }
    return taken;
  } finally {
    await close();
  }
}

/**
 * Waits until the surface is connected and what it shows moves, on a busy machine for at most a minute: a picture of a moment in which
 * nothing works helps nobody.
 * @param {import('playwright').Page} page
 */
async function settle(page) {
  await delay(settleMs);
  for (let left = 30; left > 0; left -= 1) {
    const isReady = await page.evaluate(async () => {
      if (/失联|正在连接|正在读取/.test(document.body.innerText)) return false;
      const read = () => [...document.querySelectorAll('video')].map((video) => video.currentTime);
      const before = read();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return before.length === 0 || read().some((time, index) => time > (before[index] ?? 0));
    });
    if (isReady) return;
    await delay(1_500);
  }
}
