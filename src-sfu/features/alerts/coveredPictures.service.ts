import type { CameraHealth, KeyPicture } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Logger } from '../../logger.ts';

export interface CoveredPicturesOptions {
  poster(cameraId: string): Promise<KeyPicture | undefined>;
  toJpeg(annexB: Uint8Array): Promise<Buffer>;
  /** Whether a picture shows nothing: all dark, or all of one colour. */
  showsNothing(jpeg: Buffer): Promise<boolean>;
  /** Called for every judged picture: since when the camera shows nothing, or that it shows something. */
  judged(cameraId: string, coveredSinceMs: number | undefined): void;
  /** Hours of the local day in which kitchens are lit; a dark one at night is not covered. */
  hours: { from: number; to: number };
  localHour(): number;
  logger: Logger;
  nowMs(): number;
}

/** Finds cameras that are covered or black from the pictures that the hub keeps of them anyway. */
export interface CoveredPictures {
  healthChanged(changed: readonly CameraHealth[]): void;
  close(): void;
}

/** One picture is judged per interval, because decoding takes about a tenth of a second of one core. Milliseconds. */
const everyMs = 1_000;
/** A camera whose picture showed something is checked again after this time. Milliseconds. */
const againMs = 2 * 60_000;
/** Or at once, when its camera spends less than this share of the bits that it spent on the picture that was checked. */
const suddenShare = 0.8;

interface Candidate {
  posterAtMs: number;
  /** Bits the camera spent on a pixel: the fewer, the less there is to see. */
  bitsPerPixel: number;
}

/**
 * Judges kept pictures one at a time, those first that their camera spent the fewest bits on. An encoder of constant bit
 * rate spends them on nothing, too; its pictures come later in the order.
 */
export function createCoveredPictures(options: CoveredPicturesOptions): CoveredPictures {
  const { nowMs } = options;
  const candidates = new Map<string, Candidate>();
  const seen = new Map<string, { atMs: number; bitsPerPixel: number }>();
  const covered = new Set<string>();
  let isJudging = false;

  const note = async (cameraId: string, posterAtMs: number): Promise<void> => {
    const picture = await options.poster(cameraId);
    if (picture === undefined) return;
    const { annexB, width, height } = picture;
    candidates.set(cameraId, { posterAtMs, bitsPerPixel: (annexB.byteLength * 8) / (width * height) });
  };

  const judge = async (cameraId: string, { posterAtMs, bitsPerPixel }: Candidate): Promise<void> => {
    const picture = await options.poster(cameraId);
    if (picture === undefined) return;
    const showsNothing = await options.showsNothing(await options.toJpeg(picture.annexB));
    if (showsNothing) covered.add(cameraId);
    else covered.delete(cameraId);
    seen.set(cameraId, { atMs: nowMs(), bitsPerPixel });
    options.judged(cameraId, showsNothing ? posterAtMs : undefined);
  };

  const isDue = (cameraId: string, { bitsPerPixel }: Candidate): boolean => {
    const last = seen.get(cameraId);
    if (last === undefined || nowMs() - last.atMs >= againMs) return true;
    return bitsPerPixel < last.bitsPerPixel * suddenShare;
  };

  const next = (): [string, Candidate] | undefined => {
    let best: [string, Candidate] | undefined;
    for (const [cameraId, candidate] of candidates) {
      // A covered camera is checked with each new picture, so that its alert ends soon after the cover is removed.
      if (covered.has(cameraId)) return [cameraId, candidate];
      if (!isDue(cameraId, candidate)) continue;
      if (best === undefined || candidate.bitsPerPixel < best[1].bitsPerPixel) best = [cameraId, candidate];
    }
    return best;
  };

  const timer = setInterval(() => {
    const hour = options.localHour();
    if (isJudging || hour < options.hours.from || hour >= options.hours.to) return;
    const chosen = next();
    if (chosen === undefined) return;
    const [cameraId, candidate] = chosen;
    candidates.delete(cameraId);
    isJudging = true;
    judge(cameraId, candidate)
      // The next picture of this camera is checked instead.
      .catch((error: unknown) =>
        options.logger.debug({ err: error, cameraId }, 'a picture could not be checked for being covered'),
      )
      .finally(() => {
        isJudging = false;
      });
  }, everyMs);
  timer.unref();

  return {
    healthChanged(changed) {
      for (const { cameraId, posterAtMs } of changed) {
        if (posterAtMs === undefined || candidates.get(cameraId)?.posterAtMs === posterAtMs) continue;
        note(cameraId, posterAtMs).catch(() => undefined);
      }
    },
    close() {
      clearInterval(timer);
    },
  };
}
