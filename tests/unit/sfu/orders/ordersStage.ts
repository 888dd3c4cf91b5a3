import { vi } from 'vitest';
import {
  createOrdersInMemory,
  type PendingAlertDeed,
} from '../../../../src-sfu/features/orders/orders.repository.ts';
import type { District } from '../../../../src-shared/cameras/cameras.protocol.ts';
import { createOrdersService } from '../../../../src-sfu/features/orders/orders.service.ts';
import { defaultOrderTimes, type OrderTimes } from '../../../../src-shared/orders/order.ts';
import type { Order, OrderContent } from '../../../../src-shared/orders/orders.protocol.ts';
import type { Member } from '../../../../src-shared/squads/squads.protocol.ts';

export const content: OrderContent = {
  kind: 'alert',
  priority: 1,
  place: { name: '温泉一小食堂', district: '咸安区', latitude: 29.84, longitude: 114.32 },
  instructions: '查看灶台',
  checklist: [{ itemId: 'photo', text: '拍照', isDone: false }],
  alertId: 'a1',
};
export const crew = { memberIds: ['ann'], inChargeId: 'ann' };
export const wang = { id: 'wang', name: '王芳' };
export const li = { id: 'li', name: '李强' };

function memberOf(memberId: string, squadId: string): Member {
  return {
    memberId,
    squadId,
    name: memberId,
    duty: { status: 'available', sinceMs: 0 },
    isConnected: true,
    bodyCam: { state: 'off', sinceMs: 0 },
  };
}

/** A service over a store in memory, with the clock of the test: it starts at `startMs` and can be set. */
export async function stageOrders({ startMs = 0 }: { startMs?: number } = {}) {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const repository = createOrdersInMemory();
  const members = [
    memberOf('ann', 'wenquan'),
    memberOf('bo', 'wenquan'),
    memberOf('zhang', 'yongan'),
    memberOf('chen', 'xinan'),
  ];
  /** Home districts, by squad. */
  const homes = new Map<string, District[]>();
  const settings = {
    asksNextSquadItself: false,
    nextSquadsAtMost: 2,
    times: defaultOrderTimes as OrderTimes,
    /** Of orders from an alert of a rat, where they have times of their own. */
    ratTimes: undefined as OrderTimes | undefined,
  };
  const clock = { aheadMs: startMs };
  const worked: PendingAlertDeed[] = [];
  const workAlert = vi.fn((_orderId: string, deed: PendingAlertDeed) => {
    worked.push(deed);
    return Promise.resolve();
  });
  const make = () =>
    createOrdersService({
      repository,
      members: () => members,
      member: (memberId) => members.find((one) => one.memberId === memberId),
      homeOf: (squadId) => homes.get(squadId),
      timesOf: ({ alertKindId }) => (alertKindId === 'rat' ? settings.ratTimes : undefined) ?? settings.times,
      settings: () => settings,
      alertKindOf: (alertId) => Promise.resolve(alertId === 'a1' ? 'rat' : undefined),
      workAlert,
      dayOf: () => '2026-11-07',
      logger: { error: vi.fn() } as never,
      nowMs: () => performance.now() + clock.aheadMs,
    });
  const orders = make();
  await orders.load();
  const changes: Order[] = [];
  orders.onChanged((order) => void changes.push(order));
  const report = async (
    memberId: string,
    report: Parameters<typeof orders.report>[1][number]['report'],
    reportId = 'r1',
    orderId = 'o1',
  ) => (await orders.report(memberId, [{ reportId, orderId, report, ageMs: 0 }])).results[0];
  /** The order `o1` for Ann of the Wenquan squad. */
  const dispatched = async (): Promise<Order> => {
    const answer = await orders.create({ orderId: 'o1', content, crew }, wang);
    if (!answer.ok) throw new Error(answer.message);
    return answer.data.order;
  };
  return {
    orders,
    repository,
    make,
    changes,
    report,
    dispatched,
    members,
    homes,
    settings,
    clock,
    worked,
    workAlert,
  };
}
