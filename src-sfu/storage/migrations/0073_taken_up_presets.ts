import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** By which address a camera has a preset, and whether it is a view that an installer set there: listed, or taken from the list. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    for (const column of ['url', 'origin'])
      await database.schema.alterTable('camera_presets').addColumn(column, 'text').execute();
  },
};
