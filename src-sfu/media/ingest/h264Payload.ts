import { byteAt, uint16At } from './rtpPacket.ts';

/** H.264 NAL unit types (ITU-T H.264, table 7-1) and RTP payload structures (RFC 6184, table 1). */
export const nalType = {
  slice: 1,
  slicePartitionA: 2,
  slicePartitionC: 4,
  idrSlice: 5,
  sei: 6,
  sps: 7,
  pps: 8,
  accessUnitDelimiter: 9,
  fillerData: 12,
  stapA: 24,
  fuA: 28,
} as const;

/** Bytes of an FU-A fragment before its data: indicator and header (RFC 6184, 5.8). */
export const FU_A_HEADER_BYTES = 2;

/** Whether the NAL unit carries picture data: a slice or a data partition. */
export function isSliceType(type: number): boolean {
  return type >= nalType.slice && type <= nalType.idrSlice;
}

/**
 * Length in bytes of the aggregated NAL unit whose two-byte size field is at `offset` of a STAP-A (RFC 6184, 5.7.1);
 * -1 when nothing whole is left before `end`.
 */
export function aggregatedNalBytes(packet: Uint8Array, offset: number, end: number): number {
  if (offset + 2 >= end) return -1;
  const bytes = uint16At(packet, offset);
  return bytes > 0 && offset + 2 + bytes <= end ? bytes : -1;
}

/**
 * Whether a slice begins a picture: its `first_mb_in_slice` is 0, so its first bit is 1 (H.264, 7.3.3 and 9.1). The
 * partitions B and C of a slice (types 3 and 4) never do.
 */
export function isFirstSliceOfPicture(packet: Uint8Array, sliceHeaderOffset: number, type: number): boolean {
  const beginsSlice = type <= nalType.slicePartitionA || type === nalType.idrSlice;
  return beginsSlice && (byteAt(packet, sliceHeaderOffset) & 0x80) !== 0;
}

/** Whether a packet's payload goes on with a picture that began before: a later slice, or the rest of a slice. */
export function continuesPicture(packet: Uint8Array, start: number): boolean {
  const first = byteAt(packet, start) & 0x1f;
  if (first !== nalType.fuA) return isSliceType(first) && !isFirstSliceOfPicture(packet, start + 1, first);
  const header = byteAt(packet, start + 1);
  const type = header & 0x1f;
  if (!isSliceType(type)) return false;
  return (header & 0x80) === 0 || !isFirstSliceOfPicture(packet, start + FU_A_HEADER_BYTES, type);
}
