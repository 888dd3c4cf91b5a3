import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('camera_sign_ins')
      .addColumn('camera_id', 'text', (column) =>
        column.notNull().references('cameras.id').onDelete('cascade'),
      )
      .addColumn('place', 'text', (column) => column.notNull())
      .addColumn('digest_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('basic_allowed_at_ms', 'bigint')
      .addPrimaryKeyConstraint('camera_sign_ins_once', ['camera_id', 'place'])
      .execute();
  },
};
