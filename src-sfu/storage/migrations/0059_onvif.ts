import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** ONVIF devices that somebody signed in to or placed, and by which words they know the presets of their cameras. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('onvif_devices')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('endpoint', 'text')
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('port', 'integer', (column) => column.notNull())
      .addColumn('username', 'text')
      .addColumn('password_sealed', 'text')
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('changed_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createTable('onvif_presets')
      .addColumn('device_id', 'text', (column) => column.notNull())
      .addColumn('profile_token', 'text', (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('token', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('onvif_presets_key', ['device_id', 'profile_token', 'number'])
      .execute();
  },
};
