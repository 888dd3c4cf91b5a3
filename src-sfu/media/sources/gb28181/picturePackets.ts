import { FU_A_HEADER_BYTES, nalType } from '../../ingest/h264Payload.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../ingest/rtpPacket.ts';
import type { ElementaryCodec } from './elementaryPictures.ts';

/** What cameras send over Ethernet is about as large. Bytes. */
const maxPayloadBytes = 1_388;
const h265FragmentHeaderBytes = 3;
/** The payload type of fragments of H.265 (RFC 7798, 4.4.3). */
const h265Fragment = 49;

/** Packs pictures as RTP (RFC 6184 and RFC 7798). The packets are written into one buffer; listeners are done with it when they return. */
export class PicturePackets {
  readonly #send: (packet: Buffer) => void;
  readonly #payloadType: number;
  readonly #ssrc = 1 + Math.floor(Math.random() * 0x7fff_fffe);
  readonly #packet = Buffer.allocUnsafeSlow(RTP_HEADER_BYTES + maxPayloadBytes);
  #sequence = Math.floor(Math.random() * 0x1_0000);

  constructor(payloadType: number, send: (packet: Buffer) => void) {
    this.#payloadType = payloadType;
    this.#send = send;
  }

  /** One picture; the marker stands on its last packet. `timestamp` in ticks of 90 kHz. */
  picture(codec: ElementaryCodec, nals: readonly Buffer[], timestamp: number): void {
    for (const [index, nal] of nals.entries()) this.#nal(codec, nal, timestamp, index === nals.length - 1);
  }

  /** Bytes of sound, which may be longer than a packet. */
  sound(bytes: Buffer, timestamp: number): void {
    for (let from = 0; from < bytes.length; from += maxPayloadBytes) {
      const piece = bytes.subarray(from, from + maxPayloadBytes);
      piece.copy(this.#packet, RTP_HEADER_BYTES);
      this.#write(piece.length, timestamp + from, false);
    }
  }

  #nal(codec: ElementaryCodec, nal: Buffer, timestamp: number, isLast: boolean): void {
    if (nal.length <= maxPayloadBytes) {
      nal.copy(this.#packet, RTP_HEADER_BYTES);
      return this.#write(nal.length, timestamp, isLast);
    }
    const isH264 = codec === 'H264';
    const headerBytes = isH264 ? FU_A_HEADER_BYTES : h265FragmentHeaderBytes;
    const [first = 0, second = 0] = nal;
    const step = maxPayloadBytes - headerBytes;
    for (let from = isH264 ? 1 : 2, isStart = true; from < nal.length; from += step, isStart = false) {
      const to = Math.min(nal.length, from + step);
      const isEnd = to === nal.length;
      const marks = (isStart ? 0x80 : 0) | (isEnd ? 0x40 : 0);
      if (isH264) {
        this.#packet[RTP_HEADER_BYTES] = (first & 0xe0) | nalType.fuA;
        this.#packet[RTP_HEADER_BYTES + 1] = (first & 0x1f) | marks;
      } else {
        this.#packet[RTP_HEADER_BYTES] = (first & 0x81) | (h265Fragment << 1);
        this.#packet[RTP_HEADER_BYTES + 1] = second;
        this.#packet[RTP_HEADER_BYTES + 2] = ((first >> 1) & 0x3f) | marks;
      }
      nal.copy(this.#packet, RTP_HEADER_BYTES + headerBytes, from, to);
      this.#write(headerBytes + to - from, timestamp, isEnd && isLast);
    }
  }

  #write(payloadBytes: number, timestamp: number, marker: boolean): void {
    const type = this.#payloadType | (marker ? 0x80 : 0);
    writeRtpHeader(this.#packet, 0, type, this.#sequence, timestamp >>> 0, this.#ssrc);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#send(this.#packet.subarray(0, RTP_HEADER_BYTES + payloadBytes));
  }
}
