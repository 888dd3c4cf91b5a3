import SqliteDatabase from 'better-sqlite3';
import { addAuditHash } from './auditChain.ts';
import type { Outcome, Statement } from './databaseMessages.ts';
import { withStatementCache } from './statementCache.ts';

/** One connection to the database file, with its prepared statements. Every call blocks the thread that makes it. */
export interface SqliteFile {
  /**
   * Runs statements in their order. With `together` they are one transaction: all or none. What SQLite throws is thrown on;
   * a transaction that it has ended itself is over then.
   */
  run(statements: readonly Statement[], together: boolean): Outcome[];
  /** Whether a transaction is open. */
  isInTransaction(): boolean;
  /** Writes something that changes nothing, so that it shows whether the file can be written. Throws as `run`. */
  probe(): void;
  close(): void;
}

export interface SqliteFileOptions {
  /** The file, or `:memory:`. */
  path: string;
  /** How long a statement waits for another process that has locked the file, in milliseconds. */
  busyTimeoutMs: number;
  /** Fails where the file is gone, and makes none. */
  mustExist?: boolean;
}

/** After these a statement that was prepared before may answer with the columns of before. */
const changesTables = /^\s*(?:create|alter|drop|attach|detach|reindex|vacuum)\b/i;

/** It answers with no rows and does one page at each step: a prepared statement would do the first only. */
const isStepwise = /^\s*pragma\s+incremental_vacuum\b/i;

/** Opens the file, made when missing. Each commit is synced, so that it survives a power cut. Throws what SQLite throws. */
export function openSqliteFile({ path, busyTimeoutMs, mustExist = false }: SqliteFileOptions): SqliteFile {
  const database = new SqliteDatabase(path, { timeout: busyTimeoutMs, fileMustExist: mustExist });
  try {
    addAuditHash(database);
    // Room that retention frees is given back in small steps; takes effect in a new file only.
    database.pragma('auto_vacuum = INCREMENTAL');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
  } catch (error) {
    database.close();
    throw error;
  }
  const cache = withStatementCache(database as never);

  const rollBack = (): void => {
    if (database.inTransaction) database.exec('rollback');
  };

  const runOne = ({ sql, parameters }: Statement): Outcome => {
    // SQLite itself ends a transaction after some errors; and one that nobody ended must not become part of the next.
    if (sql === 'rollback' || sql === 'begin') rollBack();
    if (sql === 'rollback') return { rows: [] };
    if (isStepwise.test(sql)) {
      database.exec(sql);
      return { rows: [] };
    }
    const statement = cache.prepare(sql);
    if (changesTables.test(sql)) cache.clear();
    const values = parameters.map(bindable);
    if (statement.reader) return { rows: statement.all(values) };
    const { changes, lastInsertRowid } = statement.run(values);
    return { rows: [], changes: Number(changes), lastInsertRowid };
  };

  return {
    run(statements, together) {
      if (!together) return statements.map(runOne);
      database.exec('begin immediate');
      try {
        const outcomes = statements.map(runOne);
        database.exec('commit');
        return outcomes;
      } catch (error) {
        rollBack();
        throw error;
      }
    },
    isInTransaction: () => database.inTransaction,
    probe() {
      rollBack();
      const version = Number(database.pragma('user_version', { simple: true }));
      database.exec('begin immediate');
      try {
        // Writing the same number again writes the first page.
        database.pragma(`user_version = ${version}`);
        database.exec('commit');
      } catch (error) {
        rollBack();
        throw error;
      }
    },
    close() {
      cache.close();
    },
  };
}

/** Bytes arrive from another thread as a plain array of bytes. */
function bindable(value: unknown): unknown {
  return value instanceof Uint8Array && !Buffer.isBuffer(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : value;
}
