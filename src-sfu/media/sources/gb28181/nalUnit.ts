import { keptBytes } from '../../keptBytes.ts';

/** So many bytes of a NAL unit stand in its first piece at least, where it has so many: headers are read from there. */
const headBytes = 16;
/** More pieces are joined, so that a unit that comes in single bytes takes no memory for each. */
const maxPieces = 512;

/** One NAL unit as it came: in the pieces of its packets, one behind the other, without start code. */
export class NalUnit {
  readonly pieces: readonly Buffer[];
  /** Bytes of all pieces. */
  readonly length: number;

  constructor(pieces: readonly Buffer[], length: number) {
    this.pieces = pieces;
    this.length = length;
  }

  /** The first byte of its header; 0 of an empty one. */
  get first(): number {
    return this.pieces[0]?.[0] ?? 0;
  }

  /** The first piece, with at least 16 bytes where the unit has so many. */
  get head(): Buffer {
    return this.pieces[0] ?? nothing;
  }

  /** All of it in one piece; a copy where it came in several. */
  get bytes(): Buffer {
    const [first = nothing] = this.pieces;
    return this.pieces.length <= 1 ? first : Buffer.concat(this.pieces, this.length);
  }
}

const nothing = Buffer.alloc(0);

/** Gathers the pieces of a NAL unit. */
export class NalPieces {
  #pieces: Buffer[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  clear(): void {
    if (this.#pieces.length > 0) this.#pieces = [];
    this.#length = 0;
  }

  /** The next bytes, which are copied unless they have their memory for themselves. */
  add(bytes: Buffer): void {
    this.#pieces.push(keptBytes(bytes));
    this.#length += bytes.length;
    if (this.#pieces.length > maxPieces) this.#pieces = [this.#joined()];
  }

  /** What was gathered, without the zeros behind it, which belong to the next start code (H.264, B.1); nothing is held afterwards. */
  take(): NalUnit {
    const pieces = this.#pieces;
    for (let last = pieces.at(-1); last !== undefined; last = pieces.at(-1)) {
      const end = endWithoutZeros(last);
      this.#length -= last.length - end;
      if (end === last.length) break;
      pieces.pop();
      if (end > 0) pieces.push(last.subarray(0, end));
    }
    const isShort = pieces.length > 1 && (pieces[0]?.length ?? 0) < headBytes;
    const unit = new NalUnit(isShort ? [this.#joined()] : pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    return unit;
  }

  #joined(): Buffer {
    return Buffer.concat(this.#pieces, this.#length);
  }
}

function endWithoutZeros(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}
