import type { PictureEnds } from './accessUnits.ts';
import type { ParameterSetStore } from './h264ParameterSets.ts';
import { FU_A_HEADER_BYTES, nalType } from './h264Payload.ts';
import { showAtOnce } from './playoutDelay.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from './rtpPacket.ts';
import type { StreamNumbers } from './streamNumbers.ts';
import type { VideoForwarding } from './videoForwarding.ts';

/**
 * RTP payload above this is split. With header extensions, SRTP, UDP and IP the largest packet is below the 1500 bytes
 * of Ethernet and of the media worker, and what cameras make for Ethernet (1,388 to 1,400 bytes) passes unsplit.
 */
const maxPayloadBytes = 1400;
const fragmentHeadBytes = RTP_HEADER_BYTES + FU_A_HEADER_BYTES;
/** The most important reference (RFC 6184, 5.3), as parameter sets are. */
const stapAHeader = 0x60 | nalType.stapA;

/** A NAL unit that says nothing (7.3.2.7): it carries the marker that a source forgot. */
const endMark = Buffer.from([nalType.fillerData, 0xff, 0x80]);

/** Small packets that no source packet has room for. Used up before the next one is built. */
const scratch = Buffer.alloc(RTP_HEADER_BYTES + maxPayloadBytes);

export interface PictureWriterOptions {
  ssrc: number;
  payloadType: number;
  numbers: StreamNumbers;
  ends: PictureEnds;
  /** Where the packets go. */
  forwarding: VideoForwarding;
  /** A slice may have ended its picture, and nothing came since for as long as another slice may take. */
  onSilence(): void;
}

/** Writes pictures as packets that viewers can take: none too large, and the marker on the last one of a picture alone. */
export class PictureWriter {
  readonly #ssrc: number;
  readonly #payloadType: number;
  readonly #numbers: StreamNumbers;
  readonly #ends: PictureEnds;
  readonly #forwarding: VideoForwarding;
  readonly #onSilence: () => void;
  #setsPacket: Buffer | undefined;
  /** Whether any packet of the present picture was sent, and whether one with the marker was. */
  #hasSent = false;
  #isMarked = false;
  /** The last packet of a slice, held back until it is known whether it ends the picture. */
  #held: Buffer | undefined;
  #heldBytes = 0;
  #endTimer: NodeJS.Timeout | undefined;

  constructor(options: PictureWriterOptions) {
    this.#ssrc = options.ssrc;
    this.#payloadType = options.payloadType;
    this.#numbers = options.numbers;
    this.#ends = options.ends;
    this.#forwarding = options.forwarding;
    this.#onSilence = () => options.onSilence();
  }

  /** Whether a packet is held back until it is known whether the picture ends with it. */
  get holdsPacket(): boolean {
    return this.#heldBytes > 0;
  }

  beginPicture(): void {
    this.#hasSent = false;
    this.#isMarked = false;
  }

  /** More of a picture that was taken to be over. */
  reopenPicture(): void {
    this.#isMarked = false;
  }

  /** The picture is over. Where packets of its end were lost, no marker stands in for them. */
  endPicture(isWhole: boolean): void {
    this.release(isWhole);
    if (this.#hasSent && !this.#isMarked && isWhole) this.#sendEndMark();
  }

  /** Other parameter sets are to be sent from now on. */
  setsChanged(): void {
    this.#setsPacket = undefined;
  }

  close(): void {
    clearTimeout(this.#endTimer);
    this.#heldBytes = 0;
  }

  /**
   * Sends what a packet has of a slice: the bytes from `start` are its payload, those from `dataStart` data of the slice
   * whose NAL header is `header`.
   */
  sendSlice(
    packet: Buffer,
    start: number,
    dataStart: number,
    end: number,
    header: number,
    isStart: boolean,
    isEnd: boolean,
    isLast: boolean,
  ): void {
    if (end - start > maxPayloadBytes) this.#split(packet, dataStart, end, header, isStart, isEnd, isLast);
    else if (isEnd) this.#sendSliceEnd(packet, start - RTP_HEADER_BYTES, end, isLast);
    else this.#emit(packet, start - RTP_HEADER_BYTES, end, false);
  }

  /** The last packet of a slice: with the marker when the picture ends with it, held back while that is not known. */
  #sendSliceEnd(packet: Buffer, headStart: number, end: number, isLast: boolean): void {
    if (isLast || this.#ends.trustsMarkers) return this.#emit(packet, headStart, end, isLast);
    this.release(false);
    const held = (this.#held ??= Buffer.allocUnsafeSlow(RTP_HEADER_BYTES + maxPayloadBytes));
    packet.copy(held, 0, headStart, end);
    this.#heldBytes = end - headStart;
    clearTimeout(this.#endTimer);
    if (!this.#ends.awaitsSlices) this.#endTimer = setTimeout(this.#onSilence, this.#ends.graceMs);
  }

  /** Sends the packet that is held back, if there is one. */
  release(marker: boolean): void {
    const bytes = this.#heldBytes;
    if (bytes === 0 || this.#held === undefined) return;
    clearTimeout(this.#endTimer);
    this.#heldBytes = 0;
    this.#emit(this.#held, 0, bytes, marker);
    // Of sources whose markers are right, which is nearly all, nothing is held back after the beginning.
    if (this.#ends.trustsMarkers) this.#held = undefined;
  }

  #sendEndMark(): void {
    endMark.copy(scratch, RTP_HEADER_BYTES);
    this.#emit(scratch, 0, RTP_HEADER_BYTES + endMark.length, true);
  }

  sendSet(set: Buffer): void {
    set.copy(scratch, RTP_HEADER_BYTES);
    this.#emit(scratch, 0, RTP_HEADER_BYTES + set.length, false);
  }

  /** All parameter sets in one packet where they fit, as the media worker knows a key picture by them. */
  sendSets(sets: ParameterSetStore): void {
    const packet = (this.#setsPacket ??= aggregateSets(sets.list()));
    if (packet.length > 0) this.#emit(packet, 0, packet.length, false, true);
    else for (const set of sets.list()) this.sendSet(set);
  }

  /** Sends slice data that is too large in even pieces, each written over the bytes of the piece before. */
  #split(
    packet: Buffer,
    start: number,
    end: number,
    header: number,
    isStart: boolean,
    isEnd: boolean,
    isLast: boolean,
  ): void {
    const pieces = Math.ceil((end - start) / (maxPayloadBytes - FU_A_HEADER_BYTES));
    const pieceBytes = Math.ceil((end - start) / pieces);
    for (let from = start; from < end; from += pieceBytes) {
      const to = Math.min(end, from + pieceBytes);
      let target = packet;
      let headStart = from - fragmentHeadBytes;
      if (headStart < 0) {
        packet.copy(scratch, fragmentHeadBytes, from, to);
        target = scratch;
        headStart = 0;
      }
      const startBit = isStart && from === start ? 0x80 : 0;
      const endBit = isEnd && to === end ? 0x40 : 0;
      target[headStart + RTP_HEADER_BYTES] = (header & 0xe0) | nalType.fuA;
      target[headStart + RTP_HEADER_BYTES + 1] = (header & 0x1f) | startBit | endBit;
      const pieceEnd = headStart + fragmentHeadBytes + to - from;
      if (isEnd && to === end) this.#sendSliceEnd(target, headStart, pieceEnd, isLast);
      else this.#emit(target, headStart, pieceEnd, false);
    }
  }

  #emit(packet: Buffer, headStart: number, end: number, marker: boolean, hasExtension = false): void {
    if (this.#heldBytes > 0) this.release(false);
    this.#hasSent = true;
    this.#isMarked ||= marker;
    writeRtpHeader(
      packet,
      headStart,
      this.#payloadType | (marker ? 0x80 : 0),
      this.#numbers.nextSequenceNumber(),
      this.#numbers.timestamp,
      this.#ssrc,
    );
    if (hasExtension) packet[headStart] = 0x90;
    this.#forwarding.pass(packet, headStart, end);
  }
}

/**
 * A STAP-A packet (RFC 6184, 5.7.1) with room for its RTP header, behind the word that pictures are shown at once; empty
 * when the sets are too large for one.
 */
function aggregateSets(sets: readonly Buffer[]): Buffer {
  const head = RTP_HEADER_BYTES + showAtOnce.length;
  const bytes = sets.reduce((sum, set) => sum + 2 + set.length, head + 1);
  if (bytes > head + maxPayloadBytes) return Buffer.alloc(0);
  const packet = Buffer.alloc(bytes);
  showAtOnce.copy(packet, RTP_HEADER_BYTES);
  packet[head] = stapAHeader;
  let offset = head + 1;
  for (const set of sets) {
    packet.writeUInt16BE(set.length, offset);
    set.copy(packet, offset + 2);
    offset += 2 + set.length;
  }
  return packet;
}
