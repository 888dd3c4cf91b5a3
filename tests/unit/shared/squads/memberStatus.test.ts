import { describe, expect, it } from 'vitest';
import {
  checkInAge,
  mayChangeStatus,
  newDuty,
  nextDutyDeadline,
  transitionDuty,
  type DutyEvent,
  type MemberDuty,
  type MemberStatus,
} from '../../../../src-shared/squads/memberStatus.ts';

const duty = (status: MemberStatus, sinceMs = 0): MemberDuty => ({ status, sinceMs });
const changed = (
  status: MemberStatus,
  happenedAtMs: number,
  by: 'member' | 'centre' = 'member',
): DutyEvent => ({
  type: 'changed',
  status,
  by,
  happenedAtMs,
});

describe('the status of a member', () => {
  it('goes the way of a call: dispatched, en route, on scene, returning, available', () => {
    let state = duty('available');
    const way: [MemberStatus, 'member' | 'centre'][] = [
      ['dispatched', 'centre'],
      ['en_route', 'member'],
      ['on_scene', 'member'],
      ['returning', 'member'],
      ['available', 'member'],
    ];
    for (const [index, [status, by]] of way.entries()) {
      const step = transitionDuty(state, changed(status, index + 1, by), index + 1);
      expect(step).toMatchObject({ ok: true, state: { status, sinceMs: index + 1 } });
      if (step.ok) state = step.state;
    }
  });

  it('lets only the centre dispatch', () => {
    expect(transitionDuty(duty('available'), changed('dispatched', 5), 5)).toEqual({
      ok: false,
      reason: 'by_centre_only',
    });
    expect(mayChangeStatus('available', 'dispatched', 'centre')).toBe(true);
  });

  it('does not let anybody go off duty from a scene', () => {
    expect(transitionDuty(duty('on_scene'), changed('off_duty', 5), 5)).toEqual({
      ok: false,
      reason: 'not_from_here',
    });
  });

  it('refuses what happened before the present status, and believes nothing of the future', () => {
    expect(transitionDuty(duty('dispatched', 100), changed('en_route', 99), 200)).toEqual({
      ok: false,
      reason: 'overtaken',
    });
    expect(transitionDuty(duty('dispatched', 100), changed('en_route', 9_999), 200)).toMatchObject({
      ok: true,
      state: { sinceMs: 200 },
    });
  });

  it('takes the same status again as a sign of life', () => {
    expect(transitionDuty(duty('available', 10), changed('available', 50), 60)).toEqual({
      ok: true,
      state: { status: 'available', sinceMs: 10, checkedInAtMs: 60 },
    });
  });

  it('gives the colour of the check-in age, and the time of its next change', () => {
    const minutes = (count: number): number => count * 60_000;
    const heard: MemberDuty = { ...duty('on_scene'), checkedInAtMs: 0 };
    expect(checkInAge(heard, minutes(30) - 1)).toBe('green');
    expect(nextDutyDeadline(heard, 1)).toBe(minutes(30));
    expect(checkInAge(heard, minutes(30))).toBe('amber');
    expect(nextDutyDeadline(heard, minutes(30))).toBe(minutes(60));
    expect(checkInAge(heard, minutes(60))).toBe('red');
    expect(nextDutyDeadline(heard, minutes(60))).toBeUndefined();
    expect(checkInAge(newDuty(0), minutes(600))).toBe('none');
    expect(transitionDuty(heard, { type: 'checkedIn' }, minutes(61))).toMatchObject({
      state: { checkedInAtMs: minutes(61) },
    });
  });
});
