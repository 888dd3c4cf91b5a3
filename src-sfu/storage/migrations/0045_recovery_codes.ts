import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Whether the owner of an account has yet to say that its recovery codes are kept; of those made before, that is taken for granted. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .alterTable('accounts')
      .addColumn('recovery_codes_unkept', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
