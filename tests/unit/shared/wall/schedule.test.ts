import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { ruleKey, rulingEntry, scheduleProblem, weekdayOf } from '../../../../src-shared/wall/schedule.ts';
import type { ScheduleEntry } from '../../../../src-shared/wall/wallLibrary.ts';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
/** 5 October 2026. */
const monday = 20_731;

function entry(id: string, fromMinute: number, changes: Partial<ScheduleEntry> = {}): ScheduleEntry {
  return {
    id,
    screenId: 'main',
    weekdays: everyDay,
    fromMinute,
    shows: { type: 'programme', id },
    ...changes,
  };
}

function ruling(schedule: ScheduleEntry[], day: number, minuteOfDay: number): string | undefined {
  return rulingEntry(schedule, 'main', { day, minuteOfDay })?.entry.id;
}

describe('the entry that rules a screen', () => {
  it('knows the days of the week', () => {
    expect(weekdayOf(0)).toBe(4);
    expect(weekdayOf(monday)).toBe(1);
    expect(weekdayOf(monday - 1)).toBe(7);
    expect(weekdayOf(-1)).toBe(3);
  });

  it('is the one that began last, on its very minute', () => {
    const schedule = [entry('noon', 720), entry('morning', 480)];
    expect(ruling(schedule, monday, 719)).toBe('morning');
    expect(ruling(schedule, monday, 720)).toBe('noon');
    expect(ruling(schedule, monday, 1439)).toBe('noon');
  });

  it('lasts over midnight, and over days on which none begins', () => {
    const schedule = [entry('friday', 600, { weekdays: [5] }), entry('monday', 480, { weekdays: [1] })];
    expect(ruling(schedule, monday, 479)).toBe('friday');
    expect(ruling(schedule, monday, 480)).toBe('monday');
    expect(ruling(schedule, monday + 4, 599)).toBe('monday');
    expect(ruling(schedule, monday + 6, 0)).toBe('friday');
  });

  it('is the only one the whole week, and is another rule each time it begins', () => {
    const schedule = [entry('monday', 480, { weekdays: [1] })];
    const before = rulingEntry(schedule, 'main', { day: monday, minuteOfDay: 479 });
    const after = rulingEntry(schedule, 'main', { day: monday, minuteOfDay: 480 });
    expect([before?.beganDay, after?.beganDay]).toEqual([monday - 7, monday]);
    expect(ruleKey(before!)).not.toBe(ruleKey(after!));
  });

  it('is none for a screen the schedule does not name', () => {
    expect(ruling([entry('left', 0, { screenId: 'left' })], monday, 600)).toBeUndefined();
    expect(ruling([], monday, 600)).toBeUndefined();
  });

  it('changes only at the beginning of an entry, whatever the schedule', () => {
    const anyEntry = fc.record({
      fromMinute: fc.integer({ min: 0, max: 1439 }),
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(anyEntry, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: monday, max: monday + 20 }),
        fc.integer({ min: 1, max: 1439 }),
        (made, day, minuteOfDay) => {
          const schedule = made.map((one, index) => entry(`e${index}`, one.fromMinute, one));
          const before = rulingEntry(schedule, 'main', { day, minuteOfDay: minuteOfDay - 1 });
          const now = rulingEntry(schedule, 'main', { day, minuteOfDay });
          if (before === undefined || now === undefined) return false;
          const begins = schedule.some(
            ({ fromMinute, weekdays }) => fromMinute === minuteOfDay && weekdays.includes(weekdayOf(day)),
          );
          return begins === (ruleKey(before) !== ruleKey(now));
        },
      ),
    );
  });
});

describe('a schedule', () => {
  it('is sound when entries differ in screen, day or minute', () => {
    const schedule = [
      entry('a', 480, { weekdays: [1, 2] }),
      entry('b', 480, { weekdays: [3] }),
      entry('c', 480, { screenId: 'left' }),
      entry('d', 481),
    ];
    expect(scheduleProblem(schedule)).toBeUndefined();
  });

  it('is not with two beginnings at once or one id twice', () => {
    expect(scheduleProblem([entry('a', 480), entry('b', 480, { weekdays: [7] })])).toMatch(
      /a and b both begin on screen main at 08:00 on weekday 7/,
    );
    expect(scheduleProblem([entry('a', 480), entry('a', 500)])).toMatch(/Two entries have the id a/);
  });
});
