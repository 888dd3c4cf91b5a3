import type { PictureInterval } from '../../../src-shared/cameras/pictureLimits.ts';

/**
 * Of the times between so many pictures, the second longest is the camera's interval: one hiccup of the network does not
 * make a fast camera slow, and one that sends its pictures in bursts is known by the time between two bursts.
 */
const rememberedIntervals = 32;

/** Measures how long a camera usually takes from one picture to the next. */
export class IntervalMeter {
  readonly #intervals = new Float32Array(rememberedIntervals);
  #count = 0;
  #hasPicture = false;
  #lastAtMs = -1;

  /** The longest usual time between two pictures, in milliseconds. */
  get interval(): PictureInterval {
    if (this.#count === 0) return this.#hasPicture ? 'unknown' : undefined;
    let longest = 0;
    let second = 0;
    const known = Math.min(this.#count, rememberedIntervals);
    for (let index = 0; index < known; index += 1) {
      const interval = this.#intervals[index] ?? 0;
      if (interval > longest) {
        second = longest;
        longest = interval;
      } else if (interval > second) second = interval;
    }
    return known < 3 ? longest : second;
  }

  /** A source begins: the time without one was no interval. Those from before stay, as it is the same camera. */
  beginSource(): void {
    this.#lastAtMs = -1;
  }

  /** A picture is here. */
  add(nowMs: number): void {
    this.#hasPicture = true;
    if (this.#lastAtMs >= 0) {
      this.#intervals[this.#count % rememberedIntervals] = Math.max(0, nowMs - this.#lastAtMs);
      this.#count += 1;
    }
    this.#lastAtMs = nowMs;
  }
}
