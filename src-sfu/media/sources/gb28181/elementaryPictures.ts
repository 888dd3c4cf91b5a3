import { isFirstSliceOfPicture, isSliceType, nalType } from '../../ingest/h264Payload.ts';
import { NalPieces, type NalUnit } from './nalUnit.ts';

/** The codec of an elementary stream, known from its parameter sets. */
export type ElementaryCodec = 'H264' | 'H265';

/** One picture with what stands before it, without start codes. */
export interface ElementaryPicture {
  codec: ElementaryCodec;
  nals: NalUnit[];
  /** Whether decoding can begin here. */
  isKey: boolean;
  /** In ticks of 90 kHz modulo 2^32, where the stream gave one. */
  pts: number | undefined;
}

/** Larger pictures are no camera's; what is longer is given up. Bytes. */
const maxPictureBytes = 4 * 1024 * 1024;
const maxNals = 1_024;
const startCode = Buffer.from([0, 0, 1]);
const zeros = Buffer.alloc(2);
/** In so few bytes a start code is found sooner without a call out of JavaScript. */
const fewBytes = 64;
/** Profiles of H.264 (A.2) that begin a parameter set: they distinguish it from H.265. */
const h264Profiles = new Set([44, 66, 77, 88, 100, 110, 118, 122, 128, 244]);

/**
 * Puts the pictures of an H.264 or H.265 byte stream together. A picture ends at a new time, at a delimiter or parameter
 * set or first slice of the next, or when `end` is called. After `gap` nothing is passed on up to the next key picture.
 */
export class ElementaryPictures {
  readonly #onPicture: (picture: ElementaryPicture) => void;
  #codec: ElementaryCodec | undefined;
  /** The NAL unit that is coming. */
  readonly #pieces = new NalPieces();
  /** Zeros at the end of what came, at most two, which may open a start code. */
  #zeros = 0;
  #isInNal = false;
  #bytes = 0;
  #nals: NalUnit[] = [];
  #hasSlice = false;
  #isKey = false;
  #pts: number | undefined;
  #nextPts: number | undefined;
  #awaitsKey = true;
  /** Pictures that were left out because something before them is missing. */
  droppedPictures = 0;

  constructor(onPicture: (picture: ElementaryPicture) => void) {
    this.#onPicture = onPicture;
  }

  get codec(): ElementaryCodec | undefined {
    return this.#codec;
  }

  get awaitsKey(): boolean {
    return this.#awaitsKey;
  }

  /** A packet with a time of its own begins. One that begins amid a unit goes on with the picture before: its time is that of the next. */
  startAt(pts: number | undefined, isAtStartCode = true): void {
    if (pts === undefined) return;
    if (pts !== this.#pts && !isAtStartCode && this.#isInNal) {
      this.#nextPts = pts;
      return;
    }
    if (pts !== this.#pts) this.end();
    this.#pts = pts;
    this.#nextPts = undefined;
  }

  /**
   * The next bytes of the stream. It is known that start codes lie only before `codesEnd`, though one may begin in what came before, and
   * one may begin at the end.
   */
  write(chunk: Buffer, codesEnd = chunk.length): void {
    const held = this.#zeros;
    const bytes = held === 0 ? chunk : Buffer.concat([zeros.subarray(0, held), chunk]);
    const end = held === 0 ? codesEnd : held + Math.max(codesEnd, startCode.length - 1);
    let from = 0;
    for (let at = codeIn(bytes, 0, end); at !== -1; at = codeIn(bytes, from, end)) {
      if (at > from) this.#keep(bytes.subarray(from, at));
      this.#endNal();
      this.#isInNal = true;
      from = at + startCode.length;
    }
    let to = bytes.length;
    while (to > from && bytes.length - to < 2 && bytes[to - 1] === 0) to -= 1;
    this.#keep(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
    this.#zeros = bytes.length - to;
  }

  /** The picture is over. */
  end(): void {
    this.#endNal();
    this.#isInNal = false;
    this.#zeros = 0;
    if (this.#hasSlice) this.#pass();
  }

  /** Something is missing: the picture is of no use, and neither are those that are made from it. */
  gap(): void {
    this.#clear();
    this.#isInNal = false;
    this.#awaitsKey = true;
  }

  /** Another stream follows, of whichever codec. */
  restart(): void {
    this.gap();
    this.#codec = undefined;
    this.#pts = undefined;
  }

  #clear(): void {
    this.#pieces.clear();
    this.#zeros = 0;
    this.#nals = [];
    this.#bytes = 0;
    this.#hasSlice = false;
    this.#isKey = false;
  }

  #keep(bytes: Buffer): void {
    if (!this.#isInNal || bytes.length === 0) return;
    this.#bytes += bytes.length;
    if (this.#bytes > maxPictureBytes) return this.gap();
    this.#pieces.add(bytes);
  }

  #endNal(): void {
    if (this.#pieces.isEmpty) return;
    const nal = this.#pieces.take();
    if (nal.length < 2 || (nal.first & 0x80) !== 0) return;
    this.#learn(nal.head);
    if (this.#codec === undefined) {
      this.#bytes = 0;
      return;
    }
    const role = this.#codec === 'H264' ? h264Role(nal.head) : h265Role(nal.head);
    if (this.#hasSlice && (role.isOpening || role.isFirstSlice)) {
      const { length } = nal;
      this.#pass();
      this.#bytes = length;
    }
    if (this.#nals.length >= maxNals) return this.gap();
    this.#nals.push(nal);
    this.#hasSlice ||= role.isSlice;
    this.#isKey ||= role.isKey;
  }

  /** The codec is read from parameter sets, whatever the map says; another one can only begin where a key picture does. */
  #learn(nal: Buffer): void {
    const codec = codecOf(nal);
    if (codec === undefined || codec === this.#codec) return;
    // A lone look-alike amid a stream that is understood changes nothing.
    if (this.#codec !== undefined && codec === 'H265' && nal[0] !== 0x40) return;
    this.#nals = [];
    this.#hasSlice = false;
    this.#isKey = false;
    this.#awaitsKey = true;
    this.#codec = codec;
  }

  #pass(): void {
    const { codec } = this;
    const nals = this.#nals;
    const isKey = this.#isKey;
    const pts = this.#pts;
    this.#pts = this.#nextPts ?? pts;
    this.#nextPts = undefined;
    this.#nals = [];
    this.#bytes = 0;
    this.#hasSlice = false;
    this.#isKey = false;
    if (codec === undefined) return;
    if (this.#awaitsKey && !isKey) {
      this.droppedPictures += 1;
      return;
    }
    this.#awaitsKey = false;
    this.#onPicture({ codec, nals, isKey, pts });
  }
}

/** Where the first start code between two places lies; -1 where there is not any. */
function codeIn(bytes: Buffer, from: number, end: number): number {
  if (end - from > fewBytes) {
    const found = bytes.indexOf(startCode, from);
    return found + startCode.length <= end ? found : -1;
  }
  for (let at = from; at + startCode.length <= end; at += 1)
    if (bytes[at + 2] === 1 && bytes[at] === 0 && bytes[at + 1] === 0) return at;
  return -1;
}

function codecOf(nal: Buffer): ElementaryCodec | undefined {
  const first = nal[0] ?? 0;
  const second = nal[1] ?? 0;
  if (first === 0x40 && second === 0x01) return 'H265';
  if (first === 0x42 && second === 0x01) return 'H265';
  if ((first & 0x9f) === nalType.sps && (first & 0x60) !== 0 && h264Profiles.has(second)) return 'H264';
  return undefined;
}

interface NalRole {
  /** Stands before a picture's slices: a delimiter or a parameter set. */
  isOpening: boolean;
  isSlice: boolean;
  isFirstSlice: boolean;
  isKey: boolean;
}

function h264Role(nal: Buffer): NalRole {
  const type = (nal[0] ?? 0) & 0x1f;
  return {
    isOpening: type >= nalType.sei && type <= nalType.accessUnitDelimiter,
    isSlice: isSliceType(type),
    isFirstSlice: isFirstSliceOfPicture(nal, 1, type),
    isKey: type === nalType.idrSlice,
  };
}

/** Types of H.265 (ITU-T H.265, table 7-1): slices below 32, key pictures 16 to 23, then parameter sets, delimiter and prefix SEI. */
function h265Role(nal: Buffer): NalRole {
  const type = ((nal[0] ?? 0) >> 1) & 0x3f;
  const isSlice = type < 32;
  return {
    isOpening: (type >= 32 && type <= 35) || type === 39,
    isSlice,
    isFirstSlice: isSlice && ((nal[2] ?? 0) & 0x80) !== 0,
    isKey: type >= 16 && type <= 23,
  };
}
