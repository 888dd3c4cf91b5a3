import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The table of recorders and encoders that send by WHIP. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('whip_devices')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('member_id', 'text', (column) => column.notNull())
      .addColumn('token_hash', 'text', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .execute();
  },
};
