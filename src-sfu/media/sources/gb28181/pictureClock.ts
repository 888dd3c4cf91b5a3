/** A step of the stream's own time is believed up to here, in ticks of 90 kHz: ten seconds. */
const longestStepTicks = 900_000;

/**
 * The time of pictures in ticks of 90 kHz modulo 2^32, always going on. The stream's own time is used while it advances
 * sanely; where it stands, jumps or is missing, pictures are as far apart as they came. Wraps at 32 and at 33 bits are no jumps.
 */
export class PictureClock {
  #ticks = Math.floor(Math.random() * 0x7fff_ffff);
  #lastPts: number | undefined;
  #lastAtMs: number | undefined;

  next(pts: number | undefined, nowMs: number): number {
    const passedMs = this.#lastAtMs === undefined ? 0 : Math.max(0, nowMs - this.#lastAtMs);
    const step = pts === undefined || this.#lastPts === undefined ? 0 : (pts - this.#lastPts) >>> 0;
    const byArrival = Math.min(longestStepTicks, Math.max(1, Math.round(passedMs * 90)));
    this.#ticks = (this.#ticks + (step > 0 && step <= longestStepTicks ? step : byArrival)) >>> 0;
    this.#lastPts = pts;
    this.#lastAtMs = nowMs;
    return this.#ticks;
  }
}
