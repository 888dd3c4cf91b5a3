import { givePages, pageBytes, takePage } from './pagePool.ts';
import { rtpSequenceNumber } from './rtpPacket.ts';

/** Each stream keeps this much in any case: a main stream's 1 s at 3 Mbit/s. */
const ordinaryBytes = 384 * 1024;
/**
 * A stream with long groups keeps more: 30 s at 560 kbit/s, which is what a "smart codec" camera sends of a quiet kitchen.
 * Its viewers would otherwise wait up to 30 s for moving pictures.
 */
const longGroupBytes = 2 * 1024 * 1024;
/** A group is long when it, or the one before it, lasted this long. Most main streams have a key picture every 1 to 4 s. */
const longGroupMs = 6_000;
/** A group that holds `ordinaryBytes` only after this time belongs to a slow stream (1 Mbit/s at most) and may become long. */
const slowGroupMs = 3_000;
/** What all streams together may keep beyond `ordinaryBytes`. */
const sharedBytes = 64 * 1024 * 1024;
/** For a first viewer the packets get new numbers, so that only the receiver limits them: Chromium keeps 2,048. */
const maxPackets = 2_000;
/**
 * The media worker takes packets that come again up to 1,500 numbers late (`MaxMisorder` of mediasoup's RtpStream). The
 * difference is for the packets that follow while a group is being sent again.
 */
const maxRepeatedPackets = 1_400;

const lengthBytes = 2;
/** Pages that all streams together keep beyond `ordinaryBytes`. */
let sharedPages = 0;

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
  /** How long the group before this one lasted; 0 when there was none of the same source. */
  #lastGroupMs = 0;
  /** Of this group, beyond `ordinaryBytes`. */
  #sharedPages = 0;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** When the key picture came, Unix milliseconds; undefined while no group is kept. */
  get beganAtMs(): number | undefined {
    return this.#whole ? this.#beganAtMs : undefined;
  }

  /** Whether the group can be sent to viewers of whom some had its packets already. */
  get canBeRepeated(): boolean {
    return this.#packets <= maxRepeatedPackets;
  }

  /** Whether the next key picture may be long in coming: this group, or the one before it, is longer than usual. */
  get isLong(): boolean {
    return this.#lastGroupMs >= longGroupMs || this.#nowMs() - this.#beganAtMs >= slowGroupMs;
  }

  /** A key picture begins. */
  begin(): void {
    const now = this.#nowMs();
    this.#lastGroupMs = this.#beganAtMs === 0 ? 0 : now - this.#beganAtMs;
    this.#drop();
    this.#whole = true;
    this.#beganAtMs = now;
  }

  /** What is kept can no longer be shown from its beginning, or the stream is over. */
  abandon(): void {
    this.#drop();
    this.#beganAtMs = 0;
  }

  /** Whether a packet of so many bytes can still be added; one that cannot ends what is kept. */
  hasRoomFor(bytes: number): boolean {
    if (this.#packets >= maxPackets || lengthBytes + bytes > pageBytes) return false;
    const keptBytes = this.#pages.length * pageBytes;
    return keptBytes <= ordinaryBytes || this.#mayKeepMore(keptBytes);
  }

  add(packet: Buffer, start: number, end: number): void {
    if (!this.#whole) return;
    const length = end - start;
    if (!this.hasRoomFor(length)) return this.#drop();
    const needed = lengthBytes + length;
    let page = this.#pages.at(-1);
    if (page === undefined || this.#usedOfLast + needed > pageBytes) {
      if (page !== undefined && this.#usedOfLast + lengthBytes <= pageBytes)
        page.writeUInt16BE(0, this.#usedOfLast);
      page = takePage();
      this.#pages.push(page);
      if (this.#pages.length * pageBytes > ordinaryBytes) {
        this.#sharedPages += 1;
        sharedPages += 1;
      }
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

  #drop(): void {
    this.#whole = false;
    this.#packets = 0;
    sharedPages -= this.#sharedPages;
    this.#sharedPages = 0;
    givePages(this.#pages);
    // A new list: who is sending the old one again must not come upon the pages of others.
    this.#pages = [];
  }

  #mayKeepMore(keptBytes: number): boolean {
    if (keptBytes >= longGroupBytes || sharedPages * pageBytes >= sharedBytes) return false;
    // Once beyond the ordinary size, the question was answered for this group.
    return this.#sharedPages > 1 || this.isLong;
  }

  #usedOf(index: number): number {
    return index === this.#pages.length - 1 ? this.#usedOfLast : pageBytes;
  }
}
