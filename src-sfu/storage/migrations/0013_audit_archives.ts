import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Old lines of the audit log may leave the database once a file has them: a row here names the file, the lines and the hash of the
 * last one. The rows are only appended to, each follows the one before, and the newest line of the log always stays.
 */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('audit_archives')
      .addColumn('last_id', 'integer', (column) => column.primaryKey())
      .addColumn('first_id', 'integer', (column) => column.notNull())
      .addColumn('last_hash', 'text', (column) => column.notNull())
      .addColumn('file', 'text', (column) => column.notNull())
      .addColumn('file_sha256', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .execute();
    const refuse = `begin select raise(abort, 'The audit log is only appended to.'); end`;
    for (const statement of [
      `create trigger audit_archives_no_update before update on audit_archives ${refuse}`,
      `create trigger audit_archives_no_delete before delete on audit_archives ${refuse}`,
      `create trigger audit_archives_in_order before insert on audit_archives
       when new.first_id <> (select coalesce(max(last_id), 0) + 1 from audit_archives)
         or new.last_id >= (select coalesce(max(id), 0) from audit_log)
         or new.last_hash is not (select hash from audit_log where id = new.last_id) ${refuse}`,
      'drop trigger audit_log_no_delete',
      `create trigger audit_log_no_delete before delete on audit_log
       when old.id > (select coalesce(max(last_id), 0) from audit_archives) ${refuse}`,
    ]) {
      await sql.raw(statement).execute(database);
    }
  },
};
