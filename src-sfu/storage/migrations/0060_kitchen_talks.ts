import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Talks into kitchens that have begun and not ended: a hub that starts again writes them into the audit log. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('kitchen_talks')
      .addColumn('talk_id', 'text', (column) => column.primaryKey())
      .addColumn('camera_id', 'text', (column) => column.notNull())
      .addColumn('site_id', 'text', (column) => column.notNull())
      .addColumn('speaker', 'text', (column) => column.notNull())
      .addColumn('principal', 'text')
      .addColumn('started_at_ms', 'bigint', (column) => column.notNull())
      .execute();
  },
};
