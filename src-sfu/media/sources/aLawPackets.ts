import { randomInt } from 'node:crypto';

/** Makes RTP packets (RFC 3550) of frames of 20 ms of G.711 A-law (RFC 3551, 4.5.14). */
export class ALawPackets {
  readonly #payloadType: number;
  readonly #ssrc: number;
  #sequence = randomInt(0x1_0000);
  #timestamp = randomInt(2 ** 32);
  #isFirst = true;

  constructor(payloadType = 8, ssrc = randomInt(1, 2 ** 32)) {
    this.#payloadType = payloadType;
    this.#ssrc = ssrc;
  }

  next(frame: Uint8Array): Buffer {
    const packet = Buffer.alloc(12 + frame.length);
    packet[0] = 0x80;
    // The marker says where a voice begins.
    packet[1] = this.#payloadType | (this.#isFirst ? 0x80 : 0);
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(this.#timestamp, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    packet.set(frame, 12);
    this.#isFirst = false;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + frame.length) >>> 0;
    return packet;
  }
}
