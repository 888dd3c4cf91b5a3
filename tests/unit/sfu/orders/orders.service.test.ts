import { describe, expect, test, vi } from 'vitest';
import { defaultOrderTimes } from '../../../../src-shared/orders/order.ts';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';
import { content, crew, li, stageOrders as stage, wang } from './ordersStage.ts';

const dispatchedOrder = (parts: Awaited<ReturnType<typeof stage>>): Promise<Order> => parts.dispatched();

describe('writing an order', () => {
  test('it has a number that can be said over the radio, and goes to the squad of its crew', async () => {
    const parts = await stage();
    expect(await dispatchedOrder(parts)).toMatchObject({
      number: '7-001',
      state: 'dispatched',
      squadId: 'wenquan',
      createdBy: '王芳',
    });
    const second = await parts.orders.create({ orderId: 'o2', content: { ...content, alertId: 'a2' } }, wang);
    expect(second).toMatchObject({ ok: true, data: { order: { number: '7-002', state: 'created' } } });
  });

  test('a repeat is answered the same, and writes nothing', async () => {
    const parts = await stage();
    const first = await dispatchedOrder(parts);
    const again = await parts.orders.create({ orderId: 'o1', content, crew }, wang);
    expect(again).toEqual({ ok: true, data: { order: first } });
    expect(parts.repository.changes).toHaveLength(1);
  });

  test.each([
    ['a second one for the same alert', { content }, 'orders.alert_has_order'],
    [
      'members of two squads',
      { crew: { memberIds: ['ann', 'zhang'], inChargeId: 'ann' } },
      'orders.members_of_several_squads',
    ],
    [
      'a member who was removed',
      { crew: { memberIds: ['eve'], inChargeId: 'eve' } },
      'orders.no_such_member',
    ],
    [
      'a time that has passed',
      { content: { ...content, alertId: 'a9', dueAtMs: -1 } },
      'orders.due_in_the_past',
    ],
  ])('refuses %s', async (_what, input, reason) => {
    const parts = await stage();
    await dispatchedOrder(parts);
    const wanted = { orderId: 'o2', content: { ...content, alertId: 'a2' }, crew, ...input };
    expect(await parts.orders.create(wanted, wang)).toMatchObject({ ok: false, reason });
  });
});

describe('a squad leader', () => {
  const reassign = (memberId: string) => ({
    type: 'reassign' as const,
    crew: { memberIds: [memberId], inChargeId: memberId },
    reason: '换人',
  });

  test('gives an order of the squad to another member, once however often the command comes', async () => {
    const parts = await stage();
    const { revision } = await dispatchedOrder(parts);
    const input = { commandId: 'k', orderId: 'o1', revision, deed: reassign('bo') };
    const led = await parts.orders.lead(input, 'ann');
    expect(led).toMatchObject({ ok: true, data: { order: { memberIds: ['bo'], squadId: 'wenquan' } } });
    expect(await parts.orders.lead(input, 'ann')).toEqual(led);
    expect((await parts.repository.steps('o1')).map(({ action }) => action)).toEqual([
      'created',
      'dispatched',
      'reassigned',
    ]);
  });

  test('gives it to no other squad, and touches no order of another one', async () => {
    const parts = await stage();
    const { revision } = await dispatchedOrder(parts);
    const refused = { ok: false, code: 'forbidden', reason: 'orders.not_of_your_squad' };
    const lead = { orderId: 'o1', revision };
    expect(
      await parts.orders.lead({ commandId: 'k', ...lead, deed: reassign('zhang') }, 'ann'),
    ).toMatchObject(refused);
    expect(
      await parts.orders.lead({ commandId: 'k2', ...lead, deed: { type: 'accept' } }, 'zhang'),
    ).toMatchObject(refused);
    expect(parts.orders.openOne('o1')).toMatchObject({ state: 'dispatched', memberIds: ['ann'] });
  });

  test('accepts for the squad, or rejects, and the next squad is asked where that is switched on', async () => {
    const parts = await stage();
    parts.settings.asksNextSquadItself = true;
    const { revision } = await dispatchedOrder(parts);
    const lead = { orderId: 'o1', revision };
    const old = await parts.orders.lead(
      { commandId: 'k', ...lead, revision: revision - 1, deed: { type: 'accept' } },
      'bo',
    );
    expect(old).toMatchObject({ ok: false, reason: 'orders.changed_meanwhile' });
    const rejected = await parts.orders.lead(
      { commandId: 'k2', ...lead, deed: { type: 'reject', reason: 'busy' } },
      'bo',
    );
    expect(rejected).toMatchObject({ ok: true, data: { order: { state: 'created' } } });
    expect(parts.orders.openOne('o1')).toMatchObject({ state: 'dispatched', passedOn: 1 });
  });
});

describe('two officers at once', () => {
  test('the second is told that it changed, and nothing is lost', async () => {
    const parts = await stage();
    const { revision } = await dispatchedOrder(parts);
    const cancel = { orderId: 'o1', revision, deed: { type: 'cancel' as const, reason: '误报' } };
    const reassign = {
      orderId: 'o1',
      revision,
      deed: {
        type: 'reassign' as const,
        crew: { memberIds: ['zhang'], inChargeId: 'zhang' },
        reason: '更近',
      },
    };
    const [first, second] = await Promise.all([
      parts.orders.direct({ commandId: 'k1', ...reassign }, wang),
      parts.orders.direct({ commandId: 'k1', ...cancel }, li),
    ]);
    expect(first).toMatchObject({ ok: true, data: { order: { squadId: 'yongan' } } });
    expect(second).toMatchObject({ ok: false, reason: 'orders.changed_meanwhile' });
    // An account without a name can have the name of another seat after the hub was killed.
    const reseated = { ...wang, name: '值班席 2' };
    const repeated = await parts.orders.direct({ commandId: 'k1', ...reassign }, reseated);
    expect(repeated).toMatchObject({
      ok: true,
      data: { order: { squadId: 'yongan', revision: revision + 1 } },
    });
  });
});

describe('an order whose squad was deleted', () => {
  const deleted = async () => {
    const parts = await stage();
    const { revision } = await dispatchedOrder(parts);
    const gone = parts.members.filter(({ squadId }) => squadId === 'wenquan');
    for (const member of gone) parts.members.splice(parts.members.indexOf(member), 1);
    return { ...parts, revision };
  };

  test('stays open and is escalated, and others are ranked for it', async () => {
    const { orders } = await deleted();
    expect(orders.open()[0]).toMatchObject({ state: 'dispatched', squadId: 'wenquan' });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(orders.open()[0]).toMatchObject({ escalation: 3 });
    const { candidates } = orders.rank({ place: content.place, skill: undefined }, () => true);
    expect(candidates.map(({ memberId }) => memberId).toSorted()).toEqual(['chen', 'zhang']);
  });

  test('is given to another squad, which works it to its end', async () => {
    const { orders, revision, report } = await deleted();
    const command = { commandId: 'k1', orderId: 'o1', revision };
    const toGone = { type: 'reassign' as const, crew, reason: '换人' };
    expect(await orders.direct({ ...command, deed: toGone }, wang)).toMatchObject({
      ok: false,
      reason: 'orders.no_such_member',
    });
    const other = { memberIds: ['zhang'], inChargeId: 'zhang' };
    const moved = await orders.direct(
      { ...command, commandId: 'k2', deed: { ...toGone, crew: other } },
      wang,
    );
    expect(moved).toMatchObject({ ok: true, data: { order: { squadId: 'yongan', memberIds: ['zhang'] } } });
    await report('zhang', { type: 'onScene' });
    expect(await report('zhang', { type: 'cleared', disposition: 'no_violation' }, 'r2')).toMatchObject({
      applied: true,
    });
  });

  test('is cancelled with a reason', async () => {
    const { orders, revision } = await deleted();
    const deed = { type: 'cancel' as const, reason: '中队已撤销' };
    const answer = await orders.direct({ commandId: 'k', orderId: 'o1', revision, deed }, wang);
    expect(answer).toMatchObject({ ok: true, data: { order: { state: 'cancelled' } } });
    expect(orders.open()).toEqual([]);
  });
});

describe('reports of phones', () => {
  test('each is applied once, however often and in whatever order it comes', async () => {
    const parts = await stage();
    await dispatchedOrder(parts);
    const steps = (['accepted', 'enRoute', 'onScene'] as const).map((type) => ({
      reportId: type,
      orderId: 'o1',
      report: { type },
      ageMs: 0,
    }));
    for (let round = 0; round < 10; round += 1) {
      const { results } = await parts.orders.report('ann', round % 2 === 0 ? steps : steps.toReversed());
      expect(results.every(({ applied }) => applied)).toBe(true);
    }
    expect(parts.orders.open()[0]).toMatchObject({ state: 'on_scene' });
    expect(parts.repository.changes).toHaveLength(4);
  });

  test('a step that cannot follow is refused, and answered the same when it comes again', async () => {
    const parts = await stage();
    await dispatchedOrder(parts);
    const clear = { type: 'cleared', disposition: 'no_violation' } as const;
    expect(await parts.report('ann', clear)).toMatchObject({ applied: false, refusal: 'not_from_here' });
    await parts.report('ann', { type: 'onScene' }, 'r2');
    expect(await parts.report('ann', clear)).toMatchObject({ applied: false, refusal: 'not_from_here' });
    expect(await parts.report('ann', clear, 'r3')).toMatchObject({ applied: true });
  });

  test.each([
    ['a day ahead', 86_400_000],
    ['a week behind', 7 * 86_400_000],
  ])(
    'of a phone whose date is %s happened after the member got the order, and not later than now',
    async (_what, ageMs) => {
      const parts = await stage();
      await vi.advanceTimersByTimeAsync(3_600_000);
      await dispatchedOrder(parts);
      await vi.advanceTimersByTimeAsync(5_000);
      const [wrong, right] = [
        { reportId: 'r1', orderId: 'o1', report: { type: 'accepted' as const }, ageMs },
        { reportId: 'r2', orderId: 'o1', report: { type: 'note' as const, note: '到了' }, ageMs: 2_000 },
      ];
      const place = { latitude: 29.8, longitude: 114.3, accuracyM: 9 };
      await parts.orders.report('ann', [{ ...wrong, place }, right]);
      const steps = await parts.repository.steps('o1');
      const [accepted, noted] = ['accepted', 'noted'].map((name) =>
        steps.find(({ action }) => action === name),
      );
      expect(accepted).toMatchObject({ happenedAtMs: 3_600_000, position: { atMs: 3_600_000 } });
      expect(noted).toMatchObject({ happenedAtMs: 3_603_000 });
    },
  );

  test('of an order of somebody else, or of none, are refused', async () => {
    const parts = await stage();
    await dispatchedOrder(parts);
    expect(await parts.report('zhang', { type: 'accepted' })).toMatchObject({ refusal: 'not_yours' });
    expect(await parts.report('ann', { type: 'accepted' }, 'r2', 'o9')).toMatchObject({
      refusal: 'no_such_order',
    });
  });

  test('a rejection gives the order back to the desk', async () => {
    const parts = await stage();
    await dispatchedOrder(parts);
    await parts.report('ann', { type: 'rejected', reason: 'busy' });
    expect(parts.changes.at(-1)).toMatchObject({ state: 'created', rejections: [{ squadId: 'wenquan' }] });
  });
});

test('what a phone reports waits for one of the orders that a desk writes at the same moment, not for all', async () => {
  const parts = await stage();
  await dispatchedOrder(parts);
  const flood = Array.from({ length: 50 }, (_, index) =>
    parts.orders.create({ orderId: `n${index}`, content: { ...content, alertId: `n${index}` }, crew }, wang),
  );
  await parts.report('ann', { type: 'accepted' });
  expect(parts.orders.open().length).toBeLessThan(5);
  expect((await Promise.all(flood)).every(({ ok }) => ok)).toBe(true);
});

test('an order that nobody accepts is escalated, also by a hub that started meanwhile', async () => {
  const parts = await stage();
  await dispatchedOrder(parts);
  await vi.advanceTimersByTimeAsync(defaultOrderTimes.ringAgainMs + 100);
  expect(parts.orders.open()[0]).toMatchObject({ escalation: 1 });
  parts.orders.close();
  const restarted = parts.make();
  await restarted.load();
  await vi.advanceTimersByTimeAsync(defaultOrderTimes.askSupervisorMs);
  expect(restarted.open()[0]).toMatchObject({ escalation: 3, isOverdue: true });
});

test('that a phone was connected counts as sent, once', async () => {
  const parts = await stage();
  await dispatchedOrder(parts);
  parts.orders.phoneJoined('ann');
  parts.orders.phoneJoined('ann');
  await vi.advanceTimersByTimeAsync(1);
  expect(parts.orders.open()[0]?.deliveries).toMatchObject([{ memberId: 'ann', sentAtMs: 0 }]);
  expect(parts.repository.changes).toHaveLength(2);
});

test('who is ranked is who works for the squads that the officer may direct', async () => {
  const parts = await stage();
  const { candidates } = parts.orders.rank(
    { place: content.place, skill: undefined },
    ({ squadId }) => squadId === 'yongan',
  );
  expect(candidates.map(({ memberId }) => memberId)).toEqual(['zhang']);
});
