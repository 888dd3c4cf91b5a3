import { describe, expect, it } from 'vitest';
import { readShifts, shiftAt } from '../../../../src-shared/session/shifts.ts';

describe('the setting of shifts', () => {
  it.each([
    ['', []],
    [' , ', []],
    ['白班 08:00, 夜班 20:00', ['白班 480', '夜班 1200']],
    ['夜班 20:00，白班 8:00；中班 16：30', ['白班 480', '中班 990', '夜班 1200']],
    ['Late shift 23:59', ['Late shift 1439']],
  ])('%j is understood', (text, expected) => {
    expect(readShifts(text)?.map(({ name, fromMinute }) => `${name} ${fromMinute}`)).toEqual(expected);
  });

  it.each([
    '白班',
    '08:00',
    '白班 24:00',
    '白班 8:60',
    '白班 8',
    '早 8:00, 晚 8:00',
    `${'长'.repeat(21)} 8:00`,
    Array.from({ length: 13 }, (_, hour) => `班 ${hour}:00`).join(','),
  ])('%j is refused', (text) => {
    expect(readShifts(text)).toBeUndefined();
  });
});

describe('the shift of a minute', () => {
  const shifts = readShifts('白班 08:00, 夜班 20:00') ?? [];
  it.each([
    [0, '夜班'],
    [479, '夜班'],
    [480, '白班'],
    [1199, '白班'],
    [1200, '夜班'],
  ])('%i is of %s', (minute, name) => {
    expect(shiftAt(shifts, minute)?.name).toBe(name);
  });

  it('is none where there are none', () => {
    expect(shiftAt([], 0)).toBeUndefined();
  });
});
