import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The presets of cameras, and which cameras a desk holds: a hub that starts again stops them. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('camera_presets')
      .addColumn('camera_id', 'text', (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('camera_presets_key', ['camera_id', 'number'])
      .execute();
    await database.schema
      .createTable('camera_holds')
      .addColumn('camera_id', 'text', (column) => column.primaryKey())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('held_by', 'text', (column) => column.notNull())
      .addColumn('principal', 'text')
      .addColumn('moving_since_ms', 'bigint')
      .addColumn('motion', 'text')
      .execute();
  },
};
