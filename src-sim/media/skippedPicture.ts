import type { VideoCodec } from './accessUnits.ts';

/** Reads bits and Exp-Golomb numbers (H.264 section 9.1) from a unit. */
class BitReader {
  readonly #bytes: number[] = [];
  #position = 0;

  constructor(unit: Buffer) {
    let zeros = 0;
    for (const byte of unit) {
      // A 3 after two zeros only keeps start codes out of the data.
      if (zeros >= 2 && byte === 3) {
        zeros = 0;
        continue;
      }
      zeros = byte === 0 ? zeros + 1 : 0;
      this.#bytes.push(byte);
    }
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      const byte = this.#bytes[this.#position >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#position & 7))) & 1);
      this.#position += 1;
    }
    return value;
  }

  unsigned(): number {
    let zeros = 0;
    while (this.bits(1) === 0 && zeros < 32) zeros += 1;
    return 2 ** zeros - 1 + this.bits(zeros);
  }
}

/** Writes bits and Exp-Golomb numbers. */
class BitWriter {
  #text = '';

  bits(value: number, count: number): this {
    if (count > 0) this.#text += value.toString(2).padStart(count, '0');
    return this;
  }

  unsigned(value: number): this {
    const binary = (value + 1).toString(2);
    this.#text += '0'.repeat(binary.length - 1) + binary;
    return this;
  }

  /** The bytes with the closing bit (rbsp_trailing_bits) and the bytes that keep start codes out. */
  unit(header: number): Buffer {
    const text = `${this.#text}1`;
    const padded = text.padEnd(Math.ceil(text.length / 8) * 8, '0');
    const bytes = [header];
    let zeros = 0;
    for (let at = 0; at < padded.length; at += 8) {
      const byte = Number.parseInt(padded.slice(at, at + 8), 2);
      if (zeros >= 2 && byte <= 3) {
        bytes.push(3);
        zeros = 0;
      }
      zeros = byte === 0 ? zeros + 1 : 0;
      bytes.push(byte);
    }
    return Buffer.from(bytes);
  }
}

/** The fields of the parameter sets that decide what a slice header looks like. */
function readSliceSyntax(sps: Buffer, pps: Buffer) {
  const sequence = new BitReader(sps);
  sequence.bits(8);
  const profile = sequence.bits(8);
  sequence.bits(16);
  sequence.unsigned();
  const frameNumberBits = sequence.unsigned() + 4;
  const orderCountType = sequence.unsigned();
  const orderCountBits = orderCountType === 0 ? sequence.unsigned() + 4 : 0;

  const picture = new BitReader(pps);
  picture.bits(8);
  picture.unsigned();
  picture.unsigned();
  const usesArithmeticCoding = picture.bits(1) === 1;
  const hasBottomFieldOrder = picture.bits(1) === 1;
  const sliceGroups = picture.unsigned() + 1;
  picture.unsigned();
  picture.unsigned();
  const weightedPrediction = picture.bits(1) === 1;
  picture.bits(2);
  picture.unsigned();
  picture.unsigned();
  picture.unsigned();
  const hasDeblockingControl = picture.bits(1) === 1;
  const isPlain =
    profile === 66 &&
    !usesArithmeticCoding &&
    !weightedPrediction &&
    sliceGroups === 1 &&
    orderCountType !== 1;
  if (!isPlain) throw new Error('a picture can be held only in H.264 baseline as our own encoder writes it');
  return { frameNumberBits, orderCountType, orderCountBits, hasBottomFieldOrder, hasDeblockingControl };
}

/**
 * A coded picture that repeats the one before it: every macroblock is skipped (H.264 section 7.3.4). A camera whose
 * sensor hangs while its encoder runs on sends these.
 *
 * `framesAfterKey` is how many pictures it comes after the last key picture (1 or more).
 */
export function skippedPicture(
  codec: VideoCodec,
  parameterSets: readonly Buffer[],
  framesAfterKey: number,
  size: { width: number; height: number },
): Buffer {
  const sps = parameterSets.find((unit) => ((unit[0] ?? 0) & 0x1f) === 7);
  const pps = parameterSets.find((unit) => ((unit[0] ?? 0) & 0x1f) === 8);
  if (codec !== 'h264' || !sps || !pps)
    throw new Error('only an H.264 picture with parameter sets can be held');
  const syntax = readSliceSyntax(sps, pps);
  const macroblocks = Math.ceil(size.width / 16) * Math.ceil(size.height / 16);
  const slice = new BitWriter();
  slice.unsigned(0).unsigned(5).unsigned(0); // first macroblock, all slices are P, parameter set 0
  slice.bits(framesAfterKey % 2 ** syntax.frameNumberBits, syntax.frameNumberBits);
  if (syntax.orderCountType === 0) {
    slice.bits((framesAfterKey * 2) % 2 ** syntax.orderCountBits, syntax.orderCountBits);
    if (syntax.hasBottomFieldOrder) slice.unsigned(0);
  }
  slice.bits(0, 3); // one reference as usual, in the usual order, no memory commands
  slice.unsigned(0); // no change of quantiser
  if (syntax.hasDeblockingControl) slice.unsigned(1); // deblocking off
  slice.unsigned(macroblocks);
  return slice.unit(0x61);
}
