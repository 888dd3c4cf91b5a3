import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What sites agreed to show the public, with their public codes, and what is kept of their cameras about that. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('public_sites')
      .addColumn('site_id', 'text', (column) => column.primaryKey())
      .addColumn('code', 'text', (column) => column.notNull().unique())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('public_cameras')
      .addColumn('camera_id', 'text', (column) => column.primaryKey())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
  },
};
