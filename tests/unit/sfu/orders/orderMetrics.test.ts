import { expect, it } from 'vitest';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';
import { createOrderMetrics } from '../../../../src-sfu/features/orders/orderMetrics.ts';

it('counts the orders that are not ended by state, and those that are late', () => {
  const open = [
    { state: 'dispatched', isOverdue: false },
    { state: 'on_scene', isOverdue: true, dueMissedAtMs: 5 },
    { state: 'on_scene', isOverdue: false, dueMissedAtMs: 5 },
  ] as Order[];
  const [counts, overdue] = createOrderMetrics(() => open);
  expect(counts?.read()).toEqual({
    ...{ created: 0, dispatched: 1, accepted: 0, en_route: 0, on_scene: 2, cleared: 0 },
  });
  expect(overdue?.read()).toBe(2);
});
