/** Pictures that stand still for so long are moving no more. Milliseconds. */
const stillAfterMs = 2_500;
const checkEveryMs = 500;

/**
 * Says again and again whether `progress`, which rises with each picture, has risen within the last 2.5 s, until the function that it
 * answers is called.
 */
export function watchAdvance(progress: () => number, onMoving: (isMoving: boolean) => void): () => void {
  let seen = { progress: progress(), atMs: performance.now() };
  const timer = setInterval(() => {
    const now = progress();
    if (now !== seen.progress) {
      seen = { progress: now, atMs: performance.now() };
      onMoving(true);
    } else if (performance.now() - seen.atMs > stillAfterMs) onMoving(false);
  }, checkEveryMs);
  return () => clearInterval(timer);
}
