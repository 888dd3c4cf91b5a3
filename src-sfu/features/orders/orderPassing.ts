import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import { transitionOrder } from '../../../src-shared/orders/order.ts';
import { isOrderWithSquad } from '../../../src-shared/orders/orderProgress.ts';
import { joinedFromOthers } from '../../../src-shared/orders/orderJoining.ts';
import { rankMembers } from '../../../src-shared/orders/orderRank.ts';
import type { OrderSettings } from '../../../src-shared/orders/orderSettings.ts';
import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import { hubName, type OrderBook } from './orderBook.ts';

/** The order with the next squad, and the line of its history; undefined where the hub does not ask by itself, or there is none. */
export type PassOn = (order: Order) => { order: Order; step: OrderStep } | undefined;

/** How many orders each member has to work on: one that the squad has cleared waits for the desk alone. */
export function loadsOf(orders: Iterable<Order>): (memberId: string) => number {
  const loads = new Map<string, number>();
  for (const order of orders) {
    if (!isOrderWithSquad(order)) continue;
    for (const memberId of order.memberIds) loads.set(memberId, (loads.get(memberId) ?? 0) + 1);
  }
  return (memberId) => loads.get(memberId) ?? 0;
}

/**
 * The next squad is that of the best ranked member who is on duty and connected, of a squad that neither had this order nor
 * rejected it.
 */
export function createPassOn(options: {
  book: OrderBook;
  members(): readonly Member[];
  homeOf(squadId: string): readonly District[] | undefined;
  settings(): Pick<OrderSettings, 'asksNextSquadItself' | 'nextSquadsAtMost'>;
}): PassOn {
  const { book, members, homeOf } = options;
  return (order) => {
    const { asksNextSquadItself, nextSquadsAtMost } = options.settings();
    if (!asksNextSquadItself || (order.passedOn ?? 0) >= nextSquadsAtMost) return undefined;
    const asked = new Set([
      ...(order.askedSquadIds ?? []),
      ...order.rejections.map(({ squadId }) => squadId),
      ...(order.squadId === undefined ? [] : [order.squadId]),
    ]);
    const atMs = book.nowMs();
    const { latitude, longitude, district } = order.place;
    const [best] = rankMembers({
      members: members().filter(
        ({ squadId, isConnected, duty }) =>
          !asked.has(squadId) && isConnected && duty.status !== 'off_duty' && duty.status !== 'unavailable',
      ),
      place: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
      loadOf: loadsOf(book.open.values()),
      skill: order.skill,
      district,
      homeOf,
      nowMs: atMs,
    });
    if (best === undefined) return undefined;
    const { squadId, memberId } = best;
    // Whom the desk added from other squads goes with the next squad too.
    const stayIds = joinedFromOthers(order);
    const event = {
      type: 'passedOn',
      by: hubName,
      squadId,
      memberIds: [memberId],
      inChargeId: memberId,
      stayIds,
    } as const;
    const moved = transitionOrder(order, event, atMs, book.timesOf(order));
    if (!moved.ok) return undefined;
    return {
      order: { ...order, ...moved.state },
      step: {
        atMs,
        happenedAtMs: atMs,
        actor: hubName,
        action: 'passedOn',
        squadId,
        memberId,
        memberIds: [...new Set([memberId, ...stayIds])],
      },
    };
  };
}
