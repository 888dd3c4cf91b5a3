import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When and from where the phone of a member was used last; unknown for those that signed in before. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const table = (): ReturnType<typeof database.schema.alterTable> =>
      database.schema.alterTable('member_sessions');
    await table().addColumn('last_used_at_ms', 'bigint').execute();
    await table()
      .addColumn('address', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  },
};
