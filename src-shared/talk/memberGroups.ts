/**
 * In which talk group a member's key speaks. The hub says where the member belongs: in the group of the order that was dispatched
 * last, or in the squad's. A phone follows that by itself, and leaves a member alone who chose another group by hand. Pure.
 */
import { isOrderWithSquad, type OrderProgress } from '../orders/order.ts';
import { givenAtMs } from '../orders/orderJoining.ts';

/** The group of the squad's members. */
export function squadGroupId(squadId: string): string {
  return `squad:${squadId}`;
}

/** The squad of a squad's group; undefined for other groups. */
export function squadOfGroup(groupId: string): string | undefined {
  return groupId.startsWith('squad:') ? groupId.slice('squad:'.length) : undefined;
}

/** The group of those who go for an order, and of the desks that follow it. */
export function orderGroupId(orderId: string): string {
  return `order:${orderId}`;
}

/** The order of an order's group; undefined for other groups. */
export function orderOfGroup(groupId: string): string | undefined {
  return groupId.startsWith('order:') ? groupId.slice('order:'.length) : undefined;
}

/** An order as far as it decides who talks in its group. */
export type TalkOrder = Pick<OrderProgress, 'state' | 'memberIds' | 'dispatched'> & {
  deliveries?: OrderProgress['deliveries'];
  orderId: string;
  /** As it is spoken over the radio, `7-042`. */
  number: string;
};

/** Whether an order has a talk group now: from when it is dispatched until the squad has done with it. */
export function hasTalkGroup(order: Pick<OrderProgress, 'state'>): boolean {
  return isOrderWithSquad(order);
}

/** The group to which a member belongs: of the order that the member was given last, or the squad's where the member has none. */
export function homeGroupOf(
  member: { memberId: string; squadId: string },
  orders: Iterable<TalkOrder>,
): string {
  let last: TalkOrder | undefined;
  for (const order of orders) {
    if (!hasTalkGroup(order) || !order.memberIds.includes(member.memberId)) continue;
    if (last === undefined || isLater(order, last, member.memberId)) last = order;
  }
  return last === undefined ? squadGroupId(member.squadId) : orderGroupId(last.orderId);
}

/** Of two that were given at the same moment, the ids decide, so that the answer is always the same. */
function isLater(one: TalkOrder, other: TalkOrder, memberId: string): boolean {
  const [atMs, otherAtMs] = [givenAtMs(one, memberId) ?? 0, givenAtMs(other, memberId) ?? 0];
  return atMs === otherAtMs ? one.orderId > other.orderId : atMs > otherAtMs;
}

/** Which group a phone has chosen, and why; plain JSON. */
export interface GroupChoice {
  /** In which the key speaks. */
  groupId: string;
  /** Where the member belongs, as the hub said last. */
  homeGroupId: string;
  /** All groups of the member. */
  groupIds: readonly string[];
  /** The member chose another group than that. */
  isByHand: boolean;
}

export type GroupEvent =
  /** The hub says which groups the member has, and to which it belongs. */
  | { type: 'assigned'; homeGroupId: string; groupIds: readonly string[] }
  | { type: 'chosen'; groupId: string };

/**
 * The next choice. A new order moves the member to its group. When the member belongs elsewhere again, only one who is still where
 * the hub put it is moved. A group that is gone is left in any case.
 */
export function transitionGroupChoice(
  choice: GroupChoice | undefined,
  event: GroupEvent,
): GroupChoice | undefined {
  if (event.type === 'chosen') {
    if (choice === undefined || !choice.groupIds.includes(event.groupId)) return choice;
    return { ...choice, groupId: event.groupId, isByHand: event.groupId !== choice.homeGroupId };
  }
  const { homeGroupId, groupIds } = event;
  const atHome: GroupChoice = { groupId: homeGroupId, homeGroupId, groupIds, isByHand: false };
  if (choice === undefined || !groupIds.includes(choice.groupId)) return atHome;
  const isNewOrder =
    homeGroupId !== choice.homeGroupId &&
    orderOfGroup(homeGroupId) !== undefined &&
    !choice.groupIds.includes(homeGroupId);
  if (isNewOrder || !choice.isByHand) return atHome;
  return { ...choice, homeGroupId, groupIds, isByHand: choice.groupId !== homeGroupId };
}
