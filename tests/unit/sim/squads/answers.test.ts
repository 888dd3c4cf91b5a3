import { describe, expect, it } from 'vitest';
import type { FloorView } from '../../../../src-shared/talk/talk.protocol.ts';
import { hearFloor } from '../../../../src-sim/squads/leader/answers.ts';
import type { HeardTalk } from '../../../../src-sim/squads/leader/answers.ts';

const floor = (epoch: number, kind?: 'desk' | 'member', groupId = 'squad:demo-wenquan'): FloorView => ({
  groupId,
  epoch,
  waiting: 0,
  ...(kind === undefined ? {} : { talker: { speakerId: kind, kind, name: kind } }),
});

/** Which of the floors, heard one after the other, made an answer due. */
function answered(...floors: FloorView[]): number[] {
  let heard: HeardTalk = new Map();
  return floors.flatMap((one, order) => {
    const step = hearFloor(heard, one);
    heard = step.heard;
    return step.isAnswerDue ? [order] : [];
  });
}

describe('a leader who hears the floor', () => {
  it('answers when a desk has spoken', () => {
    expect(answered(floor(7, 'desk'), floor(7))).toEqual([1]);
  });

  it('does not answer members, and not its own answer', () => {
    expect(answered(floor(7, 'desk'), floor(7), floor(8, 'member'), floor(8))).toEqual([1]);
  });

  it('answers each talk once, though every mate passes the same words on', () => {
    const twice = [floor(7, 'desk'), floor(7, 'desk'), floor(7), floor(7, 'desk'), floor(7)];
    expect(answered(...twice)).toEqual([2]);
    expect(answered(...twice, floor(9, 'desk'), floor(9))).toEqual([2, 6]);
  });

  it('does not answer a silence of before it came', () => {
    expect(answered(floor(7), floor(0))).toEqual([]);
  });

  it('keeps the groups apart', () => {
    expect(answered(floor(7, 'desk', 'all'), floor(7), floor(7, undefined, 'all'))).toEqual([2]);
  });

  it('lets a desk’s talk be that somebody else went on from', () => {
    expect(answered(floor(7, 'desk'), floor(8, 'member'), floor(8))).toEqual([]);
  });
});
