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

/**
 * `talk.preempt`: one phone speaks, another one calls for help: from its word to the hub, at the end of the three
 * seconds for which its key is held, until its microphone's sound leaves a third phone's loudspeaker.
 * `talk.preempt.packets_after_gate`: of all rounds, the old talker's packets that the hub passed on after it gave the
 * floor away. Every Opus frame is known by its bytes, at the encoder of both talkers and before the decoder of the
 * listener; it counts when it was sent after the hub's grant, or has a number after the caller's first.
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
        gateMs: floor.sinceMs ?? Number.NaN,
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
  gateMs: number;
}): { before: number; after: number; ofCaller: number } {
  const isSpeech = ({ mark }: ProbedFrame): boolean => Number(mark.split(':')[0]) >= leastFrameBytes;
  const sentAt = new Map(round.old.filter(isSpeech).map(({ mark, atMs }) => [mark, atMs]));
  const callers = new Set(round.caller.filter(isSpeech).map(({ mark }) => mark));
  const first = round.received.find(({ mark }) => callers.has(mark));
  const ofOld = round.received.filter(({ mark }) => sentAt.has(mark));
  if (first === undefined || ofOld.length === 0) {
    throw new Error(
      `the listener received ${ofOld.length} packets of the talker and ${first === undefined ? 'none' : 'some'} of the caller`,
    );
  }
  const isLater = ({ mark, sequence }: ProbedFrame): boolean =>
    ((sequence - first.sequence) & 0xffff) < 0x8000 || (sentAt.get(mark) ?? 0) > round.gateMs;
  const after = ofOld.filter(isLater).length;
  return {
    before: ofOld.length - after,
    after,
    ofCaller: round.received.filter(({ mark }) => callers.has(mark)).length,
  };
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
