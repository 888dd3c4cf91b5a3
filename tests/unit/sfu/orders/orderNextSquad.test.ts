import { describe, expect, test, vi } from 'vitest';
import { defaultOrderTimes } from '../../../../src-shared/orders/order.ts';
import { content, stageOrders, wang } from './ordersStage.ts';

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const { askNextSquadMs, askSupervisorMs } = defaultOrderTimes;

async function stage() {
  const parts = await stageOrders();
  parts.settings.asksNextSquadItself = true;
  await parts.dispatched();
  const squads = async () =>
    (await parts.repository.steps('o1'))
      .filter(({ action }) => action === 'passedOn')
      .map(({ squadId, actor }) => `${actor}: ${squadId}`);
  return { ...parts, squads };
}

describe('an order that nobody accepts', () => {
  test('is not given to another squad by the hub, where that is not switched on', async () => {
    const parts = await stage();
    parts.settings.asksNextSquadItself = false;
    await wait(askSupervisorMs + 100);
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'wenquan', escalation: 3 });
    expect(await parts.squads()).toEqual([]);
  });

  test('goes to the next squad, each once, and then to the supervisor', async () => {
    const parts = await stage();
    await wait(askNextSquadMs + 100);
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'xinan', inChargeId: 'chen', escalation: 0 });
    await wait(askNextSquadMs + 100);
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'yongan', inChargeId: 'zhang' });
    await wait(askSupervisorMs + 200);
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'yongan', escalation: 3, isOverdue: true });
    expect(await parts.squads()).toEqual(['hub: xinan', 'hub: yongan']);
  });

  test('goes to the squad of its district first, though another comes before by name', async () => {
    const parts = await stage();
    parts.homes.set('xinan', ['赤壁市']);
    parts.homes.set('yongan', ['咸安区']);
    // Ann has the order already.
    expect(
      parts.orders.rank({ place: content.place, skill: undefined }, () => true).candidates,
    ).toMatchObject([
      { memberId: 'zhang', district: '咸安区', reasons: expect.arrayContaining(['home_district']) },
      { memberId: 'bo' },
      { memberId: 'chen', reasons: expect.arrayContaining(['other_district']) },
      { memberId: 'ann' },
    ]);
    await wait(askNextSquadMs + 100);
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'yongan', inChargeId: 'zhang' });
  });

  test('is not kept from a squad by orders that it has cleared', async () => {
    const parts = await stage();
    const members = ['zhang', 'chen'];
    for (const [index, memberId] of members.entries()) {
      const orderId = `earlier${index}`;
      const sent = { memberIds: [memberId], inChargeId: memberId };
      await parts.orders.create({ orderId, content: { ...content, alertId: undefined }, crew: sent }, wang);
      if (memberId === 'zhang') continue;
      await parts.report(memberId, { type: 'onScene' }, `${orderId}there`, orderId);
      const cleared = { type: 'cleared', disposition: 'no_violation' } as const;
      expect(await parts.report(memberId, cleared, `${orderId}done`, orderId)).toMatchObject({
        applied: true,
      });
    }
    const { candidates } = parts.orders.rank({ place: content.place, skill: undefined }, () => true);
    const loads = Object.fromEntries(candidates.map(({ memberId, load }) => [memberId, load]));
    expect(loads).toMatchObject({ zhang: 1, chen: 0 });
  });

  test('goes to as many further squads as the settings allow', async () => {
    const parts = await stage();
    parts.settings.nextSquadsAtMost = 1;
    await wait(2 * askNextSquadMs + askSupervisorMs);
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'xinan', escalation: 3 });
  });

  test('does not go to who is off duty, unavailable or not connected, nor to another member of the same squad', async () => {
    const parts = await stage();
    for (const member of parts.members) {
      if (member.memberId === 'zhang') member.isConnected = false;
      if (member.memberId === 'chen') member.duty = { status: 'off_duty', sinceMs: 0 };
    }
    await wait(askSupervisorMs + 100);
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'wenquan', escalation: 3 });
  });

  test('goes on at once when a squad rejects it, never back to that one', async () => {
    const parts = await stage();
    await parts.report('ann', { type: 'rejected', reason: 'busy' });
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'xinan', state: 'dispatched' });
    await parts.report('chen', { type: 'rejected', reason: 'too_far' }, 'r2');
    await parts.report('zhang', { type: 'rejected', reason: 'too_far' }, 'r3');
    expect(parts.orders.openOne('o1')).toMatchObject({ state: 'created' });
    expect(await parts.squads()).toEqual(['hub: xinan', 'hub: yongan']);
    // Nobody is left: it is overdue at the desk after its time.
    await wait(defaultOrderTimes.giveMs + 100);
    expect(parts.orders.openOne('o1')).toMatchObject({ state: 'created', isOverdue: true });
  });

  test('stays with a squad that accepts it, and with whom an officer chose', async () => {
    const parts = await stage();
    await wait(askNextSquadMs + 100);
    await parts.report('chen', { type: 'accepted' });
    await wait(askSupervisorMs + 100);
    expect(parts.orders.openOne('o1')).toMatchObject({ squadId: 'xinan', state: 'accepted' });
  });
});
