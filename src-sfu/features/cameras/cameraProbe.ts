import { stillLimitMs } from '../../../src-shared/cameras/freeze.ts';
import type { SourceStatistics } from './cameras.ports.ts';

/** A running health probe of one camera. */
export interface CameraProbe {
  cameraId: string;
  streamId: string;
  startedAtMs: number;
  /** The media side was asked for its measurements and has not answered yet. */
  isAsking: boolean;
  /** What was measured when its pictures were first seen. */
  first?: { atMs: number; frames: number; frameAtMs: number };
}

/**
 * The result of a probe. `seen`: pictures come, and `hasAdvanced` when they change. `nothing`: no picture came, and the
 * attempt did not end either.
 */
type ProbeProgress =
  { type: 'goingOn' } | { type: 'seen'; hasAdvanced: boolean; frameRate?: number } | { type: 'nothing' };

/**
 * The longest time of a probe. An attempt ends by itself after 60 s without an answer, or 65 s without a key picture; this limit
 * is for streams that viewers keep running. Milliseconds.
 */
const longestStartMs = 70_000;
/** Pictures are counted for this long; a longer time would hardly make the rate more exact. */
const rateWindowMs = 1_000;
/** Time for the freeze flag to be set after its limit. */
const freezeMarginMs = 1_000;
/**
 * How long a picture that never changes is watched: enough where key pictures come every 2 s or more often. Whether a camera with
 * rarer key pictures is frozen shows only while somebody watches it. Milliseconds.
 */
const longestStillMs = 15_000;

/**
 * The progress of a probe. It ends once the rate is known and the picture was seen to change, or had enough time to change.
 * `statistics` is undefined while the stream is not live.
 */
export function probeProgress(
  probe: CameraProbe,
  statistics: SourceStatistics | undefined,
  nowMs: number,
): ProbeProgress {
  if (statistics === undefined) {
    return nowMs - probe.startedAtMs > longestStartMs ? { type: 'nothing' } : { type: 'goingOn' };
  }
  const { framesReceived, lastFrameAtMs = nowMs, lastPictureChangeAtMs = 0 } = statistics;
  const first = (probe.first ??= { atMs: nowMs, frames: framesReceived, frameAtMs: lastFrameAtMs });
  const countedMs = lastFrameAtMs - first.frameAtMs;
  const rate = countedMs >= rateWindowMs ? ((framesReceived - first.frames) * 1000) / countedMs : undefined;
  const hasAdvanced = lastPictureChangeAtMs > first.atMs;
  const hadItsTime = nowMs - first.atMs > Math.min(longestStillMs, stillLimitMs(statistics) + freezeMarginMs);
  if ((rate === undefined || !hasAdvanced) && !hadItsTime) return { type: 'goingOn' };
  return {
    type: 'seen',
    hasAdvanced,
    ...(rate === undefined ? {} : { frameRate: Math.round(rate * 10) / 10 }),
  };
}
