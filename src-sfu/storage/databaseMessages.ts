/** What the hub and the thread of its database say to each other. Everything here can be cloned between threads. */

/** One statement with its parameters: texts, numbers, big integers, bytes and nulls. */
export interface Statement {
  sql: string;
  parameters: readonly unknown[];
}

/** What one statement did. */
export interface Outcome {
  rows: unknown[];
  changes?: number;
  lastInsertRowid?: number | bigint;
}

export type DatabaseOrder =
  /** Statements in their order; with `together` as one transaction, all or none. */
  | { type: 'run'; statements: readonly Statement[]; together: boolean }
  /** Opens the file again, and writes something that changes nothing. */
  | { type: 'probe'; reopens: boolean }
  | { type: 'close' };

export type DatabaseAnswer =
  { ok: true; outcomes: Outcome[]; isInTransaction: boolean } | { ok: false; error: ThrownError };

/** An error as it was thrown: a clone would lose its code. */
export interface ThrownError {
  name: string;
  message: string;
  /** Such as `SQLITE_BUSY` or `ENOSPC`. */
  code?: string;
}

/** What the thread is started with. */
export interface DatabaseTask {
  path: string;
  busyTimeoutMs: number;
  /** As `busyTimeoutMs`, for the first opening of the file. */
  startTimeoutMs: number;
  /** The file was opened by a thread before: where it is gone, none is made in its place. */
  mustExist?: boolean;
}

/** The error that another thread threw, with its code and of its kind, as far as anybody asks for the kind. */
export function errorOf({ name, message, code }: ThrownError): Error {
  const error =
    name === 'TypeError'
      ? new TypeError(message)
      : name === 'RangeError'
        ? new RangeError(message)
        : new Error(message);
  error.name = name;
  return code === undefined ? error : Object.assign(error, { code });
}

export function thrownOf(error: unknown): ThrownError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code: unknown = 'code' in error ? error.code : undefined;
  return { name: error.name, message: error.message, ...(typeof code === 'string' ? { code } : {}) };
}
