import type { DecodeMeasurement } from '../../src-shared/wall/decodeMeasurement.ts';
import type { PictureReport } from './pictureReport.ts';
import type { VideoCounts } from './inboundCounts.ts';

/** What was counted up to a moment. */
export interface PlaybackCounts {
  /** `performance.now()`. */
  atMs: number;
  /** By the id of the track that is received. */
  video: ReadonlyMap<string, VideoCounts>;
  reports: readonly PictureReport[];
  /** Time since the count before in which the page drew nothing (pageFrames.ts). */
  pageMissingMs?: number;
}

/** Below this a delay is latency, however it changes: nobody sees it. */
const leastBehindMs = 500;
/** A decoder that works for so much of the time cannot keep up, whatever the network does. */
const busyDecoderShare = 0.7;

/** What one tile did between two counts. */
interface TileInterval {
  received: number;
  dropped: number;
  decoded: number;
  decodeMs: number;
  presented: number;
  late: number;
  /** Mean time from a picture's arrival to its display, beyond what the network's jitter asks for; undefined without pictures. */
  delayMs: number | undefined;
  hasNetworkLoss: boolean;
}

/**
 * What a screen measured between two counts, with the count before them for how delays change. Only tiles are counted whose
 * stream was decoded: one that was not there at both counts says nothing (a page that has just turned), nor does one that is
 * frozen or that this browser cannot decode. Of one whose packets the network lost, only what was decoded can be lost by the
 * screen. Undefined when no tile is left.
 */
export function measurePlayback(
  before: PlaybackCounts,
  after: PlaybackCounts,
  earlier?: PlaybackCounts,
): DecodeMeasurement | undefined {
  const seconds = (after.atMs - before.atMs) / 1_000;
  if (seconds <= 0) return undefined;
  const tiles = [...intervalsOf(before, after)].filter(([, { decoded }]) => decoded > 0);
  // A tile out of sight presents nothing; where no tile at all does, the screen fails.
  const shown = tiles.filter(([, { presented }]) => presented > 0);
  const delaysBefore = earlier === undefined ? undefined : intervalsOf(earlier, before);
  const sums = { received: 0, dropped: 0, decoded: 0, decodeMs: 0, presented: 0, late: 0 };
  const growths: number[] = [];
  let tilesShown = 0;
  for (const [targetId, tile] of shown.length > 0 ? shown : tiles) {
    tilesShown += 1;
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += tile[name];
    growths.push(delayGrowth(delaysBefore?.get(targetId), tile));
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
    behindShare: Math.max(0, medianOf(growths)) / 1_000 / seconds,
    ...(after.pageMissingMs === undefined
      ? {}
      : { pageMissingShare: Math.min(1, after.pageMissingMs / 1_000 / seconds) }),
  };
}

/** By target, those that showed one track of one camera at both counts. */
function intervalsOf(before: PlaybackCounts, after: PlaybackCounts): Map<string, TileInterval> {
  const earlier = new Map(before.reports.map((report) => [report.targetId, report]));
  const intervals = new Map<string, TileInterval>();
  for (const { targetId, cameraId, trackId, clock } of after.reports) {
    const then = earlier.get(targetId);
    if (trackId === undefined || then?.cameraId !== cameraId || then.trackId !== trackId) continue;
    const video = after.video.get(trackId);
    const videoThen = before.video.get(trackId);
    if (video === undefined || videoThen === undefined) continue;
    // A count that went back is that of another stream or another showing of it.
    if (video.framesReceived < videoThen.framesReceived) continue;
    if (clock.framesPresented < then.clock.framesPresented) continue;
    const timed = clock.timedFrames - then.clock.timedFrames;
    const emitted = video.jitterBufferEmitted - videoThen.jitterBufferEmitted;
    const targetMs = emitted > 0 ? (video.jitterTargetMs - videoThen.jitterTargetMs) / emitted : 0;
    const decoded = video.framesDecoded - videoThen.framesDecoded;
    const decodeMs = video.decodeMs - videoThen.decodeMs;
    const isDecoderBusy = decodeMs > busyDecoderShare * (after.atMs - before.atMs);
    const hasNetworkLoss = !isDecoderBusy && video.packetsMissed > videoThen.packetsMissed;
    intervals.set(targetId, {
      received: hasNetworkLoss ? decoded : video.framesReceived - videoThen.framesReceived,
      dropped: hasNetworkLoss ? 0 : video.framesDropped - videoThen.framesDropped,
      decoded,
      decodeMs,
      presented: clock.framesPresented - then.clock.framesPresented,
      late: clock.framesLate - then.clock.framesLate,
      delayMs: timed > 0 ? (clock.delaySumMs - then.clock.delaySumMs) / timed - targetMs : undefined,
      hasNetworkLoss,
    });
  }
  return intervals;
}

/** By how much a tile's pictures fell behind from one interval to the next, milliseconds. */
function delayGrowth(before: TileInterval | undefined, now: TileInterval): number {
  if (before?.delayMs === undefined || before.hasNetworkLoss || now.hasNetworkLoss) return 0;
  if (now.delayMs === undefined || now.delayMs < leastBehindMs) return 0;
  return now.delayMs - before.delayMs;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
