import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { createDatabaseTurns, databaseTurnLimits } from './databaseTurns.ts';
import { startDatabaseThread, type DatabaseThread } from './databaseThread.ts';
import { readMigrations } from './migrations.ts';
import type { RecordDates } from './recordDates.ts';
import type { StoreSchema } from './schema.ts';
import { sentenceOf, StoreError } from './storeErrors.ts';
import { createThreadDialect } from './threadDialect.ts';

export type Store = Kysely<StoreSchema>;
export { StoreError } from './storeErrors.ts';

/** The database with its two entrances. What is awaited from it runs in a thread of its own and delays nothing else. */
export interface Database {
  store: Store;
  /** The same tables for what people's safety depends on: SOS, who spoke, alerts of class 1. Served before all others. */
  urgentStore: Store;
  thread: DatabaseThread;
  /** Waits for the one connection and holds it during the work, before all others. */
  alone(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** The name of the file in the data folder. */
export const databaseFileName = 'mingchu.sqlite';

/**
 * A statement waits this long for another process that has locked the database, and the statements behind it wait with it.
 * Milliseconds.
 */
const busyTimeoutMs = 500;
/** Another hub may be stopping still. Milliseconds. */
const startTimeoutMs = 5_000;

/**
 * Opens the database in a folder, made when missing, and brings its tables up to date. What was committed survives a
 * kill and a power cut: the write-ahead log is synced at each commit. Throws StoreError.
 */
export async function openDatabase(dataDir: string, dates?: RecordDates): Promise<Database> {
  const path = dataDir === ':memory:' ? dataDir : join(dataDir, databaseFileName);
  try {
    if (dataDir !== ':memory:') mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StoreError(sentenceOf(path, error), { cause: error });
  }
  const thread = startDatabaseThread({ path, busyTimeoutMs });
  const turns = createDatabaseTurns(databaseTurnLimits);
  const dialect = (isUrgent: boolean) => createThreadDialect({ thread, turns, dates, isUrgent });
  const store: Store = new Kysely<StoreSchema>({ dialect: dialect(false) });
  const urgentStore: Store = new Kysely<StoreSchema>({ dialect: dialect(true) });
  // Kysely itself holds nothing that must be ended.
  const close = (): Promise<void> => thread.close();
  try {
    await sql`select 1`.execute(store);
    await sql.raw(`pragma busy_timeout = ${startTimeoutMs}`).execute(store);
    const migrator = new Migrator({ db: store, provider: { getMigrations: readMigrations } });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
    await sql.raw(`pragma busy_timeout = ${busyTimeoutMs}`).execute(store);
  } catch (error) {
    await close();
    throw new StoreError(sentenceOf(path, error), { cause: error });
  }
  return {
    store,
    urgentStore,
    thread,
    async alone(work) {
      await turns.take(true);
      try {
        await work();
      } finally {
        turns.give();
      }
    },
    close,
  };
}

/** As `openDatabase`, for callers to whom nothing is urgent; `destroy` closes the database. Throws StoreError. */
export async function openStore(dataDir: string, dates?: RecordDates): Promise<Store> {
  const { store, close } = await openDatabase(dataDir, dates);
  return Object.assign(store, { destroy: close });
}
