import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Where the phones of members are reached through their push services. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('push_subscriptions')
      .addColumn('member_id', 'text', (column) => column.primaryKey())
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .execute();
  },
};
