/**
 * Whether a running stream's picture is frozen (README.md, "Frozen"). Pure: decided from measurements of the coded
 * pictures, without decoding any.
 */

import { pictureLimits, type PictureInterval } from './pictureLimits.ts';

/** What is measured of a running stream. Times are Unix milliseconds. */
export interface PictureProgress {
  lastFrameAtMs: number | undefined;
  /** When a picture last brought anything new. */
  lastPictureChangeAtMs: number | undefined;
  /** Pictures per second and pictures from one key picture to the next, once they are known. */
  estimatedFps?: number | undefined;
  gopFrames?: number | undefined;
  /** Where it was measured; else it follows from the pictures per second. */
  pictureInterval?: PictureInterval;
}

/** A picture that did not change at all for this long is stuck: a living sensor's noise changes it within two seconds. */
const stillPictureMs = 8_000;
/**
 * In a quiet scene the predicted pictures do not change even though the camera works; only key pictures show the difference.
 * In a quiet scene about one key picture in ten has the same size as the one before by chance, so six must be unchanged
 * before the picture counts as frozen. Cameras that save bits at night send a key picture every ten seconds or less often.
 */
const keyPicturesInVain = 6.5;
const longestStillPictureMs = 60_000;
/** However slow a camera is, at least this many of its pictures must have been unchanged. */
const picturesInVain = 3.5;

/** Since when the picture is frozen, or undefined when it is not. */
export function frozenSince(progress: PictureProgress, nowMs: number): number | undefined {
  const { lastFrameAtMs, lastPictureChangeAtMs } = progress;
  if (lastFrameAtMs !== undefined && nowMs - lastFrameAtMs > frameGapLimitMs(progress)) return lastFrameAtMs;
  if (lastPictureChangeAtMs !== undefined && nowMs - lastPictureChangeAtMs > stillLimitMs(progress)) {
    return lastPictureChangeAtMs;
  }
  return undefined;
}

/** How long frames may stay away from this camera. */
export function frameGapLimitMs(progress: PictureProgress): number {
  return pictureLimits(intervalOf(progress)).missedMs;
}

/** How long the picture of this camera may stay the same. */
export function stillLimitMs(progress: PictureProgress): number {
  const { estimatedFps, gopFrames } = progress;
  const interval = intervalOf(progress);
  if (interval === 'unknown') return longestStillPictureMs;
  // Until the rate is known nothing says that key pictures are rare; a camera whose second one is still awaited gets
  // the longest time.
  if (estimatedFps === undefined || estimatedFps <= 0) return stillPictureMs;
  const slowestMs = picturesInVain * (interval ?? 0);
  if (gopFrames === undefined) return Math.max(longestStillPictureMs, slowestMs);
  const groupMs = (gopFrames * 1000) / estimatedFps;
  const keyLimitMs = Math.min(longestStillPictureMs, Math.max(stillPictureMs, keyPicturesInVain * groupMs));
  return Math.max(keyLimitMs, slowestMs);
}

function intervalOf({ pictureInterval, estimatedFps }: PictureProgress): PictureInterval {
  if (pictureInterval !== undefined) return pictureInterval;
  return estimatedFps === undefined || estimatedFps <= 0 ? undefined : 1000 / estimatedFps;
}
