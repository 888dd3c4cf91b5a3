import { describe, expect, test } from 'vitest';
import {
  defaultOrderTimes,
  memberNext,
  newOrder,
  nextOrderDeadline,
  orderDeeds,
  transitionOrder,
  type OrderEvent,
  type OrderProgress,
} from '../../../../src-shared/orders/order.ts';
import {
  awaitsAnswer,
  givenAtMs,
  lateJoiners,
  ringsOf,
  squadsOfOrder,
} from '../../../../src-shared/orders/orderJoining.ts';

/** Ann of the Wenquan squad is in charge; the events happen 1 s after each other, from 1 s on. */
function after(...events: OrderEvent[]): OrderProgress {
  return events.reduce((state, event, index) => {
    const moved = transitionOrder(state, event, 1_000 * (index + 1));
    if (!moved.ok) throw new Error(`${event.type}: ${moved.reason}`);
    return moved.state;
  }, newOrder(0));
}
const dispatched: OrderEvent = {
  type: 'dispatched',
  by: '王芳',
  squadId: 'wenquan',
  memberIds: ['ann'],
  inChargeId: 'ann',
};
const step = (type: 'accepted' | 'enRoute' | 'onScene', by: string): OrderEvent => ({ type, by });
const joins = (memberId: string, squadId = 'yongan'): OrderEvent => ({
  type: 'joined',
  by: '王芳',
  members: [{ memberId, squadId }],
});
const declines = (by: string): OrderEvent => ({ type: 'rejected', by, reason: 'too_far', note: '在路上' });

describe('a member who joins', () => {
  test('comes to those who go; the squad, who is in charge and the step stay', () => {
    const before = after(dispatched, step('accepted', 'ann'));
    const state = after(dispatched, step('accepted', 'ann'), joins('zhang'));
    expect(state).toMatchObject({
      state: 'accepted',
      squadId: 'wenquan',
      inChargeId: 'ann',
      memberIds: ['ann', 'zhang'],
      sinceMs: before.sinceMs,
      escalation: 0,
      deliveries: [
        { memberId: 'ann' },
        { memberId: 'zhang', joined: { squadId: 'yongan', by: '王芳', atMs: 3_000 } },
      ],
    });
    expect(squadsOfOrder(state)).toEqual(['wenquan', 'yongan']);
    expect([givenAtMs(state, 'ann'), givenAtMs(state, 'zhang')]).toEqual([1_000, 3_000]);
  });

  test('accepts for nobody else, and the order goes on as it was', () => {
    const joined = after(dispatched, step('accepted', 'ann'), step('onScene', 'ann'), joins('zhang'));
    expect([awaitsAnswer(joined, 'ann'), awaitsAnswer(joined, 'zhang')]).toEqual([false, true]);
    const moved = transitionOrder(joined, step('accepted', 'zhang'), 9_000);
    expect(moved).toMatchObject({
      ok: true,
      state: { state: 'on_scene', accepted: { by: 'ann' }, revision: joined.revision + 1 },
    });
    if (!moved.ok) return;
    expect(moved.state.deliveries[1]).toMatchObject({ acceptedAtMs: 9_000 });
    expect(awaitsAnswer(moved.state, 'zhang')).toBe(false);
    expect(transitionOrder(moved.state, step('accepted', 'zhang'), 9_001)).toEqual({
      ok: false,
      reason: 'already',
    });
  });

  test('of another squad sets nothing off before the squad of the order has accepted it', () => {
    const joined = after(dispatched, joins('zhang'), step('accepted', 'zhang'));
    expect(joined).toMatchObject({ state: 'dispatched' });
    expect(awaitsAnswer(joined, 'ann')).toBe(true);
    expect(memberNext(joined, 'zhang')).toBeUndefined();
    expect(transitionOrder(joined, step('onScene', 'zhang'), 9_000)).toMatchObject({
      reason: 'not_from_here',
    });
    const accepted = transitionOrder(joined, step('accepted', 'ann'), 9_000);
    if (!accepted.ok) throw new Error(accepted.reason);
    expect(memberNext(accepted.state, 'zhang')).toBe('enRoute');
    expect(transitionOrder(accepted.state, step('onScene', 'zhang'), 9_001)).toMatchObject({
      state: { state: 'on_scene' },
    });
  });

  test('of the same squad may accept it for the squad', () => {
    const joined = after(dispatched, joins('bo', 'wenquan'));
    expect(transitionOrder(joined, step('accepted', 'bo'), 9_000)).toMatchObject({
      state: { state: 'accepted', accepted: { by: 'bo' } },
    });
  });

  test('and accepted is not asked again when the order is passed on to the own squad, and does not accept for it', () => {
    const passed = after(dispatched, joins('zhang'), step('accepted', 'zhang'), {
      type: 'passedOn',
      by: 'hub',
      squadId: 'yongan',
      memberIds: ['yang'],
      inChargeId: 'yang',
      stayIds: ['zhang'],
    });
    expect(passed.memberIds).toEqual(['yang', 'zhang']);
    expect([awaitsAnswer(passed, 'yang'), awaitsAnswer(passed, 'zhang')]).toEqual([true, false]);
    expect(memberNext(passed, 'zhang')).toBeUndefined();
    expect(transitionOrder(passed, step('accepted', 'zhang'), 9_000)).toEqual({
      ok: false,
      reason: 'already',
    });
    expect(transitionOrder(passed, step('onScene', 'zhang'), 9_000)).toMatchObject({
      reason: 'not_from_here',
    });
    expect(transitionOrder(passed, step('accepted', 'yang'), 9_000)).toMatchObject({
      state: { state: 'accepted', accepted: { by: 'yang' } },
    });
  });

  test('who cannot come takes the order from nobody, is remembered, and can be asked again', () => {
    const declined = after(dispatched, step('accepted', 'ann'), joins('zhang'), declines('zhang'));
    expect(declined).toMatchObject({
      state: 'accepted',
      memberIds: ['ann'],
      rejections: [],
      declined: [{ memberId: 'zhang', squadId: 'yongan', atMs: 4_000, reason: 'too_far', note: '在路上' }],
    });
    const again = transitionOrder(declined, joins('zhang'), 9_000);
    expect(again).toMatchObject({ ok: true, state: { memberIds: ['ann', 'zhang'], declined: [] } });
  });

  test('a leader answers for the squad also where the leader joined by name', () => {
    const joined = after(dispatched, joins('lead', 'wenquan'));
    const rejected: OrderEvent = { type: 'rejected', by: 'lead', reason: 'busy', forSquad: true };
    expect(transitionOrder(joined, rejected, 9_000)).toMatchObject({ state: { state: 'created' } });
    expect(transitionOrder(joined, { ...declines('lead') }, 9_000)).toMatchObject({
      state: { state: 'dispatched', memberIds: ['ann'] },
    });
  });

  test.each<[string, OrderEvent[], OrderEvent, string]>([
    ['an order that nobody has', [], joins('zhang'), 'not_from_here'],
    ['twice', [dispatched, joins('zhang')], joins('zhang'), 'already'],
    ['who is in charge', [dispatched], joins('ann'), 'already'],
    [
      'what is cleared',
      [dispatched, step('onScene', 'ann'), { type: 'cleared', by: 'ann', disposition: 'other' }],
      joins('zhang'),
      'not_from_here',
    ],
    ['what is ended', [dispatched, { type: 'cancelled', by: 'x', reason: 'y' }], joins('zhang'), 'ended'],
    ['nobody', [dispatched], { type: 'joined', by: 'x', members: [] }, 'no_members'],
    [
      'more than there may be',
      [dispatched],
      {
        type: 'joined',
        by: 'x',
        members: Array.from({ length: 50 }, (_, index) => ({ memberId: `m${index}`, squadId: 's' })),
      },
      'no_members',
    ],
    [
      'a refusal after accepting',
      [dispatched, joins('zhang'), step('accepted', 'zhang')],
      declines('zhang'),
      'not_from_here',
    ],
  ])('cannot join: %s', (_what, before, event, reason) => {
    expect(transitionOrder(after(...before), event, 9_000)).toEqual({ ok: false, reason });
  });

  test('rings again once when there is no answer, and nothing else is late by that', () => {
    const joined = after(dispatched, step('accepted', 'ann'), step('onScene', 'ann'), joins('zhang'));
    const ringAtMs = 4_000 + defaultOrderTimes.ringAgainMs;
    expect(nextOrderDeadline(joined)).toBe(ringAtMs);
    const rung = transitionOrder(joined, { type: 'deadlineReached' }, ringAtMs);
    if (!rung.ok) throw new Error(rung.reason);
    expect(rung.state).toMatchObject({ state: 'on_scene', isOverdue: false, escalation: 0 });
    expect([ringsOf(rung.state, 'ann'), ringsOf(rung.state, 'zhang')]).toEqual([0, 1]);
    expect(nextOrderDeadline(rung.state)).toBe(3_000 + defaultOrderTimes.clearMs);
    const accepted = transitionOrder(joined, step('accepted', 'zhang'), 5_000);
    if (!accepted.ok) throw new Error(accepted.reason);
    expect(nextOrderDeadline(accepted.state)).toBe(3_000 + defaultOrderTimes.clearMs);
  });

  test('arrives for nobody else: the next step is to be there, and then to clear', () => {
    const joined = after(dispatched, step('onScene', 'ann'), joins('zhang'), step('accepted', 'zhang'));
    expect([memberNext(joined, 'ann'), memberNext(joined, 'zhang')]).toEqual(['cleared', 'onScene']);
    const arrived = transitionOrder(joined, step('onScene', 'zhang'), 9_000);
    expect(arrived).toMatchObject({
      ok: true,
      state: { ...joined, revision: joined.revision + 1, deliveries: [{}, { arrivedAtMs: 9_000 }] },
    });
    const clears = (by: string): OrderEvent => ({ type: 'cleared', by, disposition: 'other' });
    expect(transitionOrder(joined, clears('zhang'), 9_000)).toEqual({ ok: false, reason: 'not_there' });
    expect(transitionOrder(joined, clears('ann'), 9_000)).toMatchObject({ ok: true });
    if (!arrived.ok) return;
    expect(transitionOrder(arrived.state, clears('zhang'), 9_001)).toMatchObject({ ok: true });
    expect(arrived.state.deliveries[0]).toEqual(joined.deliveries[0]);
    expect(memberNext(arrived.state, 'zhang')).toBe('cleared');
    expect(lateJoiners(arrived.state)).toEqual([]);
    expect(transitionOrder(arrived.state, step('onScene', 'zhang'), 9_001)).toEqual({
      ok: false,
      reason: 'already',
    });
    expect(transitionOrder(arrived.state, step('onScene', 'ann'), 9_001)).toMatchObject({
      reason: 'already',
    });
  });

  test('who says to be there without an answer before has accepted by that', () => {
    const joined = after(dispatched, step('onScene', 'ann'), joins('zhang'));
    expect(transitionOrder(joined, step('onScene', 'zhang'), 9_000)).toMatchObject({
      state: { deliveries: [{}, { acceptedAtMs: 9_000, arrivedAtMs: 9_000 }] },
    });
  });

  test('comes on an own way from another squad, also when added before the first are there', () => {
    const early = after(dispatched, step('accepted', 'ann'), joins('zhang'), joins('bo', 'wenquan'));
    expect([memberNext(early, 'zhang'), memberNext(early, 'bo')]).toEqual(['enRoute', 'enRoute']);
    const there = transitionOrder(early, step('onScene', 'ann'), 9_000);
    if (!there.ok) throw new Error(there.reason);
    expect(lateJoiners(there.state)).toEqual(['zhang']);
    expect([memberNext(there.state, 'zhang'), memberNext(there.state, 'bo')]).toEqual(['onScene', 'cleared']);
    // Where the one who joined is there first, that is the order's step and the own arrival.
    const first = transitionOrder(early, step('onScene', 'zhang'), 9_000);
    if (!first.ok) throw new Error(first.reason);
    expect(first.state).toMatchObject({ state: 'on_scene', onScene: { by: 'zhang' } });
    expect(memberNext(first.state, 'zhang')).toBe('cleared');
  });

  test('is still on the way where the first were there before, and they are not', () => {
    const early = after(dispatched, joins('bo', 'wenquan'), step('onScene', 'ann'));
    expect(lateJoiners(early)).toEqual([]);
    expect(lateJoiners(after(dispatched, step('onScene', 'ann'), joins('zhang')))).toEqual(['zhang']);
  });

  test('stays where a leader gives the order to another of the own squad, and goes with the others otherwise', () => {
    const joined = after(dispatched, joins('zhang'), step('accepted', 'zhang'));
    const other = { by: 'x', squadId: 'wenquan', memberIds: ['bo'], inChargeId: 'bo' };
    expect(
      transitionOrder(joined, { type: 'reassigned', ...other, stayIds: ['zhang', 'nobody'] }, 9_000),
    ).toMatchObject({
      state: {
        state: 'dispatched',
        memberIds: ['bo', 'zhang'],
        deliveries: [{ memberId: 'bo' }, { memberId: 'zhang', acceptedAtMs: 3_000 }],
      },
    });
    expect(transitionOrder(joined, { type: 'reassigned', ...other }, 9_000)).toMatchObject({
      state: { memberIds: ['bo'], deliveries: [{ memberId: 'bo' }] },
    });
  });

  describe('of another squad, when the squad of the order rejects it,', () => {
    const rejects: OrderEvent = { type: 'rejected', by: 'ann', reason: 'busy' };
    const left = after(
      dispatched,
      joins('bo', 'wenquan'),
      joins('zhang'),
      joins('dan', 'xinan'),
      step('accepted', 'zhang'),
      rejects,
    );

    test('waits for the next squad, and can answer meanwhile', () => {
      expect(left).toMatchObject({ state: 'created', memberIds: ['zhang', 'dan'], rejections: [{}] });
      expect(left.squadId).toBeUndefined();
      expect(left.deliveries.map(({ memberId }) => memberId)).toEqual(['zhang', 'dan']);
      expect([awaitsAnswer(left, 'zhang'), awaitsAnswer(left, 'dan')]).toEqual([false, true]);
      expect([memberNext(left, 'zhang'), memberNext(left, 'dan')]).toEqual([undefined, undefined]);
      expect(transitionOrder(left, step('accepted', 'dan'), 9_000)).toMatchObject({
        state: { state: 'created', deliveries: [{}, { acceptedAtMs: 9_000 }] },
      });
      expect(transitionOrder(left, declines('dan'), 9_000)).toMatchObject({
        state: { state: 'created', memberIds: ['zhang'], declined: [{ memberId: 'dan' }] },
      });
      for (const nothing of [step('onScene', 'dan'), step('enRoute', 'zhang'), { ...rejects, by: 'zhang' }])
        expect(transitionOrder(left, nothing, 9_000)).toMatchObject({ reason: 'not_from_here' });
    });

    test('goes with the squad that gets it next, with how far it came on that phone', () => {
      const crew = { by: 'x', squadId: 'yongan', memberIds: ['yang'], inChargeId: 'yang' };
      for (const event of [
        { type: 'dispatched', ...crew },
        { type: 'passedOn', ...crew, stayIds: ['zhang', 'dan'] },
      ] as const) {
        expect(transitionOrder(left, event, 9_000)).toMatchObject({
          state: {
            state: 'dispatched',
            squadId: 'yongan',
            memberIds: ['yang', 'zhang', 'dan'],
            deliveries: [{ memberId: 'yang' }, { acceptedAtMs: 5_000 }, { memberId: 'dan' }],
          },
        });
      }
    });
  });

  test('can be taken off, whatever the answer was, and be added again; nobody else can', () => {
    const removes = (...memberIds: string[]): OrderEvent => ({ type: 'removed', by: '王芳', memberIds });
    const joined = after(dispatched, step('onScene', 'ann'), joins('zhang'), step('accepted', 'zhang'));
    const off = transitionOrder(joined, removes('zhang'), 9_000);
    expect(off).toMatchObject({
      ok: true,
      state: { state: 'on_scene', memberIds: ['ann'], inChargeId: 'ann', revision: joined.revision + 1 },
    });
    if (!off.ok) return;
    expect(off.state.deliveries.map(({ memberId }) => memberId)).toEqual(['ann']);
    expect(off.state.declined).toBeUndefined();
    expect(transitionOrder(off.state, joins('zhang'), 9_001)).toMatchObject({
      state: { deliveries: [{}, { memberId: 'zhang', joined: { atMs: 9_001 } }] },
    });
    for (const ids of [[], ['ann'], ['zhang', 'ann'], ['nobody']]) {
      expect(transitionOrder(joined, removes(...ids), 9_000)).toEqual({ ok: false, reason: 'no_members' });
    }
    const cleared = after(dispatched, joins('zhang'), step('onScene', 'ann'), {
      type: 'cleared',
      by: 'ann',
      disposition: 'other',
    });
    expect(transitionOrder(cleared, removes('zhang'), 9_000)).toMatchObject({ reason: 'not_from_here' });
  });

  test('an order can take more people exactly while a squad has it', () => {
    expect(orderDeeds(newOrder(0)).add).toBe(false);
    expect(orderDeeds(after(dispatched)).add).toBe(true);
    expect(orderDeeds(after(dispatched, step('onScene', 'ann'))).add).toBe(true);
  });
});
