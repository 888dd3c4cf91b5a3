import { FU_A_HEADER_BYTES, nalType } from '../../ingest/h264Payload.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../ingest/rtpPacket.ts';
import type { ElementaryCodec } from './elementaryPictures.ts';
import type { NalUnit } from './nalUnit.ts';

/** What cameras send over Ethernet is about as large. Bytes. */
const maxPayloadBytes = 1_388;
const h265FragmentHeaderBytes = 3;
/** The payload type of fragments of H.265 (RFC 7798, 4.4.3). */
const h265Fragment = 49;
/** Every packet is written here, those of all streams: hundreds of streams would otherwise keep one each. */
const packet = Buffer.allocUnsafeSlow(RTP_HEADER_BYTES + maxPayloadBytes);

/** Packs pictures as RTP (RFC 6184 and RFC 7798). Listeners are done with a packet, and may have written to it, when they return. */
export class PicturePackets {
  readonly #send: (packet: Buffer) => void;
  readonly #payloadType: number;
  readonly #ssrc = 1 + Math.floor(Math.random() * 0x7fff_fffe);
  #sequence = Math.floor(Math.random() * 0x1_0000);

  constructor(payloadType: number, send: (packet: Buffer) => void) {
    this.#payloadType = payloadType;
    this.#send = send;
  }

  /** One picture; the marker stands on its last packet. `timestamp` in ticks of 90 kHz. */
  picture(codec: ElementaryCodec, nals: readonly NalUnit[], timestamp: number): void {
    for (let index = 0; index < nals.length; index += 1)
      this.#nal(codec, nals[index]!, timestamp, index === nals.length - 1);
  }

  /** Bytes of sound, which may be longer than a packet. */
  sound(bytes: Buffer, timestamp: number): void {
    for (let from = 0; from < bytes.length; from += maxPayloadBytes) {
      const piece = bytes.subarray(from, from + maxPayloadBytes);
      piece.copy(packet, RTP_HEADER_BYTES);
      this.#write(piece.length, timestamp + from, false);
    }
  }

  #nal(codec: ElementaryCodec, nal: NalUnit, timestamp: number, isLast: boolean): void {
    const { pieces, length, head } = nal;
    if (length <= maxPayloadBytes) {
      let at = RTP_HEADER_BYTES;
      for (const piece of pieces) {
        packet.set(piece, at);
        at += piece.length;
      }
      return this.#write(length, timestamp, isLast);
    }
    const isH264 = codec === 'H264';
    const headerBytes = isH264 ? FU_A_HEADER_BYTES : h265FragmentHeaderBytes;
    const first = head[0] ?? 0;
    const second = head[1] ?? 0;
    const step = maxPayloadBytes - headerBytes;
    let number = 0;
    let pieceFrom = isH264 ? 1 : 2;
    for (let from = pieceFrom, isStart = true; from < length; from += step, isStart = false) {
      const to = Math.min(length, from + step);
      const isEnd = to === length;
      const marks = (isStart ? 0x80 : 0) | (isEnd ? 0x40 : 0);
      if (isH264) {
        packet[RTP_HEADER_BYTES] = (first & 0xe0) | nalType.fuA;
        packet[RTP_HEADER_BYTES + 1] = (first & 0x1f) | marks;
      } else {
        packet[RTP_HEADER_BYTES] = (first & 0x81) | (h265Fragment << 1);
        packet[RTP_HEADER_BYTES + 1] = second;
        packet[RTP_HEADER_BYTES + 2] = ((first >> 1) & 0x3f) | marks;
      }
      // The fragment's bytes, from as many pieces as they lie in.
      const end = RTP_HEADER_BYTES + headerBytes + to - from;
      for (let at = RTP_HEADER_BYTES + headerBytes; at < end;) {
        const piece = pieces[number]!;
        const pieceTo = Math.min(piece.length, pieceFrom + end - at);
        piece.copy(packet, at, pieceFrom, pieceTo);
        at += pieceTo - pieceFrom;
        pieceFrom = pieceTo;
        if (pieceTo < piece.length) continue;
        number += 1;
        pieceFrom = 0;
      }
      this.#write(headerBytes + to - from, timestamp, isEnd && isLast);
    }
  }

  #write(payloadBytes: number, timestamp: number, marker: boolean): void {
    const type = this.#payloadType | (marker ? 0x80 : 0);
    writeRtpHeader(packet, 0, type, this.#sequence, timestamp >>> 0, this.#ssrc);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#send(
      payloadBytes === maxPayloadBytes ? packet : packet.subarray(0, RTP_HEADER_BYTES + payloadBytes),
    );
  }
}
