import { describe, expect, it } from 'vitest';
import { localMoment } from '../../../../src-sfu/features/wall/localMoment.ts';
import { weekdayOf } from '../../../../src-shared/wall/schedule.ts';

describe('a moment on this machine’s calendar', () => {
  it('is the local day and minute, whatever the time zone', () => {
    expect(localMoment(new Date(2026, 9, 5, 10, 7, 59))).toEqual({ day: 20_731, minuteOfDay: 607 });
    expect(localMoment(new Date(2026, 9, 5, 0, 0))).toEqual({ day: 20_731, minuteOfDay: 0 });
    expect(localMoment(new Date(2026, 9, 4, 23, 59))).toEqual({ day: 20_730, minuteOfDay: 1439 });
  });

  it('knows the same weekday as the calendar', () => {
    for (let day = 1; day <= 31; day += 1) {
      const date = new Date(2026, 9, day, 12);
      expect(weekdayOf(localMoment(date).day)).toBe(((date.getDay() + 6) % 7) + 1);
    }
  });
});
