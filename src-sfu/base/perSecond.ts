/** Allows so many within each second of a clock; the rest is refused. The function counts one and answers whether it is allowed. */
export function createPerSecond(most: number, nowMs: () => number): () => boolean {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(nowMs() / 1_000);
    if (now !== second) [second, count] = [now, 0];
    count += 1;
    return count <= most;
  };
}
