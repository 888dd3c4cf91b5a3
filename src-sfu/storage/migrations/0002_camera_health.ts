import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('camera_health')
      .addColumn('camera_id', 'text', (column) => column.primaryKey())
      .addColumn('condition', 'text', (column) => column.notNull())
      .addColumn('since_ms', 'bigint', (column) => column.notNull())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('failing_since_ms', 'bigint')
      .addColumn('message', 'text')
      .addColumn('checked_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('codec', 'text')
      .addColumn('width', 'integer')
      .addColumn('height', 'integer')
      .addColumn('frame_rate', 'double precision')
      .execute();
  },
};
