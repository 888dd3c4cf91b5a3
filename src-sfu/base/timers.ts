import { createStallGuard } from '../../src-shared/time/stallGuard.ts';

/** A timer that is not due yet. */
export interface Timer {
  cancel(): void;
}

/** Node fires a longer timer at once, with a warning: its delay is a signed number of 32 bits. About 24.8 days. */
const longestDelayMs = 2 ** 31 - 1;
/** A timer that fires so much too late says that this process stood still. */
const lateMs = 250;
/** After that, what waits in the sockets is read within this time. */
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
 * A timer for somebody who is gone if nothing is heard by then. When this process stood still, what arrived meanwhile is read
 * before the timer fires; whoever is heard cancels it.
 */
export function startSilenceTimer(work: () => void, delayMs: number): Timer {
  let dueMs = performance.now() + delayMs;
  let timer: Timer;
  const judge = (): void => {
    if (performance.now() - dueMs <= lateMs) return work();
    dueMs = performance.now() + readMs;
    timer = startTimer(judge, readMs);
  };
  timer = startTimer(judge, delayMs);
  return { cancel: () => timer.cancel() };
}

/**
 * Looks every `intervalMs` after those who may have fallen silent. `look` is called with for how long this process itself stood
 * still since the last look; unless that is 0 nobody may be judged in this look.
 */
export function watchSilence(intervalMs: number, look: (stoodStillMs: number) => void): Timer {
  const guard = createStallGuard(intervalMs, performance.now());
  const timer = setInterval(() => look(guard.look(performance.now())), intervalMs).unref();
  return { cancel: () => clearInterval(timer) };
}
