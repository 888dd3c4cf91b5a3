import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { copyBefore, type CopyBefore } from './copyBefore.ts';
import { createDatabaseTurns, databaseTurnLimits } from './databaseTurns.ts';
import { startDatabaseThread, type DatabaseThread } from './databaseThread.ts';
import { readMigrations } from './migrations.ts';
import type { RecordDates } from './recordDates.ts';
import type { StoreSchema } from './schema.ts';
import { StoreError } from './storeErrors.ts';
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

export interface OpeningOptions {
  /** Called once when the start waits long, as for another program that has locked the database. */
  onWaiting?: () => void;
  /** Where it is given, a database whose tables are about to be changed is copied first. Called when that begins and when it has ended. */
  onCopy?: (copy: CopyBefore) => void;
  /** The steps of this version; left out: all that there are. */
  migrations?: typeof readMigrations;
}

/** The name of the file in the data folder. */
export const databaseFileName = 'mingchu.sqlite';

/**
 * A statement waits this long for another process that has locked the database, and the statements behind it wait with it.
 * Milliseconds.
 */
const busyTimeoutMs = 500;
/** At a start nothing else can be done than to wait for who has locked it, such as a hub that stops still. Milliseconds. */
const startTimeoutMs = 60_000;
/** After this time the log says that the start waits. Milliseconds. */
const patienceMs = 1_000;
/** A file up to this size is checked before anything is written to it, which takes some 100 ms at most. Bytes. */
const maxCheckedAtStart = 32 * 1024 * 1024;

/**
 * Opens the database in a folder, made when missing, and brings its tables up to date. What was committed survives a
 * kill and a power cut: the write-ahead log is synced at each commit. Throws StoreError.
 */
export async function openDatabase(
  dataDir: string,
  dates?: RecordDates,
  { onWaiting, onCopy, migrations = readMigrations }: OpeningOptions = {},
): Promise<Database> {
  const path = dataDir === ':memory:' ? dataDir : join(dataDir, databaseFileName);
  try {
    if (dataDir !== ':memory:') mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StoreError(path, error);
  }
  const thread = startDatabaseThread({ path, busyTimeoutMs, startTimeoutMs });
  const turns = createDatabaseTurns(databaseTurnLimits);
  const dialect = (isUrgent: boolean) => createThreadDialect({ thread, turns, dates, isUrgent });
  const store: Store = new Kysely<StoreSchema>({ dialect: dialect(false) });
  const urgentStore: Store = new Kysely<StoreSchema>({ dialect: dialect(true) });
  // Kysely itself holds nothing that must be ended.
  const close = (): Promise<void> => thread.close();
  const waiting = setTimeout(() => onWaiting?.(), patienceMs);
  try {
    if (sizeOf(path) <= maxCheckedAtStart) await checkDatabase(store);
    const migrator = new Migrator({ db: store, provider: { getMigrations: migrations } });
    const steps = onCopy === undefined || path === ':memory:' ? [] : await migrator.getMigrations();
    const next = steps.find(({ executedAt }) => executedAt === undefined);
    // A new file has nothing to be copied.
    if (onCopy !== undefined && next !== undefined && next !== steps[0])
      await copyBefore(store, path, next.name, onCopy);
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
    await sql.raw(`pragma busy_timeout = ${busyTimeoutMs}`).execute(store);
  } catch (error) {
    await close();
    throw new StoreError(path, error);
  } finally {
    clearTimeout(waiting);
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

/** Reads every page and compares it with what the others say. Rejects with the code `SQLITE_CORRUPT`. */
async function checkDatabase(store: Store): Promise<void> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(store);
  const found = rows[0]?.quick_check ?? 'no answer';
  if (found !== 'ok') throw Object.assign(new Error(found), { code: 'SQLITE_CORRUPT' });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** As `openDatabase`, for callers to whom nothing is urgent; `destroy` closes the database. Throws StoreError. */
export async function openStore(dataDir: string, dates?: RecordDates): Promise<Store> {
  const { store, close } = await openDatabase(dataDir, dates);
  return Object.assign(store, { destroy: close });
}
