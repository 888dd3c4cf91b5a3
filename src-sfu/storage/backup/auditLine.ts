import SqliteDatabase from 'better-sqlite3';
import { addAuditHash, auditHashFunction, chainStart } from '../auditChain.ts';

const busyTimeoutMs = 30_000;

/** A line that a command of the operator writes, also while the hub runs. */
export interface CommandLine {
  /** Unix milliseconds. */
  atMs: number;
  action: string;
  subject: string;
  detail: object;
}

/** Appends one line to the audit log of a database file. Throws what SQLite throws. */
export function appendAuditLine(path: string, { atMs, action, subject, detail }: CommandLine): void {
  const database = new SqliteDatabase(path, { fileMustExist: true, timeout: busyTimeoutMs });
  try {
    addAuditHash(database);
    database.pragma('synchronous = FULL');
    database
      .transaction(() => {
        const last = database
          .prepare<[], { id: number; hash: string | null }>(
            'select id, hash from audit_log order by id desc limit 1',
          )
          .get();
        const head = last === undefined ? chainStart : { id: last.id, hash: last.hash ?? '' };
        const principal = JSON.stringify({ kind: 'command_line', name: 'command line' });
        const values = [
          head.id + 1,
          atMs,
          'command line',
          action,
          subject,
          JSON.stringify(detail),
          principal,
        ];
        database
          .prepare(
            `insert into audit_log (id, at_ms, actor, action, subject, detail, principal, hash)
             values (?, ?, ?, ?, ?, ?, ?, ${auditHashFunction}(?, ?, ?, ?, ?, ?, ?, ?, ?))`,
          )
          .run(...values, head.id, head.hash, ...values);
      })
      .immediate();
  } finally {
    database.close();
  }
}
