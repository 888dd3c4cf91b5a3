import { expect, it } from 'vitest';
import { pictureAge } from '../../../../src-renderer/app/public/pictureAge.ts';

it('says how old a picture is in the largest whole unit, and nothing below zero', () => {
  const at = 1_000_000_000_000;
  const ages = [-5, 0, 59, 60, 3_599, 3_600, 86_399, 86_400, 200_000].map((seconds) => {
    const { words, count } = pictureAge(at, at + seconds * 1_000);
    return `${count} ${words}`;
  });
  expect(ages).toEqual([
    '0 ageSeconds',
    '0 ageSeconds',
    '59 ageSeconds',
    '1 ageMinutes',
    '59 ageMinutes',
    '1 ageHours',
    '23 ageHours',
    '1 ageDays',
    '2 ageDays',
  ]);
});
