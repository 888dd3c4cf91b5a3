import type { HubTroubleKind } from '../../../src-shared/diagnostics/hubTroubles.ts';
import type { TroubleBoard } from './troubleBoard.ts';

/** Why the store does not work. */
export type StoreTroubleName = 'locked' | 'full' | 'readOnly' | 'damaged' | 'failing';

/** What the watch needs of the store. */
export interface WatchedStore {
  /** Called with each error, and with `undefined` after each commit. */
  onOutcome(listener: (error: Error | undefined) => void): void;
  /** What an error says about the store; undefined for one that is about a statement alone. */
  troubleOf(error: unknown): StoreTroubleName | undefined;
  /** Writes something that changes nothing; `reopens` closes the file before and opens it again. Rejects when that fails. */
  probe(reopens: boolean): Promise<void>;
}

export interface StoreWatch {
  /** Tries whether the store can be written, so that a trouble is noticed although nobody writes. */
  look(): Promise<void>;
  close(): void;
}

const kindOf: Record<StoreTroubleName, HubTroubleKind> = {
  locked: 'database_locked',
  full: 'database_full',
  readOnly: 'database_read_only',
  damaged: 'database_damaged',
  failing: 'database_failing',
};
/** Those that are over when the store can be written again. A damaged file can be written, and stays damaged. */
const passing: readonly HubTroubleKind[] = [
  'database_locked',
  'database_full',
  'database_read_only',
  'database_failing',
];
/** Between two attempts to write, while something is wrong. Milliseconds. */
const retryMs = 1_000;
/** A lock that passes within this time, such as that of a command of this machine, is not worth a sentence. Milliseconds. */
const lockPatienceMs = 1_000;
/** A disk that is full takes a small write now and then: it must take some in a row. */
const successesInARow = 2;

/** Says on the board why the store cannot be written, and takes it down when it can be written again. */
export function createStoreWatch(options: {
  store: WatchedStore;
  board: TroubleBoard;
  /** Reads the whole file, after it was found damaged. */
  checkIntegrity(): void;
  nowMs(): number;
  startTimer(work: () => void, delayMs: number): { cancel(): void };
}): StoreWatch {
  const { store, board, nowMs, startTimer } = options;
  let lockedSinceMs: number | undefined;
  let successes = 0;
  let timer: { cancel(): void } | undefined;
  let isClosed = false;

  const isWrong = (): boolean => lockedSinceMs !== undefined || passing.some((kind) => board.has(kind));
  const tryLater = (): void => {
    if (isClosed || timer !== undefined) return;
    timer = startTimer(() => {
      timer = undefined;
      void look();
    }, retryMs);
  };
  const failed = (error: unknown): void => {
    const trouble = store.troubleOf(error);
    if (trouble === undefined) return;
    successes = 0;
    if (trouble === 'damaged') {
      if (!board.has('database_damaged')) options.checkIntegrity();
      board.put('database_damaged');
      return;
    }
    if (trouble === 'locked') {
      lockedSinceMs ??= nowMs();
      if (nowMs() - lockedSinceMs >= lockPatienceMs) only('database_locked');
    } else only(kindOf[trouble]);
    tryLater();
  };
  /** The last cause is the one that is shown. */
  const only = (kind: HubTroubleKind): void => {
    if (kind !== 'database_locked') lockedSinceMs = undefined;
    for (const other of passing) if (other !== kind) board.remove(other);
    board.put(kind);
  };
  const worked = (): void => {
    lockedSinceMs = undefined;
    board.remove('database_locked');
    successes += 1;
    if (successes < successesInARow) return;
    for (const kind of passing) board.remove(kind);
  };
  const look = async (): Promise<void> => {
    const reopens = board.has('database_failing') || board.has('database_read_only');
    try {
      await store.probe(reopens);
      worked();
    } catch (error) {
      failed(error);
    }
    if (isWrong()) tryLater();
  };

  store.onOutcome((error) => {
    if (error !== undefined) return failed(error);
    // A commit of somebody else ends a lock; whether a full disk has room again is found by trying.
    lockedSinceMs = undefined;
    board.remove('database_locked');
  });

  return {
    look,
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}
