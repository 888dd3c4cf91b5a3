import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { joinRhythm, turnMoment } from '../../../../src-shared/wall/turnRhythm.ts';

describe('the rhythm of a tour', () => {
  it('does not move with timers that are late', () => {
    expect(turnMoment(10_000, 10_000)).toBe(10_000);
    expect(turnMoment(10_000, 10_400)).toBe(10_000);
  });

  it('begins again after the hub stood still', () => {
    expect(turnMoment(10_000, 90_000)).toBe(90_000);
  });
});

describe('a tour beside others', () => {
  const own = { turnAtMs: 20_000, dwellMs: 10_000 };

  it('turns with the first that stays as long on a page', () => {
    const others = [
      { turnAtMs: 14_000, dwellMs: 5_000 },
      { turnAtMs: 12_300, dwellMs: 10_000 },
      { turnAtMs: 11_000, dwellMs: 10_000 },
    ];
    expect(joinRhythm(own, others, 10_000)).toBe(22_300);
  });

  it('goes on as it is where there is none, or none with a time', () => {
    expect(joinRhythm(own, [], 10_000)).toBe(20_000);
    expect(joinRhythm(own, [{ turnAtMs: 14_000, dwellMs: 5_000 }], 10_000)).toBe(20_000);
    expect(joinRhythm(own, [{ turnAtMs: Number.NaN, dwellMs: 10_000 }], 10_000)).toBe(20_000);
  });

  it('turns in the present rhythm of one whose turn is long past or far ahead', () => {
    expect(joinRhythm(own, [{ turnAtMs: -999_997_700, dwellMs: 10_000 }], 10_000)).toBe(22_300);
    expect(joinRhythm(own, [{ turnAtMs: 999_992_300, dwellMs: 10_000 }], 10_000)).toBe(22_300);
  });

  it('never turns in the past, and never keeps a page longer by more than half its time', () => {
    const moment = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(moment, moment, fc.integer({ min: 5_000, max: 60_000 }), (nowMs, otherMs, dwellMs) => {
        const wished = nowMs + dwellMs;
        const joined = joinRhythm(
          { turnAtMs: wished, dwellMs },
          [{ turnAtMs: nowMs + otherMs, dwellMs }],
          nowMs,
        );
        expect(Math.abs(joined - wished)).toBeLessThanOrEqual(dwellMs / 2);
        expect(Math.abs((joined - nowMs - otherMs) % dwellMs)).toBe(0);
        // Resumed just before its turn.
        const resumed = joinRhythm({ turnAtMs: nowMs, dwellMs }, [{ turnAtMs: otherMs, dwellMs }], nowMs);
        expect(resumed).toBeGreaterThanOrEqual(nowMs);
      }),
      { numRuns: 50 },
    );
  });
});
