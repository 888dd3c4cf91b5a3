import {
  channelUse,
  DOLLAR,
  findChainedFrame,
  findNextStart,
  FRAME_HEAD_BYTES,
  frameBytes,
  isMediaFrame,
  isMessageStart,
  mayBegin,
} from './frameSearch.ts';
import {
  contentLength,
  parseHeaders,
  parseStartLine,
  RtspProtocolError,
  rtspLimits,
  type RtspHeaders,
  type RtspMessage,
} from './rtspMessage.ts';

export interface RtspParserListener {
  onMessage(message: RtspMessage): void;
  /** One interleaved frame (RFC 2326, 10.12). The bytes may be written to, and are the parser's again on return. */
  onInterleaved(channel: number, data: Buffer): void;
  /** A frame was cut short, so that some of the media is missing. */
  onMediaLost?(): void;
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const tab = 0x09;
/** The bytes held back are kept in steps of this, so that a camera's usual packet size is allocated once. */
const holdStepBytes = 2048;
const headStepBytes = 1024;
/** The first bytes that distinguish a message from stray bytes. */
const messageStartBytes = 5;
/** More stray bytes than this in a row are no accident. */
const maxStrayBytes = 256 * 1024;
/** A frame of a channel that was not set up is taken to be one up to this length, unless stray bytes were seen. */
const longestOddFrameBytes = 2048;
const noBytes = Buffer.alloc(0);

/** A head that was read while its body has not come yet. */
interface OpenMessage {
  startLine: string;
  headers: RtspHeaders;
  bodyBytes: number;
}

/**
 * Takes the byte stream of an RTSP connection apart, in whatever pieces it comes. What lies whole in a chunk is handed
 * on where it lies; only what a chunk cuts off is copied, at most one message or frame. `push` throws
 * RtspProtocolError, after which the parser takes nothing more.
 */
export class RtspParser {
  readonly #listener: RtspParserListener;
  #hold: Buffer = noBytes;
  #heldBytes = 0;
  #open: OpenMessage | undefined;
  #stopped = false;
  /** By number, what each channel carries (`channelUse`). */
  readonly #channels = new Uint8Array(256);
  /** A frame of a channel that was set up has come: from now on stray bytes are passed over. */
  #inMedia = false;
  /** Since the last frame. */
  #strayBytes = 0;
  #sawStrayBytes = false;
  /** Since held bytes were read again; so it costs at most as much as reading them once. */
  #bytesSinceReread = 0;

  constructor(listener: RtspParserListener) {
    this.#listener = listener;
  }

  /** Bytes set aside for a message or frame that is not whole yet. */
  get capacityBytes(): number {
    return this.#hold.length;
  }

  /** A channel was set up: what it carries from now on. */
  setChannel(channel: number, use: 'rtp' | 'rtcp'): void {
    if (channel >= 0 && channel < this.#channels.length) this.#channels[channel] = channelUse[use];
  }

  /** Nothing is taken or handed on any more, also from within a listener. */
  stop(): void {
    this.#stopped = true;
    this.#hold = noBytes;
    this.#heldBytes = 0;
    this.#open = undefined;
  }

  push(chunk: Buffer): void {
    this.#bytesSinceReread += chunk.length;
    try {
      this.#read(chunk, 0);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  #read(chunk: Buffer, from: number): void {
    let offset = from;
    while (offset < chunk.length && !this.#stopped) {
      if (this.#open !== undefined) offset = this.#takeBody(this.#open, chunk, offset);
      else if (this.#heldBytes > 0) {
        offset = this.#hold[0] === DOLLAR ? this.#resumeFrame(chunk, offset) : this.#takeHead(chunk, offset);
      } else if (chunk[offset] === DOLLAR) offset = this.#takeFrame(chunk, offset);
      // Some cameras put empty lines between messages.
      else if (chunk[offset] === carriageReturn || chunk[offset] === lineFeed) offset += 1;
      else if (this.#inMedia && !isMessageStart(chunk, offset, chunk.length))
        offset = this.#passStray(chunk, offset);
      else offset = this.#takeHead(chunk, offset);
    }
  }

  /** The usual case: the whole frame lies in the chunk. */
  #takeFrame(chunk: Buffer, offset: number): number {
    const available = chunk.length - offset;
    const wanted = available < FRAME_HEAD_BYTES ? FRAME_HEAD_BYTES : frameBytes(chunk, offset);
    const isMedia = isMediaFrame(chunk, offset, chunk.length, this.#channels);
    if (available >= FRAME_HEAD_BYTES && !isMedia && this.#inMedia) {
      const end = offset + wanted;
      const mayBeFrame =
        end < chunk.length ? mayBegin(chunk, end) : wanted <= longestOddFrameBytes && !this.#sawStrayBytes;
      if (!mayBeFrame) return this.#passStray(chunk, offset);
    }
    if (available < wanted) return this.#keep(chunk, offset, wanted);
    if (isMedia && available > wanted && !mayBegin(chunk, offset + wanted)) {
      const next = findChainedFrame(chunk, offset + 1, offset + wanted, this.#channels);
      if (next !== -1) {
        this.#listener.onMediaLost?.();
        return next;
      }
    }
    this.#deliver(chunk, offset, wanted, isMedia);
    return offset + wanted;
  }

  #resumeFrame(chunk: Buffer, offset: number): number {
    const wanted = this.#heldBytes < FRAME_HEAD_BYTES ? FRAME_HEAD_BYTES : frameBytes(this.#hold, 0);
    const next = this.#keep(chunk, offset, wanted);
    if (this.#heldBytes < wanted) return next;
    const isMedia = isMediaFrame(this.#hold, 0, this.#heldBytes, this.#channels);
    if (wanted < frameBytes(this.#hold, 0)) {
      const isOdd = this.#inMedia && !isMedia;
      if (isOdd && (this.#sawStrayBytes || frameBytes(this.#hold, 0) > longestOddFrameBytes)) {
        this.#sawStrayBytes = true;
        this.#readHeldAgain(1);
      }
      return next;
    }
    const isCutShort = this.#inMedia && next < chunk.length && !mayBegin(chunk, next);
    if (isCutShort && isMedia && this.#bytesSinceReread >= wanted) {
      const inner = findChainedFrame(this.#hold.subarray(0, wanted), 1, wanted, this.#channels);
      if (inner !== -1) {
        this.#listener.onMediaLost?.();
        this.#readHeldAgain(inner);
        return next;
      }
    }
    this.#heldBytes = 0;
    this.#deliver(this.#hold, 0, wanted, isMedia);
    return next;
  }

  #deliver(bytes: Buffer, offset: number, wanted: number, isMedia: boolean): void {
    if (isMedia) {
      this.#inMedia = true;
      this.#strayBytes = 0;
    }
    const data = bytes.subarray(offset + FRAME_HEAD_BYTES, offset + wanted);
    this.#listener.onInterleaved(bytes[offset + 1] ?? 0, data);
  }

  /** What is held is no frame, or only the beginning of one: it is read again from a later byte on. */
  #readHeldAgain(from: number): void {
    const bytes = Buffer.from(this.#hold.subarray(from, this.#heldBytes));
    this.#heldBytes = 0;
    this.#bytesSinceReread = 0;
    this.#read(bytes, 0);
  }

  /** Bytes that belong to no frame and no message, as cameras send after a broken frame. */
  #passStray(chunk: Buffer, offset: number): number {
    const next = findNextStart(chunk, offset + 1, this.#channels);
    this.#sawStrayBytes = true;
    this.#strayBytes += next - offset;
    if (this.#strayBytes > maxStrayBytes) throw notRtsp();
    return next;
  }

  #takeHead(chunk: Buffer, offset: number): number {
    const before = this.#heldBytes;
    if (before === 0 && !isUpperCaseLetter(chunk[offset])) throw notRtsp();
    if (this.#inMedia && before < messageStartBytes) {
      const next = this.#keep(chunk, offset, messageStartBytes);
      if (!isMessageStart(this.#hold, 0, this.#heldBytes)) this.#readHeldAgain(1);
      else if (this.#heldBytes === messageStartBytes) return this.#takeRestOfHead(chunk, next, 0);
      return next;
    }
    return this.#takeRestOfHead(chunk, offset, before);
  }

  /** `scanFrom`: where in what is held the end of the head has not been looked for yet. */
  #takeRestOfHead(chunk: Buffer, offset: number, scanFrom: number): number {
    // In small steps, because what follows the head may be a chunk full of media.
    const next = this.#keep(chunk, offset, Math.min(rtspLimits.headBytes, this.#heldBytes + headStepBytes));
    const headEnd = findHeadEnd(this.#hold, scanFrom, this.#heldBytes);
    if (headEnd === -1) {
      if (this.#heldBytes < rtspLimits.headBytes) return next;
      throw new RtspProtocolError(`the camera sent headers of more than ${rtspLimits.headBytes} bytes`);
    }
    // What follows the head belongs to the chunk again.
    const behindHead = next - (this.#heldBytes - headEnd);
    const lines = this.#hold.toString('latin1', 0, headEnd).split(/\r?\n/);
    this.#heldBytes = 0;
    const headers = parseHeaders(lines.slice(1));
    this.#open = { startLine: lines[0] ?? '', headers, bodyBytes: contentLength(headers) };
    return this.#open.bodyBytes === 0 ? this.#takeBody(this.#open, chunk, behindHead) : behindHead;
  }

  #takeBody(open: OpenMessage, chunk: Buffer, offset: number): number {
    const next = this.#keep(chunk, offset, open.bodyBytes);
    if (this.#heldBytes < open.bodyBytes) return next;
    const body = Buffer.from(this.#hold.subarray(0, open.bodyBytes));
    this.#heldBytes = 0;
    this.#open = undefined;
    this.#listener.onMessage(parseStartLine(open.startLine, open.headers, body));
    return next;
  }

  /** Copies from the chunk until `wanted` bytes are held or it ends; the offset behind what was copied. */
  #keep(chunk: Buffer, offset: number, wanted: number): number {
    const end = Math.min(chunk.length, offset + wanted - this.#heldBytes);
    const needed = this.#heldBytes + end - offset;
    if (needed > this.#hold.length) {
      const size = Math.ceil(needed / holdStepBytes) * holdStepBytes;
      // allocUnsafeSlow keeps a long-lived buffer out of Node's shared pool.
      const larger = Buffer.allocUnsafeSlow(size);
      this.#hold.copy(larger, 0, 0, this.#heldBytes);
      this.#hold = larger;
    }
    chunk.copy(this.#hold, this.#heldBytes, offset, end);
    this.#heldBytes = needed;
    return end;
  }
}

function isUpperCaseLetter(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

/** Offset behind the empty line that ends the head, -1 when it has not come; only bytes from `from` on are new. */
function findHeadEnd(bytes: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === lineFeed) {
      const before = bytes[at - 1] === carriageReturn ? at - 2 : at - 1;
      if (before >= 0 && bytes[before] === lineFeed) return at + 1;
    } else if (byte < 0x20 && byte !== carriageReturn && byte !== tab) throw notRtsp();
  }
  return -1;
}

function notRtsp(): RtspProtocolError {
  return new RtspProtocolError('the camera sent bytes that are neither RTSP nor a media frame');
}
