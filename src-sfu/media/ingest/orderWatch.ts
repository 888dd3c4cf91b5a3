import type { MediaOutput } from './mediaOutput.ts';

/** How long after the first key picture the order of the pictures may stay unknown, in milliseconds. */
const longestDoubtMs = 1_000;
/** What is kept for the converter meanwhile, in packets: a second of a large main stream. */
const maxKeptPackets = 512;

/**
 * Holds back a source's pictures until it is known that they come in the order in which they are shown: a stream with
 * B-pictures would jump to and fro at its viewers until a converter has taken over. Streams whose parameter sets rule that out
 * are never held back. What came meanwhile is kept for the converter, which can begin with the same key picture.
 */
export class OrderWatch {
  readonly #output: MediaOutput;
  #keyPictureAtMs: number | undefined;
  #kept: Buffer[] | undefined = [];
  /** Until the order is known, or was in doubt for too long. */
  isOpen = true;

  constructor(output: MediaOutput) {
    this.#output = output;
    output.setHeldBack(true);
  }

  /** A packet as the source sent it, before it is rewritten for viewers. */
  keep(packet: Buffer): void {
    if (this.#kept === undefined) return;
    if (this.#kept.length < maxKeptPackets) this.#kept.push(Buffer.from(packet));
    else this.#kept = undefined;
  }

  keyPictureCame(nowMs: number): void {
    this.#keyPictureAtMs ??= nowMs;
  }

  /** Looks whether the order is known by now; when it is, or was in doubt for too long, the pictures go out. */
  look(nowMs: number): void {
    const { needsConversion, isInOrder } = this.#output;
    const doubtMs = nowMs - (this.#keyPictureAtMs ?? nowMs);
    if (!this.isOpen || (!needsConversion && !isInOrder && doubtMs < longestDoubtMs)) return;
    this.isOpen = false;
    if (needsConversion) return;
    this.#kept = undefined;
    this.#output.setHeldBack(false);
  }

  /** The packets since the source began, once; none when they were too many. */
  take(): Buffer[] {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    return kept;
  }
}
