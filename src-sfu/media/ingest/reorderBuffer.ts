import { keptBytes } from '../keptBytes.ts';
import { isRtpPacket, rtpSequenceNumber, rtpSsrc } from './rtpPacket.ts';

const usualLimits = { held: 16, waitMs: 50 };
/** So many packets behind in a row are no stragglers: the camera began to count again. */
const maxBehind = 32;

/**
 * Puts RTP packets that overtook each other on a UDP path back in order. Waits for a missing one for at most 16 packets
 * or 50 ms, or as its maker says, then goes on without it. TCP needs none of this.
 */
export class ReorderBuffer {
  readonly #deliver: (packet: Buffer) => void;
  readonly #limits: { held: number; waitMs: number };
  readonly #held = new Map<number, Buffer>();
  #expected: number | undefined;
  #ssrc = -1;
  #timer: NodeJS.Timeout | undefined;
  #behind = 0;

  constructor(deliver: (packet: Buffer) => void, limits: { held: number; waitMs: number } = usualLimits) {
    this.#deliver = deliver;
    this.#limits = limits;
  }

  push(packet: Buffer): void {
    // Cameras also send datagrams to keep a firewall open; those have no place in the order.
    if (!isRtpPacket(packet)) return;
    const sequence = rtpSequenceNumber(packet);
    const ssrc = rtpSsrc(packet);
    if (ssrc !== this.#ssrc) this.#beginSource(ssrc);
    const ahead = this.#expected === undefined ? 0 : (sequence - this.#expected) & 0xffff;
    if (ahead === 0) {
      this.#pass(sequence, packet);
      if (this.#held.size > 0) this.#drain();
      return;
    }
    // More than half the number space ahead is behind: late or doubled.
    if (ahead > 0x8000) {
      this.#behind += 1;
      if (this.#behind < maxBehind) return;
      this.close();
      this.#pass(sequence, packet);
      return;
    }
    this.#held.set(sequence, keptBytes(packet));
    if (ahead > this.#limits.held || this.#held.size > this.#limits.held) this.#giveUp();
    else this.#timer ??= setTimeout(() => this.#giveUp(), this.#limits.waitMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#held.clear();
  }

  /** Another source counts on its own: what is held of the one before is passed on first. */
  #beginSource(ssrc: number): void {
    while (this.#held.size > 0) this.#giveUp();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#ssrc = ssrc;
    this.#expected = undefined;
  }

  #pass(sequence: number, packet: Buffer): void {
    this.#expected = (sequence + 1) & 0xffff;
    this.#behind = 0;
    this.#deliver(packet);
  }

  #drain(): void {
    for (;;) {
      const next = this.#expected ?? 0;
      const packet = this.#held.get(next);
      if (packet === undefined) break;
      this.#held.delete(next);
      this.#pass(next, packet);
    }
    if (this.#held.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Goes on at the first packet that is held; what is missing before it is lost. */
  #giveUp(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const expected = this.#expected ?? 0;
    const first = [...this.#held.keys()].sort(
      (a, b) => ((a - expected) & 0xffff) - ((b - expected) & 0xffff),
    )[0];
    if (first === undefined) return;
    this.#expected = first;
    this.#drain();
    if (this.#held.size > 0) this.#timer = setTimeout(() => this.#giveUp(), this.#limits.waitMs);
  }
}
