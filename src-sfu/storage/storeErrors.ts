import { copyFrom } from './copyBefore.ts';
import { isDatabaseBusy } from '../base/databaseBusy.ts';

/** The store could not be opened. The message says which file and what to do. */
export class StoreError extends Error {
  override name = 'StoreError';
}

/** What keeps the store from working, as health and the desk say it. */
export type StoreTrouble =
  /** Another process holds the file. */
  | 'locked'
  /** The disk has no room. */
  | 'full'
  /** The file or its file system can only be read. */
  | 'readOnly'
  /** The file is not what was written. */
  | 'damaged'
  /** Anything else: the disk does not answer, the file is gone, the thread ended. */
  | 'failing';

/**
 * Whether the store refused a statement for what it says, and not because the store itself cannot work at this time (its
 * disk is full, its file is locked or damaged). Such a statement fails again whenever it is tried.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return /^SQLITE_(?:CONSTRAINT|TOOBIG|MISMATCH|RANGE|ERROR)(?:_|$)/.test(codeOf(error));
}

/** What an error says about the store; undefined for one that is about a statement alone. */
export function troubleOf(error: unknown): StoreTrouble | undefined {
  if (isRefusal(error)) return undefined;
  const code = codeOf(error);
  if (isDatabaseBusy(error)) return 'locked';
  if (/^(?:SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return 'full';
  if (/^(?:SQLITE_READONLY|SQLITE_PERM|EROFS|EACCES|EPERM)/.test(code)) return 'readOnly';
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) return 'damaged';
  return 'failing';
}

const advice: Record<StoreTrouble, string> = {
  locked: 'Another program holds it: end that program (a second hub, a copy, a browser of databases).',
  full: 'The disk is full: make room on it.',
  readOnly:
    'It can only be read: give the hub’s user the right to write there, or mount the disk for writing.',
  damaged: 'The file is damaged: put a backup back with "npm run restore -- FOLDER".',
  failing: 'Check the folder’s rights and its disk, or put back a backup.',
};

/** Why a database cannot be used, and what to do. */
export function sentenceOf(path: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const step = missingStep.exec(message)?.[1];
  if (step !== undefined)
    return `The database ${path} was written by a newer version. ${wayBack(path, step)}`;
  const trouble = troubleOf(error);
  const hint =
    trouble === undefined ? 'It was written by a newer version, or it is not this hub’s.' : advice[trouble];
  return `The database ${path} cannot be opened: ${message.replace(/\.$/, '')}. ${hint}`;
}

/** Kysely's sentence for a step that was run and that this version does not have. */
const missingStep = /previously executed migration (\S+) is missing/;

function wayBack(path: string, step: string): string {
  const copy = copyFrom(path, step);
  if (copy === undefined)
    return 'Install that version again, or put back a backup with "npm run restore -- FOLDER".';
  return `Install that version again; or go back to ${copy}, which was made before the change: with the hub stopped, remove ${path}-wal and ${path}-shm, move ${path} aside and the copy to its place, and start. What was recorded after the change stays in the file that was moved aside.`;
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
