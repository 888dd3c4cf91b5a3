import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When cameras were turned: two pictures of one camera may show two places. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('camera_turns')
      .addColumn('camera_id', 'text', (column) => column.notNull())
      .addColumn('started_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('ended_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('camera_turns_by_camera')
      .on('camera_turns')
      .columns(['camera_id', 'ended_at_ms'])
      .execute();
  },
};
