import { chmodSync, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { chainStart } from '../auditChain.ts';
import { databaseFileName } from '../database.ts';
import { BackupError } from './backupManifest.ts';

/**
 * Removes a database's write-ahead log, or moves it into the folder `keepIn`. A log that stays would be applied to the database that
 * takes the file's place.
 */
export async function removeLog(path: string, keepIn: string | undefined): Promise<void> {
  for (const ending of ['-wal', '-shm']) {
    if (!existsSync(path + ending)) continue;
    if (keepIn === undefined) await rm(path + ending);
    else await rename(path + ending, join(keepIn, `${databaseFileName}${ending}`));
  }
}

/** Ends a database's write-ahead log, so that the file alone is the whole database, and checks it. Throws BackupError where it is damaged. */
export function closeLog(path: string): void {
  const database = new SqliteDatabase(path);
  try {
    database.pragma('journal_mode = DELETE');
    if (database.pragma('quick_check', { simple: true }) !== 'ok') {
      throw new BackupError('The database in the backup is damaged. Take another backup.');
    }
  } finally {
    database.close();
  }
}

/** Copies a database that no hub has open, with the content of its write-ahead log. Returns the last line of its audit log. */
export function copyOf(from: string, to: string): { id: number; hash: string } {
  const database = new SqliteDatabase(from, { fileMustExist: true });
  try {
    // Alone with it: a hub that has it open refuses this.
    database.pragma('journal_mode = DELETE');
    database.prepare('vacuum into ?').run(to);
    chmodSync(to, 0o600);
    const head = database
      .prepare<[], { id: number; hash: string | null }>(
        'select id, hash from audit_log order by id desc limit 1',
      )
      .get();
    return { id: head?.id ?? 0, hash: head?.hash ?? chainStart.hash };
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') {
      throw new BackupError('The database is in use. Stop the hub first.');
    }
    throw error;
  } finally {
    database.close();
  }
}

/** Whether the file is a sound database of a hub. Throws BackupError where a hub has it open. */
export function isReadableDatabase(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    const database = new SqliteDatabase(path, { fileMustExist: true });
    try {
      database.prepare('select count(*) from accounts').get();
      return database.pragma('quick_check', { simple: true }) === 'ok';
    } finally {
      database.close();
    }
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') {
      throw new BackupError('The database is in use. Stop the hub first.');
    }
    return false;
  }
}
