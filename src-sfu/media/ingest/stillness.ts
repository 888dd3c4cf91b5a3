/**
 * Tells a stuck camera from a still scene by the sizes of coded pictures alone, so that nothing is decoded. A stuck
 * encoder codes the same picture again and again: its predicted pictures say "as before" for every macroblock and take a
 * few dozen bytes, and its key pictures come out the same size to within the few bits of their counters. A real sensor's
 * noise, even in a dark, empty kitchen, changes key pictures of kilobytes by far more than that, and a clock drawn into
 * the picture changes the predicted ones each second.
 */
export class StillnessMeter {
  #lastKeyBytes = -1;

  /** Whether this picture differs from those before it, by its coded size. */
  pictureChanged(isKey: boolean, codedBytes: number, macroblocks: number): boolean {
    if (!isKey) return codedBytes > unchangedPredictedBytes(macroblocks);
    const difference = Math.abs(codedBytes - this.#lastKeyBytes);
    this.#lastKeyBytes = codedBytes;
    return difference > Math.max(8, codedBytes * 0.002);
  }

  reset(): void {
    this.#lastKeyBytes = -1;
  }
}

/** An all-skip picture: headers, and at most a sixteenth of a byte a macroblock. 640×360 gives 90 bytes. */
function unchangedPredictedBytes(macroblocks: number): number {
  return 32 + macroblocks / 16;
}
