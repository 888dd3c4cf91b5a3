import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFaults } from '../support/axeFaults.ts';
import { openDesk, type DeskPage } from '../support/deskPage.ts';
import { eventually, registerCity, startHubProcess, startSimulatorProcess } from '../support/processes.ts';
import { launchBrowser, openWall } from '../support/wallPage.ts';

const patienceMs = 30_000;

let browser: Browser;
let hub: Awaited<ReturnType<typeof startHubProcess>>;
let simulator: Awaited<ReturnType<typeof startSimulatorProcess>>;
let desk: DeskPage;

beforeAll(async () => {
  browser = await launchBrowser();
  simulator = await startSimulatorProcess();
  hub = await startHubProcess();
  await registerCity(hub.url, simulator.controlUrl);
  desk = await openDesk(browser, hub.url, {});
  await eventually('a screen', async () => (await desk.screen()) !== undefined, patienceMs);
  await eventually('the directory', async () => (await desk.searchable()) > 0, patienceMs);
});
afterAll(async () => {
  await desk.close();
  await browser.close();
  await hub.stop();
  await simulator.stop();
});

/** The name of the view that is chosen in the top bar. */
const chosenView = (): Promise<string | undefined> =>
  desk.page.evaluate(
    () => document.querySelector<HTMLInputElement>('.desk-frame input[type="radio"]:checked')?.value,
  );

describe('axe finds no serious fault', () => {
  it('in any view of the desk; each is reached by its key', async () => {
    const names = await desk.page.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement>('.desk-frame input[type="radio"]')].map(
        ({ value }) => value,
      ),
    );
    expect(names.length).toBeGreaterThanOrEqual(8);
    const faults: string[] = [];
    for (const [index, name] of names.entries()) {
      await desk.page.keyboard.press(`Alt+${index < 10 ? '' : 'Shift+'}Digit${(index + 1) % 10}`);
      await eventually(`the view ${name}`, async () => (await chosenView()) === name, patienceMs);
      for (const fault of await seriousFaults(desk.page)) faults.push(`${name}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  it('in the palette and the key help, which open and close by keys', async () => {
    await desk.page.keyboard.press('Control+k');
    await desk.page.getByRole('dialog').waitFor();
    expect(await seriousFaults(desk.page)).toEqual([]);
    await desk.page.keyboard.press('Escape');
    await desk.page.getByRole('dialog').waitFor({ state: 'detached' });
    await desk.page.keyboard.press('?');
    await desk.page.getByRole('dialog').waitFor();
    expect(await seriousFaults(desk.page)).toEqual([]);
    await desk.page.keyboard.press('Escape');
  });

  it('in the guided tour, which shows each step of a real city by keys and does none', async () => {
    const { page } = desk;
    await page.keyboard.press('F1');
    // Until the hub has said that this is no demo, a key does nothing real either.
    await page.getByText('当前为正式环境').waitFor();
    for (const step of ['alert', 'acknowledge', 'order', 'talk', 'bodyCam', 'case', 'done']) {
      await page.locator(`[data-guide-step="${step}"]`).waitFor();
      if (step === 'talk') expect(await seriousFaults(page)).toEqual([]);
      await page.keyboard.press('F2');
    }
    await page.locator('[data-guide-step]').waitFor({ state: 'detached' });
  });

  it('on a wall', async () => {
    const wall = await openWall(browser, hub.url);
    await eventually('tiles', async () => (await wall.tiles()).length > 0, patienceMs);
    expect(await seriousFaults(wall.page)).toEqual([]);
    await wall.close();
  });

  it('on a phone that is not signed in', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(`${hub.url}/field.html`);
    await page.getByRole('textbox').first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await context.close();
  });
});
