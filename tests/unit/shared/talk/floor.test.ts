import { describe, expect, it } from 'vitest';
import {
  floorPhase,
  newFloor,
  nextFloorDeadline,
  transitionFloor,
} from '../../../../src-shared/talk/floor.ts';
import {
  type FloorEvent,
  type FloorMessage,
  type FloorPriority,
} from '../../../../src-shared/talk/floorState.ts';

/** A group with some people in it, and a clock. */
function group(...people: string[]) {
  let floor = newFloor(7);
  let nowMs = 0;
  const happen = (event: FloorEvent): FloorMessage[] => {
    const step = transitionFloor(floor, event, nowMs);
    floor = step.state;
    return step.messages;
  };
  for (const participantId of people) happen({ type: 'joined', participantId });
  return {
    happen,
    floor: () => floor,
    pass(ms: number) {
      nowMs += ms;
      return happen({ type: 'deadlineReached' });
    },
    press: (participantId: string, press: number, priority: FloorPriority = 'normal') =>
      happen({ type: 'requested', participantId, press, priority, preempts: priority !== 'normal' }),
    letGo: (participantId: string, press: number) => happen({ type: 'released', participantId, press }),
  };
}
const kinds = (told: FloorMessage[]): string[] => told.map(({ type }) => type);

describe('the floor of a talk group', () => {
  it('is granted at once when nobody speaks, and everybody is notified of the talker', () => {
    const { press, floor } = group('ann', 'bo');
    expect(kinds(press('ann', 1))).toEqual(['granted', 'taken']);
    expect(floor().holder).toMatchObject({ participantId: 'ann', epoch: 8, endsAtMs: 30_000 });
    expect(floorPhase(floor())).toBe('taken');
  });

  it('queues requests while another speaks, and notifies of each change of the position', () => {
    const { press, letGo, floor } = group('ann', 'bo', 'chen');
    press('ann', 1);
    expect(press('bo', 1)).toEqual([{ type: 'queued', participantId: 'bo', press: 1, position: 1, size: 1 }]);
    press('chen', 1);
    const told = letGo('ann', 1);
    expect(kinds(told)).toEqual(['ended', 'granted', 'taken', 'queued']);
    expect(told.at(-1)).toMatchObject({ participantId: 'chen', position: 1, size: 1 });
    expect(floor().holder).toMatchObject({ participantId: 'bo', keyUpByMs: 4_000 });
  });

  it('ends the wait of a participant who releases the key in the queue', () => {
    const { press, letGo, floor } = group('ann', 'bo');
    press('ann', 1);
    press('bo', 1);
    letGo('bo', 1);
    letGo('ann', 1);
    expect(floorPhase(floor())).toBe('idle');
  });

  it('warns five seconds before the limit, revokes at it, and passes on after a second of grace', () => {
    const { press, pass, floor } = group('ann', 'bo');
    press('ann', 1);
    press('bo', 1);
    expect(kinds(pass(24_999))).toEqual([]);
    expect(kinds(pass(1))).toEqual(['warned']);
    expect(pass(5_000)).toMatchObject([{ type: 'revoked', cause: 'limit', untilMs: 31_000 }]);
    expect(floorPhase(floor())).toBe('pending_revoke');
    expect(kinds(pass(1_000))).toEqual(['ended', 'granted', 'taken']);
    expect(floor().holder?.participantId).toBe('bo');
  });

  it('passes the floor on when who waited does not key up within four seconds', () => {
    const { press, letGo, pass, floor } = group('ann', 'bo', 'chen');
    press('ann', 1);
    press('bo', 1);
    press('chen', 1);
    letGo('ann', 1);
    expect(pass(4_000)[0]).toMatchObject({ type: 'revoked', cause: 'not_keyed' });
    expect(floor().holder?.participantId).toBe('chen');
    expect(kinds(press('bo', 1)), 'the press that was passed over is over').toEqual(['denied']);
  });

  it('keeps the floor of who keyed up in time', () => {
    const { press, letGo, pass, happen, floor } = group('ann', 'bo');
    press('ann', 1);
    press('bo', 1);
    letGo('ann', 1);
    happen({ type: 'keyed', participantId: 'bo', epoch: 9 });
    pass(20_000);
    expect(floor().holder?.participantId).toBe('bo');
  });

  it('lets an override wait for the talker’s last word, no more than a second', () => {
    const { press, pass, floor } = group('ann', 'desk', 'bo');
    press('ann', 1);
    press('bo', 1);
    expect(press('desk', 1, 'override')[0]).toMatchObject({
      type: 'revoked',
      cause: 'overridden',
      untilMs: 1_000,
    });
    pass(1_000);
    expect(floor().holder).toMatchObject({ participantId: 'desk', priority: 'override' });
    expect(floor().queue.map(({ participantId }) => participantId)).toEqual(['bo']);
  });

  it('gives an emergency the floor at once, for ten seconds', () => {
    const { press, pass, floor } = group('ann', 'bo');
    press('ann', 1, 'override');
    expect(kinds(press('bo', 1, 'emergency'))).toEqual(['revoked', 'ended', 'granted', 'taken']);
    expect(floor().holder).toMatchObject({ participantId: 'bo', endsAtMs: 10_000 });
    expect(kinds(pass(10_000))).toEqual(['revoked', 'ended', 'idle']);
  });

  it('makes a talker’s own emergency of its talk', () => {
    const { press, floor } = group('ann', 'bo');
    press('ann', 1);
    press('bo', 1);
    press('ann', 2, 'emergency');
    expect(floor().holder).toMatchObject({ participantId: 'ann', press: 2, priority: 'emergency' });
    expect(floor().queue).toHaveLength(1);
  });

  it('is free as soon as the talker is lost', () => {
    const { press, happen, floor } = group('ann', 'bo');
    press('ann', 1);
    press('bo', 1);
    expect(happen({ type: 'left', participantId: 'ann' })[0]).toMatchObject({ type: 'ended', cause: 'lost' });
    expect(floor().holder?.participantId).toBe('bo');
  });

  it('is taken at once from a silent talker, and that press is over', () => {
    const { press, happen, floor } = group('ann', 'bo');
    press('ann', 1);
    expect(happen({ type: 'lost', epoch: 7 })).toEqual([]);
    expect(happen({ type: 'removed', epoch: 7 })).toEqual([]);
    expect(kinds(happen({ type: 'lost', epoch: 8 }))).toEqual(['revoked', 'ended', 'idle']);
    expect(kinds(press('ann', 1))).toEqual(['denied']);
    expect(kinds(press('ann', 2))).toEqual(['granted', 'taken']);
    expect(floor().epoch).toBe(9);
  });

  it('does not grant a press whose release came first', () => {
    const { press, letGo, floor } = group('ann');
    letGo('ann', 1);
    expect(kinds(press('ann', 1))).toEqual(['denied']);
    expect(floorPhase(floor())).toBe('idle');
  });

  it('takes a doubled request once, and a newer press as the end of the older one', () => {
    const { press, floor } = group('ann', 'bo');
    press('ann', 1);
    expect(press('ann', 1)).toEqual([]);
    press('bo', 1);
    press('ann', 2);
    expect(floor().holder?.participantId, 'the others are not kept waiting').toBe('bo');
    expect(floor().queue).toMatchObject([{ participantId: 'ann', press: 2 }]);
  });

  it('refuses a revoke of an old epoch', () => {
    const { press, letGo, happen, floor } = group('ann', 'bo');
    press('ann', 1);
    letGo('ann', 1);
    press('bo', 1);
    happen({ type: 'revoked', epoch: 8, cause: 'by_desk' });
    expect(floorPhase(floor())).toBe('taken');
    happen({ type: 'revoked', epoch: 9, cause: 'by_desk' });
    expect(floorPhase(floor())).toBe('pending_revoke');
  });

  it('refuses who is not in the group, and one too many in the queue', () => {
    const crowd = Array.from({ length: 66 }, (_unused, index) => `member-${index}`);
    const { press } = group(...crowd);
    expect(press('stranger', 1)).toMatchObject([{ type: 'denied', cause: 'not_in_group' }]);
    const told = crowd.map((who) => press(who, 1));
    expect(told.at(-1)).toMatchObject([{ type: 'denied', cause: 'queue_full' }]);
  });

  it('catches up on deadlines that passed between two events', () => {
    const { press, pass, floor } = group('ann', 'bo');
    press('ann', 1);
    press('bo', 1);
    pass(100_000);
    expect(floor().holder?.participantId).toBe('bo');
    expect(nextFloorDeadline(floor())).toBe(104_000);
  });
});
