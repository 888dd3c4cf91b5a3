import { expect, it } from 'vitest';
import { createSipBudget } from '../../../../../../src-sfu/media/sources/gb28181/sipBudget.ts';

function stage() {
  let now = 0;
  const recorders = new Set(['10.77.0.9']);
  const budget = createSipBudget({ isKnown: (address) => recorders.has(address), nowMs: () => now });
  return {
    recorders,
    /** How many of `count` messages within `ms`, evenly spread, are taken. */
    taken(count: number, ms: number, addressOf: (index: number) => string): number {
      let taken = 0;
      for (let index = 0; index < count; index += 1) {
        if (budget.takes(addressOf(index))) taken += 1;
        now += ms / count;
      }
      return taken;
    },
  };
}

const anyOf = (addresses: number) => (index: number) => `10.66.${(index % addresses) >> 8}.${index % 256}`;

it('of 10,000 messages a second from strangers 500 are read, spread over the second, and all of those of recorders', () => {
  const { taken } = stage();
  taken(10_000, 1_000, anyOf(200));
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const strangers = taken(1_000, 100, anyOf(200));
    expect(strangers).toBeGreaterThanOrEqual(48);
    expect(strangers).toBeLessThanOrEqual(52);
  }
  // Every second message is a recorder's.
  const recorder = '10.77.0.9';
  const both = taken(2_000, 200, (index) => (index % 2 === 0 ? recorder : anyOf(200)(index)));
  expect(both).toBeGreaterThanOrEqual(1_000 + 95);
  expect(both).toBeLessThanOrEqual(1_000 + 105);
});

it('one address of strangers has 50 a second, one of recorders 5,000', () => {
  const { taken } = stage();
  expect(taken(1_000, 990, () => '10.66.0.1')).toBe(50);
  expect(taken(10_000, 1_000, () => '10.77.0.9')).toBeLessThanOrEqual(5_200);
});

it('an address is a recorder’s from the moment that one has registered there', () => {
  const { taken, recorders } = stage();
  taken(10_000, 1_000, anyOf(200));
  expect(taken(20, 0, () => '10.77.0.10')).toBeLessThan(3);
  recorders.add('10.77.0.10');
  expect(taken(20, 0, () => '10.77.0.10')).toBe(20);
});
