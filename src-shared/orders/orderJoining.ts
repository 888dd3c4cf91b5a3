/**
 * Members who are added to an order that a squad has already, also of another squad. The order stays its squad's, and who is in charge
 * stays in charge: a member who joins answers for nobody else. Pure.
 */
import {
  isOrderWithSquad,
  type OrderDelivery,
  type OrderProgress,
  type RejectionReason,
} from './orderProgress.ts';

/** Members of one order at most. */
export const maxOrderMembers = 50;

type Crew = Pick<OrderProgress, 'state' | 'squadId' | 'deliveries' | 'dispatched'>;

/** How far an order came on the phone of a member who goes. */
export function deliveryOf(
  { deliveries }: Partial<Pick<OrderProgress, 'deliveries'>>,
  memberId: string,
): OrderDelivery | undefined {
  return deliveries?.find((one) => one.memberId === memberId);
}

/** The squad for which a member goes. */
export function squadOfGoing(
  order: Pick<Crew, 'squadId' | 'deliveries'>,
  memberId: string,
): string | undefined {
  return deliveryOf(order, memberId)?.joined?.squadId ?? order.squadId;
}

/** All squads of which somebody goes; that of who is in charge first. */
export function squadsOfOrder({ squadId, deliveries }: Pick<Crew, 'squadId' | 'deliveries'>): string[] {
  const joined = deliveries.flatMap((one) => one.joined?.squadId ?? []);
  return [...new Set([...(squadId === undefined ? [] : [squadId]), ...joined])];
}

/** Members of other squads whom the desk added. They stay when the squad of the order changes, or gives it back. */
export function joinedFromOthers({ squadId, deliveries }: Pick<Crew, 'squadId' | 'deliveries'>): string[] {
  return deliveries
    .filter(({ joined }) => joined !== undefined && joined.squadId !== squadId)
    .map(({ memberId }) => memberId);
}

/** When a member was given the order: with the crew, or later. Unix milliseconds. */
export function givenAtMs(
  order: Partial<Pick<Crew, 'deliveries' | 'dispatched'>>,
  memberId: string,
): number | undefined {
  return deliveryOf(order, memberId)?.joined?.atMs ?? order.dispatched?.atMs;
}

/** How often the phone of a member was to ring again. */
export function ringsOf(order: Pick<OrderProgress, 'deliveries' | 'escalation'>, memberId: string): number {
  const joined = deliveryOf(order, memberId)?.joined;
  if (joined === undefined) return order.escalation;
  return joined.rangAgainAtMs === undefined ? 0 : 1;
}

/** Whether it is for this member to accept it, or to say no: for one of the crew until somebody did, for one who joined until that one did. */
export function awaitsAnswer(order: Crew, memberId: string): boolean {
  if (!takesAnswers(order)) return false;
  const delivery = deliveryOf(order, memberId);
  if (delivery?.joined === undefined || speaksForSquad(order, memberId)) return order.state === 'dispatched';
  return delivery.acceptedAtMs === undefined;
}

/** Whether those who joined can answer, and be taken off: also while the order waits for the next squad, after one rejected it. */
export function takesAnswers(order: Pick<Crew, 'state'>): boolean {
  return isOrderWithSquad(order) || order.state === 'created';
}

/** Whether a member's steps are the order's now: one who joined from another squad waits until the squad of the order has accepted it. */
export function speaksForOrder(order: Crew, memberId: string): boolean {
  return (
    (order.state !== 'dispatched' && order.state !== 'created') ||
    deliveryOf(order, memberId)?.joined === undefined ||
    speaksForSquad(order, memberId)
  );
}

/**
 * Who joined from the order's own squad accepts it for the squad, as long as nobody did. Who accepted before the order came to that squad
 * has answered for nobody else, and is not asked again.
 */
function speaksForSquad(order: Crew, memberId: string): boolean {
  const { joined, acceptedAtMs } = deliveryOf(order, memberId) ?? {};
  return order.state === 'dispatched' && joined?.squadId === order.squadId && acceptedAtMs === undefined;
}

/**
 * Whether a member who joined is still on the way while others are there: one of another squad until that one says to be there, one of
 * the order's own squad where that one joined after the first were there.
 */
export function awaitsArrival(
  order: Pick<OrderProgress, 'state' | 'squadId' | 'deliveries' | 'onScene'>,
  memberId: string,
): boolean {
  const { joined, arrivedAtMs } = deliveryOf(order, memberId) ?? {};
  if (order.state !== 'on_scene' || joined === undefined || arrivedAtMs !== undefined) return false;
  return joined.squadId !== order.squadId || joined.atMs > (order.onScene?.atMs ?? joined.atMs);
}

/** Those who joined and are still on their way while others are there. */
export function lateJoiners(order: Parameters<typeof awaitsArrival>[0]): string[] {
  return order.deliveries
    .filter(({ memberId }) => awaitsArrival(order, memberId))
    .map(({ memberId }) => memberId);
}

/** The order with more members, or why there are none: members who go already are not added again. */
export function joinOrder(
  state: OrderProgress,
  { by, members }: { by: string; members: readonly { memberId: string; squadId: string }[] },
  nowMs: number,
): OrderProgress | 'not_from_here' | 'already' | 'no_members' {
  if (!isOrderWithSquad(state)) return 'not_from_here';
  const added = new Map(
    members
      .filter(({ memberId }) => !state.memberIds.includes(memberId))
      .map(({ memberId, squadId }) => [memberId, squadId]),
  );
  if (members.length === 0 || state.memberIds.length + added.size > maxOrderMembers) return 'no_members';
  if (added.size === 0) return 'already';
  const declined = state.declined?.filter(({ memberId }) => !added.has(memberId));
  return {
    ...state,
    ...(declined === undefined ? {} : { declined }),
    memberIds: [...state.memberIds, ...added.keys()],
    deliveries: [
      ...state.deliveries,
      ...[...added].map(([memberId, squadId]) => ({ memberId, joined: { squadId, by, atMs: nowMs } })),
    ],
    revision: state.revision + 1,
  };
}

/** The order without members who joined; of others nobody is taken off. */
export function takeOff(
  state: OrderProgress,
  { memberIds }: { memberIds: readonly string[] },
): OrderProgress | 'not_from_here' | 'no_members' {
  if (!takesAnswers(state)) return 'not_from_here';
  if (memberIds.length === 0 || memberIds.some((one) => deliveryOf(state, one)?.joined === undefined))
    return 'no_members';
  return {
    ...state,
    memberIds: state.memberIds.filter((one) => !memberIds.includes(one)),
    deliveries: state.deliveries.filter(({ memberId }) => !memberIds.includes(memberId)),
    revision: state.revision + 1,
  };
}

/** The order without a member who joined and cannot come; undefined where the member did not join, so that the answer is the squad's. */
export function declineOrder(
  state: OrderProgress,
  { by, reason, note }: { by: string; reason: RejectionReason; note?: string | undefined },
  nowMs: number,
): OrderProgress | 'not_from_here' | undefined {
  const delivery = deliveryOf(state, by);
  if (delivery?.joined === undefined) return undefined;
  if (!takesAnswers(state) || delivery.acceptedAtMs !== undefined) return 'not_from_here';
  const { squadId } = delivery.joined;
  const answer = { memberId: by, squadId, atMs: nowMs, reason, ...(note === undefined ? {} : { note }) };
  return {
    ...state,
    memberIds: state.memberIds.filter((one) => one !== by),
    deliveries: state.deliveries.filter((one) => one !== delivery),
    declined: [...(state.declined ?? []), answer].slice(-20),
    revision: state.revision + 1,
  };
}

/** The acceptance of a member who joined: it is that member's alone. Undefined where it is a step of the order. */
export function acceptAsJoined(
  state: OrderProgress,
  by: string,
  nowMs: number,
): OrderProgress | 'already' | undefined {
  const delivery = deliveryOf(state, by);
  if (delivery?.joined === undefined || speaksForSquad(state, by) || !takesAnswers(state)) return undefined;
  if (delivery.acceptedAtMs !== undefined) return 'already';
  return { ...state, deliveries: acceptedBy(state, by, nowMs), revision: state.revision + 1 };
}

/** The deliveries after this member accepted, or took a step by which it was accepted. */
export function acceptedBy(
  { deliveries }: Pick<OrderProgress, 'deliveries'>,
  by: string,
  nowMs: number,
): OrderDelivery[] {
  return deliveries.map((one) =>
    one.memberId === by && one.acceptedAtMs === undefined ? { ...one, acceptedAtMs: nowMs } : one,
  );
}

/** The arrival of a member who joined, while others are there: it is that member's alone. Undefined where it is a step of the order. */
export function arriveAsJoined(state: OrderProgress, by: string, nowMs: number): OrderProgress | undefined {
  if (!awaitsArrival(state, by)) return undefined;
  const deliveries = arrivedBy({ deliveries: acceptedBy(state, by, nowMs) }, by, nowMs);
  return { ...state, deliveries, revision: state.revision + 1 };
}

/** The deliveries after this member said to be there. */
export function arrivedBy(
  { deliveries }: Pick<OrderProgress, 'deliveries'>,
  by: string,
  nowMs: number,
): OrderDelivery[] {
  return deliveries.map((one) =>
    one.memberId === by && one.arrivedAtMs === undefined ? { ...one, arrivedAtMs: nowMs } : one,
  );
}
