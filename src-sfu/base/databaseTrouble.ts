import type { RefusalReason } from '../../src-shared/protocol/refusals.ts';

/** What keeps the database from carrying out a statement that is right. */
export type DatabaseTrouble =
  /** Another process holds the file, or the turn of a statement did not come within 8 s. */
  | 'locked'
  /** The disk has no room. */
  | 'full'
  /** The file or its file system can only be read. */
  | 'readOnly'
  /** The file is not what was written. */
  | 'damaged'
  /** The disk does not answer, the file is gone, the thread ended. */
  | 'failing';

const codes: [DatabaseTrouble, RegExp][] = [
  ['locked', /^SQLITE_(?:BUSY|LOCKED)/],
  ['full', /^(?:SQLITE_FULL|ENOSPC|EDQUOT)/],
  ['readOnly', /^(?:SQLITE_READONLY|SQLITE_PERM|EROFS)/],
  ['damaged', /^SQLITE_(?:CORRUPT|NOTADB)/],
  ['failing', /^(?:SQLITE_(?:IOERR|CANTOPEN|NOLFS|PROTOCOL)|EIO$|STORE_THREAD_ENDED$)/],
];

/** What an error's code says about the database or its disk; undefined for every other error, such as a fault of the program. */
export function databaseTroubleOf(error: unknown): DatabaseTrouble | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return undefined;
  return codes.find(([, pattern]) => pattern.test(code))?.[0];
}

/** How a request is refused that the database did not carry out. A repeat is harmless: commands carry an id. */
export interface DatabaseRefusal {
  reason: Extract<RefusalReason, `session.database_${string}`>;
  message: string;
  /** When it is worth another try: a lock passes by itself, the others wait for somebody. Seconds. */
  retryAfterSeconds: number;
}

const refusals: Record<DatabaseTrouble, DatabaseRefusal> = {
  locked: {
    reason: 'session.database_busy',
    message: 'The database is busy. Try again in a moment.',
    retryAfterSeconds: 5,
  },
  full: {
    reason: 'session.database_full',
    message: 'The disk of the hub is full, so nothing can be stored. Make room on it, then try again.',
    retryAfterSeconds: 30,
  },
  readOnly: {
    reason: 'session.database_read_only',
    message: 'The database of the hub can only be read. Mount its disk for writing, then try again.',
    retryAfterSeconds: 30,
  },
  damaged: {
    reason: 'session.database_damaged',
    message: 'The database of the hub is damaged here. Put the last backup back.',
    retryAfterSeconds: 30,
  },
  failing: {
    reason: 'session.database_failing',
    message: 'The database of the hub does not work. Check its disk and its log, then try again.',
    retryAfterSeconds: 30,
  },
};

/** The refusal of a request that failed with this error; undefined where the database is not the cause. */
export function databaseRefusalOf(error: unknown): DatabaseRefusal | undefined {
  const trouble = databaseTroubleOf(error);
  return trouble && refusals[trouble];
}
