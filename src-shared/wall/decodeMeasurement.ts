/**
 * What a screen measures of its pictures, and how one measurement is judged: good, bad, or neither. `decodeBudget.ts` decides from a
 * row of measurements which quality level the hub sends.
 */
import { z } from 'zod';

const framesPerSecond = z.number().min(0).max(100_000);

/** What a screen measures of all its tiles together, about once a second. */
export const decodeMeasurementSchema = z.object({
  /** Tiles with a live picture. */
  tilesShown: z.number().int().min(0).max(1_024),
  /** Frames per second that reached the screen. Frames that the camera did not send are not counted. */
  framesExpected: framesPerSecond,
  framesPresented: framesPerSecond,
  /** Frames per second that were thrown away before they were shown. */
  framesDropped: framesPerSecond,
  /** Frames per second shown later than one frame interval after their time: latency and jitter, never a reason to degrade. */
  framesLate: framesPerSecond,
  /** Mean time to decode one frame, in milliseconds. It shows the load of the screen and is never a reason to degrade. */
  decodeMs: z.number().min(0).max(60_000),
  /**
   * How fast the median tile falls behind the clock: 0.1 means that its delay grows by 100 ms each second. A constant delay
   * is 0. Absent when it was not measured.
   */
  behindShare: z.number().min(0).max(1_000).optional(),
  /** Share of the time in which the page drew nothing although it should have, in gaps long enough to be visible. */
  pageMissingShare: z.number().min(0).max(1).optional(),
});
export type DecodeMeasurement = z.output<typeof decodeMeasurementSchema>;

/** The reason of the present level: the measured value that decided, and its limit. */
export interface QualityReason {
  cause: 'nothingYet' | 'dropped' | 'notPresented' | 'fallingBehind' | 'pageFrames' | 'recovered';
  value: number;
  limit: number;
}

/** The limits of one measurement. Shares are of the frames that reached the screen, or of the time. */
export const measurementLimits = {
  /** A measurement that breaks one of these limits is bad: at least nine of ten pictures must be seen. */
  bad: { dropped: 0.05, presented: 0.9, behind: 0.1, pageMissing: 0.2 },
  /** A measurement that meets all of these limits is good. */
  good: { dropped: 0.01, presented: 0.97, behind: 0.05, pageMissing: 0.1 },
  /**
   * Missing pictures per second and tile that do not count as lost. Reason: a camera may send one picture per second, and the one
   * that is still on its way when the screen counts would look like a large loss.
   */
  uncertainPerTile: 0.5,
} as const;

/** The worst measurement of several surfaces that show the same screen. */
export function worstMeasurement(measurements: readonly DecodeMeasurement[]): DecodeMeasurement | undefined {
  let worst: { measurement: DecodeMeasurement; badness: number } | undefined;
  for (const measurement of measurements) {
    const badness = badnessOf(measurement);
    if (worst === undefined || badness > worst.badness) worst = { measurement, badness };
  }
  return worst?.measurement;
}

/** The first limit that a measurement breaks. A screen without pictures breaks none. */
export function problemOf(measurement: DecodeMeasurement): QualityReason | undefined {
  if (isWithoutPictures(measurement)) return undefined;
  const { bad } = measurementLimits;
  const { dropped, presented, behind, pageMissing } = sharesOf(measurement);
  if (dropped > bad.dropped) return { cause: 'dropped', value: dropped, limit: bad.dropped };
  if (presented < bad.presented) return { cause: 'notPresented', value: presented, limit: bad.presented };
  if (behind > bad.behind) return { cause: 'fallingBehind', value: behind, limit: bad.behind };
  if (pageMissing > bad.pageMissing) {
    return { cause: 'pageFrames', value: pageMissing, limit: bad.pageMissing };
  }
  return undefined;
}

/** The largest ratio of a measured value to its limit; a value above 1 is bad. */
function badnessOf(measurement: DecodeMeasurement): number {
  if (isWithoutPictures(measurement)) return -1;
  const { bad } = measurementLimits;
  const { dropped, presented, behind, pageMissing } = sharesOf(measurement);
  return Math.max(
    dropped / bad.dropped,
    (1 - presented) / (1 - bad.presented),
    behind / bad.behind,
    pageMissing / bad.pageMissing,
  );
}

/** Whether a measurement meets every limit of a good one. A screen without pictures meets them. */
export function isGood(measurement: DecodeMeasurement): boolean {
  if (isWithoutPictures(measurement)) return true;
  const { good } = measurementLimits;
  const { dropped, presented, behind, pageMissing } = sharesOf(measurement);
  return (
    dropped <= good.dropped &&
    presented >= good.presented &&
    behind <= good.behind &&
    pageMissing <= good.pageMissing
  );
}

function isWithoutPictures({ tilesShown, framesExpected }: DecodeMeasurement): boolean {
  return tilesShown === 0 || framesExpected <= 0;
}

interface Shares {
  dropped: number;
  presented: number;
  behind: number;
  pageMissing: number;
}

function sharesOf(measurement: DecodeMeasurement): Shares {
  const { tilesShown, framesExpected, framesPresented, framesDropped } = measurement;
  const uncertain = tilesShown * measurementLimits.uncertainPerTile;
  return {
    dropped: framesDropped <= uncertain ? 0 : framesDropped / framesExpected,
    presented: framesExpected - framesPresented <= uncertain ? 1 : framesPresented / framesExpected,
    behind: measurement.behindShare ?? 0,
    pageMissing: measurement.pageMissingShare ?? 0,
  };
}
