import { orderStates } from '../../../src-shared/orders/order.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { Gauge } from '../../base/gauge.ts';

/** An order in one of the others is ended. */
const openStates = orderStates.filter((state) => state !== 'closed' && state !== 'cancelled');

/** Figures of orders for `/metrics`. `open`: those that are not ended. */
export function createOrderMetrics(open: () => readonly Order[]): Gauge[] {
  return [
    {
      name: 'mingchu_orders_open',
      help: 'Orders that are not ended, by state',
      label: 'state',
      read() {
        const counts: Record<string, number> = Object.fromEntries(openStates.map((state) => [state, 0]));
        for (const { state } of open()) counts[state] = (counts[state] ?? 0) + 1;
        return counts;
      },
    },
    {
      name: 'mingchu_orders_overdue',
      help: 'Orders whose present step, or whose due time, is overdue',
      read: () =>
        open().filter(({ isOverdue, dueMissedAtMs }) => isOverdue || dueMissedAtMs !== undefined).length,
    },
  ];
}
