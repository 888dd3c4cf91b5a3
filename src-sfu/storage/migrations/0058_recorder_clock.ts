import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Recorders that must not be sent the date: they take local time for UTC, and their clocks would be wrong. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .alterTable('recorders')
      .addColumn('sets_clock', 'integer', (column) => column.notNull().defaultTo(1))
      .execute();
  },
};
