import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Links of sites with the phones that used them, and what sites said about alerts. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('site_links')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('site_id', 'text', (column) => column.notNull())
      .addColumn('for_whom', 'text', (column) => column.notNull())
      .addColumn('made_by', 'text', (column) => column.notNull())
      .addColumn('made_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('code_hash', 'text', (column) => column.notNull().unique())
      .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('token_hash', 'text', (column) => column.unique())
      .addColumn('phone_name', 'text')
      .addColumn('signed_in_at_ms', 'bigint')
      .addColumn('last_used_at_ms', 'bigint')
      .addColumn('last_address', 'text')
      .addColumn('ended_at_ms', 'bigint')
      .execute();
    await schema
      .createTable('site_alert_views')
      .addColumn('alert_id', 'text', (column) => column.primaryKey())
      .addColumn('site_id', 'text', (column) => column.notNull())
      .addColumn('seen_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('site_appeals')
      .addColumn('alert_id', 'text', (column) => column.primaryKey())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('made_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('site_appeals_by_state').on('site_appeals').columns(['state']).execute();
    await schema
      .createTable('site_reports')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('refusal', 'text')
      .execute();
  },
};
