import { setTimeout as delay } from 'node:timers/promises';
import type { FloorView } from '../../../src-shared/talk/talk.protocol.ts';
import { eventually } from '../../support/processes.ts';
import type { ProbedFrame } from '../../support/talkProbe.ts';
import { pressUntilGranted, type TalkBenchRun } from './bursts.ts';
import { firstHeard } from './firstHeard.ts';
import { benchNowMs, openTalkStage, squadGroup, type TalkPage, type TalkStage } from './stage.ts';

const defaultTurns = 30;
const heardWithinMs = 2_000;
const holdMs = 3_000;
/** Shorter frames are those of silence, which are alike whoever is silent. */
const leastFrameBytes = 20;
/** The hub's silence (voiceRewriter.ts), as the probe marks frames: length and FNV-1a. */
const hubSilence = `3:${[0xf8, 0xff, 0xfe].reduce((mark, byte) => Math.imul(mark ^ byte, 16_777_619) >>> 0, 2_166_136_261)}`;

/**
 * `talk.preempt`: one phone speaks, another one calls for help: from its word to the hub, at the end of the three
 * seconds for which its key is held, until its microphone's sound leaves a third phone's loudspeaker.
 * `talk.preempt.packets_after_gate`: of all rounds, the old talker's packets that the hub passed on after it took the
 * floor away. Every Opus frame is known by its bytes, at the talker's encoder and before the decoder of the listener. When
 * the hub closes the gate it sends its own silence in the same stream: what has a number after that silence's counts.
 */
export async function benchPreempt({
  network,
  turns = defaultTurns,
  report,
  reportSingle,
  progress,
}: TalkBenchRun) {
  const stage = await openTalkStage(network, { watchesFrames: true });
  try {
    const talker = await stage.openPhone();
    const caller = await stage.openPhone({ isFar: true });
    const listener = await stage.openPhone();
    const pages = [talker, caller, listener];
    const delays: number[] = [];
    let after = 0;
    for (let turn = 1; turn <= turns; turn += 1) {
      await pressUntilGranted(talker);
      await Promise.all(pages.map(takeFrames));
      const box = await caller.page.locator('.field-sos').boundingBox();
      if (box === null) throw new Error('the phone has no SOS key');
      const sinceMs = benchNowMs() - 1;
      await caller.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await caller.page.mouse.down();
      await delay(holdMs);
      const { atMs } = await caller.moment('sent squads:raiseEmergency', sinceMs);
      const floor = await eventually('the caller has the floor', () =>
        emergencyFloor(stage, caller, sinceMs),
      );
      await delay(Math.max(0, atMs + heardWithinMs - benchNowMs()));
      const said = await caller.said(atMs, atMs + heardWithinMs);
      const heard = await listener.heard(atMs, atMs + heardWithinMs);
      const first = firstHeard(said, heard);
      if (first === undefined) throw new Error(`the caller was not heard within ${heardWithinMs} ms`);
      delays.push(first.heardAtMs - atMs);
      const [ofTalker, ofCaller, ofListener] = await Promise.all(pages.map(takeFrames));
      const ofRound = packetsAfterGate({
        old: ofTalker?.sent ?? [],
        caller: ofCaller?.sent ?? [],
        received: ofListener?.received ?? [],
      });
      after += ofRound.after;
      progress(
        `  emergency ${turn} of ${turns}: heard ${Math.round(first.heardAtMs - atMs)} ms; packets of the talker ` +
          `${ofRound.before} before the gate, ${ofRound.after} after it; ${ofRound.ofCaller} of the caller`,
      );
      await endEmergency(stage, floor);
      for (const page of [talker, caller]) {
        await page.letGo();
        await page.awaitLook('free');
      }
    }
    report('talk.preempt', delays);
    reportSingle('talk.preempt.packets_after_gate', 'count', after, delays.length);
  } finally {
    await stage.close();
  }
}

const takeFrames = async ({ page }: TalkPage) =>
  (await page.evaluate(() => window.talkProbe?.frames())) ?? { sent: [], received: [] };

function emergencyFloor({ field }: TalkStage, caller: TalkPage, sinceMs: number): FloorView | undefined {
  return field.desk
    .noticesOf('talk:floorTaken')
    .map(({ floor }) => floor)
    .findLast(
      ({ groupId, talker, sinceMs: takenMs }) =>
        groupId === squadGroup && talker?.memberId === caller.memberId && (takenMs ?? 0) >= sinceMs,
    );
}

/** Throws when the frames of one of them were not seen: then nothing is known. */
function packetsAfterGate(round: {
  old: readonly ProbedFrame[];
  caller: readonly ProbedFrame[];
  received: readonly ProbedFrame[];
}): { before: number; after: number; ofCaller: number } {
  const isSpeech = ({ mark }: ProbedFrame): boolean => Number(mark.split(':')[0]) >= leastFrameBytes;
  const among = (frames: readonly ProbedFrame[]): ProbedFrame[] => {
    const marks = new Set(frames.filter(isSpeech).map(({ mark }) => mark));
    return round.received.filter(({ mark }) => marks.has(mark));
  };
  const ofOld = among(round.old);
  const ofCaller = among(round.caller);
  const gate = round.received.find(({ mark }) => mark === hubSilence);
  if (gate === undefined || ofCaller.length === 0 || ofOld.length === 0) {
    throw new Error(
      `the listener received ${ofOld.length} packets of the talker and ${ofCaller.length} of the caller, and ` +
        `${gate === undefined ? 'no' : 'the'} silence between them`,
    );
  }
  const after = ofOld.filter(({ sequence }) => ((sequence - gate.sequence) & 0xffff) < 0x8000).length;
  return { before: ofOld.length - after, after, ofCaller: ofCaller.length };
}

/** The centre sees it, ends it, and closes the microphone that it opened. */
async function endEmergency({ field }: TalkStage, { epoch }: FloorView): Promise<void> {
  const { desk } = field;
  const emergencyId = desk.noticesOf('squads:emergencyChanged').at(-1)?.emergency.emergencyId;
  if (emergencyId === undefined) throw new Error('the centre knows of no emergency');
  const answers = [
    await desk.request('squads:confirmEmergencyShown', { emergencyId }),
    await desk.request('squads:acknowledgeEmergency', { emergencyId }),
    await desk.request('squads:endEmergency', { emergencyId, outcome: 'resolved', reason: '演练' }),
    await desk.request('talk:revokeFloor', { groupId: squadGroup, epoch }),
  ];
  for (const answer of answers) if (!answer.ok) throw new Error(answer.message);
}
