import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** A database that keeps prepared statements, because Kysely prepares each query again. */
export interface StatementCache extends SqliteDatabase {
  /** Forgets all statements: after the tables changed. */
  clear(): void;
}

/** A burst of alerts has about ten different statements with one to 128 rows each. */
const maxStatements = 512;
/** Longer statements are rare, and each would keep as much memory as all others. Characters. */
const maxLength = 8_192;

/**
 * Keeps the statements that were used last, by their text. A statement that is iterated is never shared, because it is busy until
 * its last row was read.
 */
export function withStatementCache(database: SqliteDatabase): StatementCache {
  const statements = new Map<string, SqliteStatement>();
  const find = (sql: string): SqliteStatement => {
    const known = statements.get(sql);
    if (known === undefined) return database.prepare(sql);
    statements.delete(sql);
    return known;
  };
  return {
    close() {
      statements.clear();
      database.close();
    },
    clear: () => statements.clear(),
    prepare(sql) {
      const statement = find(sql);
      if (sql.length <= maxLength) {
        statements.set(sql, statement);
        const [oldest] = statements.keys();
        if (statements.size > maxStatements && oldest !== undefined) statements.delete(oldest);
      }
      return {
        reader: statement.reader,
        all: (parameters) => statement.all(parameters),
        run: (parameters) => statement.run(parameters),
        iterate: (parameters) => database.prepare(sql).iterate(parameters),
      };
    },
  };
}
