import { frameMs } from '../../../src-shared/kitchenTalk/aLaw.ts';

/** After a pause of this process so many frames are made up for at once; the rest is left out. */
const mostAtOnce = 5;

/** Calls `due` once for each 20 ms that passed, until the function that it answers with is called. */
export function runFrameClock(due: () => void, nowMs: () => number): () => void {
  let nextAtMs = nowMs();
  const tick = (): void => {
    const now = nowMs();
    let count = 0;
    for (; nextAtMs <= now && count < mostAtOnce; count += 1) {
      nextAtMs += frameMs;
      due();
    }
    if (nextAtMs <= now) nextAtMs = now + frameMs;
  };
  tick();
  const timer = setInterval(tick, frameMs / 2);
  return () => clearInterval(timer);
}
