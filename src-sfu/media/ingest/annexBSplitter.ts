import { aggregatedNalBytes, FU_A_HEADER_BYTES, isSliceType, nalType } from './h264Payload.ts';
import {
  byteAt,
  RTP_HEADER_BYTES,
  rtpMarker,
  rtpPayloadEnd,
  rtpPayloadStart,
  rtpPayloadType,
  rtpTimestamp,
  uint32At,
  writeRtpHeader,
} from './rtpPacket.ts';

/** Three bytes that no NAL unit holds: emulation prevention breaks them (H.264, 7.4.1). */
const startCode = Buffer.from([0, 0, 1]);
/** This many packets of slices are searched when a source begins. Later packets are searched only where a start code was found in these. */
const searchedPackets = 300;

/** Packets that are made here; used up before the next one is made. */
const scratch = Buffer.allocUnsafeSlow(RTP_HEADER_BYTES + FU_A_HEADER_BYTES + 0x1_0000 + 4);
const bodyStart = RTP_HEADER_BYTES + FU_A_HEADER_BYTES;

/**
 * Takes NAL units apart that stand in one RTP payload with the start codes of a byte stream between them (H.264, annex B):
 * some cameras put a whole key picture with its parameter sets into one "NAL unit". Of well-made packets only the
 * type is read.
 */
export class AnnexBSplitter {
  readonly #send: (piece: Buffer, index: number) => void;
  #searchesLeft = searchedPackets;
  #found = false;
  /** Whether packets of fragments are rewritten until the last one. */
  #rewrites = false;
  /** Header byte of the NAL unit that is being passed on; -1 while it is to come, 0 for one that is left out. */
  #header = 0;
  /** Whether the beginning of that NAL unit has been sent. */
  #begun = false;
  /** Zeros at the end of the last fragment: they belong to a start code, or to nothing. */
  #zeros = 0;
  #packet: Buffer = scratch;
  #pieces = 0;

  /** `send` gets each piece of a packet as a packet of its own, counted from 0; the number is still to be written. */
  constructor(send: (piece: Buffer, index: number) => void) {
    this.#send = send;
  }

  /** Sends the packet in pieces where it must be; false when it is to be sent as it is. */
  split(packet: Buffer): boolean {
    const start = rtpPayloadStart(packet);
    if (start === -1) return false;
    const end = rtpPayloadEnd(packet, start);
    if (end <= start + 1) return false;
    this.#packet = packet;
    this.#pieces = 0;
    const type = byteAt(packet, start) & 0x1f;
    if (type === nalType.fuA) return this.#fragment(start, end);
    if (type === nalType.stapA) return this.#aggregate(start, end);
    if (type >= nalType.stapA) return false;
    if (!this.#isSearched(type) || !holdsStartCode(packet, start, end)) return false;
    this.#single(start, end, rtpMarker(packet));
    return true;
  }

  #isSearched(type: number): boolean {
    if (!isSliceType(type)) return true;
    if (this.#searchesLeft > 0) this.#searchesLeft -= 1;
    return this.#found || this.#searchesLeft > 0;
  }

  #single(start: number, end: number, marker: boolean): void {
    this.#found = true;
    const header = byteAt(this.#packet, start);
    this.#begin(header);
    // A payload that begins with a start code has no header of its own.
    this.#body(header === 0 ? start : start + 1, end, true, marker);
  }

  #aggregate(start: number, end: number): boolean {
    if (!holdsStartCode(this.#packet, start, end)) return false;
    let offset = start + 1;
    let length = aggregatedNalBytes(this.#packet, offset, end);
    while (length !== -1) {
      const nalStart = offset + 2;
      offset = nalStart + length;
      length = aggregatedNalBytes(this.#packet, offset, end);
      this.#single(nalStart, offset, length === -1 && rtpMarker(this.#packet));
    }
    return true;
  }

  #fragment(start: number, end: number): boolean {
    const header = byteAt(this.#packet, start + 1);
    const dataStart = start + FU_A_HEADER_BYTES;
    const isStart = (header & 0x80) !== 0;
    const isEnd = (header & 0x40) !== 0;
    const type = header & 0x1f;
    if (isStart) {
      this.#rewrites = this.#isSearched(type);
      this.#begin(type === 0 ? 0 : (byteAt(this.#packet, start) & 0xe0) | type);
      // The zero that was taken for the NAL unit's header is the first of a start code.
      if (type === 0) this.#zeros = 1;
    }
    if (!this.#rewrites || dataStart >= end) return false;
    // As it came, as long as it is a well-made one.
    const isPlain =
      this.#zeros === 0 &&
      this.#header > 0 &&
      this.#begun === !isStart &&
      (this.#header & 0x1f) === type &&
      (isEnd || byteAt(this.#packet, end - 1) !== 0) &&
      !holdsStartCode(this.#packet, dataStart, end);
    if (isPlain) this.#begun = true;
    else this.#body(dataStart, end, isEnd, rtpMarker(this.#packet));
    if (isEnd) this.#rewrites = false;
    return !isPlain;
  }

  /** Bytes behind a NAL unit's header, with those of other NAL units behind them. */
  #body(from: number, end: number, isEnd: boolean, marker: boolean): void {
    // A start code may begin in the fragment before.
    const held = this.#zeros;
    this.#zeros = 0;
    let at = from;
    const zeros = zerosAt(this.#packet, from, end);
    if (zeros === end - from && !isEnd) {
      this.#zeros = Math.min(held + zeros, 8);
      return;
    }
    if (held > 0) {
      const code = held + zeros;
      const one = from + code - held;
      if (code >= 2 && one < end && byteAt(this.#packet, one) === 1) {
        this.#found = true;
        this.#end();
        at = one + 1;
      } else this.#part(held, from, from, false, false);
    }
    for (;;) {
      if (this.#header === -1 && at < end) {
        this.#begin(byteAt(this.#packet, at));
        at += 1;
      }
      const code = this.#packet.indexOf(startCode, at);
      if (code === -1 || code + startCode.length > end) break;
      this.#found = true;
      this.#part(0, at, withoutZeros(this.#packet, at, code), true, false);
      this.#end();
      at = code + startCode.length;
    }
    const last = withoutZeros(this.#packet, at, end);
    if (last > at) this.#part(0, at, last, isEnd, marker);
    this.#zeros = isEnd ? 0 : Math.min(end - last, 8);
  }

  #begin(header: number): void {
    this.#header = (header & 0x1f) === 0 || (header & 0x80) !== 0 ? 0 : header;
    this.#begun = false;
    this.#zeros = 0;
  }

  /** The NAL unit is over; the next one's header is to come. */
  #end(): void {
    this.#header = -1;
    this.#begun = false;
  }

  /** A part of the NAL unit: so many zeros, then these bytes. */
  #part(zeros: number, from: number, to: number, isEnd: boolean, marker: boolean): void {
    if (this.#header <= 0 || zeros + to - from <= 0) return;
    const isWhole = !this.#begun && isEnd;
    const headStart = isWhole ? 1 : 0;
    scratch.fill(0, bodyStart, bodyStart + zeros);
    this.#packet.copy(scratch, bodyStart + zeros, from, to);
    if (isWhole) scratch[bodyStart - 1] = this.#header;
    else {
      scratch[bodyStart - 2] = (this.#header & 0xe0) | nalType.fuA;
      scratch[bodyStart - 1] = (this.#header & 0x1f) | (this.#begun ? 0 : 0x80) | (isEnd ? 0x40 : 0);
    }
    this.#begun = true;
    const markerBit = marker ? 0x80 : 0;
    writeRtpHeader(
      scratch,
      headStart,
      rtpPayloadType(this.#packet) | markerBit,
      0,
      rtpTimestamp(this.#packet),
      uint32At(this.#packet, 8),
    );
    const index = this.#pieces;
    this.#pieces += 1;
    this.#send(scratch.subarray(headStart, bodyStart + zeros + to - from), index);
  }
}

function holdsStartCode(packet: Buffer, from: number, end: number): boolean {
  const at = packet.indexOf(startCode, from);
  return at !== -1 && at + startCode.length <= end;
}

function zerosAt(packet: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && byteAt(packet, at) === 0) at += 1;
  return at - from;
}

/** The end of a NAL unit without the zeros that may follow it (H.264, B.1: `trailing_zero_8bits`). */
function withoutZeros(packet: Buffer, from: number, end: number): number {
  let last = end;
  while (last > from && byteAt(packet, last - 1) === 0) last -= 1;
  return last;
}

/** The NAL units of a text of bytes that may have start codes; one without any is one NAL unit. */
export function splitByteStream(bytes: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  let from = 0;
  for (let code = bytes.indexOf(startCode); code !== -1; code = bytes.indexOf(startCode, from)) {
    nals.push(bytes.subarray(from, withoutZeros(bytes, from, code)));
    from = code + startCode.length;
  }
  nals.push(bytes.subarray(from));
  return nals.filter((nal) => nal.length > 0);
}
