import { join } from 'node:path';
import type SqliteDatabase from 'better-sqlite3';
import type { AuditFault, AuditLine } from './auditChain.ts';

/** The rules of the database that refuse changes of the log. */
const guardNames = ['audit_log_no_update', 'audit_log_no_delete', 'audit_log_in_order'];

/** Where the heads of the audit log are kept: as set, otherwise beside the database. */
export function auditHeadsPath(config: { auditHeads?: string | undefined; dataDir: string }): string {
  return config.auditHeads ?? join(config.dataDir, 'audit-heads.jsonl');
}

/** Every line in its order, read as needed; and whether the rules that refuse changes are there. Throws what SQLite throws. */
export function readAuditLines(database: SqliteDatabase.Database): {
  lines: Iterable<AuditLine & { hash: string | null }>;
  guards: boolean;
} {
  const names = database
    .prepare<[], string>(`select name from sqlite_master where type = 'trigger' and tbl_name = 'audit_log'`)
    .pluck()
    .all();
  const lines = database
    .prepare<[], AuditLine & { hash: string | null }>(
      'select id, at_ms as atMs, actor, action, subject, detail, principal, hash from audit_log order by id',
    )
    .iterate();
  return { lines, guards: guardNames.every((name) => names.includes(name)) };
}

/** One sentence that says what is wrong. */
export function describeFault(fault: AuditFault): string {
  switch (fault.kind) {
    case 'changed':
      return `Line ${fault.id} was changed, or the line before it together with its hash.`;
    case 'missing':
      return fault.fromId === fault.toId
        ? `Line ${fault.fromId} is missing.`
        : `The lines ${fault.fromId} to ${fault.toId} are missing.`;
    case 'rewritten':
      return `Line ${fault.id} is not the one whose hash was published at ${new Date(fault.publishedAtMs).toISOString()}: it, or a line before it, was written again.`;
  }
}
