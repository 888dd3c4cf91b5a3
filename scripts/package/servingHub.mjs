import { setTimeout as delay } from 'node:timers/promises';

/** Where the checks of the package run their hub. */
export const port = 47_400;
const answersWithinMs = 5_000;
const pauseMs = 50;

/** Whether the hub of a check is well and has its pages. */
export async function isServing() {
  for (const path of ['healthz', 'wall.html']) {
    const signal = AbortSignal.timeout(answersWithinMs);
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`, { signal }).catch(() => undefined);
    await answer?.text().catch(() => undefined);
    if (answer?.ok !== true) return false;
  }
  return true;
}

/**
 * Waits until a question is answered with true; false when the time is over, or `hasEnded` says that there is nothing to wait for.
 * @param {number} withinMs
 * @param {() => Promise<boolean>} question
 * @param {() => boolean} hasEnded
 */
export async function waitUntil(withinMs, question, hasEnded) {
  const startedAtMs = performance.now();
  while (!hasEnded() && performance.now() - startedAtMs < withinMs) {
    if (await question()) return true;
    await delay(pauseMs);
  }
  return false;
}
