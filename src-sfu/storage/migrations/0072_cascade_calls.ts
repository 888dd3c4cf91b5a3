import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Calls of upper platforms that were answered and not ended: after a crash each is ended by a BYE. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('cascade_calls')
      .addColumn('upper_id', 'text', (column) => column.notNull())
      .addColumn('call_id', 'text', (column) => column.notNull())
      .addColumn('uri', 'text', (column) => column.notNull())
      .addColumn('from_header', 'text', (column) => column.notNull())
      .addColumn('to_header', 'text', (column) => column.notNull())
      .addColumn('began_at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('cascade_calls_key', ['upper_id', 'call_id'])
      .execute();
  },
};
