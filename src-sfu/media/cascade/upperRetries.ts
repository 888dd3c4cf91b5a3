import type { UpperProblem } from '../../../src-shared/cascade/cascade.protocol.ts';

const firstMs = 2_000;
/** After a refusal the hub waits longer, so that the platform does not take it for somebody who guesses passwords. Milliseconds. */
const refusedMs = 30_000;
const refusals: ReadonlySet<UpperProblem> = new Set([
  'wrong_password',
  'not_allowed',
  'unknown_id',
  'no_challenge',
  'password_unreadable',
]);

/** The longest wait between two registrations. Milliseconds. */
export const longestRetryMs = 60_000;

/**
 * How long the hub waits before it registers again, in milliseconds. `tried`: how often it failed in a row, from 1; `random`: 0 to 1,
 * which spreads the hubs of a city by a fifth of the wait.
 */
export function retryWaitMs(problem: UpperProblem, tried: number, random: number): number {
  const base = refusals.has(problem) ? refusedMs : firstMs;
  const waitMs = Math.min(longestRetryMs, base * 2 ** Math.min(6, tried - 1));
  return waitMs * (0.8 + 0.4 * random);
}
