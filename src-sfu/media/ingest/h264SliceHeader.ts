import type { SequenceParameters } from './h264ParameterSets.ts';
import { nalType } from './h264Payload.ts';
import { byteAt } from './rtpPacket.ts';

/** The beginning of a slice header (ITU-T H.264, 7.3.3), the fields that distinguish one picture from the next. */
export interface SliceHeader {
  /** `slice_type` modulo 5: 0 is P, 1 is B, 2 is I. */
  sliceType: number;
  frameNumber: number;
  /** 0 for a frame, 1 for a top field, 2 for a bottom field. */
  field: number;
  /** `pic_order_cnt_lsb`; -1 where the source does not send it. */
  orderCount: number;
}

/** Of the header, so many bytes are read at most: four Exp-Golomb numbers and three of up to 16 bits. */
const longestHeaderBytes = 32;

// Read without allocation, once a picture: one reader and one result for all.
const nothing = new Uint8Array();
let bytes: Uint8Array = nothing;
let end = 0;
let at = 0;
let zeros = 0;
let current = 0;
let bitsLeft = 0;
const result: SliceHeader = { sliceType: 0, frameNumber: 0, field: 0, orderCount: -1 };

/** Walks over the slice's bytes without their emulation prevention (7.4.1); 0 behind the end. */
function nextBit(): number {
  if (bitsLeft === 0) {
    if (zeros >= 2 && byteAt(bytes, at) === 3) {
      at += 1;
      zeros = 0;
    }
    current = at < end ? byteAt(bytes, at) : 0;
    zeros = current === 0 ? zeros + 1 : 0;
    at += 1;
    bitsLeft = 8;
  }
  bitsLeft -= 1;
  return (current >> bitsLeft) & 1;
}

function nextBits(count: number): number {
  let value = 0;
  for (let index = 0; index < count; index += 1) value = value * 2 + nextBit();
  return value;
}

/** Unsigned Exp-Golomb code (9.1). */
function nextUnsigned(): number {
  let leading = 0;
  while (leading < 32 && at <= end && nextBit() === 0) leading += 1;
  return 2 ** leading - 1 + nextBits(leading);
}

/**
 * Reads the header of a slice whose data begins at `start`, behind the NAL header byte; undefined when it is damaged or
 * cut off. The answer is valid until the next call.
 */
export function readSliceHeader(
  packet: Uint8Array,
  start: number,
  packetEnd: number,
  type: number,
  sequence: SequenceParameters,
): Readonly<SliceHeader> | undefined {
  bytes = packet;
  at = start;
  end = Math.min(packetEnd, start + longestHeaderBytes);
  zeros = 0;
  bitsLeft = 0;
  nextUnsigned();
  const sliceType = nextUnsigned();
  nextUnsigned();
  if (sequence.separatePlanes) nextBits(2);
  result.sliceType = sliceType % 5;
  result.frameNumber = nextBits(sequence.frameNumberBits);
  result.field = sequence.interlaced && nextBit() === 1 ? 1 + nextBit() : 0;
  if (type === nalType.idrSlice) nextUnsigned();
  result.orderCount = sequence.orderCountType === 0 ? nextBits(sequence.orderCountBits) : -1;
  bytes = nothing;
  return sliceType > 9 || at > end + 1 ? undefined : result;
}
