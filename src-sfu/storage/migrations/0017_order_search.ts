import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What ended orders are searched by, and what is still to be done with the alert of an order. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    for (const name of ['squad_id', 'district', 'number', 'alert_deed']) {
      await schema.alterTable('orders').addColumn(name, 'text').execute();
    }
    await schema
      .alterTable('orders')
      .addColumn('search_text', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
    const field = (path: string) => sql`coalesce(json_extract(document, ${`$.${path}`}), '')`;
    await sql`update orders set
      squad_id = json_extract(document, '$.squadId'),
      district = json_extract(document, '$.place.district'),
      number = json_extract(document, '$.number'),
      search_text = lower(${field('number')} || ' ' || ${field('place.name')} || ' ' || ${field('place.nameEn')} || ' '
        || ${field('place.address')} || ' ' || ${field('instructions')} || ' ' || ${field('cleared.note')} || ' '
        || ${field('closed.note')} || ' ' || ${field('cancelled.reason')})`.execute(database);
    await sql`create index orders_with_alert_to_change on orders (id) where alert_deed is not null`.execute(
      database,
    );
  },
};
