import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The curtain and the programme of the showcase: one row each. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('showcase')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
  },
};
