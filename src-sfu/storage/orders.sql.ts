import type { Order, OrderStep } from '../../src-shared/orders/orders.protocol.ts';
import type {
  AnsweredCommand,
  OrdersRepository,
  PendingAlertDeed,
} from '../features/orders/orders.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import { searchOrders, searchTextOf } from './ordersSearch.sql.ts';
import type { OrdersTables } from './ordersTables.ts';
import { numberColumn, storedCommands, textColumn } from './storedCommands.sql.ts';

const commands = storedCommands<AnsweredCommand>('order_commands', {
  commandId: textColumn('id'),
  orderId: textColumn('order_id'),
  atMs: numberColumn('at_ms'),
  refusal: textColumn('refusal'),
});

/** Orders in the store. */
export function createOrdersRepository(store: Store): OrdersRepository {
  const tables = store.withTables<OrdersTables>();
  const orderOf = ({ document }: { document: string }): Order => JSON.parse(document) as Order;
  return {
    async loadOpen() {
      const rows = await tables
        .selectFrom('orders')
        .select('document')
        .where('state', 'not in', ['closed', 'cancelled'])
        .orderBy('created_at_ms')
        .execute();
      return rows.map(orderOf);
    },
    async lastCountOf(day) {
      const row = await tables
        .selectFrom('orders')
        .select(({ fn }) => fn.max('count_of_day').as('last'))
        .where('day', '=', day)
        .executeTakeFirst();
      return Number(row?.last ?? 0);
    },
    async save({ order, steps, numbered, command, alertDeed, audit }) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<OrdersTables>();
        const row = {
          state: order.state,
          document: JSON.stringify(order),
          squad_id: order.squadId ?? null,
          district: order.place.district ?? null,
          number: order.number,
          search_text: searchTextOf(order),
          ...(alertDeed === undefined ? {} : { alert_deed: JSON.stringify(alertDeed) }),
        };
        if (numbered === undefined) {
          await within.updateTable('orders').set(row).where('id', '=', order.orderId).execute();
        } else {
          await within
            .insertInto('orders')
            .values({
              id: order.orderId,
              day: numbered.day,
              count_of_day: numbered.countOfDay,
              created_at_ms: order.createdAtMs,
              alert_deed: null,
              ...row,
            })
            .execute();
        }
        for (const step of steps) {
          await within
            .insertInto('order_steps')
            .values({
              id: undefined,
              order_id: order.orderId,
              at_ms: step.atMs,
              document: JSON.stringify(step),
            })
            .execute();
        }
        if (command !== undefined) {
          await commands.save(transaction, command);
        }
        await appendAudit(transaction, {
          atMs: steps[0]?.atMs ?? order.sinceMs,
          subject: order.number,
          ...audit,
        });
      });
    },
    saveRefused: (command) => commands.save(store, command),
    findCommands: (commandIds) => commands.find(store, commandIds),
    async find(orderId) {
      const row = await tables
        .selectFrom('orders')
        .select('document')
        .where('id', '=', orderId)
        .executeTakeFirst();
      return row === undefined ? undefined : orderOf(row);
    },
    async steps(orderId) {
      const rows = await tables
        .selectFrom('order_steps')
        .select('document')
        .where('order_id', '=', orderId)
        .orderBy('id')
        .execute();
      return rows.map(({ document }) => JSON.parse(document) as OrderStep);
    },
    search: (question) => searchOrders(store, question),
    async alertsToChange() {
      const rows = await tables
        .selectFrom('orders')
        .select(['id', 'alert_deed'])
        .where('alert_deed', 'is not', null)
        .execute();
      return rows.map(({ id, alert_deed }) => ({
        orderId: id,
        alertDeed: JSON.parse(alert_deed ?? '') as PendingAlertDeed,
      }));
    },
    async alertChanged(orderId, alertDeed) {
      await tables
        .updateTable('orders')
        .set({ alert_deed: null })
        .where('id', '=', orderId)
        // A later deed, such as the end of the order, is still to be done.
        .where('alert_deed', '=', JSON.stringify(alertDeed))
        .execute();
    },
  };
}
