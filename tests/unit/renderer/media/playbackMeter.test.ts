import { describe, expect, it } from 'vitest';
import { measurePlayback, type PlaybackCounts } from '../../../../src-renderer/media/playbackMeter.ts';
import type { PictureReport } from '../../../../src-renderer/media/receiver.ts';

interface Stream {
  received: number;
  dropped?: number;
  presented: number;
  late?: number;
  camera?: string;
}

/** Counts at a moment, one stream a tile. */
function counts(atMs: number, streams: Record<string, Stream>): PlaybackCounts {
  const entries = Object.entries(streams);
  return {
    atMs,
    video: new Map(
      entries.map(([name, { received, dropped = 0 }]) => [
        name,
        {
          framesReceived: received,
          framesDecoded: received - dropped,
          framesDropped: dropped,
          decodeMs: 4 * (received - dropped),
        },
      ]),
    ),
    reports: entries.map(
      ([name, { presented, late = 0, camera = name }]) =>
        ({
          targetId: name,
          cameraId: camera,
          clock: { framesPresented: presented, framesLate: late },
        }) as PictureReport,
    ),
  };
}

describe('what a screen measures', () => {
  it('is frames a second over all tiles, and the mean time to decode one', () => {
    const before = counts(1_000, {
      a: { received: 100, presented: 90 },
      b: { received: 10, presented: 10 },
    });
    const after = counts(3_000, {
      a: { received: 130, dropped: 2, presented: 118, late: 3 },
      b: { received: 40, presented: 40 },
    });
    expect(measurePlayback(before, after)).toEqual({
      tilesShown: 2,
      framesExpected: 30,
      framesPresented: 29,
      framesDropped: 1,
      framesLate: 1.5,
      decodeMs: 4,
    });
  });

  it('leaves out what came or went between the two counts', () => {
    const before = counts(0, { gone: { received: 500, presented: 500 }, a: { received: 0, presented: 0 } });
    const after = counts(1_000, { a: { received: 15, presented: 15 }, new: { received: 9, presented: 2 } });
    expect(measurePlayback(before, after)).toMatchObject({
      tilesShown: 1,
      framesExpected: 15,
      framesPresented: 15,
    });
  });

  it('leaves out a tile that was given another camera, whose count began anew', () => {
    const before = counts(0, { a: { received: 0, presented: 200, camera: 'one' } });
    const after = counts(1_000, { a: { received: 15, presented: 12, camera: 'two' } });
    expect(measurePlayback(before, after)).toBeUndefined();
  });

  it('does not count more frames presented than were received', () => {
    const before = counts(0, { a: { received: 0, presented: 0 } });
    const after = counts(1_000, { a: { received: 15, presented: 16 } });
    expect(measurePlayback(before, after)?.framesPresented).toBe(15);
  });

  it('says nothing of an interval without time or without pictures', () => {
    const still = counts(0, { a: { received: 5, presented: 5 } });
    expect(measurePlayback(still, counts(0, { a: { received: 9, presented: 9 } }))).toBeUndefined();
    expect(measurePlayback(still, counts(1_000, { a: { received: 5, presented: 5 } }))).toBeUndefined();
  });
});
