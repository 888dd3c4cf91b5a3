import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Reports of citizens. The whole of each is JSON, beside columns for what is searched. Nothing of it says who sent it. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('citizen_reports')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('code_hash', 'text', (column) => column.notNull().unique())
      .addColumn('alert_id', 'text')
      .addColumn('same_as', 'text')
      .addColumn('is_answered', 'integer', (column) => column.notNull())
      .addColumn('received_at_ms', 'integer', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('citizen_reports_alert')
      .on('citizen_reports')
      .columns(['alert_id', 'received_at_ms'])
      .execute();
    await schema.createIndex('citizen_reports_same').on('citizen_reports').column('same_as').execute();
    await schema
      .createIndex('citizen_reports_open')
      .on('citizen_reports')
      .columns(['is_answered', 'received_at_ms'])
      .execute();
  },
};
