import { expect, it } from 'vitest';
import { longestRetryMs, retryWaitMs } from '../../../../../src-sfu/media/cascade/upperRetries.ts';

it('waits twice as long after each failure, up to a minute', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 50].map((tried) => retryWaitMs('no_connection', tried, 0.5));
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

it('waits longer after a refusal, which looks like the guess of a password', () => {
  const refused = [
    'wrong_password',
    'not_allowed',
    'unknown_id',
    'no_challenge',
    'password_unreadable',
  ] as const;
  for (const problem of refused) expect(retryWaitMs(problem, 1, 0.5)).toBe(30_000);
  expect(retryWaitMs('no_answer', 1, 0.5)).toBe(2_000);
});

it('spreads hubs by a fifth of the wait to either side', () => {
  expect(retryWaitMs('no_answer', 6, 0)).toBe(longestRetryMs * 0.8);
  expect(retryWaitMs('no_answer', 6, 1)).toBeCloseTo(longestRetryMs * 1.2);
});
