import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The oldest and the newest date in an archive of the audit log, so that a search for other dates need not read it; archives that were
 * made before have none.
 */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema
      .createTable('audit_archive_times')
      .addColumn('last_id', 'integer', (column) => column.primaryKey())
      .addColumn('from_ms', 'bigint', (column) => column.notNull())
      .addColumn('to_ms', 'bigint', (column) => column.notNull())
      .execute();
    for (const change of ['update', 'delete']) {
      await sql
        .raw(
          `create trigger audit_archive_times_no_${change} before ${change} on audit_archive_times begin
             select raise(abort, 'The audit log is only appended to.');
           end`,
        )
        .execute(database);
    }
  },
};
