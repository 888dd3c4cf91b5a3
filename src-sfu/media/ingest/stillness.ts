/** By how much key pictures of the same picture differ: the counters in the heads of a few slices. */
const sameSizeBytes = 4;
/** How many of the last pictures are remembered: 4 s at 15 per second, less than any scene takes to repeat itself. */
const rememberedPictures = 64;
/** A stuck recorder repeats itself within so long; a camera with a picture a second may show the same scene after that. */
const repeatWithinMs = 5_000;
/** Of cameras with fewer pictures, the last ones count however old they are. */
const repeatWithinPictures = 3;

/**
 * Distinguishes a frozen camera from a still scene without decoding anything. Three marks of a picture that brings nothing new:
 *
 * - a predicted picture that says "as before" for every macroblock takes a few dozen bytes, whatever the size;
 * - a stuck encoder's key picture comes out the same size as the one before, to within the few bits of its counters;
 * - a stuck recorder sends the same coded pictures again, byte for byte.
 *
 * A real sensor's noise, even in a dark, empty kitchen, changes key pictures of kilobytes by far more than that, and a
 * clock drawn into the picture changes the predicted ones each second. A camera whose clock runs over a frozen
 * picture cannot be recognised this way. An encoder with constant bit rate spends what a still picture saves on its next
 * key pictures, so that the sizes settle, and the stop is noticed, only some key pictures later.
 */
export class StillnessMeter {
  #lastKeyBytes = -1;
  readonly #digests = new Int32Array(rememberedPictures);
  readonly #seenAtMs = new Float64Array(rememberedPictures);
  #next = 0;

  /** Whether this picture brings anything new, by its coded size and a digest of its coded bytes. */
  pictureChanged(
    isKey: boolean,
    codedBytes: number,
    digest: number,
    macroblocks: number,
    nowMs: number,
  ): boolean {
    const isRepeat = this.#isRepeat(digest, nowMs);
    this.#digests[this.#next] = digest;
    this.#seenAtMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % rememberedPictures;
    if (!isKey) return !isRepeat && codedBytes > unchangedPredictedBytes(macroblocks);
    const difference = Math.abs(codedBytes - this.#lastKeyBytes);
    this.#lastKeyBytes = codedBytes;
    return !isRepeat && difference > sameSizeBytes;
  }

  #isRepeat(digest: number, nowMs: number): boolean {
    for (let back = 1; back <= rememberedPictures; back += 1) {
      const index = (this.#next - back + rememberedPictures) % rememberedPictures;
      if (back > repeatWithinPictures && nowMs - (this.#seenAtMs[index] ?? 0) > repeatWithinMs) return false;
      if (this.#digests[index] === digest) return true;
    }
    return false;
  }

  reset(): void {
    this.#lastKeyBytes = -1;
    this.#digests.fill(0);
  }
}

/** An all-skip picture: headers, and at most a sixteenth of a byte a macroblock. 640×360 gives 90 bytes. */
function unchangedPredictedBytes(macroblocks: number): number {
  return 32 + macroblocks / 16;
}
