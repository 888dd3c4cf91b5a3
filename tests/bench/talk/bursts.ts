import type { BadNetwork } from '../../support/badNetwork.ts';
import type { Figure } from '../figures.ts';
import { benchNowMs, type TalkPage } from './stage.ts';

/** What one bench of talk is given. */
export interface TalkBenchRun {
  /** Those who are far are behind it. */
  network: BadNetwork | undefined;
  turns: number | undefined;
  /** Milliseconds. */
  report(figure: string, samples: readonly number[]): void;
  /** One number, of `n` things. */
  reportSingle(figure: string, unit: Figure['unit'], value: number, n: number): void;
  progress(text: string): void;
}

/** A machine that has no time for so many times as many bursts as are asked for measures nothing. */
export const mostAttempts = 5;
export const tooBusy = 'the pages have no time to record what they hear: measure on a quieter machine';

/** The first note of the tone that says that the floor is granted (talkTones.ts). */
const grantedHertz = 880;

/** From the key to the tone that says that the floor is granted. */
export interface Grant {
  /** The event's own time. */
  keyMs: number;
  /** When the page started the tone. */
  toneMs: number;
  /** When the browser says that the tone leaves for the loudspeaker. */
  soundedMs: number;
}

/** Presses the key, and waits for the tone. */
export async function pressUntilGranted(talker: TalkPage): Promise<Grant> {
  const sinceMs = benchNowMs() - 1;
  await talker.press();
  const tone = await talker.tone(grantedHertz, sinceMs);
  const key = await talker.moment(talker.memberId === undefined ? 'key Space' : 'pointerdown', sinceMs);
  return { keyMs: key.atMs, toneMs: tone.atMs, soundedMs: tone.soundedAtMs };
}

/** Lets the key go, and waits until the floor is free. */
export async function letGoUntilFree(talker: TalkPage): Promise<void> {
  await talker.letGo();
  await talker.awaitLook('free');
}
