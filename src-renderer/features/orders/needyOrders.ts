import { needsSomebody } from '../../../src-shared/orders/orderProgress.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';

/**
 * Watches for orders that begin to need somebody else. The answer is whether there is one that was not reported before: each order
 * once for every squad that had it, however often it rings again.
 */
export function createNeedWatch(): (orders: Iterable<Order>) => boolean {
  let reported = new Set<string>();
  return (orders) => {
    const needy = new Set<string>();
    for (const order of orders) {
      if (needsSomebody(order)) needy.add(keyOf(order));
    }
    const isNew = [...needy].some((key) => !reported.has(key));
    reported = needy;
    return isNew;
  };
}

function keyOf({ orderId, rejections, dispatched }: Order): string {
  return `${orderId} ${rejections.length} ${dispatched?.atMs ?? ''}`;
}

/** Whom an order that needs somebody can be given to: not those who have it or rejected it, as long as there are others. */
export function othersFor<Candidate extends { squadId: string }>(
  order: Pick<Order, 'squadId' | 'rejections'>,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  const asked = new Set([order.squadId, ...order.rejections.map(({ squadId }) => squadId)]);
  const others = candidates.filter(({ squadId }) => !asked.has(squadId));
  return others.length === 0 ? candidates : others;
}
