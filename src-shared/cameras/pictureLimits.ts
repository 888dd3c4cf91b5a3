/**
 * How long a camera may send no picture before it counts as not live or frozen. Some cameras are slow: they send a picture each
 * 66 ms, and recorders one in 16 s, so the limits follow the camera's own interval. The hub and every tile use this one
 * rule. Pure.
 */

/**
 * The longest usual time between two pictures of a camera, in milliseconds; `unknown` while the second picture is awaited,
 * undefined where nothing was measured.
 */
export type PictureInterval = number | 'unknown' | undefined;

/** Milliseconds without a new picture. */
export interface PictureLimits {
  /** Up to here a tile calls the picture live. */
  liveMs: number;
  /** Beyond this the hub, which sees pictures as they come, calls them frozen. */
  missedMs: number;
  /** Beyond this a tile calls them frozen: the way to the screen and its clock take their time. */
  frozenMs: number;
  /** Beyond this the hub gives the connection up and makes another. */
  silenceMs: number;
  /** How long a stream that was just restarted may take to its first picture. */
  beginMs: number;
}

/** The limits of a camera with at least 2.5 pictures per second: its failure is noticed within two seconds. */
const usual: PictureLimits = {
  liveMs: 1_000,
  missedMs: 1_200,
  frozenMs: 1_700,
  silenceMs: 4_000,
  beginMs: 5_000,
};
/** After one picture, a recorder's next may take 16 s; it is not called live meanwhile. */
const unknown: PictureLimits = {
  liveMs: 1_000,
  missedMs: 20_000,
  frozenMs: 20_500,
  silenceMs: 24_000,
  beginMs: 20_500,
};
/** A camera is allowed so many missing pictures. */
const missingPictures = 3;
/** Slower than a picture a minute is not a stream. */
const longestIntervalMs = 60_000;

/** The limits of a camera with this interval between its pictures. */
export function pictureLimits(interval: PictureInterval): PictureLimits {
  if (interval === undefined) return usual;
  if (interval === 'unknown') return unknown;
  const intervalMs = Math.min(longestIntervalMs, Math.max(0, interval));
  const missedMs = missingPictures * intervalMs;
  return {
    liveMs: Math.max(usual.liveMs, 1.5 * intervalMs + 500),
    missedMs: Math.max(usual.missedMs, missedMs),
    frozenMs: Math.max(usual.frozenMs, missedMs + 500),
    silenceMs: Math.max(usual.silenceMs, missedMs + intervalMs + 2_000),
    beginMs: Math.max(usual.beginMs, missedMs + 500),
  };
}

/** Intervals up to this have the usual limits and are not announced to surfaces. */
const tellAboveMs = 333;
const tellStep = 1.25;

/** An interval in coarse steps, so that it is announced only when it changed; undefined where the usual limits apply. */
export function announcedInterval(interval: PictureInterval): PictureInterval {
  if (interval === undefined || interval === 'unknown') return interval;
  if (interval <= tellAboveMs) return undefined;
  const steps = Math.ceil(Math.log(interval / tellAboveMs) / Math.log(tellStep));
  return Math.round(tellAboveMs * tellStep ** steps);
}

/** Groups of pictures up to this length are usual and are not announced. */
const tellGroupAboveMs = 4_000;

/**
 * How long a group of pictures is, in coarse steps; undefined for the usual ones. The `known` length stays until a group is
 * known to be longer, or less than half as long.
 */
export function announcedGroup(groupMs: number | undefined, known: number | undefined): number | undefined {
  if (groupMs === undefined || (known !== undefined && groupMs <= known && groupMs > known / 2)) return known;
  if (groupMs <= tellGroupAboveMs) return known !== undefined && groupMs > known / 2 ? known : undefined;
  return tellGroupAboveMs * 2 ** Math.ceil(Math.log2(groupMs / tellGroupAboveMs));
}
