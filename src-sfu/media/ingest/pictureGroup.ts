/**
 * A longer group is not kept. The media worker takes packets that come again up to 1,500 numbers late; the bytes are a
 * main stream's 1 s at 3 Mbit/s.
 */
const maxPackets = 1_000;
const maxBytes = 384 * 1024;
const firstBytes = 32 * 1024;

const lengthBytes = 2;

/**
 * The packets of a stream since its last key picture, as they were sent. Sent again, they bring a new viewer to the
 * present moment at once, instead of at the next key picture; viewers who had them drop them as repeats (SRTP's replay
 * check, RFC 3711, 3.3.2).
 */
export class PictureGroup {
  #bytes: Buffer = Buffer.alloc(0);
  #used = 0;
  #packets = 0;
  #whole = false;
  #beganAtMs = 0;

  /** When the key picture came, Unix milliseconds; undefined while no group is kept. */
  get beganAtMs(): number | undefined {
    return this.#whole ? this.#beganAtMs : undefined;
  }

  /** A key picture begins. */
  begin(nowMs: number): void {
    this.#used = 0;
    this.#packets = 0;
    this.#whole = true;
    this.#beganAtMs = nowMs;
  }

  /** What is kept can no longer be shown from its beginning. */
  abandon(): void {
    this.#whole = false;
  }

  add(packet: Buffer, start: number, end: number): void {
    if (!this.#whole) return;
    const length = end - start;
    const needed = this.#used + lengthBytes + length;
    if (needed > maxBytes || this.#packets >= maxPackets) return this.abandon();
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(
        Math.min(maxBytes, Math.max(needed, firstBytes, Math.ceil(this.#bytes.length * 1.25))),
      );
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    this.#bytes.writeUInt16BE(length, this.#used);
    packet.copy(this.#bytes, this.#used + lengthBytes, start, end);
    this.#used = needed;
    this.#packets += 1;
  }

  /** The packets in order. Be done with each before the next; ends where the group does. */
  *packets(): Generator<Buffer> {
    const beganAtMs = this.#beganAtMs;
    let at = 0;
    while (this.#whole && this.#beganAtMs === beganAtMs && at < this.#used) {
      const start = at + lengthBytes;
      at = start + this.#bytes.readUInt16BE(at);
      yield this.#bytes.subarray(start, at);
    }
  }
}
