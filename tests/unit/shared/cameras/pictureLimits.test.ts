import { describe, expect, it } from 'vitest';
import {
  announcedGroup,
  announcedInterval,
  pictureLimits,
} from '../../../../src-shared/cameras/pictureLimits.ts';

describe('how long the pictures of a camera may stay away', () => {
  it.each([33, 66, 200, 400])('is at most two seconds for one picture each %d ms', (intervalMs) => {
    const { missedMs, frozenMs, liveMs } = pictureLimits(intervalMs);
    expect(missedMs).toBe(1_200);
    expect(frozenMs).toBeLessThanOrEqual(2_000);
    expect(liveMs).toBeLessThanOrEqual(1_100);
  });

  it.each([1_000, 1_060, 2_000, 5_000, 16_000])(
    'lets one picture each %d ms be live from one to the next, an eighth early or late',
    (intervalMs) => {
      const latestMs = intervalMs * 1.125;
      const limits = pictureLimits(intervalMs);
      expect(limits.liveMs).toBeGreaterThan(latestMs);
      // Two that never came are bridged, and the connection is kept longer than that.
      expect(limits.frozenMs).toBeGreaterThan(2 * latestMs);
      expect(limits.silenceMs).toBeGreaterThan(limits.frozenMs);
    },
  );

  it('is long after the first picture, which is not called live for longer than others', () => {
    expect(pictureLimits('unknown').liveMs).toBe(pictureLimits(undefined).liveMs);
    expect(pictureLimits('unknown').frozenMs).toBeGreaterThan(16_000);
    expect(pictureLimits('unknown').silenceMs).toBeGreaterThan(16_000);
  });

  it('orders its limits so that the hub knows first and reconnects last, within an upper limit', () => {
    for (const interval of [undefined, 'unknown', 0, 500, 5_000, 1e9, Infinity] as const) {
      const { liveMs, missedMs, frozenMs, silenceMs } = pictureLimits(interval);
      expect(missedMs).toBeLessThan(frozenMs);
      expect(liveMs).toBeLessThan(frozenMs);
      expect(frozenMs).toBeLessThan(silenceMs);
      expect(silenceMs).toBeLessThan(300_000);
    }
  });
});

describe('what is announced of a camera’s rate', () => {
  it('is nothing for usual cameras, and steps that cover the interval for slow ones', () => {
    expect([undefined, 'unknown' as const, 66, 333].map(announcedInterval)).toEqual([
      undefined,
      'unknown',
      undefined,
      undefined,
    ]);
    for (const interval of [334, 1_000, 5_000]) {
      const announced = announcedInterval(interval);
      expect(announced).toBeGreaterThanOrEqual(interval);
      expect(announced).toBeLessThan(interval * 1.26);
    }
    expect(announcedInterval(1_001)).toBe(announcedInterval(1_009));
  });

  it('names long groups, and stays with a length until it is proved wrong', () => {
    expect(announcedGroup(1_000, undefined)).toBeUndefined();
    expect(announcedGroup(5_000, undefined)).toBe(8_000);
    expect(announcedGroup(7_900, 8_000)).toBe(8_000);
    expect(announcedGroup(9_000, 8_000)).toBe(16_000);
    expect(announcedGroup(30_000, 16_000)).toBe(32_000);
    expect(announcedGroup(1_000, 32_000)).toBeUndefined();
    expect(announcedGroup(undefined, 8_000)).toBe(8_000);
  });
});
