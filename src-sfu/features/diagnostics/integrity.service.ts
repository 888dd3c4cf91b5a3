import type { Logger } from '../../logger.ts';
import type { TroubleBoard } from './troubleBoard.ts';

/** What `/healthz` says of the last check of the whole database. */
export type IntegrityState = 'not_checked' | 'checking' | 'sound' | 'damaged' | 'unreadable';

interface Check {
  result: Promise<{ state: 'sound' } | { state: 'damaged' | 'unreadable'; found: string }>;
  cancel(): void;
}

export interface Integrity {
  /** Begins a check, unless one is under way. */
  check(): void;
  state(): IntegrityState;
  close(): void;
}

/** A check that could not be made, and a file that is damaged, are checked again after this time. Milliseconds. */
const againMs = 10 * 60_000;

/** Checks the whole database beside the hub's work, and says on the board when it is damaged. */
export function createIntegrity(options: {
  board: TroubleBoard;
  start(): Check;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  startTimer(work: () => void, delayMs: number): { cancel(): void };
}): Integrity {
  const { board, logger, startTimer } = options;
  let state: IntegrityState = 'not_checked';
  let running: Check | undefined;
  let timer: { cancel(): void } | undefined;
  let isClosed = false;

  const finish = (result: Awaited<Check['result']>): void => {
    running = undefined;
    if (isClosed) return;
    ({ state } = result);
    if (result.state === 'sound') {
      logger.info('the database was checked: every page is as it was written');
      board.remove('database_damaged');
      return;
    }
    if (result.state === 'damaged') {
      logger.error(
        { found: result.found },
        'the database is damaged: stop the hub and put a backup back with "npm run restore -- FOLDER"',
      );
      board.put('database_damaged');
    } else logger.warn({ why: result.found }, 'the database could not be checked; it is tried again later');
    timer = startTimer(check, againMs);
  };
  const check = (): void => {
    if (isClosed || running !== undefined) return;
    timer?.cancel();
    state = 'checking';
    running = options.start();
    void running.result.then(finish);
  };
  return {
    check,
    state: () => state,
    close() {
      isClosed = true;
      timer?.cancel();
      running?.cancel();
    },
  };
}
