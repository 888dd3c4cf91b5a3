import { createStallGuard } from '../../src-shared/time/stallGuard.ts';

/** A timer that is not due yet. */
export interface Timer {
  cancel(): void;
}

/** The longest delay of a Node timer, about 24.8 days: it is a signed number of 32 bits. Node fires a longer timer at once. */
const longestDelayMs = 2 ** 31 - 1;
/** A timer that fires this much too late shows that the process stood still. Milliseconds. */
const lateMs = 250;
/** After a standstill, waiting packets are read from the sockets within this time. Milliseconds. */
const readMs = 250;

/**
 * A timer of any length, by the running clock: setting the date changes nothing. It does not keep the process alive. A delay that
 * is no number counts as none.
 */
export function startTimer(work: () => void, delayMs: number): Timer {
  const dueMs = performance.now() + (Number.isNaN(delayMs) ? 0 : Math.max(0, delayMs));
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    const leftMs = dueMs - performance.now();
    if (leftMs > longestDelayMs) timer = setTimeout(wait, longestDelayMs).unref();
    else timer = setTimeout(work, Math.max(1, Math.ceil(leftMs))).unref();
  };
  wait();
  return { cancel: () => clearTimeout(timer) };
}

/**
 * A timer after which a silent peer counts as lost. When this process stood still, messages that arrived meanwhile are read
 * before the timer fires, so that a message of the peer can cancel it, wherever in the standstill the limit falls: the last
 * `readMs` are a timer of their own, which begins when the one before has fired, and what is waiting is read once more at the end.
 */
export function startSilenceTimer(work: () => void, delayMs: number): Timer {
  const limitMs = Number.isNaN(delayMs) ? 0 : Math.max(0, delayMs);
  const lastMs = Math.min(readMs, limitMs);
  let isCancelled = false;
  let timer: Timer;
  const finish = (lateByMs: number): void => {
    // A timer that is not late at all was kept by nothing.
    if (lateByMs <= 0) return work();
    afterReading(() => {
      if (!isCancelled) work();
    });
  };
  /** A part of the limit; one that ended late is followed by another of `lastMs`. */
  const wait = (partMs: number, next: (lateByMs: number) => void): void => {
    const dueMs = performance.now() + partMs;
    timer = startTimer(() => {
      const lateByMs = performance.now() - dueMs;
      if (lateByMs > lateMs) wait(lastMs, next);
      else next(lateByMs);
    }, partMs);
  };
  wait(limitMs - lastMs, () => wait(lastMs, finish));
  return {
    cancel() {
      isCancelled = true;
      timer.cancel();
    },
  };
}

/**
 * Calls `work` after the sockets were read once: the event loop polls them between its timers and its immediates. A message is
 * read however late this is called, unless more than 2 MiB wait in front of it in one socket.
 */
export function afterReading(work: () => void): void {
  setImmediate(work);
}

/**
 * Calls `check` every `intervalMs` so that the caller can find silent peers. Its argument is how long this process itself stood
 * still since the last check; unless it is 0, no peer may be counted as lost in this check.
 */
export function watchSilence(intervalMs: number, check: (stoodStillMs: number) => void): Timer {
  const guard = createStallGuard(intervalMs, performance.now());
  const timer = setInterval(() => check(guard.look(performance.now())), intervalMs).unref();
  return { cancel: () => clearInterval(timer) };
}
