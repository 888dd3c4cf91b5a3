import { orderSchema, type Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { RandomSource } from '../../random.ts';
import type { GroundPoint } from '../ground.ts';
import { createOrderWork } from '../orderWork.ts';
import { drawScene } from '../scenePhotograph.ts';
import type { LeaderPage } from './leaderPage.ts';

/** The leader's order, worked by the keys of the page. */
export interface LeaderWork {
  /** `keptOrders` is what the page keeps of the member's orders. */
  take(keptOrders: string | undefined): void;
  /** Does what is due now. */
  work(nowMs: number): Promise<void>;
  /** Where the leader is for an order; undefined while none is under way. */
  placeAt: ReturnType<typeof createOrderWork>['placeAt'];
  /** The talk group of an order in which the leader has to say something now: once when it goes, and once when it is there. */
  groupToAnswer(): string | undefined;
}

export interface LeaderWorkOptions {
  memberId: string;
  page: Pick<LeaderPage, 'press' | 'addPhotograph'>;
  random: RandomSource;
  /** The share of the usual time that a step takes. */
  pace: number;
}

/** At which steps the leader reports by voice. */
const spokenStates: readonly Order['state'][] = ['accepted', 'on_scene'];

export function createLeaderWork({ memberId, page, random, pace }: LeaderWorkOptions): LeaderWork {
  const work = createOrderWork(memberId, random, pace);
  const spoken = new Set<string>();
  let kept: string | undefined;
  let orders: Order[] = [];

  const photograph = async (nowMs: number): Promise<void> => {
    const orderId = work.photographDue(nowMs);
    const order = orders.find((one) => one.orderId === orderId);
    if (orderId === undefined || order === undefined) return;
    if (await page.addPhotograph(order.number, await drawScene(random))) work.photographed(orderId);
  };

  return {
    take(keptOrders) {
      if (keptOrders === kept) return;
      kept = keptOrders;
      orders = readOrders(keptOrders);
      work.take(orders);
    },
    async work(nowMs) {
      await photograph(nowMs);
      const due = work.due(nowMs);
      if (due === undefined) return;
      const { orderId, report } = due;
      // The page reports by itself what it shows.
      if (report.type === 'shown') return work.reported(orderId, report);
      if (!(await page.press(`[data-step=${report.type}]`))) return;
      if (report.type === 'cleared') await page.press(`[data-choice=${report.disposition}]`);
    },
    placeAt: (nowMs: number, patrolPlace: GroundPoint) => work.placeAt(nowMs, patrolPlace),
    groupToAnswer() {
      for (const { orderId, state, memberIds } of orders) {
        const key = `${orderId} ${state}`;
        if (!memberIds.includes(memberId) || !spokenStates.includes(state) || spoken.has(key)) continue;
        spoken.add(key);
        return `order:${orderId}`;
      }
      return undefined;
    },
  };
}

function readOrders(kept: string | undefined): Order[] {
  if (kept === undefined) return [];
  const { orders = [] } = JSON.parse(kept) as { orders?: unknown[] };
  return orders.flatMap((one) => {
    const read = orderSchema.safeParse(one);
    return read.success ? [read.data] : [];
  });
}
