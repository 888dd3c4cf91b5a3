import { join } from 'node:path';
import type SqliteDatabase from 'better-sqlite3';
import { readArchiveFile, type AuditArchive, type StoredAuditLine } from './auditArchiveFile.ts';
import type { AuditFault } from './auditChain.ts';

/** The rules of the database that refuse changes of the log. */
const guardNames = [
  'audit_log_no_update',
  'audit_log_no_delete',
  'audit_log_in_order',
  'audit_archives_no_update',
  'audit_archives_no_delete',
  'audit_archives_in_order',
];

/** The folder in the data folder with the lines of the log that have left the database. */
export const auditArchiveFolder = 'audit-archive';

/** Where the heads of the audit log are kept: as set, otherwise beside the database. */
export function auditHeadsPath(config: { auditHeads?: string | undefined; dataDir: string }): string {
  return config.auditHeads ?? join(config.dataDir, 'audit-heads.jsonl');
}

/**
 * Every line in its order, read as needed: those that were archived from their files, then those of the database; and whether the
 * rules that refuse changes are there. An archive that is missing or was changed is reported in a sentence, and its lines are missing.
 * Throws what SQLite throws.
 */
export function readAuditLines(
  database: SqliteDatabase.Database,
  archiveFolder: string,
): { lines: Iterable<StoredAuditLine>; guards: boolean; archiveFaults: string[] } {
  const names = database
    .prepare<[], string>(
      `select name from sqlite_master where type = 'trigger' and tbl_name in ('audit_log', 'audit_archives')`,
    )
    .pluck()
    .all();
  const hasArchives = database
    .prepare(`select 1 from sqlite_master where type = 'table' and name = 'audit_archives'`)
    .get();
  const archives =
    hasArchives === undefined
      ? []
      : database
          .prepare<[], AuditArchive>(
            'select first_id as firstId, last_id as lastId, file, file_sha256 as sha256 from audit_archives order by last_id',
          )
          .all();
  const archiveFaults: string[] = [];
  function* lines(): Generator<StoredAuditLine> {
    for (const archive of archives) {
      const read = readArchiveFile(archiveFolder, archive);
      if (read.problem !== undefined) archiveFaults.push(read.problem.sentence);
      yield* read.lines;
    }
    yield* database
      .prepare<[number], StoredAuditLine>(
        `select id, at_ms as atMs, actor, action, subject, detail, principal, hash from audit_log
         where id > ? order by id`,
      )
      .iterate(archives.at(-1)?.lastId ?? 0);
  }
  const needed = hasArchives === undefined ? guardNames.slice(0, 3) : guardNames;
  return { lines: lines(), guards: needed.every((name) => names.includes(name)), archiveFaults };
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
