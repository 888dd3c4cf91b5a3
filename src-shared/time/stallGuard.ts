/**
 * Whoever concludes from silence that the other side is gone asks a guard first: a process that stood still, or whose date was
 * set, has not read yet what arrived meanwhile. Pure: the clock comes in with each look.
 */
export interface StallGuard {
  /**
   * To be called every `intervalMs`. Answers for how long this process stood still since the last look, beyond the interval;
   * negative when its clock was set back; 0 when all is as it should be. Unless it is 0, what is waiting in the sockets has to be read
   * before anybody is judged, and every "last heard" has to be moved by it.
   */
  look(nowMs: number): number;
}

/** A guard whose looks are `intervalMs` apart. A look that is late by more than that is a stall. */
export function createStallGuard(intervalMs: number, startedAtMs: number): StallGuard {
  let lastCheckAtMs = startedAtMs;
  return {
    look(nowMs) {
      const skippedMs = nowMs - lastCheckAtMs - intervalMs;
      lastCheckAtMs = nowMs;
      return Math.abs(skippedMs) > intervalMs ? skippedMs : 0;
    },
  };
}
