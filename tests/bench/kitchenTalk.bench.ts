import { setTimeout as delay } from 'node:timers/promises';
import { installTalkProbe } from '../support/talkProbe.ts';
import { openDesk } from '../support/deskPage.ts';
import { eventually, registerCity, startSimulatorProcess } from '../support/processes.ts';
import {
  channelIdOf,
  recorderIdOf,
  registerChannels,
  simulatedRecorder,
  startRecorderHub,
} from '../support/recorderStage.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { registryImportSchema } from '../../src-shared/cameras/registryImport.ts';
import type { HeardReport } from '../../src-sim/media/heardSound.ts';
import { figureOf, type Bench } from './figures.ts';

const presses = 20;
/** The microphone of the browser beeps; quieter than this is between two beeps. */
const audible = 0.05;
/** A beep begins after so much silence. Milliseconds. */
const silenceMs = 150;
/** A beep is found again within this time in the kitchen. Milliseconds. */
const foundWithinMs = 400;

interface Level {
  atMs: number;
  level: number;
}

/** The moments at which something becomes audible. */
function onsetsOf(levels: readonly Level[]): number[] {
  const onsets: number[] = [];
  let loudAtMs = Number.NEGATIVE_INFINITY;
  for (const { atMs, level } of levels) {
    if (level < audible) continue;
    if (atMs - loudAtMs > silenceMs) onsets.push(atMs);
    loudAtMs = atMs;
  }
  return onsets;
}

/**
 * `kitchen.talk`: from the key that goes down in the page of a desk to the first sound at the device, which is the tone: by a camera's back channel, and
 * `….recorder` by a broadcast of GB/T 28181. `kitchen.mouth_to_ear`: from the microphone's track to the packet at the recorder.
 */
export const benchKitchenTalk: Bench = async (report, _progress, options) => {
  const count = options.count ?? presses;
  const city = await startSimulatorProcess();
  const { hub, platform } = await startRecorderHub(1);
  const recorder = simulatedRecorder(platform, 0);
  const browser = await launchBrowser({ hasMicrophone: true });
  try {
    await recorder.register();
    await registerCity(hub.url, city.controlUrl);
    await registerChannels(hub, [{ name: '喊话', url: `gb28181://${recorderIdOf(0)}/${channelIdOf(0)}` }]);
    const { page, searchable } = await openDesk(browser, hub.url, {
      permissions: ['microphone'],
      async prepare(context) {
        await context.addInitScript(installTalkProbe, { watchesFrames: false });
      },
    });
    await eventually('the directory', async () => (await searchable()) > 48);
    const registry = await fetch(`${city.controlUrl}/registry.json`);
    const { sites, cameras } = registryImportSchema.parse(await registry.json());
    const first = cameras.find(({ externalId }) => externalId === 'cam-0001');
    if (first === undefined) throw new Error('the city has no first camera');
    const heardByCamera = async (): Promise<HeardReport | undefined> => {
      const answer = (await (await fetch(`${city.controlUrl}/cameras`)).json()) as {
        cameras: { id: string; ear: { heard: HeardReport } }[];
      };
      return answer.cameras.find(({ id }) => id === 'cam-0001')?.ear.heard;
    };
    const keyDownMs = (): Promise<number> =>
      page.evaluate(
        () => window.talkProbe?.moments.findLast(({ what }) => what === 'key KeyK')?.atMs ?? Number.NaN,
      );
    const open = async (words: string): Promise<void> => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('combobox').fill(words);
      await page.getByRole('dialog').locator('.finder-row').first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('[data-kitchen-talk="quiet"]').waitFor();
      // The voice is declared while the officer looks at the picture.
      await delay(1_500);
    };
    const press = async (firstAtMs: () => Promise<number | undefined>): Promise<number> => {
      const before = Date.now();
      await page.keyboard.down('k');
      const heardAtMs = await eventually('the tone', async () => {
        const atMs = await firstAtMs();
        return atMs !== undefined && atMs >= before - 5 ? atMs : undefined;
      });
      const tookMs = heardAtMs - (await keyDownMs());
      await page.keyboard.up('k');
      await page.locator('[data-kitchen-talk="quiet"]').waitFor();
      await delay(300);
      return tookMs;
    };
    const byCamera: number[] = [];
    await open(`${sites.find(({ externalId }) => externalId === first.siteExternalId)?.name} ${first.name}`);
    for (let index = 0; index < count; index += 1)
      byCamera.push(await press(async () => (await heardByCamera())?.firstAtMs));
    report(figureOf('kitchen.talk', 'ms', byCamera));
    await page.keyboard.press('Escape');
    await open('喊话');
    const byRecorder: number[] = [];
    for (let index = 0; index < count; index += 1)
      byRecorder.push(await press(() => Promise.resolve(recorder.ear.heard?.firstAtMs)));
    report(figureOf('kitchen.talk.recorder', 'ms', byRecorder));

    await page.keyboard.down('k');
    await page.locator('[data-kitchen-talk="speaking"]').waitFor();
    const fromMs = Date.now() + 500;
    await delay(12_000);
    const toMs = Date.now();
    const chunks = await page.evaluate(([from = 0, to = 0]) => window.talkProbe?.microphone(from, to) ?? [], [
      fromMs,
      toMs,
    ] as const);
    await page.keyboard.up('k');
    const spoken = onsetsOf(
      chunks.map(({ atMs, samples }) => {
        const bytes = Buffer.from(samples, 'base64');
        let sum = 0;
        for (let at = 0; at + 1 < bytes.length; at += 2) sum += (bytes.readInt16LE(at) / 32_768) ** 2;
        return { atMs, level: Math.sqrt(sum / (bytes.length / 2)) };
      }),
    );
    const arrived = onsetsOf(recorder.ear.levels);
    const delays = spoken.flatMap((atMs) => {
      const heard = arrived.find((one) => one >= atMs && one - atMs < foundWithinMs);
      return heard === undefined ? [] : [heard - atMs];
    });
    report(figureOf('kitchen.mouth_to_ear', 'ms', delays));
  } finally {
    await browser.close();
    recorder.close();
    await hub.stop();
    await city.stop();
  }
};
