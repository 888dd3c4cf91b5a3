import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Where cameras had their picture from before a channel of a recorder became their source: a wrong confirmation is taken back by it. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('former_sources')
      .addColumn('camera_id', 'text', (column) => column.primaryKey())
      .addColumn('sealed', 'text', (column) => column.notNull())
      .addColumn('matched_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('matched_by', 'text', (column) => column.notNull())
      .execute();
  },
};
