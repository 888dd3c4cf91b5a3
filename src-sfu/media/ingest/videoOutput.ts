import {
  aggregatedNalBytes,
  FU_A_HEADER_BYTES,
  isFirstSliceOfPicture,
  isNoiseType,
  isSliceType,
  nalType,
} from './h264Payload.ts';
import { ParameterSetStore } from './h264ParameterSets.ts';
import { KeyPictureCollector } from './keyPictureCollector.ts';
import { PictureGroup } from './pictureGroup.ts';
import { PictureMeter } from './pictureMeter.ts';
import { showAtOnce } from './playoutDelay.ts';
import {
  byteAt,
  isRtpPacket,
  RTP_HEADER_BYTES,
  rtpMarker,
  rtpPayloadEnd,
  rtpPayloadStart,
  rtpSequenceNumber,
  rtpTimestamp,
  writeRtpHeader,
} from './rtpPacket.ts';
import { StreamNumbers } from './streamNumbers.ts';

/**
 * RTP payload above this is split. With header extensions, SRTP, UDP and IP the largest packet is below the 1500 bytes
 * of Ethernet and of the media worker, and what cameras make for Ethernet (1,388 to 1,400 bytes) passes unsplit.
 */
const maxPayloadBytes = 1400;
const clockRate = 90_000;
const fragmentHeadBytes = RTP_HEADER_BYTES + FU_A_HEADER_BYTES;
/** The most important reference (RFC 6184, 5.3), as parameter sets are. */
const stapAHeader = 0x60 | nalType.stapA;

/** Small packets that no source packet has room for. Used up before the next one is built. */
const scratch = Buffer.alloc(RTP_HEADER_BYTES + maxPayloadBytes);

/**
 * The video half of a media output. Packets are rewritten where they lie: nothing is copied but what has to be kept
 * (key pictures, parameter sets), so `send` must be done with a packet when it returns.
 */
export class VideoOutput {
  readonly #ssrc: number;
  readonly #payloadType: number;
  readonly #send: (packet: Buffer) => void;
  readonly #nowMs: () => number;
  readonly #numbers = new StreamNumbers(clockRate, 3000);
  readonly #sets = new ParameterSetStore();
  #setsPacket: Buffer | undefined;
  #pictureOpen = false;
  #pictureTimestamp = 0;
  #pictureIsKey = false;
  #pictureDamaged = false;
  /** A slice came for a picture that a marker had ended: this source marks packets that end none. */
  #markersMislead = false;
  /** Nothing is passed on before a source's first key picture: it could only be shown as grey smear. */
  #awaitingKey = true;
  readonly collector = new KeyPictureCollector();
  readonly group = new PictureGroup();
  readonly meter = new PictureMeter();
  packets = 0;
  bytes = 0;
  /** Whole ones that were passed on. */
  keyPictures = 0;
  lastPacketAtMs: number | undefined;

  constructor(ssrc: number, payloadType: number, send: (packet: Buffer) => void, nowMs: () => number) {
    this.#ssrc = ssrc;
    this.#payloadType = payloadType;
    this.#send = send;
    this.#nowMs = nowMs;
  }

  get lostPackets(): number {
    return this.#numbers.lost;
  }

  beginSource(sourceClockRate: number, parameterSets: readonly Buffer[]): void {
    this.#pictureOpen = false;
    this.#awaitingKey = true;
    this.#markersMislead = false;
    this.collector.abandon();
    this.group.abandon();
    this.#numbers.rebase(sourceClockRate);
    this.#sets.clear();
    for (const set of parameterSets) this.#keepSet(set);
    this.meter.beginSource(this.#nowMs());
  }

  /** One RTP packet of H.264; anything else is dropped. */
  write(packet: Buffer): void {
    if (!isRtpPacket(packet)) return;
    const start = rtpPayloadStart(packet);
    if (start === -1) return;
    const end = rtpPayloadEnd(packet, start);
    if (end <= start) return;
    const now = this.#nowMs();
    const timestamp = rtpTimestamp(packet);
    const missing = this.#numbers.accept(rtpSequenceNumber(packet), timestamp, now);
    if (missing === -1) return;
    this.packets += 1;
    this.bytes += packet.length;
    this.lastPacketAtMs = now;
    if (missing > 0) this.#pictureDamaged = true;
    if (this.#pictureOpen && timestamp !== this.#pictureTimestamp) this.#endPicture(now);
    const marker = rtpMarker(packet);
    const type = byteAt(packet, start) & 0x1f;
    if (type === nalType.fuA) this.#fragment(packet, start, end, marker, timestamp);
    else if (type === nalType.stapA) this.#aggregate(packet, start, end, marker, timestamp);
    else if (type > 0 && type < nalType.stapA) this.#nal(packet, start, end, marker, timestamp);
    if (marker && this.#pictureOpen && !this.#markersMislead) this.#endPicture(now);
  }

  #nal(packet: Buffer, start: number, end: number, marker: boolean, timestamp: number): void {
    const header = byteAt(packet, start);
    const type = header & 0x1f;
    if (type === nalType.sps || type === nalType.pps) {
      const nal = packet.subarray(start, end);
      // Sets go out before each key picture; only a picture parameter set that changed between two must go at once.
      if (this.#keepSet(nal) && type === nalType.pps && !this.#awaitingKey) {
        this.#emit(packet, start - RTP_HEADER_BYTES, end, false);
      }
      return;
    }
    if (isNoiseType(type) && !marker) return;
    if (isSliceType(type)) this.#beginSlice(packet, header, start + 1, end, timestamp);
    if (this.#awaitingKey) return;
    if (end - start > maxPayloadBytes) this.#split(packet, start + 1, end, header, true, true, marker);
    else this.#emit(packet, start - RTP_HEADER_BYTES, end, marker);
  }

  #fragment(packet: Buffer, start: number, end: number, marker: boolean, timestamp: number): void {
    const dataStart = start + FU_A_HEADER_BYTES;
    if (dataStart >= end) return;
    const fragmentHeader = byteAt(packet, start + 1);
    const type = fragmentHeader & 0x1f;
    if (isNoiseType(type) && !marker) return;
    const header = (byteAt(packet, start) & 0xe0) | type;
    const isStart = (fragmentHeader & 0x80) !== 0;
    const isEnd = (fragmentHeader & 0x40) !== 0;
    if (isSliceType(type)) {
      if (isStart) this.#beginSlice(packet, header, dataStart, end, timestamp);
      else {
        // The beginning was lost: the picture counts, but is not kept.
        if (!this.#pictureOpen) this.#beginPicture(timestamp);
        this.meter.addSlice(packet, dataStart, end);
        if (type === nalType.idrSlice) this.collector.append(packet, dataStart, end);
      }
    }
    if (this.#awaitingKey) return;
    if (end - start > maxPayloadBytes) this.#split(packet, dataStart, end, header, isStart, isEnd, marker);
    else this.#emit(packet, start - RTP_HEADER_BYTES, end, marker);
  }

  /** Taken apart: a key picture's parameter sets may have to go between, and noise is left out. */
  #aggregate(packet: Buffer, start: number, end: number, marker: boolean, timestamp: number): void {
    let offset = start + 1;
    let length = aggregatedNalBytes(packet, offset, end);
    while (length !== -1) {
      const nalStart = offset + 2;
      offset = nalStart + length;
      length = aggregatedNalBytes(packet, offset, end);
      const type = byteAt(packet, nalStart) & 0x1f;
      if (type > 0 && type < nalType.stapA) {
        this.#nal(packet, nalStart, offset, marker && length === -1, timestamp);
      }
    }
  }

  /** A slice begins: `start` is behind its NAL header, `end` bounds what of it is in this packet. */
  #beginSlice(packet: Buffer, header: number, start: number, end: number, timestamp: number): void {
    const isFirst = isFirstSliceOfPicture(packet, start);
    if (!this.#pictureOpen) {
      if (!isFirst && timestamp === this.#pictureTimestamp) this.#markersMislead = true;
      this.#beginPicture(timestamp);
    }
    this.meter.addSlice(packet, start, end);
    if ((header & 0x1f) !== nalType.idrSlice) return;
    if (!this.#pictureIsKey) {
      this.#pictureIsKey = true;
      if (this.#sets.complete && (isFirst || !this.#awaitingKey)) {
        this.#awaitingKey = false;
        this.group.begin(this.#nowMs());
        this.#emitSets();
        if (isFirst) this.collector.begin();
        else this.#pictureDamaged = true;
      }
    }
    this.collector.beginNal(header);
    this.collector.append(packet, start, end);
  }

  #beginPicture(timestamp: number): void {
    this.#pictureOpen = true;
    this.#pictureTimestamp = timestamp;
    this.#pictureIsKey = false;
    this.#pictureDamaged = false;
    this.meter.beginPicture();
  }

  #endPicture(now: number): void {
    this.#pictureOpen = false;
    const isKey = this.#pictureIsKey;
    if (!this.meter.endPicture(isKey, this.#sets.sequence?.macroblocks ?? 920, now)) return;
    if (!isKey || this.#awaitingKey) return;
    if (this.#pictureDamaged) {
      this.collector.abandon();
      this.group.abandon();
      return;
    }
    this.keyPictures += 1;
    this.collector.finish(this.#sets, now);
  }

  #keepSet(nal: Buffer): boolean {
    const changed = this.#sets.put(nal);
    if (changed) this.#setsPacket = undefined;
    return changed;
  }

  /** All parameter sets in one packet where they fit, as the media worker knows a key picture by them. */
  #emitSets(): void {
    const packet = (this.#setsPacket ??= aggregateSets(this.#sets.list()));
    if (packet.length > 0) {
      this.#emit(packet, 0, packet.length, false, true);
      return;
    }
    for (const set of this.#sets.list()) {
      set.copy(scratch, RTP_HEADER_BYTES);
      this.#emit(scratch, 0, RTP_HEADER_BYTES + set.length, false);
    }
  }

  /** Sends slice data that is too large in even pieces, each written over the bytes of the piece before. */
  #split(
    packet: Buffer,
    start: number,
    end: number,
    header: number,
    isStart: boolean,
    isEnd: boolean,
    marker: boolean,
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
      this.#emit(target, headStart, headStart + fragmentHeadBytes + to - from, marker && to === end);
    }
  }

  #emit(packet: Buffer, headStart: number, end: number, marker: boolean, hasExtension = false): void {
    writeRtpHeader(
      packet,
      headStart,
      this.#payloadType | (marker ? 0x80 : 0),
      this.#numbers.nextSequenceNumber(),
      this.#numbers.timestamp,
      this.#ssrc,
    );
    if (hasExtension) packet[headStart] = 0x90;
    this.group.add(packet, headStart, end);
    this.#send(headStart === 0 && end === packet.length ? packet : packet.subarray(headStart, end));
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
