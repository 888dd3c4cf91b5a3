import { createListeners } from '../../../src-shared/listeners.ts';
import { isOrderEnded, type OrderTimes } from '../../../src-shared/orders/order.ts';
import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { mapStamps } from '../../../src-shared/time/stamps.ts';
import type { OrderChange, OrdersRepository } from './orders.repository.ts';

/** The actor of what the hub does by itself. */
export const hubName = 'hub';

/** The open orders, and the one way in which an order is changed: stored first, then shown. */
export interface OrderBook {
  repository: OrdersRepository;
  open: ReadonlyMap<string, Order>;
  load(): Promise<void>;
  /** An order that may be ended. */
  find(orderId: string): Promise<Order | undefined>;
  write(change: OrderChange): Promise<void>;
  /** An order as it is now, and as it was before; undefined when it is new. */
  onChanged(listener: (order: Order, before: Order | undefined) => void): void;
  /** What is to be done with the alert of an order; it is stored that it is to be done. */
  onAlertDeed(listener: (orderId: string, deed: NonNullable<OrderChange['alertDeed']>) => void): void;
  timesOf(order: Pick<Order, 'kind' | 'priority' | 'alertKindId'>): OrderTimes;
  nowMs(): number;
}

export function createOrderBook(options: {
  repository: OrdersRepository;
  timesOf(order: Pick<Order, 'kind' | 'priority' | 'alertKindId'>): OrderTimes;
  nowMs(): number;
}): OrderBook {
  const { repository, timesOf, nowMs } = options;
  const open = new Map<string, Order>();
  const changed = createListeners<[order: Order, before: Order | undefined]>();
  const alertDeeds = createListeners<[orderId: string, deed: NonNullable<OrderChange['alertDeed']>]>();
  return {
    repository,
    open,
    timesOf,
    nowMs,
    async load() {
      for (const order of withoutFuture(await repository.loadOpen(), nowMs())) open.set(order.orderId, order);
    },
    find: async (orderId) => open.get(orderId) ?? (await repository.find(orderId)),
    async write(change) {
      const { order, alertDeed } = change;
      const before = open.get(order.orderId);
      const steps = change.steps.map((step): OrderStep => ({ revision: order.revision, ...step }));
      await repository.save({ ...change, steps });
      const isNew = change.numbered !== undefined;
      if (isOrderEnded(order)) open.delete(order.orderId);
      else if (before !== undefined || isNew) open.set(order.orderId, order);
      if (before !== undefined || isNew) changed.notify(order, before);
      if (alertDeed !== undefined) alertDeeds.notify(order.orderId, alertDeed);
    },
    onChanged: (listener) => void changed.add(listener),
    onAlertDeed: (listener) => void alertDeeds.add(listener),
  };
}

/**
 * Orders whose times lie in the future were stored before the date was set back while no hub ran. All are moved back by as much as
 * the latest step lies ahead, so that ages between them stay and each deadline is reached once, neither at once nor hours late.
 */
function withoutFuture(orders: readonly Order[], nowMs: number): Order[] {
  const latestMs = Math.max(0, ...orders.map(latestOf));
  const aheadMs = latestMs - nowMs;
  return aheadMs <= 0 ? [...orders] : orders.map((order) => mapStamps(order, (stampMs) => stampMs - aheadMs));
}

/** When something last happened to it. */
function latestOf({ sinceMs, createdAtMs, deliveries, dueMissedAtMs = 0 }: Order): number {
  const delivered = deliveries.flatMap(
    ({ sentAtMs = 0, deliveredAtMs = 0, shownAtMs = 0, acceptedAtMs = 0, arrivedAtMs = 0, joined }) => [
      sentAtMs,
      deliveredAtMs,
      shownAtMs,
      acceptedAtMs,
      arrivedAtMs,
      joined?.rangAgainAtMs ?? joined?.atMs ?? 0,
    ],
  );
  return Math.max(sinceMs, createdAtMs, dueMissedAtMs, ...delivered);
}
