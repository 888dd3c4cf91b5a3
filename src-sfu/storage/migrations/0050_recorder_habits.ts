import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was found out about each recorder by trying, and channels that are in its catalogue no more. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('recorder_habits')
      .addColumn('recorder_id', 'text', (column) => column.primaryKey())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await database.schema
      .alterTable('recorder_channels')
      .addColumn('is_gone', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
