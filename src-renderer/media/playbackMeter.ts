import type { DecodeMeasurement } from '../../src-shared/wall/decodeBudget.ts';
import type { PictureReport } from './receiver.ts';
import type { VideoCounts } from './workerTransport.ts';

/** What was counted up to a moment. */
export interface PlaybackCounts {
  /** `performance.now()`. */
  atMs: number;
  video: ReadonlyMap<string, VideoCounts>;
  reports: readonly PictureReport[];
}

/**
 * What a screen measured between two counts. Streams and tiles that were not there at both are left out: a page that has
 * just turned says nothing. Undefined when nothing was shown.
 */
export function measurePlayback(
  before: PlaybackCounts,
  after: PlaybackCounts,
): DecodeMeasurement | undefined {
  const seconds = (after.atMs - before.atMs) / 1_000;
  if (seconds <= 0) return undefined;
  const sums = { received: 0, dropped: 0, decoded: 0, decodeMs: 0, presented: 0, late: 0 };
  for (const [id, now] of after.video) {
    const then = before.video.get(id);
    if (then === undefined || now.framesReceived < then.framesReceived) continue;
    sums.received += now.framesReceived - then.framesReceived;
    sums.dropped += now.framesDropped - then.framesDropped;
    sums.decoded += now.framesDecoded - then.framesDecoded;
    sums.decodeMs += now.decodeMs - then.decodeMs;
  }
  const earlier = new Map(before.reports.map((report) => [report.targetId, report]));
  let tilesShown = 0;
  for (const { targetId, cameraId, clock } of after.reports) {
    const then = earlier.get(targetId);
    if (then?.cameraId !== cameraId || clock.framesPresented <= then.clock.framesPresented) continue;
    tilesShown += 1;
    sums.presented += clock.framesPresented - then.clock.framesPresented;
    sums.late += clock.framesLate - then.clock.framesLate;
  }
  if (tilesShown === 0) return undefined;
  return {
    tilesShown,
    framesExpected: sums.received / seconds,
    // What reached the screen before the count began may be presented after it.
    framesPresented: Math.min(sums.presented, sums.received) / seconds,
    framesDropped: Math.max(0, sums.dropped) / seconds,
    framesLate: Math.max(0, sums.late) / seconds,
    decodeMs: sums.decoded === 0 ? 0 : sums.decodeMs / sums.decoded,
  };
}
