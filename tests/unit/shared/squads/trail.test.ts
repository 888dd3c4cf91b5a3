import { describe, expect, test } from 'vitest';
import {
  extendTrail,
  maxTrailPoints,
  trailMs,
  type TrailPoint,
} from '../../../../src-shared/squads/trail.ts';

const startMs = 1_700_000_000_000;
const at = (seconds: number): TrailPoint => ({
  latitude: 29.8,
  longitude: 114.3 + seconds / 100_000,
  atMs: startMs + seconds * 1_000,
});
const trailOf = (...seconds: number[]) =>
  seconds.reduce<readonly TrailPoint[]>((trail, second) => extendTrail(trail, at(second)), []);
const secondsOf = (trail: readonly TrailPoint[]) => trail.map(({ atMs }) => (atMs - startMs) / 1_000);

describe('a trail', () => {
  test('ends at the newest place and keeps one about every 10 s before it', () => {
    expect(secondsOf(trailOf(0, 2, 4, 6, 8, 10, 12, 14))).toEqual([0, 10, 14]);
  });

  test('takes what waited for the network where it belongs', () => {
    expect(secondsOf(trailOf(0, 40, 20, 10, 30))).toEqual([0, 10, 20, 30, 40]);
  });

  test('forgets what is older than ten minutes, also when it comes late', () => {
    const late = trailOf(700, 50);
    expect(secondsOf(late)).toEqual([700]);
    expect(secondsOf(trailOf(0, 50, trailMs / 1_000 + 20))).toEqual([50, 620]);
  });

  test('stays short however long and often one moves', () => {
    const seconds = Array.from({ length: 3_000 }, (_, index) => index);
    expect(trailOf(...seconds).length).toBeLessThanOrEqual(maxTrailPoints + 1);
  });

  test('is not of anything else that is known of a place', () => {
    expect(extendTrail([], { ...at(1), accuracyM: 5 } as TrailPoint)).toEqual([at(1)]);
  });
});
