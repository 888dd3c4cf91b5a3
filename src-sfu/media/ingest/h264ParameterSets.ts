import { ownCopy } from '../keptBytes.ts';
import { byteAt } from './rtpPacket.ts';
import { nalType } from './h264Payload.ts';
import { readReorderFrames, type BitSource } from './h264Vui.ts';

/** What a sequence parameter set says of its pictures (ITU-T H.264, 7.3.2.1.1). */
export interface SequenceParameters {
  readonly id: number;
  /** Six hexadecimal digits: profile, constraint flags, level (RFC 6184, 8.1). */
  readonly profileLevelId: string;
  readonly profileIdc: number;
  /** 1 is 4:2:0, the only one browsers decode. */
  readonly chromaFormatIdc: number;
  readonly bitDepth: number;
  /** Pixels after cropping. */
  readonly width: number;
  readonly height: number;
  readonly macroblocks: number;
  readonly interlaced: boolean;
  /** What a slice header cannot be read without (7.3.3): widths of its numbers in bits, and the kind of its order. */
  readonly separatePlanes: boolean;
  readonly frameNumberBits: number;
  /** `pic_order_cnt_type`: 0 sends a picture's place in the order of display with it, 2 is never out of order. */
  readonly orderCountType: number;
  readonly orderCountBits: number;
  /** Whether the set rules out that pictures come in another order than they are shown in. */
  readonly isInOrder: boolean;
}

/** The largest parameter set that is kept; real ones are 10 to 200 bytes. */
export const MAXIMUM_PARAMETER_SET_BYTES = 1024;

const maximumSets = 16;
const baselineProfile = 66;
const profilesWithChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

class BitReader implements BitSource {
  readonly #bytes: Uint8Array;
  #bit: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#bit = 0;
  }

  get exhausted(): boolean {
    return this.#bit > this.#bytes.length * 8;
  }

  bit(): number {
    const value = (byteAt(this.#bytes, this.#bit >> 3) >> (7 - (this.#bit & 7))) & 1;
    this.#bit += 1;
    return value;
  }

  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + this.bit();
    return value;
  }

  /** Unsigned Exp-Golomb code (H.264, 9.1); more than 31 leading zeros only occur in damaged data. */
  unsigned(): number {
    let zeros = 0;
    while (zeros < 32 && !this.exhausted && this.bit() === 0) zeros += 1;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** Takes the emulation prevention bytes out of a NAL unit (H.264, 7.3.1). */
function rawPayload(nal: Uint8Array): Uint8Array {
  const raw = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    raw[length] = byte;
    length += 1;
  }
  return raw.subarray(0, length);
}

function skipScalingLists(reader: BitReader, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (reader.bit() === 0) continue;
    let last = 8;
    let next = 8;
    const size = list < 6 ? 16 : 64;
    for (let index = 0; index < size && !reader.exhausted; index += 1) {
      if (next !== 0) next = (last + reader.signed() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}

/** Reads a sequence parameter set NAL unit (with its header byte); `undefined` when it is another NAL unit or is damaged. */
export function parseSequenceParameters(nal: Uint8Array): SequenceParameters | undefined {
  if (nal.length < 5 || nal.length > MAXIMUM_PARAMETER_SET_BYTES) return undefined;
  if ((byteAt(nal, 0) & 0x1f) !== nalType.sps) return undefined;
  const raw = rawPayload(nal);
  const reader = new BitReader(raw.subarray(4));
  const profileIdc = byteAt(raw, 1);
  const id = reader.unsigned();
  let chromaFormatIdc = 1;
  let bitDepth = 8;
  let separatePlanes = 0;
  if (profilesWithChroma.has(profileIdc)) {
    chromaFormatIdc = reader.unsigned();
    if (chromaFormatIdc === 3) separatePlanes = reader.bit();
    bitDepth = Math.max(8 + reader.unsigned(), 8 + reader.unsigned());
    reader.bit();
    if (reader.bit() === 1) skipScalingLists(reader, chromaFormatIdc === 3 ? 12 : 8);
  }
  const frameNumberBits = reader.unsigned() + 4;
  const orderCountType = reader.unsigned();
  let orderCountBits = 0;
  if (orderCountType === 0) orderCountBits = reader.unsigned() + 4;
  else if (orderCountType === 1) {
    reader.bit();
    reader.signed();
    reader.signed();
    const cycle = reader.unsigned();
    if (cycle > 255) return undefined;
    for (let index = 0; index < cycle; index += 1) reader.signed();
  }
  reader.unsigned();
  reader.bit();
  const widthInMacroblocks = reader.unsigned() + 1;
  const heightInMapUnits = reader.unsigned() + 1;
  const interlaced = reader.bit() === 0;
  if (interlaced) reader.bit();
  reader.bit();
  const heightInMacroblocks = heightInMapUnits * (interlaced ? 2 : 1);
  let width = widthInMacroblocks * 16;
  let height = heightInMacroblocks * 16;
  if (reader.bit() === 1) {
    const subsampled = separatePlanes === 0 && chromaFormatIdc > 0;
    const cropX = subsampled && chromaFormatIdc < 3 ? 2 : 1;
    const cropY = (subsampled && chromaFormatIdc === 1 ? 2 : 1) * (interlaced ? 2 : 1);
    width -= (reader.unsigned() + reader.unsigned()) * cropX;
    height -= (reader.unsigned() + reader.unsigned()) * cropY;
  }
  if (reader.exhausted) return undefined;
  // A set that is cut off behind the size says nothing of the order.
  const reorderFrames = readReorderFrames(reader);
  if (id > 31 || chromaFormatIdc > 3 || bitDepth > 14) return undefined;
  // Level 6.2 allows pictures of at most 16,384 macroblocks in one direction (H.264, table A-1, A.3.1).
  if (width < 16 || height < 16 || width > 16_384 || height > 16_384) return undefined;
  return {
    id,
    profileLevelId: Buffer.from(raw.subarray(1, 4)).toString('hex'),
    profileIdc,
    chromaFormatIdc,
    bitDepth,
    width,
    height,
    macroblocks: widthInMacroblocks * heightInMacroblocks,
    interlaced,
    separatePlanes: separatePlanes === 1,
    frameNumberBits,
    orderCountType,
    orderCountBits,
    // The baseline profile has no B-pictures (A.2.1), and order type 2 is the order of sending (8.2.1.3).
    isInOrder: profileIdc === baselineProfile || orderCountType === 2 || reorderFrames === 0,
  };
}

/** The `pic_parameter_set_id` of a picture parameter set NAL unit; -1 when it is damaged. */
export function pictureParameterSetId(nal: Uint8Array): number {
  if (nal.length < 2 || (byteAt(nal, 0) & 0x1f) !== nalType.pps) return -1;
  const reader = new BitReader(nal.subarray(1, 8));
  const id = reader.unsigned();
  return reader.exhausted || id > 255 ? -1 : id;
}

/** The parameter sets of one source, by kind and id, copied and bounded. */
export class ParameterSetStore {
  readonly #sps = new Map<number, Buffer>();
  readonly #pps = new Map<number, Buffer>();
  #sequence: SequenceParameters | undefined;

  /** Of the last sequence parameter set that was put. */
  get sequence(): SequenceParameters | undefined {
    return this.#sequence;
  }

  /** Whether a picture can be decoded: at least one set of each kind is here. */
  get complete(): boolean {
    return this.#sps.size > 0 && this.#pps.size > 0;
  }

  clear(): void {
    this.#sps.clear();
    this.#pps.clear();
    this.#sequence = undefined;
  }

  /** Keeps a copy of the NAL unit; true when it changed anything, false for a repeat or a damaged set. */
  put(nal: Uint8Array): boolean {
    if (nal.length > MAXIMUM_PARAMETER_SET_BYTES) return false;
    const isSequence = (byteAt(nal, 0) & 0x1f) === nalType.sps;
    const sets = isSequence ? this.#sps : this.#pps;
    // Cameras repeat their sets before every key picture: compare before parsing.
    for (const known of sets.values()) if (known.equals(nal)) return false;
    const sequence = isSequence ? parseSequenceParameters(nal) : undefined;
    const id = isSequence ? (sequence?.id ?? -1) : pictureParameterSetId(nal);
    if (id < 0) return false;
    if (sets.size >= maximumSets && !sets.has(id)) sets.clear();
    sets.set(id, ownCopy(nal));
    if (sequence !== undefined) this.#sequence = sequence;
    return true;
  }

  /** All sets, sequence parameter sets first. */
  list(): Buffer[] {
    return [...this.#sps.values(), ...this.#pps.values()];
  }
}
