import type { TroubleBoard } from './troubleBoard.ts';

/** A worker that dies is replaced within some 100 ms; one that is not replaced by then is worth a sentence. Milliseconds. */
const patienceMs = 2_000;

/** Says on the board that media workers are missing. `changed` is called when one died or was replaced. */
export function createWorkersWatch(options: {
  board: TroubleBoard;
  wanted: number;
  running(): number;
  startTimer(work: () => void, delayMs: number): { cancel(): void };
}): { changed(): void; close(): void } {
  const { board, wanted, running, startTimer } = options;
  let timer: { cancel(): void } | undefined;
  const say = (): void => {
    timer = undefined;
    const figures = { running: running(), wanted };
    const isAll = figures.running === 0;
    board.remove(isAll ? 'workers_some_dead' : 'workers_all_dead');
    board.put(isAll ? 'workers_all_dead' : 'workers_some_dead', figures);
  };
  return {
    changed() {
      if (running() < wanted) {
        const isSaid = board.has('workers_some_dead') || board.has('workers_all_dead');
        if (isSaid) say();
        else timer ??= startTimer(say, patienceMs);
        return;
      }
      timer?.cancel();
      timer = undefined;
      board.remove('workers_some_dead');
      board.remove('workers_all_dead');
    },
    close: () => timer?.cancel(),
  };
}
