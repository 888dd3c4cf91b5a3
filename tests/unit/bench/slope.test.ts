import { describe, expect, it } from 'vitest';
import { slopeOf } from '../../bench/slope.ts';

describe('the slope through measured points', () => {
  it('is exact where they lie on a line', () => {
    const { perStep, standardError } = slopeOf([
      [0, 5],
      [10, 7],
      [20, 9],
      [40, 13],
    ]);
    expect(perStep).toBeCloseTo(0.2, 12);
    expect(standardError).toBeCloseTo(0, 12);
  });

  it('is none where they go up and down', () => {
    const points = Array.from({ length: 100 }, (_unused, x): [number, number] => [x, x % 2 === 0 ? 3 : 4]);
    const { perStep, standardError } = slopeOf(points);
    expect(Math.abs(perStep)).toBeLessThan(2 * standardError);
  });

  it('is not led astray by its last point', () => {
    const points = Array.from({ length: 50 }, (_unused, x): [number, number] => [x, x === 49 ? 100 : 0]);
    expect(slopeOf(points).perStep).toBeLessThan(100 / 49 / 4);
  });

  it('is refused where nothing can be distinguished', () => {
    expect(() => slopeOf([[1, 1]])).toThrow('three are needed');
    expect(() => slopeOf([1, 2, 3].map((y): [number, number] => [7, y]))).toThrow('same x');
  });
});
