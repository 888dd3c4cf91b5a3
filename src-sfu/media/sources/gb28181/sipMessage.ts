/** One message of SIP (RFC 3261, 7). Header names are in lower case and in their long form; values are latin1 text. */
export interface SipMessage {
  start: SipRequestLine | SipStatusLine;
  headers: ReadonlyMap<string, readonly string[]>;
  body: Buffer;
}

export interface SipRequestLine {
  method: string;
  uri: string;
}

export interface SipStatusLine {
  status: number;
  reason: string;
}

export type SipRequest = SipMessage & { start: SipRequestLine };
export type SipResponse = SipMessage & { start: SipStatusLine };

/** The largest message that is read, in bytes: what one datagram can hold. */
export const maxMessageBytes = 65_536;
/** Start line and headers; real ones are below 2 KiB. */
export const maxHeadBytes = 16_384;
const maxHeaders = 64;
const headEnd = Buffer.from('\r\n\r\n');
const bareHeadEnd = Buffer.from('\n\n');

/** Short forms of header names (RFC 3261, 7.3.3). */
const longNames: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
  s: 'subject',
  o: 'event',
};

export function isRequest(message: SipMessage): message is SipRequest {
  return 'method' in message.start;
}

export function isResponse(message: SipMessage): message is SipResponse {
  return 'status' in message.start;
}

/** The first value of a header; its name is in lower case. */
export function headerOf({ headers }: Pick<SipMessage, 'headers'>, name: string): string | undefined {
  return headers.get(name)?.[0];
}

/** Where the head of a message ends, and where its body begins; undefined while the end has not come. */
export function findHeadEnd(bytes: Buffer, from: number): { end: number; bodyStart: number } | undefined {
  const strict = bytes.indexOf(headEnd, from);
  const bare = bytes.indexOf(bareHeadEnd, from);
  if (bare !== -1 && (strict === -1 || bare < strict))
    return { end: bare, bodyStart: bare + bareHeadEnd.length };
  return strict === -1 ? undefined : { end: strict, bodyStart: strict + headEnd.length };
}

/** The message of one datagram; undefined for anything else. Takes time in proportion to the length of the datagram only. */
export function parseDatagram(bytes: Buffer): SipMessage | undefined {
  if (bytes.length > maxMessageBytes) return undefined;
  const found = findHeadEnd(bytes, 0);
  const end = found?.end ?? bytes.length;
  if (end > maxHeadBytes) return undefined;
  const head = parseHead(bytes.subarray(0, end));
  if (head === undefined) return undefined;
  const rest = bytes.subarray(found?.bodyStart ?? bytes.length);
  const declared = contentLengthOf(head);
  // A datagram carries a whole message: one that promises more was cut on its way.
  if (declared === 'wrong' || (declared !== undefined && declared > rest.length)) return undefined;
  return { ...head, body: declared === undefined ? rest : rest.subarray(0, declared) };
}

/** Bytes of the body as the headers say; undefined when they do not. */
export function contentLengthOf(head: Pick<SipMessage, 'headers'>): number | 'wrong' | undefined {
  const text = headerOf(head, 'content-length');
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) return 'wrong';
  const length = Number(text);
  return length <= maxMessageBytes ? length : 'wrong';
}

/** Start line and headers; undefined when this is not SIP. */
export function parseHead(bytes: Buffer): Omit<SipMessage, 'body'> | undefined {
  if (bytes.length > maxHeadBytes || bytes.includes(0)) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1').split('\n').map(withoutReturn);
  const start = parseStartLine(first);
  if (start === undefined || lines.length > maxHeaders * 2) return undefined;
  const headers = new Map<string, string[]>();
  let last: string[] | undefined;
  let count = 0;
  for (const line of lines) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      // A folded line goes on with the value above (RFC 3261, 7.3.1).
      if (last !== undefined) last.push(`${last.pop() ?? ''} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    count += 1;
    if (count > maxHeaders) return undefined;
    const written = line.slice(0, colon).trim().toLowerCase();
    const name = Object.hasOwn(longNames, written) ? (longNames[written] ?? written) : written;
    last = headers.get(name) ?? [];
    last.push(line.slice(colon + 1).trim());
    headers.set(name, last);
  }
  return { start, headers };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function parseStartLine(line: string): SipMessage['start'] | undefined {
  const first = line.indexOf(' ');
  if (first <= 0 || line.length > 1_024) return undefined;
  if (line.startsWith('SIP/2.0 ')) {
    const code = line.slice(8, 11);
    if (!/^[1-6]\d\d$/.test(code)) return undefined;
    return { status: Number(code), reason: line.slice(12) };
  }
  const last = line.lastIndexOf(' ');
  const method = line.slice(0, first);
  if (last === first || line.slice(last + 1) !== 'SIP/2.0' || !/^[A-Z]{3,20}$/.test(method)) return undefined;
  return { method, uri: line.slice(first + 1, last).trim() };
}

/** Writes a message; header values must hold no line break. `content-length` is added. */
export function writeMessage(
  startLine: string,
  headers: readonly (readonly [name: string, value: string])[],
  body: Buffer = Buffer.alloc(0),
): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value.replace(/[\r\n\0]+/g, ' ')}`);
  const head = [startLine.replace(/[\r\n\0]+/g, ' '), ...lines, `Content-Length: ${body.length}`, '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), body]);
}

/** The answer to a request, with what ties the two together (RFC 3261, 8.2.6). `toTag` only where a dialog begins. */
export function writeResponse(
  request: SipMessage,
  status: string,
  {
    headers = [],
    from,
    toTag,
    body,
  }: {
    headers?: readonly (readonly [string, string])[];
    /** Where the request came from, for its Via (RFC 3581, 4). */
    from: { address: string; port: number };
    toTag?: string;
    body?: Buffer;
  },
): Buffer {
  const vias = request.headers.get('via') ?? [];
  const to = headerOf(request, 'to') ?? '';
  const lines: (readonly [string, string])[] = [
    ...vias.map((via, index) => ['Via', index === 0 ? receivedVia(via, from) : via] as const),
    ['From', headerOf(request, 'from') ?? ''],
    ['To', toTag === undefined || parameterOf(to, 'tag') !== undefined ? to : `${to};tag=${toTag}`],
    ['Call-ID', headerOf(request, 'call-id') ?? ''],
    ['CSeq', headerOf(request, 'cseq') ?? ''],
    ...headers,
  ];
  return writeMessage(`SIP/2.0 ${status}`, lines, body);
}

function receivedVia(via: string, { address, port }: { address: string; port: number }): string {
  const kept = via.split(';').filter((part) => !/^\s*(rport|received)\s*(=|$)/i.test(part));
  return [...kept, `received=${address}`, `rport=${port}`].join(';');
}

/** The user of a SIP address such as `"Recorder" <sip:42120000001180000001@4212000000>;tag=1`; undefined when there is none. */
export function userOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const scheme = address.search(/sips?:/i);
  if (scheme === -1) return undefined;
  const start = address.indexOf(':', scheme) + 1;
  const end = start + address.slice(start, start + 65).search(/[@;>:]/);
  const user = address.slice(start, end);
  return /^[\w.+-]{1,64}$/.test(user) ? user : undefined;
}

/** A parameter of a header's value, such as `tag`; undefined when it has none. */
export function parameterOf(value: string | undefined, name: string): string | undefined {
  const outside = value?.slice(value.lastIndexOf('>') + 1) ?? '';
  for (const part of outside.split(';').slice(1)) {
    const equals = part.indexOf('=');
    if (equals !== -1 && part.slice(0, equals).trim().toLowerCase() === name)
      return part.slice(equals + 1).trim();
  }
  return undefined;
}

/** What stands between the angle brackets of an address, or the address without its parameters. */
export function uriOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const open = address.indexOf('<');
  const close = address.indexOf('>', open);
  if (open !== -1 && close !== -1) return address.slice(open + 1, close).trim();
  return address.split(';')[0]?.trim();
}

/** Number and method of a `CSeq` header. */
export function sequenceOf(
  message: Pick<SipMessage, 'headers'>,
): { number: number; method: string } | undefined {
  const match = /^(\d{1,10})\s{1,8}([A-Z]{3,20})$/.exec(headerOf(message, 'cseq') ?? '');
  return match === null ? undefined : { number: Number(match[1]), method: match[2] ?? '' };
}
