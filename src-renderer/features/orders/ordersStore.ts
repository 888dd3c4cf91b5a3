import { createStore, type StoreApi } from 'zustand/vanilla';
import { isOrderEnded } from '../../../src-shared/orders/order.ts';
import { roadKey, type Road } from '../../../src-shared/orders/orderWay.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';

export type RankedMember = OutputOf<'orders:rank'>['candidates'][number];

export interface OrdersState {
  /** Those not ended. */
  orders: ReadonlyMap<string, Order>;
  /** Roads of those who go, where the hub asks a router: by order and member. */
  roads: ReadonlyMap<string, Road>;
  chosenId: string | undefined;
  /** The chosen order with its history, as it was read last. */
  read: OutputOf<'orders:read'> | undefined;
  /** A new order is being written. */
  isWriting: boolean;
  /** Who should go, the best first, and for what that was asked: an alert's or an order's id, or `new`. */
  ranked: { forId: string; candidates: readonly RankedMember[] } | undefined;
}
export type OrdersStore = StoreApi<OrdersState>;

export function createOrdersStore(): OrdersStore {
  return createStore(() => ({
    orders: new Map(),
    roads: new Map(),
    chosenId: undefined,
    read: undefined,
    isWriting: false,
    ranked: undefined,
  }));
}

/** A snapshot came: these are all that are not ended. */
export function resetOrders(
  store: OrdersStore,
  orders: readonly Order[],
  roads: readonly Road[] | undefined = [],
): void {
  store.setState({
    orders: new Map(orders.map((order) => [order.orderId, order])),
    roads: new Map(roads.map((road) => [roadKey(road), road])),
  });
}

/** Takes roads as they are now; those of orders that are gone go. */
export function takeRoads(store: OrdersStore, changed: readonly Road[]): void {
  const { orders, roads } = store.getState();
  const kept = [...roads.values(), ...changed].filter(({ orderId }) => orders.has(orderId));
  store.setState({ roads: new Map(kept.map((road) => [roadKey(road), road])) });
}

/** Takes orders as they are now. An older state of one that is known changes nothing. */
export function takeOrders(store: OrdersStore, changed: readonly Order[]): void {
  const orders = new Map(store.getState().orders);
  for (const order of changed) {
    const known = orders.get(order.orderId);
    if (known !== undefined && known.revision > order.revision) continue;
    if (isOrderEnded(order)) orders.delete(order.orderId);
    else orders.set(order.orderId, order);
  }
  store.setState({ orders });
}

/** Open orders: what a person must look at first, then the most urgent, then the oldest. */
export function sortedOrders(orders: ReadonlyMap<string, Order>): Order[] {
  return [...orders.values()].toSorted(
    (left, right) =>
      Number(right.isOverdue) - Number(left.isOverdue) ||
      right.escalation - left.escalation ||
      left.priority - right.priority ||
      left.createdAtMs - right.createdAtMs,
  );
}

/** The open order for an alert. */
export function orderForAlert(
  orders: ReadonlyMap<string, Order>,
  alertId: string | undefined,
): Order | undefined {
  if (alertId === undefined) return undefined;
  return [...orders.values()].find((order) => order.alertId === alertId);
}
