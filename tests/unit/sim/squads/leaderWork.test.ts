import { expect, it } from 'vitest';
import { newOrder, transitionOrder, type OrderEvent } from '../../../../src-shared/orders/order.ts';
import { orderSchema, type Order } from '../../../../src-shared/orders/orders.protocol.ts';
import { createLeaderWork } from '../../../../src-sim/squads/leader/leaderWork.ts';

const place = { name: '一店', latitude: 29.85, longitude: 114.33 };

/** The leader's page as far as it counts: its keys move the order, and it keeps the order as the hub has it. */
function stage() {
  let nowMs = 0;
  let order: Order = orderSchema.parse({
    ...newOrder(0),
    orderId: 'o1',
    number: '7-001',
    createdBy: '王芳',
    kind: 'alert',
    priority: 1,
    place,
    instructions: '',
    checklist: [],
  });
  const move = (event: OrderEvent): void => {
    const moved = transitionOrder(order, event, nowMs);
    if (!moved.ok) throw new Error(moved.reason);
    order = { ...order, ...moved.state };
  };
  move({ type: 'dispatched', by: '王芳', squadId: 'wenquan', memberIds: ['ann'], inChargeId: 'ann' });
  const did: string[] = [];
  const work = createLeaderWork({
    memberId: 'ann',
    pace: 1,
    random: () => 0,
    page: {
      press(selector) {
        did.push(selector);
        const step = /^\[data-step=(accepted|enRoute|onScene)\]$/.exec(selector)?.[1];
        if (step !== undefined) move({ type: step as 'accepted', by: 'ann' });
        return Promise.resolve(true);
      },
      addPhotograph(number) {
        did.push(`photograph of ${number}`);
        return Promise.resolve(true);
      },
    },
  });
  const spoken: string[] = [];
  return {
    did,
    spoken,
    work,
    async pass(ms: number) {
      for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 500) {
        work.take(JSON.stringify({ memberId: 'ann', orders: [order, 'damaged'] }));
        await work.work(nowMs);
        work.placeAt(nowMs, { latitude: 29.84, longitude: 114.32 });
        const group = work.groupToAnswer();
        if (group !== undefined) spoken.push(`${group} ${order.state}`);
        if (did.some((one) => one.startsWith('[data-choice='))) return;
      }
    },
  };
}

it('a leader works the order by the keys of the page, and reports by voice when it goes and when it is there', async () => {
  const { did, spoken, pass } = stage();
  await pass(240_000);
  expect(did).toEqual([
    '[data-step=accepted]',
    '[data-step=enRoute]',
    '[data-step=onScene]',
    'photograph of 7-001',
    '[data-step=cleared]',
    '[data-choice=corrected_on_spot]',
  ]);
  expect(spoken).toEqual(['order:o1 accepted', 'order:o1 on_scene']);
});

it('a leader without an order does nothing, and goes on with the round', async () => {
  const { work } = stage();
  work.take(undefined);
  await work.work(1_000_000);
  expect(work.placeAt(1_000_000, place)).toBeUndefined();
  expect(work.groupToAnswer()).toBeUndefined();
});
