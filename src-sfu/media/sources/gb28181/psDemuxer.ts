import { byteAt, uint16At } from '../../ingest/rtpPacket.ts';

/**
 * Takes MPEG program streams (ISO/IEC 13818-1, 2.5) apart as recorders send them. Believes little: the length of a video
 * packet is used only to know that a picture may be over, because recorders write lengths modulo 65,536; its end is the
 * next start code above B8, which no H.264 or H.265 holds. After anything it does not understand it goes on at the next one.
 * Holds no more than one header; payloads are passed on in pieces as they come.
 */

/** Stream types of a program stream map (13818-1, table 2-34, and GB/T 28181, annex C). */
export const streamTypes = { h264: 0x1b, h265: 0x24, alaw: 0x90, mulaw: 0x91 } as const;

export interface PsEvents {
  /** A video packet begins. `pts` in ticks of 90 kHz modulo 2^32; undefined on continuations. */
  onVideoStart(pts: number | undefined, payload: 'atStartCode' | 'unknown'): void;
  /** Bytes of the elementary stream, to be kept by `keptBytes` alone. Start codes lie only before `codesEnd`. */
  onVideo(bytes: Buffer, codesEnd: number): void;
  /** Sound of the stream type that the map names. */
  onAudio(bytes: Buffer, pts: number | undefined): void;
  /** The program stream map names the stream type of the sound; its version may be repeated at each key picture. */
  onAudioType(streamType: number): void;
  /** The same for the pictures: a hint that is often wrong. */
  onVideoType(streamType: number): void;
}

const packStart = 0xba;
const streamMap = 0xbc;
const firstAudio = 0xc0;
const firstVideo = 0xe0;
const lastVideo = 0xef;
/** A PES header: 9 bytes and at most 255 more. */
const maxHeaderBytes = 9 + 255;
const startCode = Buffer.from([0, 0, 1]);
const nothing = Buffer.alloc(0);

type State = 'search' | 'video' | 'audio' | 'skip';

export class PsDemuxer {
  readonly #events: PsEvents;
  #state: State = 'search';
  /** Bytes of this PES packet still to come, by its length; negative when it promised fewer than came. */
  #leftBytes = 0;
  #hasLength = false;
  /** What is kept between two calls: a header, or the beginning of a start code. */
  #rest: Buffer = nothing;
  #audioPts: number | undefined;
  /** Bytes that were passed over because they belong to nothing. */
  skippedBytes = 0;

  constructor(events: PsEvents) {
    this.#events = events;
  }

  /** Whether the video packet that came last is whole by its own length. */
  get isVideoWhole(): boolean {
    return this.#state === 'video' && this.#hasLength && this.#leftBytes === 0 && this.#rest.length === 0;
  }

  /** Packets are missing: what has begun is given up. */
  gap(): void {
    this.#state = 'search';
    this.#rest = nothing;
  }

  /** The next bytes of the stream; what is passed on lies in them. */
  write(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = nothing;
    while (bytes.length > 0) {
      const used = this.#step(bytes);
      if (used === bytes.length) return;
      if (used === 0) break;
      bytes = bytes.subarray(used);
    }
    // A copy: the caller may write to its bytes again.
    if (bytes.length > 0) this.#rest = Buffer.from(bytes);
  }

  /** How many bytes were used; 0 when more must come first. */
  #step(bytes: Buffer): number {
    switch (this.#state) {
      case 'skip':
      case 'audio': {
        if (this.#leftBytes === 0) {
          this.#state = 'search';
          return this.#search(bytes);
        }
        const used = Math.min(this.#leftBytes, bytes.length);
        if (this.#state === 'audio' && used > 0) {
          this.#events.onAudio(bytes.subarray(0, used), this.#audioPts);
          this.#audioPts = undefined;
        }
        this.#leftBytes -= used;
        return used;
      }
      case 'video':
        return this.#video(bytes);
      case 'search':
        return this.#search(bytes);
    }
  }

  #video(bytes: Buffer): number {
    let from = 0;
    for (;;) {
      const at = bytes.indexOf(startCode, from);
      if (at === -1 || at + 3 >= bytes.length) {
        // What may be the first bytes of a start code waits, unless the packet says that it is whole.
        const end = at === -1 ? bytes.length - openingBytes(bytes) : at;
        const isWhole = this.#hasLength && this.#leftBytes === bytes.length;
        const taken = isWhole ? bytes.length : end;
        const codesEnd = isWhole && at !== -1 ? taken : from;
        this.#passVideo(taken === bytes.length ? bytes : bytes.subarray(0, taken), codesEnd);
        return taken;
      }
      if ((bytes[at + 3] ?? 0) > 0xb8) {
        this.#passVideo(bytes.subarray(0, at), from);
        this.#state = 'search';
        // Nothing was used when the start code stands first: the search goes on from here.
        return at === 0 ? this.#search(bytes) : at;
      }
      from = at + 3;
    }
  }

  #passVideo(bytes: Buffer, codesEnd: number): void {
    if (bytes.length === 0) return;
    this.#leftBytes -= bytes.length;
    this.#events.onVideo(bytes, codesEnd);
  }

  #search(bytes: Buffer): number {
    const at = isStartCode(bytes, 0) ? 0 : bytes.indexOf(startCode);
    if (at === -1) {
      const used = bytes.length - openingBytes(bytes);
      this.skippedBytes += used;
      return used;
    }
    if (at > 0) {
      this.skippedBytes += at;
      return at;
    }
    const id = bytes[3];
    if (id === undefined) return 0;
    if (id === packStart) return this.#pack(bytes);
    if (id < packStart) {
      this.skippedBytes += 3;
      return 3;
    }
    if (bytes.length < 6) return 0;
    const length = bytes.readUInt16BE(4);
    if (id === streamMap) return this.#map(bytes, length);
    if (id >= firstVideo && id <= lastVideo) return this.#pes(bytes, length, 'video');
    if (id >= firstAudio && id < firstVideo) return this.#pes(bytes, length, 'audio');
    this.#state = 'skip';
    this.#leftBytes = length;
    return 6;
  }

  /** A pack header of MPEG-2 has 14 bytes and stuffing, one of MPEG-1 has 12. */
  #pack(bytes: Buffer): number {
    if (bytes.length < 14) return bytes.length >= 5 && ((bytes[4] ?? 0) & 0xc0) !== 0x40 ? 4 : 0;
    if (((bytes[4] ?? 0) & 0xc0) !== 0x40) return 4;
    return Math.min(bytes.length, 14 + ((bytes[13] ?? 0) & 0x07));
  }

  /** The map is a hint: neither its check sum nor its inner lengths are believed. */
  #map(bytes: Buffer, length: number): number {
    // Real maps have below 100 bytes; a longer one is passed over.
    if (length > 1_024) return 4;
    if (bytes.length < 6 + length) return 0;
    const map = bytes.subarray(6, 6 + length);
    const infoBytes = map.length >= 4 ? map.readUInt16BE(2) : 0;
    let at = 4 + infoBytes + 2;
    // Where the lengths fit exactly, the last four bytes are the check sum, which may look like another stream.
    const streamBytes = at <= map.length ? map.readUInt16BE(at - 2) : 0;
    const end = at + streamBytes + 4 === map.length ? at + streamBytes : map.length;
    while (at + 4 <= end) {
      const [type = 0, id = 0] = map.subarray(at, at + 2);
      if (id >= firstAudio && id < firstVideo) this.#events.onAudioType(type);
      if (id >= firstVideo && id <= lastVideo) this.#events.onVideoType(type);
      at += 4 + map.readUInt16BE(at + 2);
    }
    return 6 + length;
  }

  #pes(bytes: Buffer, length: number, kind: 'video' | 'audio'): number {
    if (bytes.length < 9) return 0;
    const isUsual = ((bytes[6] ?? 0) & 0xc0) === 0x80;
    const declared = isUsual ? 9 + (bytes[8] ?? 0) : 6;
    const wanted = Math.min(maxHeaderBytes, declared + 4);
    // The payload's first bytes are read as well, where the packet has so many.
    const isShort = length !== 0 && 6 + length < wanted;
    if (bytes.length < (isShort ? Math.max(9, Math.min(declared, 6 + length)) : wanted)) return 0;
    const pts =
      isUsual && ((bytes[7] ?? 0) & 0x80) !== 0 && bytes.length >= 14 ? readPts(bytes, 9) : undefined;
    const start =
      kind === 'video' ? payloadStart(bytes, declared, pts !== undefined) : Math.min(declared, bytes.length);
    this.#hasLength = length !== 0;
    this.#leftBytes = length === 0 ? 0 : 6 + length - start;
    if (kind === 'video') {
      this.#state = 'video';
      const isAtCode = isStartCode(bytes, start) || (bytes[start] === 0 && isStartCode(bytes, start + 1));
      this.#events.onVideoStart(pts, isAtCode ? 'atStartCode' : 'unknown');
      return start;
    }
    this.#leftBytes = Math.max(0, this.#leftBytes);
    this.#audioPts = pts;
    this.#state = this.#leftBytes === 0 ? 'search' : 'audio';
    return start;
  }
}

/** Recorders are known whose header length is a byte short or long: a picture's first packet begins with a start code near by. */
function payloadStart(bytes: Buffer, declared: number, hasPts: boolean): number {
  if (!hasPts && declared !== 6) return declared;
  const from = declared === 6 ? 6 : Math.max(9, declared - 2);
  const last = Math.min(bytes.length, declared + 8) - startCode.length;
  let at = from;
  while (at <= last && !isStartCode(bytes, at)) at += 1;
  if (at > last || byteAt(bytes, at + 3) > 0xb8) return Math.min(declared, bytes.length);
  const isLong = at > from && bytes[at - 1] === 0;
  return isLong ? at - 1 : at;
}

function isStartCode(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1;
}

/** The low 32 bits of a time stamp; recorders wrap at 32 bits as well as at 33. */
function readPts(bytes: Buffer, at: number): number {
  const high = (byteAt(bytes, at) >> 1) & 0x07;
  const middle = uint16At(bytes, at + 1) >> 1;
  const low = uint16At(bytes, at + 3) >> 1;
  return ((high << 30) | (middle << 15) | low) >>> 0;
}

/** How many of the last bytes may be the beginning of a start code: 0 to 2. */
function openingBytes(bytes: Buffer): number {
  const last = bytes.length - 1;
  if (bytes[last] !== 0) return 0;
  return bytes[last - 1] === 0 ? 2 : 1;
}
