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

/** Throws RtspProtocolError for a line without a name, and for too many lines. */
export function parseHeaders(lines: string[]): RtspHeaders {
  const headers: RtspHeaders = new Map();
  let count = 0;
  let last: string[] | undefined;
  for (const line of lines) {
    if (line.trim() === '') continue;
    // A line that begins with a blank goes on with the one before (RFC 2326, 15.1, after RFC 822).
    if (last !== undefined && (line.startsWith(' ') || line.startsWith('\t'))) {
      last.push(`${last.pop() ?? ''} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) throw new RtspProtocolError('the camera sent a header without a name');
    count += 1;
    if (count > rtspLimits.headers) throw new RtspProtocolError('the camera sent too many headers');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const known = headers.get(name);
    if (known === undefined) headers.set(name, (last = [value]));
    else (last = known).push(value);
  }
  return headers;
}

/** The length of the body that follows, 0 without the header. Throws RtspProtocolError for one that is not usable. */
export function contentLength(headers: RtspHeaders): number {
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

/** The message that begins with this line. Throws RtspProtocolError when it is no line of RTSP. */
export function parseStartLine(line: string, headers: RtspHeaders, body: Buffer): RtspMessage {
  const [first = '', second = '', third = ''] = wordsOf(line);
  if (isVersion(first) && /^\d{3}$/.test(second)) {
    const reason = line.slice(line.indexOf(second, first.length) + second.length).trim();
    return { type: 'response', status: Number(second), reason, headers, body };
  }
  if (/^[A-Z_]{3,20}$/.test(first) && isVersion(third))
    return { type: 'request', method: first, headers, body };
  if (line.startsWith('HTTP/')) {
    throw new RtspProtocolError('a web server answered, no RTSP server: the port in the address is wrong');
  }
  throw new RtspProtocolError('the camera sent a line that is no RTSP');
}

/** The first three words of a line; reads no further than it must. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (words.length < 3 && at < line.length) {
    while (isBlank(line[at])) at += 1;
    const start = at;
    while (at < line.length && !isBlank(line[at])) at += 1;
    if (at > start) words.push(line.slice(start, at));
  }
  return words;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}

function isVersion(word: string): boolean {
  return /^RTSP\/\d\.\d$/.test(word);
}
