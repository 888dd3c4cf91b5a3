import { expect, it } from 'vitest';
import { muLawOf } from '../../../../src-shared/kitchenTalk/muLaw.ts';

/** The first entries of ITU-T G.191's table from A-law to µ-law, by magnitude. */
const byMagnitude = [
  ...[1, 3, 5, 7, 9, 11, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31],
  ...[32, 32, 33, 33, 34, 34, 35, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47],
];

it('a byte of A-law is the byte of µ-law that the tables of the ITU name', () => {
  for (const [magnitude, step] of byMagnitude.entries()) {
    const [above, below] = muLawOf(Uint8Array.of(magnitude ^ 0xd5, magnitude ^ 0x55));
    expect([above, below], `magnitude ${magnitude}`).toEqual([0xff ^ step, 0x7f ^ step]);
  }
});

it('louder stays louder, up to the loudest', () => {
  const steps = [...muLawOf(Uint8Array.from({ length: 128 }, (_unused, magnitude) => magnitude ^ 0xd5))];
  const levels = steps.map((byte) => 0xff ^ byte);
  expect(levels).toEqual(levels.toSorted((one, other) => one - other));
  expect(levels.at(-1)).toBeGreaterThanOrEqual(0x7e);
});
