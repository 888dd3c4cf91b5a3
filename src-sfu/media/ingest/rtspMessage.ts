/** A message of the RTSP connection: the answer to a request of ours, or a request of the server. */
export type RtspMessage =
  | { type: 'response'; status: number; reason: string; headers: RtspHeaders; body: Buffer }
  | { type: 'request'; method: string; headers: RtspHeaders; body: Buffer };

/** Headers by lower-case name; a repeated header keeps every value, in order. */
export type RtspHeaders = Map<string, string[]>;

/** The bytes are no RTSP, or more than a camera has reason to send. The connection cannot go on. */
export class RtspProtocolError extends Error {
  override name = 'RtspProtocolError';
}

/** Bounds on what a camera may send. Real answers are below 2 KiB, session descriptions below 4 KiB. */
export const rtspLimits = { headBytes: 16 * 1024, headers: 64, bodyBytes: 64 * 1024 } as const;

export interface RtspParserListener {
  onMessage(message: RtspMessage): void;
  /** One interleaved frame (RFC 2326, 10.12). The bytes may be written to; they lie in a buffer of this parser. */
  onInterleaved(channel: number, data: Buffer): void;
}

const dollar = 0x24;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const noBytes = Buffer.alloc(0);

/**
 * Takes the byte stream of an RTSP connection apart, in whatever pieces it comes. Holds at most one message or frame.
 * `push` throws RtspProtocolError, after which the parser takes nothing more.
 */
export class RtspParser {
  readonly #listener: RtspParserListener;
  #rest: Buffer = noBytes;
  #broken = false;

  constructor(listener: RtspParserListener) {
    this.#listener = listener;
  }

  /** Bytes held until the rest of their message comes. */
  get heldBytes(): number {
    return this.#rest.length;
  }

  push(chunk: Buffer): void {
    if (this.#broken) return;
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let offset = 0;
    try {
      while (offset < bytes.length) {
        const next = bytes[offset] === dollar ? this.#frame(bytes, offset) : this.#message(bytes, offset);
        if (next === -1) break;
        offset = next;
      }
    } catch (error) {
      this.#broken = true;
      this.#rest = noBytes;
      throw error;
    }
    // A copy, so that a few bytes left over do not keep a whole chunk alive.
    this.#rest = offset >= bytes.length ? noBytes : Buffer.from(bytes.subarray(offset));
  }

  /** The offset behind the frame, -1 when it is not whole yet. */
  #frame(bytes: Buffer, offset: number): number {
    if (bytes.length - offset < 4) return -1;
    const end = offset + 4 + bytes.readUInt16BE(offset + 2);
    if (end > bytes.length) return -1;
    this.#listener.onInterleaved(bytes[offset + 1] ?? 0, bytes.subarray(offset + 4, end));
    return end;
  }

  #message(bytes: Buffer, start: number): number {
    // Some cameras put empty lines between messages.
    const first = bytes[start];
    if (first === carriageReturn || first === lineFeed) return start + 1;
    if (!isUpperCaseLetter(first)) {
      throw new RtspProtocolError('the camera sent bytes that are neither RTSP nor a media frame');
    }
    const headEnd = findHeadEnd(bytes, start);
    if (headEnd === -1) {
      if (bytes.length - start > rtspLimits.headBytes) {
        throw new RtspProtocolError(`the camera sent headers of more than ${rtspLimits.headBytes} bytes`);
      }
      return -1;
    }
    const lines = bytes.toString('latin1', start, headEnd).split(/\r?\n/);
    const headers = parseHeaders(lines.slice(1));
    const bodyBytes = contentLength(headers);
    const bodyStart = skipHeadEnd(bytes, headEnd);
    if (bytes.length - bodyStart < bodyBytes) return -1;
    const body = Buffer.from(bytes.subarray(bodyStart, bodyStart + bodyBytes));
    this.#listener.onMessage(parseStartLine(lines[0] ?? '', headers, body));
    return bodyStart + bodyBytes;
  }
}

function isUpperCaseLetter(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

/** Offset of the line end that is followed by an empty line; -1 when there is none within the limit. */
function findHeadEnd(bytes: Buffer, start: number): number {
  const limit = Math.min(bytes.length, start + rtspLimits.headBytes);
  for (let at = start; at < limit; at += 1) {
    if (bytes[at] !== lineFeed) continue;
    if (bytes[at + 1] === lineFeed) return at;
    if (bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed) return at;
  }
  return -1;
}

function skipHeadEnd(bytes: Buffer, headEnd: number): number {
  return bytes[headEnd + 1] === lineFeed ? headEnd + 2 : headEnd + 3;
}

function parseHeaders(lines: string[]): RtspHeaders {
  const headers: RtspHeaders = new Map();
  let count = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    if (colon <= 0) throw new RtspProtocolError('the camera sent a header without a name');
    count += 1;
    if (count > rtspLimits.headers) throw new RtspProtocolError('the camera sent too many headers');
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return headers;
}

function contentLength(headers: RtspHeaders): number {
  const text = headers.get('content-length')?.[0];
  if (text === undefined) return 0;
  if (!/^\d{1,9}$/.test(text))
    throw new RtspProtocolError('the camera sent a Content-Length that is no number');
  const bytes = Number(text);
  if (bytes > rtspLimits.bodyBytes) {
    throw new RtspProtocolError(
      `the camera announced a body of ${bytes} bytes; at most ${rtspLimits.bodyBytes} are taken`,
    );
  }
  return bytes;
}

function parseStartLine(line: string, headers: RtspHeaders, body: Buffer): RtspMessage {
  const response = /^RTSP\/\d\.\d\s+(\d{3})(?:\s+(.*))?$/.exec(line);
  if (response !== null) {
    return { type: 'response', status: Number(response[1]), reason: response[2] ?? '', headers, body };
  }
  const request = /^([A-Z_]{3,20})\s+\S+\s+RTSP\/\d\.\d$/.exec(line);
  if (request !== null) return { type: 'request', method: request[1] ?? '', headers, body };
  throw new RtspProtocolError('the camera sent a line that is no RTSP');
}
