/**
 * Code that treats silence as the loss of the other side asks a guard first: a process that stood still, or whose date was
 * set, has not read yet what arrived meanwhile. Pure: each check receives the time.
 */
export interface StallGuard {
  /**
   * To be called every `intervalMs`. Returns how long this process stood still since the last check, beyond the interval;
   * negative when its clock was set back; 0 when nothing happened. Unless it is 0, what is waiting in the sockets has to be read
   * before anybody is judged, and every "last heard" has to be moved by it.
   */
  look(nowMs: number): number;
}

/** A guard whose checks are `intervalMs` apart. A check that is late by more than that is a stall. */
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
