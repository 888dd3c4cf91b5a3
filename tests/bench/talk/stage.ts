import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import type { BadNetwork } from '../../support/badNetwork.ts';
import { openDesk } from '../../support/deskPage.ts';
import { launchPhoneBrowser, openPhone, startFieldStage, type FieldStage } from '../../support/fieldPage.ts';
import { eventually, temporaryFolder } from '../../support/processes.ts';
import {
  installTalkProbe,
  type ProbedMoment,
  type ProbedTone,
  type TalkProbeOptions,
} from '../../support/talkProbe.ts';
import { withConfirmation } from '../../support/testAccount.ts';
import { joinChunks, loudness, type Take } from './recording.ts';
import { writeVoice } from './voiceCode.ts';

const readyMs = 60_000;
/** Chromium's fake microphone delivers 10 ms at a time, when they have passed. */
const microphoneBufferMs = 10;
/** `performance.timeOrigin` is the wall clock at each process's own start. */
const clockToleranceMs = 1;
const squadId = 'wenquan';

/** The looks of the talk key (TalkKey.tsx). */
export type KeyLook = 'free' | 'busy' | 'speaking' | 'hot' | 'off';

/** The squad's group, in which the phones of a stage speak. */
export const squadGroup = `squad:${squadId}`;

/** A page of the product with a talk key, as it is at work. */
export interface TalkPage {
  page: Page;
  /** As others see it. */
  name: string;
  memberId: string | undefined;
  look(): Promise<string | null>;
  awaitLook(look: KeyLook): Promise<void>;
  /** Holds the key, and lets it go: a finger on a phone, Space at a desk. */
  press(): Promise<void>;
  letGo(): Promise<void>;
  /** The first that happened since then; waits for it. */
  moment(what: string, sinceMs: number): Promise<ProbedMoment>;
  tone(hertz: number, sinceMs: number): Promise<ProbedTone>;
  /** What the microphone heard, by when it was said. */
  said(fromMs: number, toMs: number): Promise<Take>;
  /** The loudest of what is received, by when it leaves the loudspeaker. */
  heard(fromMs: number, toMs: number): Promise<Take>;
  close(): Promise<void>;
}

/** A hub of its own with phones and a desk, each browser with a voice of its own. */
export interface TalkStage {
  field: FieldStage;
  /** Signs a new member in. With `isFar`, behind the bad network where there is one. */
  openPhone(options?: { isFar?: boolean; isReady?: boolean }): Promise<TalkPage>;
  openDesk(): Promise<TalkPage>;
  close(): Promise<void>;
}

/** Opens one. Those who are far are behind `network`; the hub, the desk and the others are not. */
export async function openTalkStage(
  network: BadNetwork | undefined,
  probe: TalkProbeOptions = { watchesFrames: false },
  hubSettings: Readonly<Record<string, string>> = {},
): Promise<TalkStage> {
  const field = await startFieldStage(network, hubSettings);
  const browsers: Browser[] = [];
  let members = 0;
  const launch = async (isFar: boolean): Promise<Browser> => {
    const path = join(temporaryFolder('mingchu-voice-'), 'voice.wav');
    writeVoice(path, browsers.length + 1);
    const browser = await launchPhoneBrowser(field.hub, {
      network: isFar ? network : undefined,
      words: [`--use-file-for-fake-audio-capture=${path}`],
    });
    browsers.push(browser);
    return browser;
  };
  const load = (page: Page, name: string, memberId: string | undefined): TalkPage => {
    const look = () => page.locator('.talk-key').getAttribute('data-look');
    let playoutMs: number | undefined;
    return {
      page,
      name,
      memberId,
      look,
      async awaitLook(wanted) {
        await page.locator(`.talk-key[data-look="${wanted}"]`).waitFor({ timeout: readyMs });
      },
      async press() {
        if (memberId === undefined) return page.keyboard.down('Space');
        const box = await page.locator('.talk-key').boundingBox();
        if (box === null) throw new Error('the phone has no talk key');
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        await page.mouse.down();
      },
      letGo: () => (memberId === undefined ? page.keyboard.up('Space') : page.mouse.up()),
      async moment(what, sinceMs) {
        return eventually(`${what} in the page of ${name}`, () =>
          page.evaluate(
            ({ what, sinceMs }) =>
              window.talkProbe?.moments.find((moment) => moment.what === what && moment.atMs >= sinceMs),
            { what, sinceMs },
          ),
        );
      },
      async tone(hertz, sinceMs) {
        return eventually(`a tone of ${hertz} Hz in the page of ${name}`, () =>
          page.evaluate(
            ({ hertz, sinceMs }) =>
              window.talkProbe?.tones.find((tone) => tone.hertz === hertz && tone.atMs >= sinceMs),
            { hertz, sinceMs },
          ),
        );
      },
      async said(fromMs, toMs) {
        const chunks = await page.evaluate(
          ({ fromMs, toMs }) => window.talkProbe?.microphone(fromMs, toMs) ?? [],
          { fromMs, toMs },
        );
        return joinChunks(chunks, -microphoneBufferMs);
      },
      async heard(fromMs, toMs) {
        playoutMs ??= await page.evaluate(() => window.talkProbe?.playoutMs() ?? 0);
        const shiftMs = playoutMs;
        const tracks = await page.evaluate(
          ({ fromMs, toMs }) => window.talkProbe?.heard(fromMs, toMs) ?? [],
          { fromMs, toMs },
        );
        const [loudest] = tracks
          .map((chunks) => joinChunks(chunks, shiftMs))
          .sort((one, other) => loudness(other) - loudness(one));
        if (loudest === undefined) throw new Error(`${name} receives no sound`);
        return loudest;
      },
      close: () => page.context().close(),
    };
  };
  return {
    field,
    async openPhone({ isFar = false, isReady = true } = {}) {
      members += 1;
      const memberId = members === 1 ? field.memberId : `bench-${members}`;
      const name = members === 1 ? '张伟' : `队员${members}`;
      if (members > 1) {
        const saved = await field.desk.request('squads:saveMember', {
          member: { memberId, squadId, name },
        });
        if (!saved.ok) throw new Error(saved.message);
      }
      const code = await withConfirmation(field.hub.url, () =>
        field.desk.request('squads:makeSignInCode', { memberId }),
      );
      if (!code.ok) throw new Error(code.message);
      const phone = await openPhone(await launch(isFar), 'about:blank');
      await phone.page.addInitScript(installTalkProbe, probe);
      await phone.page.goto(`${field.secureUrl}${code.data.path}`);
      await checkClock(phone.page, name);
      const talker = load(phone.page, name, memberId);
      if (isReady) await talker.awaitLook('free');
      return talker;
    },
    async openDesk() {
      const desk = await openDesk(await launch(false), field.hub.url);
      await desk.page.addInitScript(installTalkProbe, probe);
      await desk.page.reload();
      await desk.page.locator('.talk-dock').waitFor();
      await desk.page.locator(`[data-group-id="${squadGroup}"] .talk-chip-name`).click();
      await checkClock(desk.page, 'the desk');
      const talker = load(desk.page, '值班席', undefined);
      if ((await talker.look()) === 'off') await desk.page.locator('.talk-key').click();
      await talker.awaitLook('free');
      return talker;
    },
    async close() {
      for (const browser of browsers) await browser.close();
      await field.close();
    },
  };
}

/** Throws when a page's clock is not this process's: what happens in two pages could not be compared. */
async function checkClock(page: Page, name: string): Promise<void> {
  const looks = [];
  for (let look = 0; look < 20; look += 1) {
    const beforeMs = benchNowMs();
    const pageMs = await page.evaluate(() => performance.timeOrigin + performance.now());
    const afterMs = benchNowMs();
    const outsideMs = Math.max(0, beforeMs - pageMs, pageMs - afterMs);
    looks.push(outsideMs);
  }
  const apartMs = Math.max(...looks);
  if (apartMs > clockToleranceMs) {
    throw new Error(`the clock of ${name} is ${apartMs.toFixed(1)} ms from the bench's: measure again`);
  }
}

/** Unix milliseconds with fractions, by the same clock as the pages'. */
export const benchNowMs = (): number => performance.timeOrigin + performance.now();
