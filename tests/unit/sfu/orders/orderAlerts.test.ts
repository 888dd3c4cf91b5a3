import { describe, expect, test, vi } from 'vitest';
import { content, crew, stageOrders, wang } from './ordersStage.ts';
import type { Disposition } from '../../../../src-shared/orders/order.ts';
import type { OrderDeed } from '../../../../src-shared/orders/orders.protocol.ts';

const settle = () => vi.advanceTimersByTimeAsync(1);

async function clearedOrder(disposition: Disposition) {
  const parts = await stageOrders();
  await parts.dispatched();
  await parts.report('ann', { type: 'onScene' });
  await parts.report('ann', { type: 'cleared', disposition }, 'r2');
  const direct = async (deed: OrderDeed) =>
    parts.orders.direct(
      { commandId: 'k', orderId: 'o1', revision: parts.orders.openOne('o1')?.revision ?? 0, deed },
      wang,
    );
  return { ...parts, direct };
}

describe('the alert of an order', () => {
  test('is dispatched with it, by who wrote the order', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await settle();
    expect(parts.worked).toEqual([
      { alertId: 'a1', officer: wang, deed: { type: 'dispatch', orderId: 'o1' } },
    ]);
    expect(await parts.repository.alertsToChange()).toEqual([]);
  });

  test.each<[Disposition, object]>([
    ['corrected_on_spot', { type: 'resolve' }],
    ['to_be_corrected', { type: 'resolve' }],
    ['no_violation', { type: 'resolve' }],
    ['other', { type: 'resolve' }],
    ['false_alarm', { type: 'callFalse', reason: 'other' }],
    ['no_access', { type: 'endOrder', orderId: 'o1' }],
  ])('follows an order that is closed with %s', async (disposition, deed) => {
    const parts = await clearedOrder(disposition);
    expect(await parts.direct({ type: 'close' })).toMatchObject({ ok: true });
    await settle();
    expect(parts.worked.at(-1)).toEqual({ alertId: 'a1', officer: wang, deed });
  });

  test.each<[OrderDeed, object]>([
    [
      { type: 'close', alert: 'callFalse' },
      { type: 'callFalse', reason: 'other' },
    ],
    [
      { type: 'close', alert: 'giveBack' },
      { type: 'endOrder', orderId: 'o1' },
    ],
    [
      { type: 'cancel', reason: '误派' },
      { type: 'endOrder', orderId: 'o1' },
    ],
    [
      { type: 'cancel', reason: '误报', alert: 'callFalse' },
      { type: 'callFalse', reason: 'other' },
    ],
    [{ type: 'cancel', reason: '已整改', alert: 'resolve' }, { type: 'resolve' }],
  ])('becomes what the officer chose: %j', async (chosen, deed) => {
    const parts = await clearedOrder('corrected_on_spot');
    await parts.direct(chosen);
    await settle();
    expect(parts.worked.at(-1)).toEqual({ alertId: 'a1', officer: wang, deed });
  });

  test('is left alone by notes and steps, and by an order that comes from none', async () => {
    const parts = await stageOrders();
    const { alertId: _none, ...withoutAlert } = content;
    await parts.orders.create({ orderId: 'o1', content: withoutAlert, crew }, wang);
    const cancel = { type: 'cancel' as const, reason: '误派' };
    await parts.orders.direct({ commandId: 'k', orderId: 'o1', revision: 2, deed: cancel }, wang);
    await settle();
    expect(parts.worked).toEqual([]);
  });

  test('a note on an order that is ended does nothing to it again', async () => {
    const parts = await clearedOrder('corrected_on_spot');
    await parts.direct({ type: 'close' });
    await settle();
    const before = parts.worked.length;
    const note = { type: 'note' as const, note: '补记' };
    expect(
      await parts.orders.direct({ commandId: 'k2', orderId: 'o1', revision: 1, deed: note }, wang),
    ).toMatchObject({ ok: true, data: { order: { state: 'closed' } } });
    await settle();
    expect(parts.worked).toHaveLength(before);
  });

  test('that could not be stored is changed later, also by the next hub', async () => {
    const parts = await clearedOrder('corrected_on_spot');
    await settle();
    parts.workAlert.mockRejectedValueOnce(new Error('disk full'));
    await parts.direct({ type: 'close' });
    await settle();
    expect(await parts.repository.alertsToChange()).toMatchObject([{ orderId: 'o1' }]);
    parts.orders.close();
    parts.worked.length = 0;
    await parts.make().load();
    expect(parts.worked).toMatchObject([{ deed: { type: 'resolve' } }]);
    expect(await parts.repository.alertsToChange()).toEqual([]);
  });

  test('that could not be stored is tried again by the same hub', async () => {
    const parts = await clearedOrder('corrected_on_spot');
    await settle();
    parts.workAlert.mockRejectedValueOnce(new Error('disk full'));
    await parts.direct({ type: 'close' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(parts.worked.at(-1)).toMatchObject({ deed: { type: 'resolve' } });
    expect(await parts.repository.alertsToChange()).toEqual([]);
  });
});

describe('a supervisor', () => {
  const override = (
    parts: Awaited<ReturnType<typeof stageOrders>>,
    to: 'accepted' | 'en_route' | 'on_scene' | 'cleared' | 'closed',
    commandId: string = to,
  ) =>
    parts.orders.override(
      { commandId, orderId: 'o1', revision: parts.orders.openOne('o1')?.revision ?? 0, to, reason: '无手机' },
      wang,
    );

  test('takes the steps of a squad without a phone, each in the history with the reason', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    for (const to of ['accepted', 'en_route', 'on_scene', 'cleared', 'closed'] as const) {
      expect(await override(parts, to)).toMatchObject({ ok: true, data: { order: { state: to } } });
    }
    const steps = (await parts.repository.steps('o1')).filter(({ action }) => action === 'overridden');
    expect(steps.map(({ to, reason, actor }) => [to, reason, actor])).toEqual(
      ['accepted', 'en_route', 'on_scene', 'cleared', 'closed'].map((to) => [to, '无手机', '王芳']),
    );
    await settle();
    expect(parts.worked.at(-1)).toMatchObject({ deed: { type: 'resolve' } });
  });

  test('closes what is not cleared, also what was given to nobody; never goes back', async () => {
    const parts = await stageOrders();
    await parts.orders.create({ orderId: 'o1', content }, wang);
    expect(await override(parts, 'on_scene')).toMatchObject({
      ok: false,
      reason: 'orders.step_cannot_follow',
    });
    expect(await override(parts, 'closed')).toMatchObject({ ok: true });
    expect(await override(parts, 'closed', 'again')).toMatchObject({
      ok: false,
      reason: 'orders.changed_meanwhile',
    });
    const other = await stageOrders();
    await other.dispatched();
    await other.report('ann', { type: 'onScene' });
    expect(await override(other, 'accepted')).toMatchObject({
      ok: false,
      reason: 'orders.step_cannot_follow',
    });
    expect(await override(other, 'closed')).toMatchObject({ ok: true });
  });

  test('a repeat changes nothing more, and an old revision is refused', async () => {
    const parts = await stageOrders();
    const { revision } = await parts.dispatched();
    const command = { commandId: 'k', orderId: 'o1', revision, to: 'on_scene' as const, reason: '无手机' };
    const first = await parts.orders.override(command, wang);
    expect(await parts.orders.override(command, wang)).toEqual(first);
    expect(await parts.orders.override({ ...command, commandId: 'k2', to: 'closed' }, wang)).toMatchObject({
      ok: false,
      reason: 'orders.changed_meanwhile',
    });
  });
});

test('steps have the revision that they made, so that a desk can say what changed', async () => {
  const parts = await stageOrders();
  const { revision } = await parts.dispatched();
  await parts.report('ann', { type: 'accepted' });
  const since = (await parts.repository.steps('o1')).filter((step) => (step.revision ?? 0) > revision);
  expect(since).toMatchObject([{ action: 'accepted', actor: 'ann' }]);
});

test('an order whose members were removed is still there and can be given to others', async () => {
  const parts = await stageOrders();
  const { revision } = await parts.dispatched();
  parts.members.splice(0, 2);
  expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'wenquan', memberIds: ['ann'] });
  const deed = {
    type: 'reassign' as const,
    crew: { memberIds: ['zhang'], inChargeId: 'zhang' },
    reason: '原中队已撤销',
  };
  expect(await parts.orders.direct({ commandId: 'k', orderId: 'o1', revision, deed }, wang)).toMatchObject({
    ok: true,
    data: { order: { squadId: 'yongan', deliveries: [{ memberId: 'zhang' }] } },
  });
});
