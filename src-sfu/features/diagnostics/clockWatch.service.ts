import type { TroubleBoard } from './troubleBoard.ts';

/** For how long a desk is notified that the date was set. Nothing else can be done about it then. Milliseconds. */
const shownMs = 3_600_000;
/** The date was set back to what it was, within a second. */
const backMs = 1_000;

/** Says on the board that the date was set, until it is set back or an hour has passed. */
export function createClockWatch(options: {
  board: TroubleBoard;
  startTimer(work: () => void, delayMs: number): { cancel(): void };
}): { stepped(stepMs: number): void; close(): void } {
  const { board, startTimer } = options;
  let totalMs = 0;
  let timer: { cancel(): void } | undefined;
  const forget = (): void => {
    totalMs = 0;
    board.remove('clock_stepped');
  };
  return {
    stepped(stepMs) {
      totalMs += stepMs;
      timer?.cancel();
      if (Math.abs(totalMs) <= backMs) return forget();
      board.put('clock_stepped', { stepSeconds: Math.round(totalMs / 1_000) });
      timer = startTimer(forget, shownMs);
    },
    close: () => timer?.cancel(),
  };
}
