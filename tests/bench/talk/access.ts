import { setTimeout as delay } from 'node:timers/promises';
import { letGoUntilFree, pressUntilGranted, type TalkBenchRun } from './bursts.ts';
import { openTalkStage, type TalkPage } from './stage.ts';

const defaultTurns = 100;
const heldMs = 300;
const pauseMs = 200;

/**
 * `talk.access`: from the talk key's own event on a phone (`pointerdown`) until the page starts the tone that says that
 * the floor is granted, on a free floor with one listener in the group. `talk.access.desk`: the same for the desk's
 * Space. `talk.access.sounded`: until the tone's first sample leaves for the loudspeaker, by what the browser says of
 * its output; the sound card of this machine is Chromium's stand-in for one.
 */
export async function benchAccess({ network, turns = defaultTurns, report, progress }: TalkBenchRun) {
  const stage = await openTalkStage(network);
  try {
    const desk = await stage.openDesk();
    const phone = await stage.openPhone({ isFar: true });
    const measure = async (talker: TalkPage) => {
      const times = await accessTimes(talker, turns);
      progress(`  ${talker.name}: ${times.started.map(Math.round).slice(-10).join(' ')} ms`);
      return times;
    };
    const phoneTimes = await measure(phone);
    report('talk.access', phoneTimes.started);
    report('talk.access.sounded', phoneTimes.sounded);
    // The desk is beside the hub, whatever network the phones have.
    if (network === undefined) report('talk.access.desk', (await measure(desk)).started);
  } finally {
    await stage.close();
  }
}

/** Presses the key so many times on a free floor. Milliseconds until the tone was started, and until it left for the loudspeaker. */
export async function accessTimes(
  talker: TalkPage,
  turns: number,
): Promise<{ started: number[]; sounded: number[] }> {
  const started: number[] = [];
  const sounded: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const { keyMs, toneMs, soundedMs } = await pressUntilGranted(talker);
    started.push(toneMs - keyMs);
    // The output that has just been woken does not know yet.
    if (Number.isFinite(soundedMs)) sounded.push(soundedMs - keyMs);
    await delay(heldMs);
    await letGoUntilFree(talker);
    await delay(pauseMs);
  }
  return { started, sounded };
}
