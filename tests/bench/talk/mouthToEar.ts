import { setTimeout as delay } from 'node:timers/promises';
import { letGoUntilFree, mostAttempts, pressUntilGranted, tooBusy, type TalkBenchRun } from './bursts.ts';
import { findSound, isWhole, partOf } from './recording.ts';
import { benchNowMs, openTalkStage } from './stage.ts';

const defaultTurns = 40;
const burstMs = 2_000;
/** What was said last has been heard by then. */
const pauseMs = 500;
const windowMs = 100;
const everyMs = 200;
const longestDelayMs = 1_000;
const alike = 0.6;

/**
 * `talk.mouth_to_ear`: how long a sound takes from one phone's microphone to another phone's loudspeaker. 100 ms of
 * chirps at a time, as the microphone of the speaking page heard them, are looked for by correlation in what the
 * listening page gives to its output, five times a second through bursts of 2 s. `talk.mouth_to_ear.begin`: only the
 * first of each burst. `talk.mouth_to_ear.unheard`: the share of them that were not found within 1 s. A burst
 * that one of the pages had no time to record whole is taken again.
 *
 * In it: the microphone's buffer of 10 ms, Opus, the hub, the jitter buffer, and the delay that the browser says its
 * interactive output has. Not in it: the browser's echo canceller and noise suppressor (the speaker is recorded after
 * them, some 5 ms), the sound cards and the air.
 */
export async function benchMouthToEar({
  network,
  turns = defaultTurns,
  report,
  reportSingle,
  progress,
}: TalkBenchRun) {
  const stage = await openTalkStage(network);
  try {
    const speaker = await stage.openPhone({ isFar: true });
    const listener = await stage.openPhone();
    const delays: number[] = [];
    const begins: number[] = [];
    let unheard = 0;
    let windows = 0;
    let turn = 0;
    for (let attempts = 0; turn < turns; attempts += 1) {
      if (attempts > turns * mostAttempts) throw new Error(tooBusy);
      const { toneMs } = await pressUntilGranted(speaker);
      await delay(burstMs);
      const endMs = benchNowMs() - windowMs;
      await letGoUntilFree(speaker);
      await delay(pauseMs);
      const said = await speaker.said(toneMs, endMs);
      const heard = await listener.heard(toneMs, endMs + pauseMs);
      if (!isWhole(said, endMs - toneMs) || !isWhole(heard, endMs + pauseMs - toneMs)) {
        progress('  again: a page had no time to record the burst');
        continue;
      }
      turn += 1;
      const ofBurst: number[] = [];
      for (let atMs = said.startMs; atMs + windowMs <= endMs; atMs += everyMs) {
        const sound = partOf(said, atMs, windowMs);
        const match = findSound(sound, partOf(heard, atMs, windowMs + longestDelayMs));
        windows += 1;
        if (match === undefined || match.score < alike) unheard += 1;
        else {
          ofBurst.push(match.atMs - sound.startMs);
          if (atMs === said.startMs) begins.push(match.atMs - sound.startMs);
        }
      }
      delays.push(...ofBurst);
      progress(
        `  burst ${turn} of ${turns}: ${ofBurst.map(Math.round).join(' ')} ms, ${unheard} unheard so far`,
      );
    }
    report('talk.mouth_to_ear', delays);
    report('talk.mouth_to_ear.begin', begins);
    reportSingle('talk.mouth_to_ear.unheard', 'share', unheard / windows, windows);
  } finally {
    await stage.close();
  }
}
