import {
  isRtpPacket,
  rtpMarker,
  rtpPayloadEnd,
  rtpPayloadStart,
  rtpSequenceNumber,
  rtpSsrc,
} from '../../ingest/rtpPacket.ts';
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
const svacTypes: ReadonlySet<number> = new Set([0x80, 0x9b]);

/** RTP packets with a program stream in them, in the order of their numbers, into pictures and sound. */
export class PsReceiver {
  readonly #events: PsReceiverEvents;
  readonly #nowMs: () => number;
  readonly #pictures: ElementaryPictures;
  readonly #demuxer: PsDemuxer;
  #ssrc = -1;
  #expected = -1;
  #lastAtMs = 0;
  #soundType = 0;
  #saidVideoType = 0;
  /** Markers are believed until one was followed by more of the same picture. */
  #believesMarkers = true;
  #endedByMarker = false;
  gaps = 0;

  constructor(events: PsReceiverEvents, nowMs: () => number) {
    this.#events = events;
    this.#nowMs = nowMs;
    this.#pictures = new ElementaryPictures((picture) => events.onPicture(picture));
    this.#demuxer = new PsDemuxer({
      onVideoStart: (pts, payload) => {
        if (pts === undefined && payload === 'unknown' && this.#endedByMarker) this.#believesMarkers = false;
        this.#endedByMarker = false;
        this.#pictures.startAt(pts, payload === 'atStartCode');
      },
      onVideo: (bytes) => this.#pictures.write(bytes),
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

  /** One packet; false when it is not RTP, or of another source than the one that is received. */
  write(packet: Buffer): boolean {
    if (!isRtpPacket(packet)) return false;
    const start = rtpPayloadStart(packet);
    const end = start === -1 ? -1 : rtpPayloadEnd(packet, start);
    if (end === -1) return false;
    const now = this.#nowMs();
    const ssrc = rtpSsrc(packet);
    const sequence = rtpSequenceNumber(packet);
    if (ssrc !== this.#ssrc) {
      if (this.#ssrc !== -1 && now - this.#lastAtMs < silentMs) return false;
      if (this.#ssrc !== -1) this.#gap();
      this.#ssrc = ssrc;
    } else if (sequence !== this.#expected) {
      // A doubled packet is no loss.
      if (((this.#expected - sequence) & 0xffff) < 64) return true;
      this.#gap();
    }
    this.#lastAtMs = now;
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
    this.#ssrc = -1;
    this.#soundType = 0;
    this.#believesMarkers = true;
    this.#endedByMarker = false;
    this.#demuxer.gap();
    this.#pictures.restart();
  }

  #gap(): void {
    this.gaps += 1;
    this.#endedByMarker = false;
    this.#demuxer.gap();
    this.#pictures.gap();
    this.#events.onGap();
  }
}
