import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Recorders that register by GB/T 28181, their channels, and the calls that are to be ended. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('recorders')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('password_sealed', 'text', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('address', 'text')
      .addColumn('port', 'integer')
      .addColumn('protocol', 'text')
      .execute();
    await database.schema
      .createTable('recorder_channels')
      .addColumn('recorder_id', 'text', (column) => column.notNull())
      .addColumn('channel_id', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('is_on', 'integer')
      .addPrimaryKeyConstraint('recorder_channels_key', ['recorder_id', 'channel_id'])
      .execute();
    await database.schema
      .createTable('recorder_calls')
      .addColumn('call_id', 'text', (column) => column.primaryKey())
      .addColumn('recorder_id', 'text', (column) => column.notNull())
      .addColumn('channel_id', 'text', (column) => column.notNull())
      .addColumn('local_tag', 'text', (column) => column.notNull())
      .addColumn('remote', 'text', (column) => column.notNull())
      .addColumn('remote_uri', 'text', (column) => column.notNull())
      .execute();
  },
};
