import { describe, expect, it } from 'vitest';
import { straightSpeedKmh } from '../../../../src-shared/orders/orderRank.ts';
import { distanceM } from '../../../../src-shared/orders/straightLine.ts';
import { maxRoadPoints, roadSchema, wayTo } from '../../../../src-shared/orders/orderWay.ts';

const place = { latitude: 29.85, longitude: 114.32 };
const here = { latitude: 29.85, longitude: 114.3 };
const road = {
  from: here,
  distanceM: 2_600,
  durationMs: 300_000,
  line: [
    [114.3, 29.85],
    [114.31, 29.86],
    [114.32, 29.85],
  ] as [number, number][],
};

describe('the way to an order', () => {
  it('is the straight line at the stated speed, and says so, where no road is known', () => {
    const way = wayTo(here, place, undefined);
    expect(way).toMatchObject({
      kind: 'straight',
      line: [
        [114.3, 29.85],
        [114.32, 29.85],
      ],
    });
    expect(way.distanceM).toBeCloseTo(distanceM(here, place));
    expect(way.durationMs / 3_600_000).toBeCloseTo(way.distanceM / 1_000 / straightSpeedKmh);
  });
  it('is the road that was asked for from near there, beginning where the member is now', () => {
    const way = wayTo({ latitude: 29.851, longitude: 114.301 }, place, road);
    expect(way).toMatchObject({ kind: 'road', distanceM: 2_600, durationMs: 300_000 });
    expect(way.line[0]).toEqual([114.301, 29.851]);
    expect(way.line.at(-1)).toEqual([114.32, 29.85]);
  });
  it('is not a road that was asked for from somewhere else', () => {
    expect(wayTo({ latitude: 29.86, longitude: 114.3 }, place, road).kind).toBe('straight');
  });
  it('leaves out what lies behind the member', () => {
    const near = { ...road, from: { latitude: 29.86, longitude: 114.31 } };
    expect(wayTo({ latitude: 29.86, longitude: 114.3101 }, place, near).line).toEqual([
      [114.3101, 29.86],
      [114.31, 29.86],
      [114.32, 29.85],
    ]);
  });
  it('has no road with more points than a surface draws, or off the earth', () => {
    const whole = { orderId: 'o', memberId: 'm', ...road };
    expect(roadSchema.safeParse(whole).success).toBe(true);
    const long = Array.from({ length: maxRoadPoints + 1 }, () => [114, 30]);
    expect(roadSchema.safeParse({ ...whole, line: long }).success).toBe(false);
    expect(roadSchema.safeParse({ ...whole, line: [[200, 30]] }).success).toBe(false);
  });
});
