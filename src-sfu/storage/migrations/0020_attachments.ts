import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Photographs, voice notes and files that are kept, and uploads under way. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('attachments')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('owner_kind', 'text', (column) => column.notNull())
      .addColumn('owner_id', 'text', (column) => column.notNull())
      .addColumn('sender', 'text', (column) => column.notNull())
      .addColumn('sha256', 'text', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('received_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('attachments_by_owner')
      .on('attachments')
      .columns(['owner_kind', 'owner_id'])
      .execute();
    await schema
      .createIndex('attachments_by_sender')
      .on('attachments')
      .columns(['sender', 'received_at_ms'])
      .execute();
    await schema.createIndex('attachments_by_hash').on('attachments').columns(['sha256']).execute();
    await schema.createIndex('attachments_by_time').on('attachments').columns(['received_at_ms']).execute();
    await schema
      .createTable('attachment_uploads')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('owner_kind', 'text', (column) => column.notNull())
      .addColumn('owner_id', 'text', (column) => column.notNull())
      .addColumn('sender', 'text', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('is_open', 'integer', (column) => column.notNull())
      .addColumn('began_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('attachment_uploads_by_sender')
      .on('attachment_uploads')
      .columns(['sender', 'is_open'])
      .execute();
  },
};
