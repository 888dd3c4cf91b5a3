import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was reported under an id, as a hash; who sent a picture first. Both are unknown for what is stored already. */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema.alterTable('alert_occurrences').addColumn('fingerprint', 'text').execute();
    await schema.alterTable('alert_snapshots').addColumn('key_id', 'text').execute();
    await schema
      .createIndex('alert_snapshots_by_time')
      .on('alert_snapshots')
      .column('received_at_ms')
      .execute();
  },
};
