import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const dayMs = 86_400_000;

/**
 * Keys of other systems are for one purpose, may be for some districts, expire, and are listed with their last use. Every key that
 * is there already is for alerts of the whole city; it expires a year after this change, so that none stops without warning.
 */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const addColumn = (name: string, type: 'text' | 'bigint', byDefault?: string | number) =>
      database.schema
        .alterTable('api_keys')
        .addColumn(name, type, (column) =>
          byDefault === undefined ? column : column.notNull().defaultTo(byDefault),
        )
        .execute();
    await addColumn('purpose', 'text', 'alerts');
    await addColumn('districts', 'text', '"all"');
    await addColumn('expires_at_ms', 'bigint', 0);
    await addColumn('token_hash', 'text');
    await addColumn('last_used_at_ms', 'bigint');
    await addColumn('last_address', 'text');
    await sql`update api_keys set expires_at_ms = ${Date.now() + 366 * dayMs}`.execute(database);
  },
};
