import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The views that have not ended: a hub that was killed writes their lines of the audit log when it starts again. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('open_views')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('principal', 'text')
      .execute();
  },
};
