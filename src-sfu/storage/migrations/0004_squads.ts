import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Tables of squads, their members' phones, what they reported, and who spoke. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('squads')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('name_en', 'text')
      .addColumn('starts_body_cam', 'integer', (column) => column.notNull())
      .execute();
    await schema
      .createTable('squad_members')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('squad_id', 'text', (column) => column.notNull().references('squads.id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('since_ms', 'bigint', (column) => column.notNull())
      .addColumn('checked_in_at_ms', 'bigint')
      .execute();
    await schema
      .createTable('member_sign_in_codes')
      .addColumn('code_hash', 'text', (column) => column.primaryKey())
      .addColumn('member_id', 'text', (column) => column.notNull())
      .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('used_by_token_hash', 'text')
      .execute();
    await schema
      .createTable('member_sessions')
      .addColumn('token_hash', 'text', (column) => column.primaryKey())
      .addColumn('member_id', 'text', (column) => column.notNull())
      .addColumn('phone_name', 'text', (column) => column.notNull())
      .addColumn('signed_in_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('ended_at_ms', 'bigint')
      .execute();
    await schema
      .createTable('member_status_changes')
      .addColumn('change_id', 'text', (column) => column.notNull())
      .addColumn('member_id', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('changed_by', 'text', (column) => column.notNull())
      .addColumn('happened_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('received_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('refusal', 'text')
      .addPrimaryKeyConstraint('member_status_changes_once', ['member_id', 'change_id'])
      .execute();
    await schema
      .createTable('member_positions')
      .addColumn('member_id', 'text', (column) => column.primaryKey())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('emergencies')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('member_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('raised_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('talks')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('group_id', 'text', (column) => column.notNull())
      .addColumn('epoch', 'bigint', (column) => column.notNull())
      .addColumn('started_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('ended_at_ms', 'bigint')
      .addColumn('end_cause', 'text')
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('talks_by_group').on('talks').columns(['group_id', 'id']).execute();
  },
};
