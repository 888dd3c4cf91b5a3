import type { SequenceParameters } from './h264ParameterSets.ts';
import { nalType } from './h264Payload.ts';
import type { SliceHeader } from './h264SliceHeader.ts';

const sliceB = 1;
/** Pictures that were sent before others and shown after them, until the stream counts as reordered. */
const reorderingsUntilSure = 2;
/** Order counts rise by this at most from one frame to the next when none is left out in between (8.2.1). */
const nextFrameStep = 2;
/** So many pictures without one left out, or so many that rose at all, show that a source sends in order. */
const picturesUntilKnown = { next: 2, rising: 8 } as const;
/** A count that fell and stays behind for so many pictures has begun again; nothing is out of order. */
const longestReordering = 16;

/**
 * Finds out whether a source sends its pictures in another order than they are shown in (B-pictures). Browsers show what
 * comes over WebRTC in the order in which it comes, so such pictures jump to and fro. The profile and the
 * reordering fields of the sequence parameter set are often wrong: only the pictures' own order counts decide (H.264, 8.2.1).
 */
export class PictureOrder {
  #highest = 0;
  #behind = 0;
  #reorderings = 0;
  #hasBegun = false;
  /** Since the order was last in doubt: pictures that followed the one before, and pictures whose counts rose. */
  #next = 0;
  #rising = 0;

  /** Whether enough pictures came to conclude that they are in order. Later pictures can still show that they are not. */
  get isInOrder(): boolean {
    return (
      !this.reorders && (this.#next >= picturesUntilKnown.next || this.#rising >= picturesUntilKnown.rising)
    );
  }

  get reorders(): boolean {
    return this.#reorderings >= reorderingsUntilSure;
  }

  reset(): void {
    this.#reorderings = 0;
    this.#hasBegun = false;
    this.#behind = 0;
    this.#next = 0;
    this.#rising = 0;
  }

  /** The first slice of a picture, with the type of its NAL unit. */
  see(slice: Readonly<SliceHeader>, type: number, sequence: SequenceParameters): void {
    if (sequence.orderCountType === 1 && slice.sliceType === sliceB) this.#reorderings += 1;
    if (slice.orderCount < 0) {
      if (slice.sliceType !== sliceB) this.#rising += 1;
      return;
    }
    if (type === nalType.idrSlice || !this.#hasBegun) return this.#begin(slice.orderCount);
    const range = 2 ** sequence.orderCountBits;
    const ahead = (((slice.orderCount - this.#highest) % range) + range) % range;
    if (ahead < range / 2) {
      if (this.#behind > 0) this.#reorderings += 1;
      this.#highest = slice.orderCount;
      this.#behind = 0;
      this.#rising += 1;
      if (ahead <= nextFrameStep) this.#next += 1;
    } else {
      this.#behind += 1;
      this.#next = 0;
      this.#rising = 0;
      // A B-picture that is shown before one that was sent earlier leaves no doubt.
      if (slice.sliceType === sliceB) this.#reorderings = reorderingsUntilSure;
      if (this.#behind > longestReordering) this.#begin(slice.orderCount);
    }
  }

  #begin(orderCount: number): void {
    // Pictures that were still behind when the next group began were out of order as well.
    if (this.#behind > 0 && this.#behind <= longestReordering) this.#reorderings += 1;
    this.#hasBegun = true;
    this.#highest = orderCount;
    this.#behind = 0;
  }
}
