import { describe, expect, it } from 'vitest';
import { measurePlayback, type PlaybackCounts } from '../../../../src-renderer/media/playbackMeter.ts';
import type { PictureReport } from '../../../../src-renderer/media/pictureReport.ts';

interface Stream {
  received: number;
  dropped?: number;
  decoded?: number;
  /** In the decoder, milliseconds. */
  decodeMs?: number;
  presented: number;
  late?: number;
  camera?: string;
  /** Packets lost or asked for again. */
  missed?: number;
  /** Mean delay of all pictures up to now, milliseconds, and what the network's jitter asks for. */
  delayMs?: number;
  targetMs?: number;
}

/** Counts at a moment, one stream a tile. */
function counts(atMs: number, streams: Record<string, Stream>): PlaybackCounts {
  const entries = Object.entries(streams);
  return {
    atMs,
    video: new Map(
      entries.map(([name, stream]) => {
        const { received, dropped = 0, decoded = received - dropped, missed = 0, targetMs = 0 } = stream;
        const { decodeMs = 4 * decoded } = stream;
        return [
          `track of ${name}`,
          {
            framesReceived: received,
            framesDecoded: decoded,
            framesDropped: dropped,
            decodeMs,
            packetsMissed: missed,
            jitterBufferEmitted: decoded,
            jitterTargetMs: targetMs * decoded,
          },
        ];
      }),
    ),
    reports: entries.map(
      ([name, { presented, late = 0, camera = name, delayMs = 0 }]) =>
        ({
          targetId: name,
          cameraId: camera,
          trackId: `track of ${name}`,
          clock: {
            framesPresented: presented,
            framesLate: late,
            timedFrames: presented,
            delaySumMs: delayMs * presented,
          },
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
      behindShare: 0,
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

  it('leaves out a tile that was given another camera, whose count began again', () => {
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

describe('what is no lack of power', () => {
  const between = (before: Stream, after: Stream) =>
    measurePlayback(counts(0, { a: before }), counts(2_000, { a: after }));

  it('is a network that loses packets: pictures that could not be decoded for it are not expected', () => {
    const measured = between(
      { received: 100, presented: 100, missed: 3 },
      { received: 130, dropped: 12, presented: 118, missed: 9 },
    );
    expect(measured).toMatchObject({ framesExpected: 9, framesPresented: 9, framesDropped: 0 });
  });

  it('but what was decoded and not shown is, and what a decoder cannot do that works all the time', () => {
    const notShown = between(
      { received: 100, presented: 100, missed: 3 },
      { received: 130, presented: 112, missed: 9 },
    );
    expect(notShown).toMatchObject({ framesExpected: 15, framesPresented: 6 });
    const busy = between(
      { received: 100, presented: 100, decodeMs: 0, missed: 3 },
      { received: 130, dropped: 12, presented: 118, decodeMs: 1_500, missed: 9 },
    );
    expect(busy).toMatchObject({ framesExpected: 15, framesDropped: 6 });
  });

  it('is a stream that this browser cannot decode, or a camera that freezes', () => {
    expect(
      between({ received: 100, decoded: 0, presented: 0 }, { received: 130, decoded: 0, presented: 0 }),
    ).toBeUndefined();
    expect(between({ received: 100, presented: 100 }, { received: 100, presented: 100 })).toBeUndefined();
  });

  it('is a tile out of sight beside others that show all', () => {
    const before = counts(0, { a: { received: 0, presented: 0 }, b: { received: 0, presented: 0 } });
    const after = counts(2_000, { a: { received: 30, presented: 30 }, b: { received: 30, presented: 0 } });
    expect(measurePlayback(before, after)).toMatchObject({ framesExpected: 15, framesPresented: 15 });
  });

  it('but a screen that decodes and shows nothing at all is', () => {
    expect(between({ received: 0, presented: 0 }, { received: 30, presented: 0 })).toMatchObject({
      framesExpected: 15,
      framesPresented: 0,
    });
  });
});

describe('a picture that falls behind the clock', () => {
  /** Three counts, two seconds apart; delays are those of the pictures shown between them. */
  const behind = (delays: [number, number], targets: [number, number] = [0, 0], missed = 0) => {
    const mean = (values: [number, number]): number => (values[0] + values[1]) / 2;
    const at = (count: number, delayMs: number, targetMs: number, lost = 0) =>
      counts(count * 2_000, {
        a: { received: 30 * count, presented: 30 * count, delayMs, targetMs, missed: lost },
      });
    return measurePlayback(
      at(1, delays[0], targets[0]),
      at(2, mean(delays), mean(targets), missed),
      at(0, 0, 0),
    )?.behindShare;
  };

  it('does so by as much as its delay grows', () => {
    expect(behind([600, 1_000])).toBeCloseTo(0.2, 10);
    expect(behind([400, 2_400])).toBeCloseTo(1, 10);
  });

  it('does not where the delay stays the same, however long it is, or shrinks, or is too short to be seen', () => {
    expect(behind([3_000, 3_000])).toBe(0);
    expect(behind([3_000, 1_000])).toBe(0);
    expect(behind([20, 480])).toBe(0);
  });

  it('does not where the network asks for it', () => {
    expect(behind([600, 1_600], [500, 1_500])).toBe(0);
    expect(behind([600, 1_600], [0, 0], 5)).toBe(0);
  });

  it('is judged by the usual tile, not by one camera with a clock of its own', () => {
    const tiles = (count: number, odd: number) =>
      counts(count * 2_000, {
        a: { received: 30 * count, presented: 30 * count, delayMs: 20 },
        b: { received: 30 * count, presented: 30 * count, delayMs: odd },
        c: { received: 30 * count, presented: 30 * count, delayMs: 20 },
      });
    expect(measurePlayback(tiles(1, 1_000), tiles(2, 5_000), tiles(0, 0))?.behindShare).toBe(0);
  });
});

it('says for how much of the time the page drew nothing', () => {
  const before = counts(0, { a: { received: 0, presented: 0 } });
  const after = { ...counts(2_000, { a: { received: 30, presented: 30 } }), pageMissingMs: 500 };
  expect(measurePlayback(before, after)?.pageMissingShare).toBe(0.25);
  expect(measurePlayback(before, { ...after, pageMissingMs: 9_000 })?.pageMissingShare).toBe(1);
});
