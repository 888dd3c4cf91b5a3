import { describe, expect, it } from 'vitest';
import { frozenSince, type PictureProgress } from '../../../../src-shared/cameras/freeze.ts';

const usual: PictureProgress = {
  lastFrameAtMs: 0,
  lastPictureChangeAtMs: 0,
  estimatedFps: 15,
  gopFrames: 15,
};
/** When the picture counts as frozen, to 50 ms, frames coming on or not. */
function flaggedAfterMs(progress: Partial<PictureProgress>, framesCome: boolean): number {
  for (let nowMs = 0; nowMs <= 120_000; nowMs += 50) {
    const frames = framesCome ? { lastFrameAtMs: nowMs } : {};
    if (frozenSince({ ...usual, ...progress, ...frames }, nowMs) !== undefined) return nowMs;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a picture counts as frozen', () => {
  it('1.2 s after the frames of a usual camera stopped', () => {
    expect(flaggedAfterMs({}, false)).toBe(1_250);
  });

  it('only after three missing frames of a camera that sends few', () => {
    expect(flaggedAfterMs({ estimatedFps: 1 }, false)).toBe(3_050);
    expect(flaggedAfterMs({ estimatedFps: 0.2 }, false)).toBe(15_050);
    expect(flaggedAfterMs({ estimatedFps: 0.1 }, false)).toBe(30_050);
  });

  it('after 20 s when only one picture came, which may be one of a recorder’s each 16 s', () => {
    expect(flaggedAfterMs({ estimatedFps: undefined, pictureInterval: 'unknown' }, false)).toBe(20_050);
  });

  it('not before some pictures of a very slow camera brought nothing new', () => {
    expect(flaggedAfterMs({ estimatedFps: 1 / 30, gopFrames: 1, pictureInterval: 30_000 }, true)).toBe(
      105_050,
    );
  });

  it('after 8 s in which frames came and nothing changed', () => {
    expect(flaggedAfterMs({}, true)).toBe(8_050);
  });

  it('not before six key pictures brought nothing new, but within a minute', () => {
    // Nothing between two key pictures can tell a quiet, clean picture from a stuck one.
    expect(flaggedAfterMs({ gopFrames: 60 }, true)).toBe(26_050);
    expect(flaggedAfterMs({ gopFrames: 15 * 60 }, true)).toBe(60_050);
  });

  it('only after the longest time while the second key picture is awaited', () => {
    expect(flaggedAfterMs({ gopFrames: undefined }, true)).toBe(60_050);
  });

  it('since its last frame, or its last change', () => {
    expect(frozenSince({ ...usual, lastFrameAtMs: 3_000, lastPictureChangeAtMs: 2_000 }, 5_000)).toBe(3_000);
    expect(frozenSince({ ...usual, lastFrameAtMs: 20_000, lastPictureChangeAtMs: 2_000 }, 20_000)).toBe(
      2_000,
    );
  });

  it('never before anything came', () => {
    const nothing: PictureProgress = { lastFrameAtMs: undefined, lastPictureChangeAtMs: undefined };
    expect(frozenSince(nothing, 100_000)).toBeUndefined();
  });
});
