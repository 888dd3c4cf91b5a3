import { isOrderEnded } from '../../../src-shared/orders/order.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import { hasTalkGroup } from '../../../src-shared/talk/memberGroups.ts';
import type { TalkPeople } from './talk.ports.ts';
import type { TalkService } from './talk.service.ts';

/** Orders as talk needs them. */
export interface TalkOrders {
  /** An order that is not ended. */
  openOrder(orderId: string): Order | undefined;
  /** Those of a member that are not ended. */
  ordersOfMember(memberId: string): Order[];
  /** Calls the listener with each order that changed, as it is now and as it was before. */
  onOrderChanged(listener: (order: Order, before: Order | undefined) => void): void;
}

/** Squads and members as they are kept. */
interface Roster {
  squads(): readonly { squadId: string }[];
  squad(squadId: string): object | undefined;
  member(memberId: string): Member | undefined;
}

/** Makes the groups of orders follow the orders: who goes comes in, who is taken off leaves, an ended order gives its group back. */
export function followOrders(
  orders: TalkOrders,
  talk: Pick<TalkService, 'orderChanged' | 'orderEnded'>,
): void {
  orders.onOrderChanged((order, before) => {
    if (!isTalkChanged(order, before)) return;
    talk.orderChanged([...(before?.memberIds ?? []), ...order.memberIds]);
    if (isOrderEnded(order)) talk.orderEnded(order.orderId);
  });
}

/** Whether who talks in an order's group changed: who goes, whether somebody goes, or which of two orders came last. */
function isTalkChanged(order: Order, before: Order | undefined): boolean {
  if (before === undefined) return hasTalkGroup(order);
  return (
    hasTalkGroup(order) !== hasTalkGroup(before) ||
    isOrderEnded(order) ||
    order.dispatched?.atMs !== before.dispatched?.atMs ||
    order.memberIds.join() !== before.memberIds.join()
  );
}

/** Squads, members and orders as talk needs them. */
export function peopleOf(roster: Roster, orders: TalkOrders): TalkPeople {
  return {
    squadIds: () => roster.squads().map(({ squadId }) => squadId),
    hasSquad: (squadId) => roster.squad(squadId) !== undefined,
    order(orderId) {
      const order = orders.openOrder(orderId);
      return order !== undefined && hasTalkGroup(order) ? order : undefined;
    },
    ordersOf: (memberId) => orders.ordersOfMember(memberId).filter(hasTalkGroup),
    hasMember: (memberId) => roster.member(memberId) !== undefined,
    member(memberId) {
      const member = roster.member(memberId);
      if (member === undefined) return undefined;
      const { name, squadId, position } = member;
      if (position === undefined) return { name, squadId };
      return { name, squadId, place: { latitude: position.latitude, longitude: position.longitude } };
    },
  };
}
