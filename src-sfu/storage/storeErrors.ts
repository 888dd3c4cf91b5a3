import { databaseTroubleOf, type DatabaseTrouble } from '../base/databaseTrouble.ts';
import { copyFrom } from './copyBefore.ts';

/** What keeps the store from working, as health and the desk say it; `failing` is also said where nothing is known of the cause. */
export type StoreTrouble = DatabaseTrouble;

/** The store could not be opened. The message says which file and what to do. */
export class StoreError extends Error {
  override name = 'StoreError';
  /** Whether another start would end the same way, as for a damaged file or tables of a newer version; the other troubles may pass. */
  readonly isLasting: boolean;

  /** `error` is what the database or the file system said of the file at `path`. */
  constructor(path: string, error: unknown) {
    super(sentenceOf(path, error), { cause: error });
    const trouble = openingTroubleOf(error);
    this.isLasting = trouble === undefined || trouble === 'damaged';
  }
}

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
  const known = databaseTroubleOf(error);
  if (known !== undefined) return known;
  // At a file of the data folder; elsewhere these may be about another file.
  if (/^(?:EACCES|EPERM)$/.test(codeOf(error))) return 'readOnly';
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

/** As `troubleOf`; undefined also for tables that this program does not know, of which only the migrator's sentence speaks. */
function openingTroubleOf(error: unknown): StoreTrouble | undefined {
  if (error instanceof Error && error.message.startsWith('corrupted migrations:')) return undefined;
  return troubleOf(error);
}

/** Why a database cannot be used, and what to do. */
function sentenceOf(path: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const step = missingStep.exec(message)?.[1];
  if (step !== undefined)
    return `The database ${path} was written by a newer version. ${wayBack(path, step)}`;
  const trouble = openingTroubleOf(error);
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
