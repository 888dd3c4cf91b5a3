import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { chainStart, hashAuditLine } from '../auditChain.ts';

interface OldLine {
  id: number;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
}

/** Lines that are hashed between two reads of the log. */
const linesPerStep = 1_000;

/**
 * Each line of the audit log carries who it was and a hash that follows from the line before it; lines cannot be changed or
 * removed. The history of an alert stands in a table of its own, so that the log may be archived.
 */
export const migration: Migration = {
  async up(database: Kysely<unknown>) {
    const { schema } = database;
    await schema.alterTable('audit_log').addColumn('principal', 'text').execute();
    await schema.alterTable('audit_log').addColumn('hash', 'text').execute();
    await chainOldLines(database);
    for (const change of ['update', 'delete']) {
      await sql
        .raw(
          `create trigger audit_log_no_${change} before ${change} on audit_log begin
             select raise(abort, 'The audit log is only appended to.');
           end`,
        )
        .execute(database);
    }
    // A line that takes the place of another would be a change that the two above do not see.
    await sql
      .raw(
        `create trigger audit_log_in_order before insert on audit_log
         when new.id <> (select coalesce(max(id), 0) + 1 from audit_log) or new.hash is null begin
           select raise(abort, 'The audit log is only appended to.');
         end`,
      )
      .execute(database);
    await schema.createIndex('audit_log_by_time').on('audit_log').column('at_ms').execute();
    await schema
      .createTable('alert_history')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('alert_id', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('entry', 'text', (column) => column.notNull())
      .execute();
    await sql`
      insert into alert_history (alert_id, at_ms, actor, entry)
      select subject, at_ms, actor, detail from audit_log
      where action like 'alerts:%' and subject in (select id from alerts) order by id
    `.execute(database);
    await schema.createIndex('alert_history_by_alert').on('alert_history').column('alert_id').execute();
  },
};

async function chainOldLines(database: Kysely<unknown>): Promise<void> {
  let head = chainStart;
  let lastId = 0;
  for (;;) {
    const { rows } = await sql<OldLine>`
      select id, at_ms, actor, action, subject, detail from audit_log where id > ${lastId} order by id limit ${linesPerStep}
    `.execute(database);
    if (rows.length === 0) return;
    for (const { id, at_ms, actor, action, subject, detail } of rows) {
      lastId = id;
      const line = { id, atMs: Number(at_ms), actor, action, subject, detail, principal: null };
      head = { id, hash: hashAuditLine(head.hash, line) };
      await sql`update audit_log set hash = ${head.hash} where id = ${id}`.execute(database);
    }
  }
}
