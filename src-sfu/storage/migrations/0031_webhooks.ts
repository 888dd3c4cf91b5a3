import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Webhooks, each with how far it has delivered. It names steps by their ids, so these are never used again after old steps were
 * removed: the tables of steps are written again with counted ids.
 */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('webhooks')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('secret', 'text', (column) => column.notNull())
      .addColumn('order_step', 'integer', (column) => column.notNull())
      .addColumn('finding_step', 'integer', (column) => column.notNull())
      .execute();
    for (const one of ['order', 'finding']) {
      const table = `${one}_steps`;
      await schema
        .createTable(`new_${table}`)
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn(`${one}_id`, 'text', (column) => column.notNull().references(`${one}s.id`))
        .addColumn('at_ms', 'bigint', (column) => column.notNull())
        .addColumn('document', 'text', (column) => column.notNull())
        .execute();
      const columns = sql.raw(`id, ${one}_id, at_ms, document`);
      await sql`insert into ${sql.table(`new_${table}`)} (${columns}) select ${columns} from ${sql.table(table)} order by id`.execute(
        database,
      );
      await schema.dropTable(table).execute();
      await schema.alterTable(`new_${table}`).renameTo(table).execute();
      await schema
        .createIndex(`${table}_by_${one}`)
        .on(table)
        .columns([`${one}_id`, 'id'])
        .execute();
    }
  },
};
