import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFaults } from '../support/axeFaults.ts';
import { openDesk, type DeskPage } from '../support/deskPage.ts';
import { startHubProcess, type HubProcess } from '../support/processes.ts';
import { shootPage } from '../support/signedInDesk.ts';
import {
  noSoundServer,
  startSoundServer,
  type SoundServer,
  type VirtualLoudspeaker,
} from '../support/soundServer.ts';
import { launchBrowser } from '../support/wallPage.ts';

const obstacle = noSoundServer();
const onTheWayMs = 300;
const audible = 0.05;

describe.skipIf(obstacle !== undefined)(
  `the loudspeakers of a desk${obstacle === undefined ? '' : ` (${obstacle})`}`,
  () => {
    let hub: HubProcess;
    let sounds: SoundServer;
    let browser: Browser;
    let desk: DeskPage;
    let hall: VirtualLoudspeaker;
    let seat: VirtualLoudspeaker;

    beforeAll(async () => {
      [hub, sounds] = await Promise.all([startHubProcess(), startSoundServer()]);
      hall = sounds.plug('hall', 'Hall speaker');
      seat = sounds.plug('seat', 'Seat speaker');
      browser = await launchBrowser({ environment: sounds.environment, isHeard: true });
      desk = await openDesk(browser, hub.url, { query: '?lang=en' });
    });
    afterAll(async () => {
      await desk?.close();
      await browser?.close();
      await Promise.all([hub?.stop(), sounds?.stop()]);
    });

    const row = (purpose: string): Locator => desk.page.locator(`[data-purpose="${purpose}"]`);
    const standingOf = (purpose: string, standing: string): Promise<void> =>
      desk.page.locator(`[data-purpose="${purpose}"][data-standing="${standing}"]`).waitFor();
    const choose = (purpose: string, label: string): Promise<unknown> =>
      row(purpose).getByRole('combobox').selectOption({ label });
    /** Plays the test tone of a purpose to its end; answers which loudspeakers were heard. */
    const test = async (purpose: string): Promise<string[]> => {
      const heard = { hall: hall.listen(), seat: seat.listen() };
      const button = row(purpose).getByRole('button');
      await button.click();
      await button.and(desk.page.locator(':disabled')).waitFor();
      await button.and(desk.page.locator(':enabled')).waitFor();
      // What the page has played is on its way for a moment.
      await delay(onTheWayMs);
      const [inHall, atSeat] = await Promise.all([heard.hall(), heard.seat()]);
      return [...(inHall > audible ? ['hall'] : []), ...(atSeat > audible ? ['seat'] : [])];
    };

    it('are named once the microphone is allowed; each purpose is heard from its own, and says when that is unplugged', async () => {
      const { page } = desk;
      await page.locator('.person-menu').click();
      await page.getByRole('menuitem', { name: 'Sound devices' }).click();
      await page.locator('[data-listing="unnamed"]').waitFor();
      await page.context().grantPermissions(['microphone']);
      await row('alarms').getByRole('option', { name: 'Seat speaker' }).waitFor({ state: 'attached' });

      expect(await test('alarms')).toEqual(['hall']);
      await choose('alarms', 'Seat speaker');
      await standingOf('alarms', 'chosen');
      expect(await test('alarms')).toEqual(['seat']);
      expect(await test('talk')).toEqual(['hall']);
      expect(await seriousFaults(page)).toEqual([]);
      await shootPage(page, 'sound-devices');

      // Remembered by this machine.
      await page.reload();
      await page.locator('.person-menu').click();
      await page.getByRole('menuitem', { name: 'Sound devices' }).click();
      await standingOf('alarms', 'chosen');

      seat.unplug();
      await standingOf('alarms', 'unplugged');
      await page.getByText('Loudspeaker Seat speaker is not connected.').waitFor();
      await shootPage(page, 'sound-devices-unplugged');
      seat = { unplug: () => undefined, listen: () => () => Promise.resolve(0) };
      expect(await test('alarms')).toEqual(['hall']);

      seat = sounds.plug('seat', 'Seat speaker');
      await standingOf('alarms', 'chosen');
      await page.getByText('Loudspeaker Seat speaker is back').waitFor();
      expect(await test('alarms')).toEqual(['seat']);
      // The browser’s own line about the loudspeaker that was unplugged while the page played.
      expect(desk.errors.filter((error) => !error.startsWith('The AudioContext encountered'))).toEqual([]);
    });
  },
);
