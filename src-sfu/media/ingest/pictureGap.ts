import type { SequenceParameters } from './h264ParameterSets.ts';
import { nalType } from './h264Payload.ts';
import type { SliceHeader } from './h264SliceHeader.ts';

/** `nal_ref_idc` in a NAL header: 0 for pictures that no other refers to (H.264, 7.4.1). */
const referenceBits = 0x60;

/**
 * Packets that are missing between two pictures. Where the frame numbers go on (H.264, 7.4.3, `frame_num`), no picture that
 * others refer to is missing, and nothing was lost that a viewer needs: receivers would wait behind such a gap for the next key
 * picture in vain.
 */
export class PictureGap {
  /** Packets that are missing in front of the picture that begins next. */
  missing = 0;
  /** `frame_num` of the last picture that others may refer to. */
  #referenceNumber = 0;

  /** What is missing is settled as a loss; how many packets it was. */
  take(): number {
    const { missing } = this;
    this.missing = 0;
    return missing;
  }

  /** A slice begins, with its NAL header and its slice header, where that could be read; how many packets were lost before it. */
  beginSlice(
    header: number,
    slice: Readonly<SliceHeader> | undefined,
    sequence: SequenceParameters | undefined,
  ): number {
    if (slice === undefined || sequence === undefined) return this.take();
    const { frameNumber, field } = slice;
    const range = 2 ** sequence.frameNumberBits;
    const step = (frameNumber - this.#referenceNumber + range) % range;
    if ((header & referenceBits) !== 0) this.#referenceNumber = frameNumber;
    const goesOn = field === 0 && ((header & 0x1f) === nalType.idrSlice || step <= 1);
    if (goesOn) this.missing = 0;
    return this.take();
  }
}
