import { PictureEnds } from './accessUnits.ts';
import {
  aggregatedNalBytes,
  continuesPicture,
  FU_A_HEADER_BYTES,
  isFirstSliceOfPicture,
  isSliceType,
  nalType,
} from './h264Payload.ts';
import { ParameterSetStore } from './h264ParameterSets.ts';
import { readSliceHeader } from './h264SliceHeader.ts';
import { KeyPictureCollector } from './keyPictureCollector.ts';
import { PictureGap } from './pictureGap.ts';
import { PictureOrder } from './pictureOrder.ts';
import { PictureMeter } from './pictureMeter.ts';
import { PictureWriter } from './pictureWriter.ts';
import {
  byteAt,
  isRtpPacket,
  rtpMarker,
  rtpPayloadEnd,
  rtpPayloadStart,
  rtpSequenceNumber,
  rtpTimestamp,
} from './rtpPacket.ts';
import { StreamNumbers } from './streamNumbers.ts';
import { VideoForwarding } from './videoForwarding.ts';

const clockRate = 90_000;
/** Parameter sets that change between two pictures, at most. */
const maxChangedSets = 16;

/**
 * The video half of a media output. Packets are rewritten where they lie: nothing is copied but what has to be kept
 * (key pictures, parameter sets), so `send` must be done with a packet when it returns.
 */
export class VideoOutput {
  readonly #nowMs: () => number;
  readonly #numbers = new StreamNumbers(clockRate, 3000);
  readonly #sets = new ParameterSetStore();
  #pictureOpen = false;
  #pictureTimestamp = 0;
  #pictureIsKey = false;
  #pictureDamaged = false;
  /** The values that distinguish the second field of an interlaced picture from another picture. */
  #pictureField = 0;
  #pictureFrameNumber = 0;
  readonly #ends = new PictureEnds();
  readonly #writer: PictureWriter;
  readonly #order = new PictureOrder();
  /** Whether a marker ended the picture before, so that nothing of it can be missing behind it. */
  #endedByMarker = false;
  /** Judged by the picture that follows. */
  readonly #gap = new PictureGap();
  /** Picture parameter sets that changed since the last picture. */
  #changedSets: Buffer[] = [];
  /** Nothing is passed on before a source's first key picture: it could only be shown as grey smear. */
  #awaitingKey = true;
  readonly collector = new KeyPictureCollector();
  readonly forwarding: VideoForwarding;
  readonly meter = new PictureMeter();
  packets = 0;
  bytes = 0;
  /** Whole ones that were passed on. */
  keyPictures = 0;
  /** Unix milliseconds; -1 before the first packet. A number always, so that it costs no allocation for each packet. */
  #lastPacketAtMs = -1;
  onKeyPicture: (() => void) | undefined;

  constructor(ssrc: number, payloadType: number, send: (packet: Buffer) => void, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.forwarding = new VideoForwarding(this.#numbers, send, nowMs);
    this.#writer = new PictureWriter({
      ssrc,
      payloadType,
      numbers: this.#numbers,
      ends: this.#ends,
      forwarding: this.forwarding,
      onSilence: () => this.#fellSilent(),
    });
  }

  /**
   * Whether browsers cannot show the pictures as they are: they come in another order than they are to be shown in, or their
   * colours are not 4:2:0 with 8 bits.
   */
  get needsConversion(): boolean {
    const sequence = this.#sets.sequence;
    const isUsual = sequence === undefined || (sequence.chromaFormatIdc === 1 && sequence.bitDepth === 8);
    return this.#order.reorders || !isUsual;
  }

  /** Whether it is known that the pictures come in the order in which they are shown, as far as this can be known. */
  get isInOrder(): boolean {
    const sequence = this.#sets.sequence;
    return sequence !== undefined && (sequence.isInOrder || this.#order.isInOrder);
  }

  get lastPacketAtMs(): number | undefined {
    return this.#lastPacketAtMs < 0 ? undefined : this.#lastPacketAtMs;
  }

  get lostPackets(): number {
    return this.#numbers.lost;
  }

  beginSource(sourceClockRate: number, parameterSets: readonly Buffer[]): void {
    this.#breakOff();
    this.#ends.beginSource();
    this.#order.reset();
    this.#numbers.rebase(sourceClockRate);
    this.#sets.clear();
    for (const set of parameterSets) this.#keepSet(set);
    this.meter.beginSource(this.#nowMs());
  }

  /** The same source goes on under another identity, with other numbers: at its next key picture. */
  changeSource(): void {
    this.#breakOff();
    this.#numbers.rebase();
  }

  close(): void {
    this.#writer.close();
    this.forwarding.close();
    this.collector.close();
  }

  /** One RTP packet of H.264 that came at this time; anything else is dropped. */
  write(packet: Buffer, now: number): void {
    if (!isRtpPacket(packet)) return;
    const start = rtpPayloadStart(packet);
    if (start === -1) return;
    const end = rtpPayloadEnd(packet, start);
    if (end <= start) return this.#numbers.passOver(rtpSequenceNumber(packet));
    const missing = this.#numbers.accept(rtpSequenceNumber(packet));
    if (missing === -1) return;
    const timestamp = rtpTimestamp(packet);
    this.packets += 1;
    this.bytes += packet.length;
    this.#lastPacketAtMs = now;
    const isNext = this.#pictureOpen && timestamp !== this.#pictureTimestamp;
    if (missing > 0 && !this.#pictureOpen && this.#endedByMarker) this.#gap.missing += missing;
    else if (missing > 0 || this.#numbers.jumped) {
      this.#pictureDamaged = true;
      this.#ends.lostPackets();
      if (isNext) this.#endPicture('loss');
      else this.#writer.release(false);
      this.#numbers.skip(missing + this.#gap.take());
    } else if (isNext && !continuesPicture(packet, start)) this.#endPicture('next');
    const marker = rtpMarker(packet);
    const type = byteAt(packet, start) & 0x1f;
    if (type === nalType.fuA) this.#fragment(packet, start, end, marker, timestamp);
    else if (type === nalType.stapA) this.#aggregate(packet, start, end, marker, timestamp);
    else if (type > 0 && type < nalType.stapA) this.#nal(packet, start, end, marker, timestamp);
  }

  #nal(packet: Buffer, start: number, end: number, marker: boolean, timestamp: number): void {
    const header = byteAt(packet, start);
    const type = header & 0x1f;
    if (!isSliceType(type)) return this.#betweenSlices(packet, start, end, type, marker);
    this.#beginSlice(packet, header, start + 1, end, timestamp);
    const isLast = this.#ends.endsWithSlice(marker);
    if (!this.#awaitingKey) this.#writer.sendSlice(packet, start, start + 1, end, header, true, true, isLast);
    if (isLast) this.#endPicture(marker ? 'marker' : 'count');
  }

  #fragment(packet: Buffer, start: number, end: number, marker: boolean, timestamp: number): void {
    const dataStart = start + FU_A_HEADER_BYTES;
    if (dataStart >= end) return;
    const fragmentHeader = byteAt(packet, start + 1);
    const type = fragmentHeader & 0x1f;
    const isStart = (fragmentHeader & 0x80) !== 0;
    const isEnd = (fragmentHeader & 0x40) !== 0;
    if (!isSliceType(type)) {
      if (isEnd) this.#betweenSlices(packet, start, end, nalType.sei, marker);
      return;
    }
    const header = (byteAt(packet, start) & 0xe0) | type;
    if (isStart) this.#beginSlice(packet, header, dataStart, end, timestamp);
    else {
      // The beginning was lost: the picture counts, but is not kept.
      this.#lost(this.#gap.take());
      if (!this.#pictureOpen) this.#beginPicture(timestamp, type === nalType.idrSlice);
      this.meter.addSlice(packet, dataStart, end);
      if (type === nalType.idrSlice) this.collector.append(packet, dataStart, end);
    }
    if (marker && !isEnd) this.#ends.markedAmidSlice();
    const isLast = isEnd && this.#ends.endsWithSlice(marker);
    if (!this.#awaitingKey)
      this.#writer.sendSlice(packet, start, dataStart, end, header, isStart, isEnd, isLast);
    if (isLast) this.#endPicture(marker ? 'marker' : 'count');
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

  /** What is no slice is not passed on; parameter sets go out with the next picture. */
  #betweenSlices(packet: Buffer, start: number, end: number, type: number, marker: boolean): void {
    if (this.#pictureOpen) {
      if (marker) {
        this.#ends.markedBehindSlices();
        if (this.#ends.trustsMarkers) this.#endPicture('marker');
        // Both begin a picture (7.4.1.2.3), whatever timestamps and markers say.
      } else if (type === nalType.accessUnitDelimiter || type === nalType.sps) this.#endPicture('next');
    }
    if (type !== nalType.sps && type !== nalType.pps) return;
    const set = packet.subarray(start, end);
    // All sets go out before each key picture; only a picture parameter set that changed between two must go at once.
    if (this.#keepSet(set) && type === nalType.pps) this.#changedSets.push(Buffer.from(set));
    if (this.#changedSets.length > maxChangedSets) this.#changedSets.shift();
  }

  /** A slice begins: `start` is behind its NAL header, `end` bounds what of it is in this packet. */
  #beginSlice(packet: Buffer, header: number, start: number, end: number, timestamp: number): void {
    const type = header & 0x1f;
    const isFirst = isFirstSliceOfPicture(packet, start, type);
    const sequence = this.#sets.sequence;
    const slice =
      isFirst && sequence !== undefined ? readSliceHeader(packet, start, end, type, sequence) : undefined;
    const field = slice?.field ?? 0;
    const frameNumber = slice?.frameNumber ?? 0;
    const lost = this.#gap.beginSlice(header, slice, sequence);
    if (lost > 0) this.#lost(lost);
    if (this.#pictureOpen && isFirst) {
      const otherField = field > 0 && this.#pictureField > 0 && field !== this.#pictureField;
      if (!otherField || frameNumber !== this.#pictureFrameNumber) this.#endPicture('next');
    }
    if (!this.#pictureOpen) {
      // The picture was taken to be over too early.
      if (!isFirst && !this.#pictureDamaged && timestamp === this.#pictureTimestamp) this.#reopenPicture();
      else this.#beginPicture(timestamp, type === nalType.idrSlice);
      if (slice !== undefined && sequence !== undefined) this.#order.see(slice, type, sequence);
    }
    this.#pictureField = field;
    this.#pictureFrameNumber = frameNumber;
    this.#ends.beginSlice();
    this.meter.addSlice(packet, start, end);
    if (type === nalType.idrSlice) this.#beginKeySlice(packet, header, start, end, isFirst);
    if (!this.#awaitingKey && this.#changedSets.length > 0) this.#sendChangedSets();
  }

  #lost(packets: number): void {
    if (packets === 0) return;
    this.#pictureDamaged = true;
    this.#ends.lostPackets();
    this.#numbers.skip(packets);
  }

  #beginKeySlice(packet: Buffer, header: number, start: number, end: number, isFirst: boolean): void {
    if (!this.#pictureIsKey) {
      this.#pictureIsKey = true;
      if (this.#sets.complete && (isFirst || !this.#awaitingKey)) {
        this.#awaitingKey = false;
        this.forwarding.beginGroup();
        this.#changedSets = [];
        this.#writer.sendSets(this.#sets);
        if (isFirst) this.collector.begin();
        else this.#pictureDamaged = true;
      }
    }
    this.collector.beginNal(header);
    this.collector.append(packet, start, end);
  }

  #beginPicture(timestamp: number, isKey: boolean): void {
    this.#pictureOpen = true;
    this.#pictureTimestamp = timestamp;
    this.#pictureIsKey = false;
    this.#pictureDamaged = false;
    this.#writer.beginPicture();
    this.#ends.beginPicture(isKey);
    this.#numbers.stamp(timestamp, this.#lastPacketAtMs);
    this.meter.beginPicture();
  }

  #reopenPicture(): void {
    this.#pictureOpen = true;
    this.#writer.reopenPicture();
    this.meter.beginPicture();
  }

  #endPicture(by: 'marker' | 'count' | 'silence' | 'next' | 'loss'): void {
    this.#writer.endPicture(by !== 'loss');
    this.#ends.endPicture(by);
    this.#pictureOpen = false;
    this.#endedByMarker = by === 'marker';
    const isKey = this.#pictureIsKey;
    const now = by === 'silence' ? this.#nowMs() : this.#lastPacketAtMs;
    if (!this.meter.endPicture(isKey, this.#sets.sequence?.macroblocks ?? 920, now)) return;
    if (!isKey || this.#awaitingKey) return;
    if (this.#pictureDamaged) {
      this.collector.abandon();
      this.forwarding.abandonGroup();
      return;
    }
    this.keyPictures += 1;
    this.collector.finish(this.#sets, now);
    this.onKeyPicture?.();
  }

  /** What was going on is over, and the next picture that is passed on is a key picture. */
  #breakOff(): void {
    this.#writer.release(true);
    this.#pictureOpen = false;
    this.#pictureDamaged = true;
    this.#awaitingKey = true;
    this.#gap.take();
    this.#endedByMarker = false;
    this.#changedSets = [];
    this.collector.abandon();
    this.forwarding.abandonGroup();
  }

  /** Nothing came for a while. When this process was busy meanwhile, what came is read before it is judged. */
  #fellSilent(): void {
    const packets = this.packets;
    setImmediate(() => {
      if (this.#writer.holdsPacket && this.packets === packets) this.#endPicture('silence');
    });
  }

  /** Within the picture that needs them, for a packet of no picture's time is one that never becomes whole. */
  #sendChangedSets(): void {
    for (const set of this.#changedSets) this.#writer.sendSet(set);
    this.#changedSets = [];
  }

  #keepSet(nal: Buffer): boolean {
    const changed = this.#sets.put(nal);
    if (changed) this.#writer.setsChanged();
    return changed;
  }
}
