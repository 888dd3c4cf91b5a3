import { sql, type Expression, type SqlBool } from 'kysely';
import type { Order, OrderCursor } from '../../src-shared/orders/orders.protocol.ts';
import type { OrderQuestion } from '../features/orders/orders.repository.ts';
import type { Store } from './database.ts';
import type { OrdersTables } from './ordersTables.ts';
import { pageOf } from './rowPages.ts';

/** What is found by words: the place, what was to be done, and what was written at the end. In small letters. */
export function searchTextOf({ number, place, instructions, cleared, closed, cancelled }: Order): string {
  return [
    number,
    place.name,
    place.nameEn,
    place.address,
    instructions,
    cleared?.note,
    closed?.note,
    cancelled?.reason,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
    .toLowerCase();
}

/** One page of the orders that match, the newest first, with where the next page begins. */
export async function searchOrders(
  store: Store,
  { filter, scope, limit, cursor }: OrderQuestion,
): Promise<{ orders: Order[]; next?: OrderCursor }> {
  const { fromMs, toMs, states, squadId, district, number, words } = filter;
  const rows = await store
    .withTables<OrdersTables>()
    .selectFrom('orders')
    .select(['document', 'created_at_ms', 'id'])
    .where((where) => {
      const all: Expression<SqlBool>[] = [];
      if (fromMs !== undefined) all.push(where('created_at_ms', '>=', fromMs));
      if (toMs !== undefined) all.push(where('created_at_ms', '<', toMs));
      if (states !== undefined) all.push(where('state', 'in', [...states]));
      if (squadId !== undefined) all.push(where('squad_id', '=', squadId));
      if (district !== undefined) all.push(where('district', '=', district));
      if (number !== undefined && number !== '') {
        all.push(sql<SqlBool>`substr(number, 1, ${number.length}) = ${number}`);
      }
      for (const word of (words ?? '')
        .toLowerCase()
        .split(/\s+/)
        .filter((one) => one !== '')) {
        all.push(sql<SqlBool>`instr(search_text, ${word}) > 0`);
      }
      if (cursor !== undefined) {
        const { createdAtMs, orderId } = cursor;
        all.push(
          where.or([
            where('created_at_ms', '<', createdAtMs),
            where.and([where('created_at_ms', '=', createdAtMs), where('id', '<', orderId)]),
          ]),
        );
      }
      // As orderScope.ts says: an order is its district's; without a district its squad's.
      const { districts, squads } = scope;
      if (districts !== 'all') {
        all.push(where.or([where('district', 'is', null), where('district', 'in', [...districts])]));
        all.push(where.or([where('district', 'is not', null), where('squad_id', 'is not', null)]));
      }
      if (squads !== 'all') {
        all.push(
          where.or([
            where('district', 'is not', null),
            where('squad_id', 'is', null),
            where('squad_id', 'in', [...squads]),
          ]),
        );
      }
      return where.and(all);
    })
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const { page, ...next } = pageOf(rows, limit, ({ created_at_ms, id }) => ({
    createdAtMs: Number(created_at_ms),
    orderId: id,
  }));
  return { orders: page.map(({ document }) => JSON.parse(document) as Order), ...next };
}
