import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What the board counts of an order, as columns: each change of an order's document writes them again in the same transaction. */
const columns: readonly (readonly [name: string, type: string, path: string])[] = [
  ['kind', 'text', '$.kind'],
  ['district', 'text', '$.place.district'],
  ['squad_id', 'text', '$.squadId'],
  ['site_id', 'text', '$.place.siteId'],
  ['site_name', 'text', '$.place.name'],
  ['site_name_en', 'text', '$.place.nameEn'],
  ['is_overdue', 'integer', '$.isOverdue'],
  ['disposition', 'text', '$.cleared.disposition'],
  ['dispatched_at_ms', 'bigint', '$.dispatched.atMs'],
  ['accepted_at_ms', 'bigint', '$.accepted.atMs'],
  ['on_scene_at_ms', 'bigint', '$.onScene.atMs'],
  ['cleared_at_ms', 'bigint', '$.cleared.atMs'],
  ['closed_at_ms', 'bigint', '$.closed.atMs'],
];

/** The figures of orders, kept beside them by the database itself. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const declared = columns.map(([name, type]) => `${name} ${type}`).join(', ');
    await sql
      .raw(
        `create table order_figures (order_id text primary key, state text not null, created_at_ms bigint not null, ${declared})`,
      )
      .execute(database);
    const { schema } = database;
    await schema
      .createIndex('order_figures_by_time')
      .on('order_figures')
      .columns(['created_at_ms'])
      .execute();
    await schema.createIndex('order_figures_by_state').on('order_figures').columns(['state']).execute();
    const names = columns.map(([name]) => name).join(', ');
    const valuesOf = (row: string): string =>
      columns.map(([, , path]) => `json_extract(${row}document, '${path}')`).join(', ');
    const write = (row: string): string =>
      `insert or replace into order_figures (order_id, state, created_at_ms, ${names}) select ${row}id, ${row}state, ${row}created_at_ms, ${valuesOf(row)}`;
    await sql.raw(`${write('')} from orders`).execute(database);
    for (const event of ['insert', 'update']) {
      await sql
        .raw(`create trigger order_figures_${event} after ${event} on orders begin ${write('new.')}; end`)
        .execute(database);
    }
    await sql
      .raw(
        'create trigger order_figures_delete after delete on orders begin delete from order_figures where order_id = old.id; end',
      )
      .execute(database);
  },
};
