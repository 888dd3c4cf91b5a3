import { describe, expect, test } from 'vitest';
import fc from '../../../support/properties.ts';
import {
  defaultOrderTimes,
  isOrderEnded,
  newOrder,
  nextOrderDeadline,
  orderDueAtMs,
  orderDeeds,
  orderProgressSchema,
  orderStates,
  overrideTargets,
  overrideTargetsFrom,
  transitionOrder,
  type OrderEvent,
  type OrderProgress,
} from '../../../../src-shared/orders/order.ts';
import { needsSomebody } from '../../../../src-shared/orders/orderProgress.ts';
import { awaitsArrival, deliveryOf, joinedFromOthers } from '../../../../src-shared/orders/orderJoining.ts';

const crew = { squadId: 'wenquan', memberIds: ['ann', 'bo'], inChargeId: 'ann' };

function after(...events: OrderEvent[]): OrderProgress {
  return events.reduce((state, event, index) => {
    const moved = transitionOrder(state, event, 1_000 * (index + 1));
    if (!moved.ok) throw new Error(`${event.type}: ${moved.reason}`);
    return moved.state;
  }, newOrder(0));
}

const dispatched: OrderEvent = { type: 'dispatched', by: '王芳', ...crew };
const member = (type: 'accepted' | 'enRoute' | 'onScene'): OrderEvent => ({ type, by: 'ann' });
const cleared: OrderEvent = { type: 'cleared', by: 'ann', disposition: 'corrected_on_spot' };

describe('the way of an order', () => {
  test('from the desk to its end, with who did each step and when', () => {
    const state = after(dispatched, member('accepted'), member('enRoute'), member('onScene'), cleared, {
      type: 'closed',
      by: '王芳',
    });
    expect(state).toMatchObject({
      state: 'closed',
      squadId: 'wenquan',
      inChargeId: 'ann',
      accepted: { by: 'ann', atMs: 2_000 },
      onScene: { by: 'ann', atMs: 4_000 },
      cleared: { disposition: 'corrected_on_spot' },
      closed: { by: '王芳', atMs: 6_000 },
    });
  });

  test('a squad that is there at once has accepted by that', () => {
    expect(after(dispatched, member('onScene'))).toMatchObject({
      state: 'on_scene',
      accepted: { by: 'ann', atMs: 2_000 },
    });
  });

  test.each<[string, OrderEvent[], OrderEvent, string]>([
    ['clear before it is there', [dispatched, member('accepted')], cleared, 'not_from_here'],
    ['accept twice', [dispatched, member('accepted')], member('accepted'), 'already'],
    ['accept when it is there', [dispatched, member('onScene')], member('accepted'), 'already'],
    ['accept before it is dispatched', [], member('accepted'), 'not_from_here'],
    [
      'close before it is cleared',
      [dispatched, member('onScene')],
      { type: 'closed', by: 'x' },
      'not_from_here',
    ],
    ['dispatch twice', [dispatched], dispatched, 'not_from_here'],
    [
      'reject what was accepted',
      [dispatched, member('accepted')],
      { type: 'rejected', by: 'ann', reason: 'busy' },
      'not_from_here',
    ],
    ['anything after the end', [{ type: 'cancelled', by: 'x', reason: 'mistake' }], dispatched, 'ended'],
    [
      'delivered to somebody who does not go',
      [dispatched],
      { type: 'delivered', memberId: 'eve' },
      'not_from_here',
    ],
  ])('cannot %s', (_what, before, event, reason) => {
    expect(transitionOrder(after(...before), event, 9_000)).toEqual({ ok: false, reason });
  });

  test('a squad that says no is remembered, and another can be asked', () => {
    const state = after(dispatched, { type: 'rejected', by: 'ann', reason: 'too_far', note: '车坏了' });
    expect(state).toMatchObject({
      state: 'created',
      memberIds: [],
      rejections: [{ squadId: 'wenquan', by: 'ann', reason: 'too_far', note: '车坏了' }],
    });
    expect(state.squadId).toBeUndefined();
    const moved = transitionOrder(
      state,
      { ...dispatched, squadId: 'yongan', memberIds: ['zhang'], inChargeId: 'zhang' },
      9_000,
    );
    expect(moved).toMatchObject({
      ok: true,
      state: { state: 'dispatched', squadId: 'yongan', escalation: 0 },
    });
  });

  test('another squad starts from the beginning: nothing of the first is shown as its own', () => {
    const before = after(dispatched, member('accepted'), member('enRoute'));
    const moved = transitionOrder(
      before,
      { type: 'reassigned', by: '王芳', squadId: 'yongan', memberIds: ['zhang'], inChargeId: 'zhang' },
      9_000,
    );
    if (!moved.ok) throw new Error(moved.reason);
    expect(moved.state).toMatchObject({ state: 'dispatched', deliveries: [{ memberId: 'zhang' }] });
    expect(moved.state.accepted).toBeUndefined();
  });
});

describe('delivery', () => {
  test('what a phone showed was delivered and sent', () => {
    expect(after(dispatched, { type: 'shown', memberId: 'bo' }).deliveries).toEqual([
      { memberId: 'ann' },
      { memberId: 'bo', sentAtMs: 2_000, deliveredAtMs: 2_000, shownAtMs: 2_000 },
    ]);
  });
});

describe('deadlines', () => {
  const { ringAgainMs, askNextSquadMs, askSupervisorMs, arriveMs } = defaultOrderTimes;

  test('an order that nobody accepts rings again, asks for the next squad, then for the supervisor', () => {
    let state = after(dispatched);
    for (const [escalation, afterMs] of [
      [1, ringAgainMs],
      [2, askNextSquadMs],
      [3, askSupervisorMs],
    ]) {
      expect(nextOrderDeadline(state)).toBe(1_000 + (afterMs ?? 0));
      expect(transitionOrder(state, { type: 'deadlineReached' }, 999 + (afterMs ?? 0))).toMatchObject({
        reason: 'too_early',
      });
      const moved = transitionOrder(state, { type: 'deadlineReached' }, 1_000 + (afterMs ?? 0));
      if (!moved.ok) throw new Error(moved.reason);
      state = moved.state;
      expect(state.escalation).toBe(escalation);
    }
    expect(nextOrderDeadline(state)).toBeUndefined();
    expect(state.isOverdue).toBe(true);
  });

  test('a step that takes too long is overdue once, and stays so until the next step', () => {
    const state = after(dispatched, member('accepted'));
    const moved = transitionOrder(state, { type: 'deadlineReached' }, 2_000 + arriveMs);
    if (!moved.ok) throw new Error(moved.reason);
    expect(moved.state.isOverdue).toBe(true);
    expect(nextOrderDeadline(moved.state)).toBeUndefined();
    expect(transitionOrder(moved.state, member('onScene'), 3_000 + arriveMs)).toMatchObject({
      state: { isOverdue: false },
    });
  });

  test('who set off has no more time to arrive than was left after accepting', () => {
    const state = after(dispatched, member('accepted'), member('enRoute'));
    expect(nextOrderDeadline(state)).toBe(2_000 + arriveMs);
    expect(orderDueAtMs(state)).toBe(2_000 + arriveMs);
    const late = transitionOrder(
      after(dispatched, member('accepted')),
      { type: 'deadlineReached' },
      2_000 + arriveMs,
    );
    if (!late.ok) throw new Error(late.reason);
    const wentLate = transitionOrder(late.state, member('enRoute'), 3_000 + arriveMs);
    expect(wentLate).toMatchObject({ state: { state: 'en_route', isOverdue: true } });
    expect(transitionOrder(late.state, { ...overridden, to: 'en_route' }, 3_000 + arriveMs)).toMatchObject({
      state: { isOverdue: true },
    });
  });

  test('an order that nobody took stays overdue when the last squad rejects it, until it is dispatched again', () => {
    let state = after(dispatched);
    for (const afterMs of [ringAgainMs, askNextSquadMs, askSupervisorMs]) {
      const moved = transitionOrder(state, { type: 'deadlineReached' }, 1_000 + afterMs);
      if (!moved.ok) throw new Error(moved.reason);
      state = moved.state;
    }
    const rejected = transitionOrder(state, { type: 'rejected', by: 'ann', reason: 'busy' }, 900_000);
    if (!rejected.ok) throw new Error(rejected.reason);
    expect(rejected.state).toMatchObject({ state: 'created', isOverdue: true });
    expect(transitionOrder(rejected.state, dispatched, 901_000)).toMatchObject({
      state: { isOverdue: false },
    });
  });
});

const overridden = { type: 'overridden', by: 'x', reason: 'y' } as const;
const anyEvent: fc.Arbitrary<OrderEvent> = fc.oneof(
  fc.constantFrom<OrderEvent>(
    dispatched,
    { type: 'reassigned', by: 'x', squadId: 'yongan', memberIds: ['zhang'], inChargeId: 'zhang' },
    { type: 'reassigned', by: 'ann', squadId: 'wenquan', memberIds: ['bo'], inChargeId: 'bo' },
    member('accepted'),
    member('enRoute'),
    member('onScene'),
    cleared,
    { type: 'rejected', by: 'ann', reason: 'busy' },
    { type: 'closed', by: 'x' },
    { type: 'cancelled', by: 'x', reason: 'y' },
    { type: 'passedOn', by: 'hub', squadId: 'xinan', memberIds: ['chen'], inChargeId: 'chen' },
    { type: 'joined', by: 'x', members: [{ memberId: 'dan', squadId: 'xinan' }] },
    {
      type: 'joined',
      by: 'x',
      members: [
        { memberId: 'dan', squadId: 'xinan' },
        { memberId: 'eve', squadId: 'wenquan' },
      ],
    },
    { type: 'removed', by: 'x', memberIds: ['dan'] },
    { type: 'removed', by: 'x', memberIds: ['eve'] },
    { type: 'removed', by: 'x', memberIds: ['dan', 'ann'] },
    { type: 'accepted', by: 'dan' },
    { type: 'onScene', by: 'dan' },
    { type: 'onScene', by: 'eve' },
    { type: 'cleared', by: 'dan', disposition: 'other' },
    { type: 'cleared', by: 'eve', disposition: 'other' },
    { type: 'accepted', by: 'eve' },
    { type: 'rejected', by: 'dan', reason: 'busy' },
    { type: 'rejected', by: 'eve', reason: 'busy' },
    { type: 'overridden', by: 'x', to: 'on_scene', reason: 'y' },
    { type: 'overridden', by: 'x', to: 'closed', reason: 'y' },
    { type: 'deadlineReached' },
  ),
  fc.record({
    type: fc.constantFrom('sent' as const, 'delivered' as const, 'shown' as const),
    memberId: fc.constantFrom('ann', 'bo', 'zhang', 'dan'),
  }),
);

test('an order that is overdue stays so when the same squad gives it to another member, until the next step', () => {
  const toBo: OrderEvent = { type: 'reassigned', by: 'ann', ...crew, memberIds: ['bo'], inChargeId: 'bo' };
  const at = (state: OrderProgress, event: OrderEvent, nowMs: number): OrderProgress => {
    const moved = transitionOrder(state, event, nowMs);
    if (!moved.ok) throw new Error(moved.reason);
    return moved.state;
  };
  const { arriveMs, ringAgainMs } = defaultOrderTimes;
  const late = at(after(dispatched, member('accepted')), { type: 'deadlineReached' }, 2_000 + arriveMs);
  expect(late.isOverdue).toBe(true);
  const given = at(late, toBo, 2_000 + arriveMs);
  expect(given).toMatchObject({ state: 'dispatched', inChargeId: 'bo', isOverdue: true });
  const rung = at(given, { type: 'deadlineReached' }, 2_000 + arriveMs + ringAgainMs);
  expect(rung).toMatchObject({ escalation: 1, isOverdue: true });
  expect(at(rung, { type: 'accepted', by: 'bo' }, 2_000 + 2 * arriveMs).isOverdue).toBe(false);
  // Whoever is given it is called from the beginning, however far the one before was asked for.
  for (const escalation of [2, 3] as const) {
    const next = at({ ...late, escalation }, toBo, 2_000 + arriveMs);
    expect(next).toMatchObject({ escalation: 0, isOverdue: true });
    expect(needsSomebody(next)).toBe(false);
    expect(nextOrderDeadline(next)).toBe(2_000 + arriveMs + ringAgainMs);
    expect(at(next, { type: 'deadlineReached' }, 2_000 + arriveMs + ringAgainMs)).toMatchObject({
      escalation: 1,
    });
  }
  // Another squad has its own time.
  expect(at(late, { ...toBo, squadId: 'yongan' }, 2_000 + arriveMs).isOverdue).toBe(false);
});

test('whatever happens in whatever order, an order stays sound', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyEvent, fc.nat(100_000)), { maxLength: 40 }), (events) => {
      let state = newOrder(0);
      let nowMs = 0;
      for (const [event, passedMs] of events) {
        nowMs += passedMs;
        const moved = transitionOrder(state, event, nowMs);
        // Whoever is on the way clears nothing, and nobody arrives twice.
        if (event.type === 'cleared' && state.state === 'on_scene')
          expect(moved.ok).toBe(!awaitsArrival(state, event.by));
        if (event.type === 'onScene' && moved.ok) {
          expect(state.state !== 'on_scene' || awaitsArrival(state, event.by)).toBe(true);
          expect(deliveryOf(state, event.by)?.arrivedAtMs).toBeUndefined();
        }
        if (!moved.ok) continue;
        expect(isOrderEnded(state)).toBe(false);
        expect(moved.state.revision).toBe(state.revision + 1);
        expect(orderProgressSchema.safeParse(moved.state).success).toBe(true);
        expect(orderStates).toContain(moved.state.state);
        // Escalation falls only where the order is given to somebody, and what is overdue stays so within a step.
        const isOnTheWay = state.state === 'accepted' && moved.state.state === 'en_route';
        if (isOnTheWay && state.isOverdue) expect(moved.state.isOverdue).toBe(true);
        if (moved.state.state === state.state && event.type !== 'reassigned' && event.type !== 'passedOn') {
          expect(moved.state.escalation).toBeGreaterThanOrEqual(state.escalation);
          expect(Number(moved.state.isOverdue)).toBeGreaterThanOrEqual(Number(state.isOverdue));
        }
        // Another member of the squad that is late is late too, and is called as everybody is who is given an order.
        if (event.type === 'reassigned') {
          expect(moved.state.escalation).toBe(0);
          if (event.squadId === state.squadId && state.isOverdue) expect(moved.state.isOverdue).toBe(true);
        }
        const { squadId, memberIds, inChargeId, deliveries, declined = [] } = moved.state;
        // Each who goes has one delivery, and nobody goes who said no. Who joins or cannot come changes who is in charge for nobody.
        expect(deliveries.map(({ memberId }) => memberId)).toEqual(memberIds);
        expect(new Set(memberIds).size).toBe(memberIds.length);
        for (const { memberId } of declined) expect(memberIds).not.toContain(memberId);
        if (event.type === 'joined') {
          expect(moved.state).toMatchObject({ state: state.state, sinceMs: state.sinceMs });
          expect([squadId, inChargeId]).toEqual([state.squadId, state.inChargeId]);
          expect(memberIds).toEqual(expect.arrayContaining(state.memberIds));
        }
        // Only who joined is taken off, and nothing else changes by it.
        if (event.type === 'removed') {
          const { memberIds: _ids, deliveries: _deliveries, revision: _revision, ...kept } = state;
          expect(moved.state).toMatchObject(kept);
          expect(memberIds).toEqual(state.memberIds.filter((one) => !event.memberIds.includes(one)));
          for (const gone of event.memberIds) {
            expect(state.deliveries.find(({ memberId }) => memberId === gone)?.joined).toBeDefined();
          }
        }
        // A squad that says no takes nobody of another squad along; whoever is left then joined.
        if (moved.state.state === 'created') {
          expect(deliveries.every(({ joined }) => joined !== undefined)).toBe(true);
          expect([squadId, inChargeId]).toEqual([undefined, undefined]);
        }
        if (event.type === 'rejected' && moved.state.state === 'created' && state.state === 'dispatched') {
          expect(memberIds).toEqual(joinedFromOthers(state));
        }
        if (event.type === 'dispatched') expect(memberIds).toEqual(expect.arrayContaining(state.memberIds));
        if (moved.state.state === 'dispatched') {
          expect(squadId).toBeDefined();
          expect(memberIds).toContain(inChargeId);
        }
        const deadlineMs = nextOrderDeadline(moved.state);
        // Who sets off late is late at once.
        if (deadlineMs !== undefined && moved.state.state !== 'en_route')
          expect(deadlineMs).toBeGreaterThan(moved.state.sinceMs);
        state = moved.state;
      }
    }),
  );
});

test('the keys that are enabled are those that the machine takes', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
      let state = newOrder(0);
      for (const event of events) {
        const moved = transitionOrder(state, event, 1);
        if (moved.ok) state = moved.state;
      }
      const takes = (event: OrderEvent): boolean => transitionOrder(state, event, 2).ok;
      const deeds = orderDeeds(state);
      expect(deeds).toMatchObject({
        dispatch: takes(dispatched),
        reassign: takes({ ...dispatched, type: 'reassigned' }),
        add: takes({ type: 'joined', by: 'x', members: [{ memberId: 'new', squadId: 'xinan' }] }),
        reject: takes({ type: 'rejected', by: 'ann', reason: 'busy' }),
        clear: takes(cleared),
        close: takes({ type: 'closed', by: 'x' }),
        cancel: takes({ type: 'cancelled', by: 'x', reason: 'y' }),
      });
      for (const { memberId, joined } of state.deliveries) {
        expect(takes({ type: 'removed', by: 'x', memberIds: [memberId] })).toBe(
          deeds.remove && joined !== undefined,
        );
      }
      for (const to of overrideTargets) {
        expect(takes({ type: 'overridden', by: 'x', to, reason: 'y' })).toBe(
          overrideTargetsFrom(state).includes(to),
        );
      }
      if (deeds.next !== undefined) {
        expect(takes(deeds.next === 'cleared' ? cleared : member(deeds.next))).toBe(true);
      }
    }),
  );
});
