import { describe, expect, it } from 'vitest';
import { DecodeWatch } from '../../../../src-renderer/media/decodeWatch.ts';

describe('a stream that owes a picture', () => {
  it('is undecodable when packets come and nothing is decoded', () => {
    const watch = new DecodeWatch();
    expect(watch.check('a', { packets: 40, decoded: 0 }, 1_000)).toBe(false);
    expect(watch.check('a', { packets: 44, decoded: 0 }, 2_000)).toBe(false);
    expect(watch.check('a', { packets: 50, decoded: 0 }, 3_000)).toBe(true);
    expect(watch.undecodableSinceMs).toBe(3_000);
    // Said once.
    expect(watch.check('a', { packets: 90, decoded: 0 }, 4_000)).toBe(false);
  });

  it('is not when no packets come, which is the camera’s or the network’s fault', () => {
    const watch = new DecodeWatch();
    for (let atMs = 0; atMs < 60_000; atMs += 1_000)
      expect(watch.check('a', { packets: 40, decoded: 0 }, atMs)).toBe(false);
  });

  it('is not when pictures are decoded that nobody presented, as in a page behind others', () => {
    const watch = new DecodeWatch();
    for (let atMs = 0; atMs < 60_000; atMs += 1_000)
      expect(watch.check('a', { packets: atMs, decoded: atMs / 100 }, atMs)).toBe(false);
  });

  it('begins to count again with another consumer, but stays undecodable until a picture is there', () => {
    const watch = new DecodeWatch();
    watch.check('a', { packets: 0, decoded: 0 }, 0);
    expect(watch.check('b', { packets: 100, decoded: 0 }, 1_000)).toBe(false);
    expect(watch.check('b', { packets: 110, decoded: 0 }, 2_000)).toBe(true);
    expect(watch.check('c', { packets: 0, decoded: 0 }, 3_000)).toBe(false);
    expect(watch.undecodableSinceMs).toBe(2_000);
    watch.reset();
    expect(watch.undecodableSinceMs).toBeUndefined();
  });
});
