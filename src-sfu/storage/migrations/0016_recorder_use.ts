import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const dayMs = 86_400_000;

/**
 * Tokens of recorders expire and are listed with their last use. Those that are there already expire a year after this change, so
 * that none stops without warning.
 */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .alterTable('whip_devices')
      .addColumn('expires_at_ms', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    await schema.alterTable('whip_devices').addColumn('last_used_at_ms', 'bigint').execute();
    await schema.alterTable('whip_devices').addColumn('last_address', 'text').execute();
    await sql`update whip_devices set expires_at_ms = ${Date.now() + 366 * dayMs}`.execute(database);
  },
};
