/** A phone's time that differs by less from the hub's is the same: it is how long a message was on its way. Milliseconds. */
const sameTimeMs = 2_000;

/** Whether something happened at another time than the hub heard of it. */
export function isApart(happenedAtMs: number, atMs: number): boolean {
  return Math.abs(atMs - happenedAtMs) > sameTimeMs;
}
