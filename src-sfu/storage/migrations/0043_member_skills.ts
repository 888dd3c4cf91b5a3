import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What members can do that not everybody can, as a JSON list of texts; before, nothing was known of it. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .alterTable('squad_members')
      .addColumn('skills', 'text', (column) => column.notNull().defaultTo('[]'))
      .execute();
  },
};
