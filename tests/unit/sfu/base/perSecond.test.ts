import { expect, it } from 'vitest';
import { createPerSecond } from '../../../../src-sfu/base/perSecond.ts';

it('so many are allowed in each second, and a clock that is set back begins a new one', () => {
  let nowMs = 10_000;
  const isAllowed = createPerSecond(2, () => nowMs);
  const three = (): boolean[] => [isAllowed(), isAllowed(), isAllowed()];
  expect(three()).toEqual([true, true, false]);
  nowMs = 10_999;
  expect(isAllowed()).toBe(false);
  nowMs = 11_000;
  expect(three()).toEqual([true, true, false]);
  nowMs = 3_000;
  expect(three()).toEqual([true, true, false]);
});
