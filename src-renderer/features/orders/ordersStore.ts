import { createStore, type StoreApi } from 'zustand/vanilla';
import { isOrderEnded } from '../../../src-shared/orders/order.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';

export type RankedMember = OutputOf<'orders:rank'>['candidates'][number];

export interface OrdersState {
  /** Those not ended. */
  orders: ReadonlyMap<string, Order>;
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
    chosenId: undefined,
    read: undefined,
    isWriting: false,
    ranked: undefined,
  }));
}

/** A snapshot came: these are all that are not ended. */
export function resetOrders(store: OrdersStore, orders: readonly Order[]): void {
  store.setState({ orders: new Map(orders.map((order) => [order.orderId, order])) });
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
