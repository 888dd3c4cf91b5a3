import type { FloorView } from '../../../src-shared/talk/talk.protocol.ts';

/** What was heard in one group: the last talk of a desk, and the last one that was answered. */
interface Heard {
  deskEpoch: number;
  answeredEpoch: number;
}

/** What a leader has heard so far, by group. */
export type HeardTalk = ReadonlyMap<string, Heard>;

/**
 * Follows the notices of a floor. When a desk's talk is over, an answer is due: once for each talk, however often and in
 * whatever order the notices arrive.
 */
export function hearFloor(heard: HeardTalk, floor: FloorView): { heard: HeardTalk; isAnswerDue: boolean } {
  const { groupId, epoch, talker } = floor;
  const before = heard.get(groupId) ?? { deskEpoch: 0, answeredEpoch: 0 };
  if (talker !== undefined) {
    if (talker.kind !== 'desk' || epoch <= before.deskEpoch) return { heard, isAnswerDue: false };
    return { heard: new Map(heard).set(groupId, { ...before, deskEpoch: epoch }), isAnswerDue: false };
  }
  // The hub's word of a silence has the number of the talk before it.
  if (epoch !== before.deskEpoch || epoch <= before.answeredEpoch) return { heard, isAnswerDue: false };
  return { heard: new Map(heard).set(groupId, { ...before, answeredEpoch: epoch }), isAnswerDue: true };
}
