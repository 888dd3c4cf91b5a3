import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which members lead their squad; before, nobody did. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .alterTable('squad_members')
      .addColumn('is_leader', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
