import { isRtpPacket, rtpSequenceNumber, rtpSsrc, uint16At } from '../../ingest/rtpPacket.ts';

/** Two ways to frame RTP over TCP: two bytes of length (RFC 4571), or `$`, a channel and two bytes (RFC 2326, 10.12). */
type Framing = 'length' | 'dollar';

const framings = { length: 2, dollar: 4 } as const;
/** The head of a frame: where it ends, and what its RTP header says. */
interface Frame {
  end: number;
  ssrc: number;
  sequence: number;
}

/** Two packets of the largest size and their headers. */
const maxHeldBytes = 2 * (0xffff + 4);
/** A connection with so much before its first two packets carries no RTP, and is not looked through any more. */
const maxRubbishBytes = 512 * 1024;

/**
 * Takes RTP packets out of a TCP connection. The framing is decided once, when two packets in a row fit: a length of 0x24..
 * looks like a `$`. A sender that overran its buffer leaves broken frames: then the next header that fits is searched. One that
 * goes on with another SSRC is followed, where none of the one before comes and two packets in a row fit.
 */
export class RtpFraming {
  readonly #onPacket: (packet: Buffer) => void;
  #framing: Framing | undefined;
  #held: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  #neededBytes = 0;
  #ssrc = -1;
  /** Bytes that belonged to no packet. */
  skippedBytes = 0;

  constructor(onPacket: (packet: Buffer) => void) {
    this.#onPacket = onPacket;
  }

  write(chunk: Buffer): void {
    if (this.#framing === undefined && this.skippedBytes > maxRubbishBytes) return;
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes < this.#neededBytes) return;
    this.#held = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#heldBytes);
    let at = 0;
    for (;;) {
      this.#framing ??= this.#decide(at);
      if (this.#framing === undefined) {
        // Neither framing fits here, or too little has come to know.
        if (this.#held.length - at < maxHeldBytes && !this.#isHopeless(at)) break;
        at += 1;
        this.skippedBytes += 1;
        continue;
      }
      const headerBytes = framings[this.#framing];
      if (this.#held.length - at < headerBytes + 12) break;
      const length = this.#lengthAt(at, this.#framing);
      const start = at + headerBytes;
      if (length === 0 || !this.#isOurs(start)) {
        const { at: next, isKnown } = this.#resume(at, this.#framing);
        this.skippedBytes += next - at;
        at = next;
        if (isKnown) continue;
        break;
      }
      if (this.#held.length < start + length) break;
      this.#onPacket(this.#held.subarray(start, start + length));
      at = start + length;
    }
    const rest = this.#held.subarray(at);
    this.#held = rest;
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#heldBytes = rest.length;
    this.#neededBytes = this.#wantedBytes();
  }

  /** How much must be held before it is worth looking again. */
  #wantedBytes(): number {
    // While nothing is decided, more and more at a time, so that single bytes cost no more than they are worth.
    const moreBytes = this.#heldBytes > 4_096 ? Math.ceil(this.#heldBytes * 1.125) : 0;
    if (this.#framing === undefined) return moreBytes;
    const headerBytes = framings[this.#framing];
    if (this.#held.length < headerBytes + 12 || !this.#isOurs(headerBytes)) return moreBytes;
    return headerBytes + this.#lengthAt(0, this.#framing);
  }

  #lengthAt(at: number, framing: Framing): number {
    if (framing === 'length') return uint16At(this.#held, at);
    return this.#held[at] === 0x24 ? uint16At(this.#held, at + 2) : 0;
  }

  #isOurs(start: number): boolean {
    const packet = this.#held.subarray(start, start + 12);
    return isRtpPacket(packet) && rtpSsrc(packet) === this.#ssrc;
  }

  #decide(at: number): Framing | undefined {
    for (const framing of ['length', 'dollar'] as const) {
      const first = this.#frameAt(at, framing);
      if (first === undefined || !this.#isFollowed(first, framing)) continue;
      this.#ssrc = first.ssrc;
      return framing;
    }
    return undefined;
  }

  /** Whether the next packet of the same sender comes right after this one. */
  #isFollowed({ end, ssrc, sequence }: Frame, framing: Framing): boolean {
    const second = this.#frameAt(end, framing);
    return second?.ssrc === ssrc && ((second.sequence - sequence) & 0xffff) <= 64;
  }

  /** Where to go on when no frame of ours begins at `from`; `isKnown`: one does begin there. */
  #resume(from: number, framing: Framing): { at: number; isKnown: boolean } {
    const headerBytes = framings[framing];
    const own = this.#search(from + 1, headerBytes);
    if (own !== undefined) return { at: own, isKnown: true };
    let unsure: number | undefined;
    for (let at = from; at + headerBytes + 12 <= this.#held.length; at += 1) {
      const first = this.#frameAt(at, framing);
      if (first === undefined) continue;
      if (this.#isFollowed(first, framing)) {
        this.#ssrc = first.ssrc;
        return { at, isKnown: true };
      }
      // What follows it has not come yet.
      if (this.#held.length < first.end + headerBytes + 12) unsure ??= at;
    }
    if (unsure !== undefined) return { at: unsure, isKnown: false };
    return { at: Math.max(from, this.#held.length - headerBytes - 11), isKnown: false };
  }

  /** The head of a frame that has at least its RTP header here. */
  #frameAt(at: number, framing: Framing): Frame | undefined {
    const start = at + framings[framing];
    // At most places no frame begins, and the first byte shows that already.
    if (this.#held.length < start + 12 || ((this.#held[start] ?? 0) & 0xc0) !== 0x80) return undefined;
    const length = this.#lengthAt(at, framing);
    if (length < 12) return undefined;
    const packet = this.#held.subarray(start, start + 12);
    if (!isRtpPacket(packet)) return undefined;
    return { end: start + length, ssrc: rtpSsrc(packet), sequence: rtpSequenceNumber(packet) };
  }

  /** Whether no frame of either kind can begin here. */
  #isHopeless(at: number): boolean {
    if (this.#held.length - at < 4 + 12) return false;
    return this.#frameAt(at, 'length') === undefined && this.#frameAt(at, 'dollar') === undefined;
  }

  /** The next place whose RTP header has our SSRC; undefined where none is held. */
  #search(from: number, headerBytes: number): number | undefined {
    const wanted = Buffer.alloc(4);
    wanted.writeUInt32BE(this.#ssrc);
    for (let found = this.#held.indexOf(wanted, from + headerBytes + 8); found !== -1;) {
      const start = found - 8;
      if (isRtpPacket(this.#held.subarray(start, start + 12))) return start - headerBytes;
      found = this.#held.indexOf(wanted, found + 1);
    }
    return undefined;
  }
}
