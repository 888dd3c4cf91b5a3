import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Upper platforms that cameras are passed on to, and the ids by which they know cameras and folders. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('upper_platforms')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('settings', 'text', (column) => column.notNull())
      .addColumn('password_sealed', 'text', (column) => column.notNull())
      .addColumn('shared', 'text', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    // A camera that was removed keeps its row: its id is never given to another one.
    await database.schema
      .createTable('cascade_ids')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('gb_id', 'text', (column) => column.notNull().unique())
      .addPrimaryKeyConstraint('cascade_ids_of_subjects', ['kind', 'subject'])
      .execute();
    await database.schema
      .createTable('cascade_limits')
      .addColumn('camera_id', 'text', (column) => column.primaryKey())
      .addColumn('is_shut', 'integer', (column) => column.notNull())
      .addColumn('hours', 'text')
      .execute();
    await database.schema
      .createTable('cascade_places')
      .addColumn('recorder_id', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('cascade_places_of_recorders', ['recorder_id', 'address'])
      .execute();
  },
};
