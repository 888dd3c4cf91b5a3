import { describe, expect, test, vi } from 'vitest';
import { defaultOrderTimes } from '../../../../src-shared/orders/order.ts';
import type { OrderDeed } from '../../../../src-shared/orders/orders.protocol.ts';
import { li, stageOrders, wang } from './ordersStage.ts';

type Stage = Awaited<ReturnType<typeof stageOrders>>;

/** Adds members to `o1` on the revision that it has now. */
const add = (parts: Stage, memberIds: string[], commandId = 'add', revision?: number) =>
  parts.orders.direct(
    {
      commandId,
      orderId: 'o1',
      revision: revision ?? parts.orders.openOne('o1')?.revision ?? 0,
      deed: { type: 'add', memberIds },
    },
    wang,
  );
const steps = async (parts: Stage) =>
  (await parts.repository.steps('o1')).map(({ action, squadId, memberIds }) => ({
    action,
    squadId,
    memberIds,
  }));

describe('members who are added to a running order', () => {
  test('go too, of any squad, once however often the command comes; the order stays its squad’s', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await parts.report('ann', { type: 'accepted' });
    const { revision } = parts.orders.openOne('o1') ?? { revision: 0 };
    const added = await add(parts, ['zhang', 'bo', 'zhang'], 'k', revision);
    expect(added).toMatchObject({
      ok: true,
      data: {
        order: {
          state: 'accepted',
          squadId: 'wenquan',
          inChargeId: 'ann',
          memberIds: ['ann', 'zhang', 'bo'],
        },
      },
    });
    expect(await add(parts, ['zhang', 'bo', 'zhang'], 'k', revision)).toEqual(added);
    expect(await steps(parts)).toEqual([
      { action: 'created', squadId: undefined, memberIds: undefined },
      { action: 'dispatched', squadId: 'wenquan', memberIds: ['ann'] },
      { action: 'accepted', squadId: undefined, memberIds: undefined },
      { action: 'joined', squadId: 'yongan', memberIds: ['zhang'] },
      { action: 'joined', squadId: 'wenquan', memberIds: ['bo'] },
    ]);
    expect(parts.orders.ofMember('zhang')).toHaveLength(1);
    expect(parts.repository.changes.at(-1)?.audit).toMatchObject({
      action: 'orders:direct',
      detail: { action: 'joined', memberIds: ['zhang', 'bo'] },
    });
  });

  test('clear nothing before they report to be there, and are answered why', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await parts.report('ann', { type: 'onScene' });
    await add(parts, ['zhang']);
    const clear = { type: 'cleared', disposition: 'no_violation' } as const;
    expect(await parts.report('zhang', clear, 'z1')).toMatchObject({ refusal: 'not_there' });
    expect(await parts.report('zhang', { type: 'onScene' }, 'z2')).toMatchObject({ applied: true });
    expect(await parts.report('zhang', { type: 'onScene' }, 'z3')).toMatchObject({ refusal: 'already' });
    expect(await parts.report('zhang', clear, 'z1')).toMatchObject({ refusal: 'not_there' });
    expect(await parts.report('zhang', clear, 'z4')).toMatchObject({ applied: true });
  });

  test('have it proved: sent, delivered, shown and accepted, each by the own phone', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await parts.report('ann', { type: 'onScene' });
    await add(parts, ['zhang']);
    parts.orders.phoneJoined('zhang');
    await vi.waitFor(() => expect(parts.orders.openOne('o1')?.deliveries[1]?.sentAtMs).toBeTypeOf('number'));
    for (const [index, type] of (['delivered', 'shown', 'accepted'] as const).entries()) {
      expect(await parts.report('zhang', { type }, `z${index}`)).toMatchObject({ applied: true });
    }
    expect(await parts.report('zhang', { type: 'accepted' }, 'z9')).toMatchObject({ refusal: 'already' });
    expect(parts.orders.openOne('o1')).toMatchObject({
      state: 'on_scene',
      accepted: { by: 'ann' },
      deliveries: [
        { memberId: 'ann' },
        {
          memberId: 'zhang',
          joined: { squadId: 'yongan', by: '王芳' },
          deliveredAtMs: expect.any(Number),
          shownAtMs: expect.any(Number),
          acceptedAtMs: expect.any(Number),
        },
      ],
    });
  });

  test('say that they are there each with a line of the history, and the step of the order stays', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await parts.report('ann', { type: 'onScene' });
    await add(parts, ['zhang']);
    const { sinceMs, onScene } = parts.orders.openOne('o1') ?? {};
    await parts.report('zhang', { type: 'accepted' }, 'z1');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await parts.report('zhang', { type: 'onScene' }, 'z2')).toMatchObject({ applied: true });
    expect(await parts.report('zhang', { type: 'onScene' }, 'z3')).toMatchObject({ refusal: 'already' });
    expect(parts.orders.openOne('o1')).toMatchObject({ state: 'on_scene', sinceMs, onScene });
    expect(parts.orders.openOne('o1')?.deliveries[1]).toMatchObject({ arrivedAtMs: 5_000 });
    expect((await parts.repository.steps('o1')).at(-1)).toMatchObject({
      action: 'onScene',
      actor: 'zhang',
      memberId: 'zhang',
    });
  });

  test('who cannot come leaves it to the others, and no next squad is asked for that', async () => {
    const parts = await stageOrders();
    parts.settings.asksNextSquadItself = true;
    await parts.dispatched();
    await add(parts, ['zhang']);
    expect(await parts.report('zhang', { type: 'rejected', reason: 'too_far' }, 'z')).toMatchObject({
      applied: true,
    });
    expect(parts.orders.openOne('o1')).toMatchObject({
      state: 'dispatched',
      squadId: 'wenquan',
      memberIds: ['ann'],
      declined: [{ memberId: 'zhang', squadId: 'yongan', reason: 'too_far' }],
    });
    expect((await steps(parts)).at(-1)).toMatchObject({ action: 'declined' });
    expect(await parts.report('zhang', { type: 'onScene' }, 'z2')).toMatchObject({ refusal: 'not_yours' });
  });

  test('are rung for again once, with their names in the history', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await parts.report('ann', { type: 'onScene' });
    await add(parts, ['zhang']);
    await vi.advanceTimersByTimeAsync(2 * defaultOrderTimes.ringAgainMs);
    const rung = (await steps(parts)).filter(({ action }) => action === 'rangAgain');
    expect(rung).toEqual([{ action: 'rangAgain', squadId: undefined, memberIds: ['zhang'] }]);
    expect(parts.orders.openOne('o1')).toMatchObject({ escalation: 0, isOverdue: false });
  });

  test.each<[string, OrderDeed | undefined, string[], string]>([
    ['members who go already', undefined, ['ann'], 'orders.members_go_already'],
    ['a member who was removed', undefined, ['zhang', 'eve'], 'orders.no_such_member'],
    [
      'members for an order that ended',
      { type: 'cancel', reason: '误报' },
      ['zhang'],
      'orders.already_ended',
    ],
  ])('are refused: %s', async (_what, first, memberIds, reason) => {
    const parts = await stageOrders();
    const { revision } = await parts.dispatched();
    if (first !== undefined)
      await parts.orders.direct({ commandId: 'f', orderId: 'o1', revision, deed: first }, wang);
    const now = (await parts.orders.find('o1'))?.revision;
    expect(await add(parts, memberIds, 'k', now)).toMatchObject({ ok: false, reason });
  });

  test('are refused for an order that nobody has', async () => {
    const parts = await stageOrders();
    const { revision } = await parts.dispatched();
    await parts.report('ann', { type: 'rejected', reason: 'busy' });
    expect(await add(parts, ['zhang'], 'k', revision + 1)).toMatchObject({
      reason: 'orders.step_cannot_follow',
    });
  });

  test('are refused on an old revision, with who changed what and when', async () => {
    const parts = await stageOrders();
    const { revision } = await parts.dispatched();
    await parts.orders.direct(
      {
        commandId: 'l',
        orderId: 'o1',
        revision,
        deed: { type: 'reassign', crew: { memberIds: ['chen'], inChargeId: 'chen' }, reason: '更近' },
      },
      li,
    );
    // What a phone reports of itself is not what somebody wants to know.
    await parts.report('chen', { type: 'shown' }, 'c');
    expect(await add(parts, ['zhang'], 'k', revision)).toMatchObject({
      ok: false,
      code: 'conflict',
      reason: 'orders.changed_meanwhile',
      parameters: { number: '7-001', who: '李强', action: 'reassigned', atMs: 0, revision: revision + 2 },
    });
    expect(parts.orders.openOne('o1')?.memberIds).toEqual(['chen']);
  });

  test('of another squad stay when a leader sends another of the own squad, and the leader of theirs cannot', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await add(parts, ['zhang']);
    const place = { latitude: 29.84, longitude: 114.32, accuracyM: 8 };
    const lead = (leaderId: string) =>
      parts.orders.lead(
        {
          commandId: leaderId,
          orderId: 'o1',
          revision: parts.orders.openOne('o1')?.revision ?? 0,
          deed: { type: 'reassign', crew: { memberIds: ['bo'], inChargeId: 'bo' }, reason: '换人' },
          place,
        },
        leaderId,
      );
    expect(await lead('zhang')).toMatchObject({ reason: 'orders.not_of_your_squad' });
    expect(await lead('ann')).toMatchObject({ data: { order: { memberIds: ['bo', 'zhang'] } } });
    expect((await steps(parts)).at(-1)).toMatchObject({ action: 'reassigned', memberIds: ['bo', 'zhang'] });
    // Where the leader was when that was decided.
    expect((await parts.repository.steps('o1')).at(-1)?.position).toEqual({ ...place, atMs: 0 });
  });

  test('of another squad wait for the next squad when the squad rejects it, and the history names who went with it', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await add(parts, ['zhang', 'bo']);
    const direct = async (deed: OrderDeed) =>
      parts.orders.direct(
        { commandId: deed.type, orderId: 'o1', revision: parts.orders.openOne('o1')?.revision ?? 0, deed },
        wang,
      );
    await parts.report('ann', { type: 'rejected', reason: 'busy' }, 'n');
    expect(parts.orders.openOne('o1')).toMatchObject({ state: 'created', memberIds: ['zhang'] });
    expect((await steps(parts)).at(-1)).toMatchObject({ action: 'rejected', memberIds: ['ann', 'bo'] });
    expect(parts.orders.ofMember('zhang')).toHaveLength(1);
    await direct({ type: 'dispatch', crew: { memberIds: ['chen'], inChargeId: 'chen' } });
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'xinan', memberIds: ['chen', 'zhang'] });
    expect((await steps(parts)).at(-1)).toMatchObject({
      action: 'dispatched',
      memberIds: ['chen', 'zhang'],
    });
    const rejected = await parts.orders.lead(
      {
        commandId: 'l',
        orderId: 'o1',
        revision: parts.orders.openOne('o1')?.revision ?? 0,
        deed: { type: 'reject', reason: 'too_far' },
      },
      'chen',
    );
    expect(rejected).toMatchObject({ data: { order: { memberIds: ['zhang'] } } });
    expect((await steps(parts)).at(-1)).toMatchObject({ action: 'rejected', memberIds: ['chen'] });
  });

  test('of another squad go with the squad that the hub asks after a rejection', async () => {
    const parts = await stageOrders();
    parts.settings.asksNextSquadItself = true;
    await parts.dispatched();
    await add(parts, ['zhang']);
    await parts.report('ann', { type: 'rejected', reason: 'busy' }, 'n');
    expect(parts.orders.openOne('o1')).toMatchObject({
      state: 'dispatched',
      squadId: 'xinan',
      memberIds: ['chen', 'zhang'],
    });
    expect((await steps(parts)).at(-1)).toMatchObject({ action: 'passedOn', memberIds: ['chen', 'zhang'] });
  });

  test('are taken off by the desk, once however often the command comes, also where they are members no more', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await parts.report('ann', { type: 'accepted' });
    await add(parts, ['zhang', 'bo']);
    const { revision } = parts.orders.openOne('o1') ?? { revision: 0 };
    parts.members.splice(
      parts.members.findIndex(({ memberId }) => memberId === 'bo'),
      1,
    );
    const remove = (memberIds: string[], commandId: string, seen = revision) =>
      parts.orders.direct(
        { commandId, orderId: 'o1', revision: seen, deed: { type: 'remove', memberIds } },
        wang,
      );
    for (const wrong of [['ann'], ['zhang', 'ann'], ['chen']]) {
      expect(await remove(wrong, 'w')).toMatchObject({
        code: 'conflict',
        reason: 'orders.members_not_added',
        parameters: { number: '7-001' },
      });
    }
    const removed = await remove(['zhang', 'bo', 'zhang'], 'r');
    expect(removed).toMatchObject({
      data: { order: { state: 'accepted', memberIds: ['ann'], inChargeId: 'ann' } },
    });
    expect(await remove(['zhang', 'bo', 'zhang'], 'r')).toEqual(removed);
    expect(await remove(['zhang'], 'late')).toMatchObject({ reason: 'orders.changed_meanwhile' });
    expect((await steps(parts)).filter(({ action }) => action === 'removed')).toEqual([
      { action: 'removed', squadId: undefined, memberIds: ['zhang', 'bo'] },
    ]);
    expect(parts.orders.ofMember('zhang')).toEqual([]);
    expect(await parts.report('zhang', { type: 'onScene' }, 'z')).toMatchObject({ refusal: 'not_yours' });
    expect(parts.changes.at(-1)?.deliveries.map(({ memberId }) => memberId)).toEqual(['ann']);
  });

  test('are there again after a restart, and what was known of each phone', async () => {
    const parts = await stageOrders();
    await parts.dispatched();
    await add(parts, ['zhang']);
    await parts.report('zhang', { type: 'accepted' }, 'z');
    const next = parts.make();
    await next.load();
    expect(next.openOne('o1')).toEqual(parts.orders.openOne('o1'));
  });
});
