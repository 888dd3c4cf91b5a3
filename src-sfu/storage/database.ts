import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { addAuditHash } from './auditChain.ts';
import { readMigrations } from './migrations.ts';
import { withRecordDates, type RecordDates } from './recordDates.ts';
import type { StoreSchema } from './schema.ts';
import { withStatementCache } from './statementCache.ts';

export type Store = Kysely<StoreSchema>;

/** The store could not be opened. The message says which file and what to do. */
export class StoreError extends Error {
  override name = 'StoreError';
}

/**
 * A statement waits this long for another process that has locked the database. Waiting blocks this process as a whole, so that
 * no call for help and no sound would come through meanwhile. Milliseconds.
 */
const busyTimeoutMs = 100;

/**
 * Opens the store in a folder, made when missing, and brings its tables up to date. What was committed survives a
 * kill and a power cut: the write-ahead log is synced at each commit. Throws StoreError.
 */
export async function openStore(dataDir: string, dates?: RecordDates): Promise<Store> {
  const path = dataDir === ':memory:' ? dataDir : join(dataDir, 'mingchu.sqlite');
  let sqlite: SqliteDatabase.Database | undefined;
  try {
    if (dataDir !== ':memory:') mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    sqlite = new SqliteDatabase(path);
    addAuditHash(sqlite);
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    // Another hub may be stopping still.
    sqlite.pragma('busy_timeout = 5000');
  } catch (error) {
    sqlite?.close();
    throw new StoreError(
      `The database ${path} cannot be opened: ${(error as Error).message}. Check the folder's rights and free space, or put back a backup.`,
    );
  }
  const cache = withStatementCache(sqlite as never);
  const database = dates === undefined ? cache : withRecordDates(cache, dates);
  const store: Store = new Kysely<StoreSchema>({ dialect: new SqliteDialect({ database }) });
  const migrator = new Migrator({
    db: store,
    provider: { getMigrations: readMigrations },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await store.destroy();
    const message = error instanceof Error ? error.message : JSON.stringify(error);
    throw new StoreError(`The database ${path} cannot be brought up to date: ${message}.`);
  }
  cache.clear();
  sqlite.pragma(`busy_timeout = ${busyTimeoutMs}`);
  return store;
}
