import { describe, expect, it } from 'vitest';
import { arrivalsOf, calm, noteArrivals, type AlertFlood } from '../../../../src-shared/alerts/alertFlood.ts';
import { noonMs } from './alertBuilders.ts';

const minuteMs = 60_000;

function arriving(count: number, everyMs: number, from: AlertFlood = calm, startMs = noonMs): AlertFlood {
  let flood = from;
  for (let index = 0; index < count; index += 1) flood = noteArrivals(flood, 1, startMs + index * everyMs);
  return flood;
}

describe('a flood', () => {
  it('begins with the eleventh alert within 10 min', () => {
    expect(arriving(10, 30_000).sinceMs).toBeUndefined();
    expect(arriving(11, 30_000).sinceMs).toBe(noonMs + 10 * 30_000);
  });

  it('is none when as many come slowly', () => {
    expect(arriving(200, 61_000).sinceMs).toBeUndefined();
  });

  it('goes on until fewer than 5 came within 10 min', () => {
    const flooded = arriving(20, 1_000);
    const slower = arriving(8, minuteMs, flooded, noonMs + 5 * minuteMs);
    expect(slower.sinceMs).toBe(flooded.sinceMs);
    expect(noteArrivals(slower, 0, noonMs + 19 * minuteMs + 10_000).sinceMs).toBeUndefined();
  });

  it('takes no more memory for a million alerts, and survives a clock that is set back', () => {
    const burst = noteArrivals(noteArrivals(calm, 1_000_000, noonMs), 1, noonMs + 1);
    expect(burst.slots).toHaveLength(1);
    expect(arrivalsOf(burst)).toBe(1_000_001);
    expect(noteArrivals(burst, 0, noonMs - 60 * minuteMs).sinceMs).toBeUndefined();
  });
});
