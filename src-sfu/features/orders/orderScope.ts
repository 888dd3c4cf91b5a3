import type { Order } from '../../../src-shared/orders/orders.protocol.ts';

/** Whose an order is: its district's; one without a district is the squad's that has it, and before that only the whole city's. */
export function orderResource({
  place,
  squadId,
}: Pick<Order, 'place' | 'squadId'>): { district: string | undefined } | { squadId: string } {
  if (place.district !== undefined || squadId === undefined) return { district: place.district };
  return { squadId };
}
