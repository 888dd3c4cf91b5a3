import type { TFunction } from 'i18next';
import { isOrderWithSquad } from '../../../src-shared/orders/order.ts';
import { distanceM } from '../../../src-shared/orders/straightLine.ts';
import { roadKey, wayTo, type Road, type Way } from '../../../src-shared/orders/orderWay.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { Member, MemberPosition } from '../../../src-shared/squads/squads.protocol.ts';
import { wayText } from '../../features/orders/orderWords.ts';
import type { OrderOnMap } from '../../features/map/mapStore.ts';

/** An order as far as a map shows it. */
type OrderOnItsWay = Pick<Order, 'orderId' | 'number' | 'state' | 'memberIds' | 'isOverdue'> & {
  place: { latitude?: number | undefined; longitude?: number | undefined };
  /** Those who joined after the first were there. */
  lateIds: readonly string[];
};

/** A member who joined late counts as there within this distance. Metres. */
const arrivedM = 150;

/** What a map of orders is drawn from. */
export interface OrdersOnMapParts {
  orders: Iterable<OrderOnItsWay>;
  members: ReadonlyMap<string, Pick<Member, 'name'>>;
  positions: ReadonlyMap<string, MemberPosition>;
  /** Roads by `roadKey`. */
  roads: ReadonlyMap<string, Road>;
  t: TFunction;
}

/**
 * The ways of those who go, as far as it is known where they are; nobody goes any more who is there. After the first are there those who
 * joined later still come, until they are near.
 */
export function waysOf(
  order: Omit<OrderOnItsWay, 'number' | 'isOverdue'>,
  { positions, roads }: Pick<OrdersOnMapParts, 'positions' | 'roads'>,
): (Way & { memberId: string })[] {
  const { orderId, place } = order;
  const { latitude, longitude } = place;
  if (latitude === undefined || longitude === undefined) return [];
  if (!isOrderWithSquad(order)) return [];
  const isThere = order.state === 'on_scene';
  return (isThere ? order.lateIds : order.memberIds).flatMap((memberId) => {
    const from = positions.get(memberId);
    if (from === undefined) return [];
    if (isThere && distanceM(from, { latitude, longitude }) < arrivedM) return [];
    return [{ memberId, ...wayTo(from, { latitude, longitude }, roads.get(roadKey({ orderId, memberId }))) }];
  });
}

/** Open orders that have a position, as a map draws them. */
export function ordersOnMap(parts: OrdersOnMapParts): OrderOnMap[] {
  const { orders, members, t } = parts;
  return [...orders].flatMap((order) => {
    const { latitude, longitude } = order.place;
    if (latitude === undefined || longitude === undefined) return [];
    return [
      {
        orderId: order.orderId,
        number: order.number,
        position: [longitude, latitude] as const,
        isOverdue: order.isOverdue,
        ways: waysOf(order, parts).map((way) => ({
          memberId: way.memberId,
          line: way.line,
          isRoad: way.kind === 'road',
          label: `${members.get(way.memberId)?.name ?? way.memberId} · ${wayText(way, t)}`,
        })),
      },
    ];
  });
}
