import { describe, expect, it } from 'vitest';
import { IntervalMeter } from '../../../../../src-sfu/media/ingest/intervalMeter.ts';
import { Patience } from '../../../../../src-sfu/media/ingest/patience.ts';

/** The interval after pictures that came so many milliseconds one after the other. */
function intervalAfter(gapsMs: number[]): IntervalMeter['interval'] {
  const meter = new IntervalMeter();
  let nowMs = 1_000;
  meter.add(nowMs);
  for (const gapMs of gapsMs) meter.add((nowMs += gapMs));
  return meter.interval;
}
const times = (count: number, gapMs: number): number[] => Array.from({ length: count }, () => gapMs);

describe('the interval of a camera', () => {
  it('is not known before the second picture', () => {
    expect(new IntervalMeter().interval).toBeUndefined();
    expect(intervalAfter([])).toBe('unknown');
    expect(intervalAfter([5_000])).toBe(5_000);
  });

  it('is that of its slower pictures', () => {
    expect(intervalAfter([940, 1_180, 1_060, 1_120])).toBe(1_120);
  });

  it('stays that of a fast camera after one hiccup', () => {
    expect(intervalAfter([...times(20, 66), 3_000, ...times(5, 66)])).toBe(66);
  });

  it('is the time between two bursts where pictures come in bursts', () => {
    const burst = [...times(9, 2), 4_000];
    expect(intervalAfter([...burst, ...burst, ...burst, ...burst])).toBe(4_000);
  });

  it('follows a camera that becomes fast, or slow, within some pictures', () => {
    expect(intervalAfter([...times(10, 5_000), ...times(33, 66)])).toBe(66);
    expect(intervalAfter([...times(40, 66), 5_000, 5_000])).toBe(5_000);
  });

  it('does not count the time without a source', () => {
    const meter = new IntervalMeter();
    for (const atMs of [0, 66, 132]) meter.add(atMs);
    meter.beginSource();
    for (const atMs of [60_000, 60_066]) meter.add(atMs);
    expect(meter.interval).toBe(66);
  });
});

describe('the patience with a camera', () => {
  it('waits for a first answer longer than gateways usually take, and longer after each failed attempt', () => {
    const patience = new Patience();
    expect(patience.limitMs('answer')).toBeGreaterThan(6_000);
    patience.gaveUp('answer');
    expect(patience.limitMs('answer')).toBe(30_000);
    patience.gaveUp('answer');
    expect(patience.limitMs('answer')).toBe(60_000);
    expect(patience.limitMs('firstPacket')).toBe(15_000);
  });

  it('gives a quick camera up soon, and a slow one the time that it took', () => {
    const patience = new Patience();
    patience.came('answer', 20);
    expect(patience.limitMs('answer')).toBe(4_000);
    patience.came('answer', 9_000);
    expect(patience.limitMs('answer')).toBe(27_000);
  });

  it('makes each fourth attempt at a camera that was quick a patient one', () => {
    const patience = new Patience();
    patience.came('firstPacket', 20);
    const limits = Array.from({ length: 8 }, () => {
      const limitMs = patience.limitMs('firstPacket');
      patience.gaveUp('firstPacket');
      return limitMs;
    });
    expect(limits).toEqual([4_000, 4_000, 4_000, 60_000, 4_000, 4_000, 4_000, 60_000]);
  });
});
