import { setTimeout as delay } from 'node:timers/promises';
import { letGoUntilFree, pressUntilGranted, type TalkBenchRun } from './bursts.ts';
import { firstHeard } from './firstHeard.ts';
import { benchNowMs, openTalkStage, squadGroup, type TalkPage } from './stage.ts';

const defaultTurns = 30;
const speaksBeforeMs = 500;
/** Who hears nothing until then counts as if it had heard it then. */
const heardWithinMs = 4_000;

/**
 * Who joins while somebody talks. `talk.late_entry`: a phone comes on duty (its page is opened again, signed in as it is):
 * from the page's word to the hub that it joins until the talker's sound leaves its loudspeaker. In between are the
 * snapshot, both transports with ICE and DTLS, the consumers and the jitter buffer. `talk.late_entry.name`: until the
 * talker's name is in the next picture. `talk.late_entry.listen`: a desk begins to listen to one more group, from its
 * click to the sound; the name is on screen before.
 */
export async function benchLateEntry({ network, turns = defaultTurns, report, progress }: TalkBenchRun) {
  const stage = await openTalkStage(network);
  try {
    const speaker = await stage.openPhone();
    const joiner = await stage.openPhone({ isFar: true });
    const sounds: number[] = [];
    const names: number[] = [];
    for (let turn = 1; turn <= turns; turn += 1) {
      const { keyMs } = await pressUntilGranted(speaker);
      await delay(speaksBeforeMs);
      await joiner.page.reload();
      const { atMs } = await joiner.moment('sent session:join', 0);
      const { atMs: namedAtMs } = await joiner.moment(`talker ${speaker.name} 正在讲话`, 0);
      const heardAtMs = await firstSound(speaker, joiner, keyMs, atMs);
      sounds.push(heardAtMs - atMs);
      names.push(namedAtMs - atMs);
      progress(
        `  on duty ${turn} of ${turns}: heard ${Math.round(heardAtMs - atMs)} ms, named ${Math.round(namedAtMs - atMs)} ms`,
      );
      await letGoUntilFree(speaker);
      await joiner.awaitLook('free');
    }
    report('talk.late_entry', sounds);
    report('talk.late_entry.name', names);
    await joiner.close();
    // The desk is beside the hub, whatever network the phones have.
    if (network !== undefined) return;
    const desk = await stage.openDesk();
    await desk.page.locator('[data-group-id="all"] .talk-chip-name').click();
    const chip = desk.page.locator(`[data-group-id="${squadGroup}"]`);
    const ear = chip.locator('.talk-chip-heard');
    const listens: number[] = [];
    for (let turn = 1; turn <= turns; turn += 1) {
      await ear.click();
      const { keyMs } = await pressUntilGranted(speaker);
      await chip.locator('.talk-chip-who', { hasText: speaker.name }).waitFor();
      await delay(speaksBeforeMs);
      const sinceMs = benchNowMs() - 1;
      await ear.click();
      const { atMs } = await desk.moment('click', sinceMs);
      const heardAtMs = await firstSound(speaker, desk, keyMs, atMs);
      listens.push(heardAtMs - atMs);
      progress(`  listening ${turn} of ${turns}: heard ${Math.round(heardAtMs - atMs)} ms`);
      await letGoUntilFree(speaker);
    }
    report('talk.late_entry.listen', listens);
  } finally {
    await stage.close();
  }
}

async function firstSound(
  speaker: TalkPage,
  joiner: TalkPage,
  keyMs: number,
  joinedMs: number,
): Promise<number> {
  await delay(Math.max(0, joinedMs + heardWithinMs - benchNowMs()));
  const said = await speaker.said(Math.max(keyMs, joinedMs - 1_500), joinedMs + heardWithinMs);
  const heard = await joiner.heard(joinedMs, joinedMs + heardWithinMs);
  const first = firstHeard(said, heard);
  return first?.heardAtMs ?? joinedMs + heardWithinMs;
}
