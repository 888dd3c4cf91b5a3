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

/** A line that says that a backup took the place of the log that went on before it. */
export interface AuditRestore {
  id: number;
  atMs: number;
  /** When the backup was made, Unix milliseconds. */
  madeAtMs: number;
  /** The last line of the log that was replaced; 0 where nobody could read it. */
  replacedLines: number;
}

/** The restores that the log names, the oldest first. */
export function readAuditRestores(database: SqliteDatabase.Database): AuditRestore[] {
  return database
    .prepare<[], AuditRestore>(
      `select id, at_ms as atMs, coalesce(json_extract(detail, '$.madeAtMs'), 0) as madeAtMs,
        coalesce(json_extract(detail, '$.replacedLines'), 0) as replacedLines
       from audit_log where action = 'backup:restore' and json_valid(detail) order by id`,
    )
    .all();
}

/** One sentence that says what a restore replaced. */
export function describeRestore({ id, atMs, madeAtMs, replacedLines }: AuditRestore): string {
  const replaced =
    replacedLines >= id
      ? `the lines ${id} to ${replacedLines} of the log before it were replaced`
      : 'nothing known was replaced';
  return `Line ${id}: at ${dateText(atMs)} the backup of ${dateText(madeAtMs)} was restored; ${replaced}.`;
}

function dateText(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? String(atMs) : date.toISOString();
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
