import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The key of the access link opens nothing any more, and is not kept either. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await sql`DELETE FROM settings WHERE name = 'session.accessKey'`.execute(database);
  },
};
