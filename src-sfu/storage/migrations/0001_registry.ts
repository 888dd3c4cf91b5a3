import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('sites')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('external_id', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('name_en', 'text')
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('district', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('phone', 'text')
      .addColumn('latitude', 'double precision')
      .addColumn('longitude', 'double precision')
      .addColumn('source_latitude', 'double precision')
      .addColumn('source_longitude', 'double precision')
      .addColumn('source_system', 'text')
      .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createTable('cameras')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('external_id', 'text', (column) => column.notNull().unique())
      .addColumn('site_id', 'text', (column) => column.notNull().references('sites.id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('name_en', 'text')
      .addColumn('main_url', 'text', (column) => column.notNull())
      .addColumn('sub_url', 'text')
      .addColumn('username', 'text')
      .addColumn('password_sealed', 'text')
      .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema.createIndex('cameras_by_site').on('cameras').column('site_id').execute();
    await database.schema
      .createTable('audit_log')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .execute();
    await database.schema
      .createTable('settings')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
  },
};
