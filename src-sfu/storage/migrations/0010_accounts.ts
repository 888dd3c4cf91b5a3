import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Accounts of people, their sign-ins, paired screens, and codes of one use. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('accounts')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('sign_in_name', 'text', (column) => column.notNull())
      .addColumn('sign_in_key', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('password_hash', 'text')
      .addColumn('must_change_password', 'integer', (column) => column.notNull())
      .addColumn('time_code_secret_sealed', 'text')
      .addColumn('time_code_used_step', 'bigint')
      .addColumn('recovery_code_hashes', 'text', (column) => column.notNull())
      .addColumn('is_demo', 'integer', (column) => column.notNull())
      .addColumn('is_disabled', 'integer', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createTable('account_sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('token_hash', 'text', (column) => column.notNull().unique())
      .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('last_used_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('device', 'text', (column) => column.notNull())
      .addColumn('confirmed_at_ms', 'bigint')
      .addColumn('is_locked', 'integer', (column) => column.notNull())
      .addColumn('ended_at_ms', 'bigint')
      .execute();
    await database.schema
      .createTable('paired_screens')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('credential_hash', 'text', (column) => column.notNull().unique())
      .addColumn('surface', 'text', (column) => column.notNull())
      .addColumn('screen_id', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('paired_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('paired_by', 'text', (column) => column.notNull())
      .addColumn('last_used_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('ended_at_ms', 'bigint')
      .execute();
    await database.schema
      .createTable('account_codes')
      .addColumn('code_hash', 'text', (column) => column.primaryKey())
      .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
      .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('used_at_ms', 'bigint')
      .execute();
  },
};
