import { setTimeout as delay } from 'node:timers/promises';
import { letGoUntilFree, mostAttempts, pressUntilGranted, tooBusy, type TalkBenchRun } from './bursts.ts';
import { firstHeard } from './firstHeard.ts';
import { isWhole } from './recording.ts';
import { openTalkStage } from './stage.ts';

const defaultTurns = 500;
const burstMs = 500;
/** Between bursts the listener's jitter buffer empties and its decoder falls silent, as between real ones. */
const shortestPauseMs = 300;
const longestPauseMs = 900;
const clippedMs = 20;

/**
 * `talk.clipped`: of bursts of half a second, those of which more than 20 ms are missing at the listener after the grant
 * tone started; `n` is how many there were. `talk.clipped.missing`: how much is missing of each. The microphone hears
 * chirps of which any 40 ms are found in one place only: the first that the listener hears says where in them its
 * hearing began, which is set against where they were at the speaker when the page started the tone. A burst that one of
 * the pages had no time to record whole is taken again.
 */
export async function benchClipped({
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
    const missing: number[] = [];
    let attempts = 0;
    while (missing.length < turns) {
      attempts += 1;
      if (attempts > turns * mostAttempts) throw new Error(tooBusy);
      const { keyMs, toneMs } = await pressUntilGranted(speaker);
      await delay(burstMs);
      await letGoUntilFree(speaker);
      await delay(shortestPauseMs + Math.random() * (longestPauseMs - shortestPauseMs));
      const saidUntilMs = toneMs + burstMs;
      const heardUntilMs = saidUntilMs + shortestPauseMs;
      const said = await speaker.said(keyMs, saidUntilMs);
      const heard = await listener.heard(keyMs, heardUntilMs);
      if (!isWhole(said, saidUntilMs - keyMs) || !isWhole(heard, heardUntilMs - keyMs)) {
        progress('  again: a page had no time to record the burst');
        continue;
      }
      const first = firstHeard(said, heard);
      const missingMs = first === undefined ? burstMs : Math.max(0, first.saidAtMs - toneMs);
      missing.push(missingMs);
      const turn = missing.length;
      if (missingMs > clippedMs || turn % 50 === 0 || turn <= 5) {
        const from =
          first === undefined ? 'nothing heard' : `heard from ${Math.round(first.saidAtMs - toneMs)} ms`;
        progress(`  burst ${turn} of ${turns}: ${from}, tone ${Math.round(toneMs - keyMs)} ms after the key`);
      }
    }
    const clipped = missing.filter((ms) => ms > clippedMs).length;
    reportSingle('talk.clipped', 'count', clipped, missing.length);
    report('talk.clipped.missing', missing);
  } finally {
    await stage.close();
  }
}
