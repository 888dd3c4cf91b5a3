import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The districts that squads work in as a rule, as a JSON list of their names; before, nothing was known of it. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .alterTable('squads')
      .addColumn('home_districts', 'text', (column) => column.notNull().defaultTo('[]'))
      .execute();
  },
};
