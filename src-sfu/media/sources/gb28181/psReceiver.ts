import {
  byteAt,
  isRtpPacket,
  rtpMarker,
  rtpPayloadEnd,
  rtpPayloadStart,
  rtpSequenceNumber,
} from '../../ingest/rtpPacket.ts';
import { SourceIdentity, type PacketRole } from '../../ingest/sourceIdentity.ts';
import { ElementaryPictures, type ElementaryCodec, type ElementaryPicture } from './elementaryPictures.ts';
import { PsDemuxer, streamTypes } from './psDemuxer.ts';

export interface PsReceiverEvents {
  onPicture(picture: ElementaryPicture): void;
  /** Sound of G.711; other kinds are passed over. */
  onSound(codec: 'PCMA' | 'PCMU', bytes: Buffer): void;
  /** Packets are missing: pictures come again from the next key picture on. */
  onGap(): void;
}

/** Another source takes the place of ours when ours has been silent for so long. Milliseconds. */
const silentMs = 500;
const packCode = 0xba;
const systemHeaderCode = 0xbb;
const streamMapCode = 0xbc;
/** Without stuffing. */
const packHeaderBytes = 14;
const svacTypes: ReadonlySet<number> = new Set([0x80, 0x9b]);

/** RTP packets with a program stream in them, in the order of their numbers, into pictures and sound. */
export class PsReceiver {
  readonly #events: PsReceiverEvents;
  readonly #nowMs: () => number;
  readonly #pictures: ElementaryPictures;
  readonly #demuxer: PsDemuxer;
  #identity: SourceIdentity;
  /** The last packet of our source ended a picture: another source may begin here. */
  #isBetween = true;
  #expected = -1;
  #soundType = 0;
  #saidVideoType = 0;
  /** Markers are believed until one was followed by more of the same picture. */
  #believesMarkers = true;
  #endedByMarker = false;
  gaps = 0;

  constructor(events: PsReceiverEvents, nowMs: () => number) {
    this.#events = events;
    this.#nowMs = nowMs;
    this.#identity = this.#newIdentity();
    this.#pictures = new ElementaryPictures((picture) => events.onPicture(picture));
    this.#demuxer = new PsDemuxer({
      onVideoStart: (pts, payload) => {
        if (pts === undefined && payload === 'unknown' && this.#endedByMarker) this.#believesMarkers = false;
        this.#endedByMarker = false;
        this.#pictures.startAt(pts, payload === 'atStartCode');
      },
      onVideo: (bytes, codesEnd) => this.#pictures.write(bytes, codesEnd),
      onAudio: (bytes) => {
        if (this.#soundType === streamTypes.alaw) events.onSound('PCMA', bytes);
        if (this.#soundType === streamTypes.mulaw) events.onSound('PCMU', bytes);
      },
      onAudioType: (streamType) => (this.#soundType = streamType),
      onVideoType: (streamType) => (this.#saidVideoType = streamType),
    });
  }

  get codec(): ElementaryCodec | undefined {
    return this.#pictures.codec;
  }

  /** Whether the stream declares its pictures as SVAC, which nothing here can show. */
  get isSvac(): boolean {
    return this.codec === undefined && svacTypes.has(this.#saidVideoType);
  }

  get sound(): 'PCMA' | 'PCMU' | undefined {
    if (this.#soundType === streamTypes.alaw) return 'PCMA';
    return this.#soundType === streamTypes.mulaw ? 'PCMU' : undefined;
  }

  /**
   * One packet; pictures are views of it where it has its memory for itself (`keptBytes`). False when it is not RTP, or of another
   * source than the one that is received.
   */
  write(packet: Buffer): boolean {
    if (!isRtpPacket(packet)) return false;
    const start = rtpPayloadStart(packet);
    const end = start === -1 ? -1 : rtpPayloadEnd(packet, start);
    if (end === -1) return false;
    const sequence = rtpSequenceNumber(packet);
    const source = this.#identity.accept(packet, this.#nowMs());
    if (source === 'foreign') return false;
    // One that begins with a key picture between two of ours took nothing away.
    if (source === 'changed' && this.#isBetween && psRole(packet) === 'begins') this.#forgetBegun();
    else if (source === 'changed') this.#gap();
    else if (this.#expected !== -1 && sequence !== this.#expected) {
      // A doubled packet is no loss.
      if (((this.#expected - sequence) & 0xffff) < 64) return true;
      this.#gap();
    }
    this.#isBetween = rtpMarker(packet);
    this.#expected = (sequence + 1) & 0xffff;
    this.#demuxer.write(packet.subarray(start, end));
    if (rtpMarker(packet) && this.#believesMarkers && this.#demuxer.isVideoWhole) {
      this.#endedByMarker = true;
      this.#pictures.end();
    }
    return true;
  }

  /** Another stream follows. */
  restart(): void {
    this.#identity = this.#newIdentity();
    this.#expected = -1;
    this.#isBetween = true;
    this.#soundType = 0;
    this.#believesMarkers = true;
    this.#endedByMarker = false;
    this.#demuxer.gap();
    this.#pictures.restart();
  }

  /** A device may change its SSRC at each group of pictures, and packets of a call that is over may come between ours. */
  #newIdentity(): SourceIdentity {
    return new SourceIdentity((packet) => (this.#isBetween ? psRole(packet) : 'continues'), silentMs);
  }

  #gap(): void {
    this.gaps += 1;
    this.#forgetBegun();
    this.#events.onGap();
  }

  #forgetBegun(): void {
    this.#endedByMarker = false;
    this.#demuxer.gap();
    this.#pictures.gap();
  }
}

/** A pack with a system header or a map of its streams stands before a key picture (ISO/IEC 13818-1, 2.5.3). */
function psRole(packet: Uint8Array): PacketRole {
  const start = rtpPayloadStart(packet);
  if (start === -1 || startCode(packet, start) !== packCode) return 'continues';
  const stuffing = byteAt(packet, start + packHeaderBytes - 1) & 0x07;
  const next = startCode(packet, start + packHeaderBytes + stuffing);
  return next === systemHeaderCode || next === streamMapCode ? 'begins' : 'continues';
}

/** The last byte of the start code at this place; -1 where none is. */
function startCode(bytes: Uint8Array, at: number): number {
  const isOne = bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1;
  return isOne ? byteAt(bytes, at + 3) : -1;
}
