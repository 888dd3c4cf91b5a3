/** An RTSP request as it came. Header names are in lower case. */
export interface RtspRequest {
  method: string;
  url: string;
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

/** What a client sends: a request, or data on an interleaved channel (its receiver reports). */
export type ClientMessage =
  { kind: 'request'; request: RtspRequest } | { kind: 'data'; channel: number; data: Buffer };

/** The client said something that is no RTSP; the connection cannot be understood any further. */
export class RtspSyntaxError extends Error {
  override name = 'RtspSyntaxError';
}

const largestHeaderBytes = 16_384;
const largestBodyBytes = 65_536;

/**
 * Takes a client's bytes as they arrive and gives whole messages (RFC 2326 sections 4, 6 and 10.12).
 * @throws RtspSyntaxError from `push` when the bytes are no RTSP or a message is larger than any client needs.
 */
export class RtspRequestParser {
  #pending: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): ClientMessage[] {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const messages: ClientMessage[] = [];
    for (let message = this.#take(); message; message = this.#take()) messages.push(message);
    return messages;
  }

  #take(): ClientMessage | undefined {
    // Empty lines between messages are allowed (RFC 2326 section 4).
    let start = 0;
    while (this.#pending[start] === 0x0d || this.#pending[start] === 0x0a) start += 1;
    if (start > 0) this.#pending = this.#pending.subarray(start);
    if (this.#pending.length === 0) return undefined;
    return this.#pending[0] === 0x24 ? this.#takeData() : this.#takeRequest();
  }

  #takeData(): ClientMessage | undefined {
    if (this.#pending.length < 4) return undefined;
    const end = 4 + this.#pending.readUInt16BE(2);
    if (this.#pending.length < end) return undefined;
    const message: ClientMessage = {
      kind: 'data',
      channel: this.#pending[1] ?? 0,
      data: this.#pending.subarray(4, end),
    };
    this.#pending = this.#pending.subarray(end);
    return message;
  }

  #takeRequest(): ClientMessage | undefined {
    const headerEnd = this.#pending.indexOf('\r\n\r\n');
    if (headerEnd > largestHeaderBytes || (headerEnd < 0 && this.#pending.length > largestHeaderBytes)) {
      throw new RtspSyntaxError(`a request's header is larger than ${largestHeaderBytes} bytes`);
    }
    if (headerEnd < 0) return undefined;
    const [requestLine = '', ...lines] = this.#pending.toString('utf8', 0, headerEnd).split('\r\n');
    const match = /^([A-Z_]{1,32}) (\S{1,4096}) RTSP\/1\.\d$/.exec(requestLine);
    if (!match) throw new RtspSyntaxError('the request line is not "METHOD url RTSP/1.0"');
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      if (colon < 1) throw new RtspSyntaxError('a header line has no name');
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    const lengthText = headers.get('content-length') ?? '0';
    const bodyLength = /^\d{1,6}$/.test(lengthText) ? Number(lengthText) : Number.NaN;
    if (!(bodyLength <= largestBodyBytes))
      throw new RtspSyntaxError('the Content-Length is wrong or too large');
    const end = headerEnd + 4 + bodyLength;
    if (this.#pending.length < end) return undefined;
    const body = this.#pending.subarray(headerEnd + 4, end);
    this.#pending = this.#pending.subarray(end);
    return { kind: 'request', request: { method: match[1] ?? '', url: match[2] ?? '', headers, body } };
  }
}

/** Writes a response; `CSeq` is taken from the request it answers. */
export function writeResponse(
  status: number,
  sequence: string | undefined,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Buffer {
  const lines = [`RTSP/1.0 ${status} ${reasons[status] ?? 'Error'}`];
  if (sequence !== undefined) lines.push(`CSeq: ${sequence}`);
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** RFC 2326 section 7.1.1. */
const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  551: 'Option not supported',
};
