import { givePages, pageBytes, takePage } from './pagePool.ts';
import { rtpSequenceNumber } from './rtpPacket.ts';

/**
 * A longer group is not kept. The media worker takes packets that come again up to 1,500 numbers late; the bytes are a
 * main stream's 1 s at 3 Mbit/s.
 */
const maxPackets = 1_000;
const maxBytes = 384 * 1024;

const lengthBytes = 2;
/**
 * The packets of a stream since its last key picture, as they were sent. Sent again, they bring a new viewer to the
 * present moment at once, instead of at the next key picture; viewers who had them drop them as repeats (SRTP's replay
 * check, RFC 3711, 3.3.2).
 */
export class PictureGroup {
  /** Each holds whole packets, a length before each; a length of 0, or the end of the page, ends it. */
  #pages: Buffer[] = [];
  #usedOfLast = 0;
  #packets = 0;
  #whole = false;
  #beganAtMs = 0;

  /** When the key picture came, Unix milliseconds; undefined while no group is kept. */
  get beganAtMs(): number | undefined {
    return this.#whole ? this.#beganAtMs : undefined;
  }

  /** A key picture begins. */
  begin(nowMs: number): void {
    this.abandon();
    this.#whole = true;
    this.#beganAtMs = nowMs;
  }

  /** What is kept can no longer be shown from its beginning, or the stream is over. */
  abandon(): void {
    this.#whole = false;
    this.#packets = 0;
    givePages(this.#pages);
    // A new list: who is sending the old one again must not come upon the pages of others.
    this.#pages = [];
  }

  /** Whether a packet of so many bytes can still be added; one that cannot ends what is kept. */
  hasRoomFor(bytes: number): boolean {
    const isFull = this.#packets >= maxPackets || this.#pages.length * pageBytes > maxBytes;
    return !isFull && lengthBytes + bytes <= pageBytes;
  }

  add(packet: Buffer, start: number, end: number): void {
    if (!this.#whole) return;
    const length = end - start;
    if (!this.hasRoomFor(length)) return this.abandon();
    const needed = lengthBytes + length;
    let page = this.#pages.at(-1);
    if (page === undefined || this.#usedOfLast + needed > pageBytes) {
      if (page !== undefined && this.#usedOfLast + lengthBytes <= pageBytes)
        page.writeUInt16BE(0, this.#usedOfLast);
      page = takePage();
      this.#pages.push(page);
      this.#usedOfLast = 0;
    }
    page.writeUInt16BE(length, this.#usedOfLast);
    // `copy` makes a view of what it copies when that is not the whole.
    if (length === packet.length) page.set(packet, this.#usedOfLast + lengthBytes);
    else packet.copy(page, this.#usedOfLast + lengthBytes, start, end);
    this.#usedOfLast += needed;
    this.#packets += 1;
  }

  /** The packets in order. Be done with each before the next; ends where the group does. */
  *packets(): Generator<Buffer> {
    const pages = this.#pages;
    for (let index = 0; index < pages.length && pages === this.#pages; index += 1) {
      const page = pages[index]!;
      let at = 0;
      while (pages === this.#pages && at + lengthBytes <= this.#usedOf(index)) {
        const length = page.readUInt16BE(at);
        if (length === 0) break;
        const start = at + lengthBytes;
        at = start + length;
        yield page.subarray(start, at);
      }
    }
  }

  /** Gives the packets other sequence numbers, of which `first` is the first one's; by how much they grew. */
  renumber(first: number): number {
    let shift: number | undefined;
    for (const packet of this.packets()) {
      const sequence = rtpSequenceNumber(packet);
      shift ??= (first - sequence) & 0xffff;
      packet.writeUInt16BE((sequence + shift) & 0xffff, 2);
    }
    return shift ?? 0;
  }

  #usedOf(index: number): number {
    return index === this.#pages.length - 1 ? this.#usedOfLast : pageBytes;
  }
}
