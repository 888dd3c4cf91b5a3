import { decodeDeclaredText } from '../features/cameras/textEncoding.ts';
import { parseContentType } from './contentType.ts';
import { BodyError } from './requestBody.ts';

/** A part of a form, byte for byte as it was sent. */
export interface FormPart {
  name: string;
  /** Undefined when the sender gave none. */
  fileName: string | undefined;
  /** What the part itself declares, else the form's part `_charset_` (RFC 7578, 4.6), else the form's own type. */
  charset: string | undefined;
  bytes: Uint8Array;
}

/** Bytes, in the order of their value: a form may have millions of places that look like a delimiter. */
const [tab, lineFeed, carriageReturn, space, dash] = [0x09, 0x0a, 0x0d, 0x20, 0x2d];

/** Parts of one form; more are no form that anybody sends here. */
const maxParts = 1_000;
/** Of one part: its headers in bytes and in lines; browsers and tools send two or three. */
const maxHeaderBytes = 16 * 1024;
const maxHeaderLines = 64;

/**
 * Reads `multipart/form-data` (RFC 7578) that is in memory already. It is read here and not by `Response.formData()`,
 * because that one decodes every part without a file name as UTF-8, pictures too, and replaces what it cannot decode.
 * Lines may end in CR LF or in LF alone. Throws BodyError with status 400.
 */
export function readForm(body: Buffer, contentType: string): FormPart[] {
  const { boundary, charset } = parseContentType(contentType);
  if (boundary === undefined || boundary === '') {
    throw malformed('its Content-Type names no boundary');
  }
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const parts: FormPart[] = [];
  let at = findDelimiter(body, delimiter, 0);
  if (at === -1) throw malformed('its boundary does not occur in it');
  for (;;) {
    const afterDelimiter = at + delimiter.length;
    if (body.toString('latin1', afterDelimiter, afterDelimiter + 2) === '--') break;
    const begin = lineEnd(body, afterDelimiter);
    const end = begin === -1 ? -1 : findDelimiter(body, delimiter, begin);
    if (end === -1) throw malformed('its last boundary is missing, so that its end may be missing, too');
    if (parts.length >= maxParts) throw malformed(`it has more than ${maxParts} parts`);
    const part = readPart(body.subarray(begin, end));
    if (part !== undefined) parts.push(part);
    at = end;
  }
  const named = parts.find(({ name }) => name === '_charset_');
  const formCharset = named === undefined ? charset : Buffer.from(named.bytes).toString('latin1').trim();
  return parts
    .filter((part) => part !== named)
    .map((part) => ({ ...part, charset: part.charset ?? formCharset }));
}

/** Where a delimiter stands at the beginning of a line and ends with the line, or with `--`; -1 when nowhere. */
function findDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  for (let at = body.indexOf(delimiter, from); at !== -1; at = body.indexOf(delimiter, at + 1)) {
    if (at > 0 && body[at - 1] !== lineFeed) continue;
    const end = at + delimiter.length;
    const [next, afterNext] = [body[end], body[end + 1]];
    const isLast = next === dash && afterNext === dash;
    const isLineEnd = next === lineFeed || (next === carriageReturn && afterNext === lineFeed);
    if (isLast || isLineEnd || next === space || next === tab) return at;
  }
  return -1;
}

/** The index after the line feed that ends a line; -1 without one. */
function lineEnd(body: Buffer, from: number): number {
  const at = body.indexOf(0x0a, from);
  return at === -1 ? -1 : at + 1;
}

/** One part with its headers; undefined when it has no name, which RFC 7578 requires. */
function readPart(part: Buffer): FormPart | undefined {
  const headers = new Map<string, string>();
  let at = 0;
  for (let lines = 0; ; lines += 1) {
    const next = lineEnd(part, at);
    if (next === -1 || next > maxHeaderBytes || lines > maxHeaderLines)
      throw malformed('a part of it has no end of its headers');
    const line = headerText(part.subarray(at, next)).replace(/\r?\n$/, '');
    at = next;
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get('content-disposition') ?? '';
  const name = parameterOf(disposition, 'name');
  if (name === undefined) return undefined;
  const sent = part.subarray(at, contentEnd(part, at));
  const isBase64 = headers.get('content-transfer-encoding')?.toLowerCase() === 'base64';
  return {
    name,
    fileName: parameterOf(disposition, 'filename') ?? parameterOf(disposition, 'filename*'),
    charset: parseContentType(headers.get('content-type')).charset,
    bytes: isBase64 ? Buffer.from(sent.toString('latin1'), 'base64') : sent,
  };
}

/** Names of files come in UTF-8, and in GBK from tools of Chinese systems; a name is never worth the form. */
function headerText(bytes: Uint8Array): string {
  for (const charset of ['utf-8', 'gb18030']) {
    const decoded = decodeDeclaredText(bytes, charset);
    if (decoded.ok) return decoded.text;
  }
  return Buffer.from(bytes).toString('latin1');
}

/** The line break before a delimiter belongs to the delimiter. */
function contentEnd(part: Buffer, begin: number): number {
  let end = part.length;
  if (end > begin && part[end - 1] === 0x0a) end -= 1;
  if (end > begin && part[end - 1] === 0x0d) end -= 1;
  return end;
}

/** A parameter of a header, quoted or not, with the quotes and line breaks that browsers write as %22, %0D and %0A. */
function parameterOf(header: string, name: string): string | undefined {
  const found = new RegExp(
    `;\\s*${name.replace('*', '\\*')}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`,
    'i',
  ).exec(header);
  const value = found?.[1]?.replace(/\\(["\\])/g, '$1') ?? found?.[2];
  return value?.replace(/%22/g, '"').replace(/%0D/gi, '\r').replace(/%0A/gi, '\n');
}

function malformed(why: string): BodyError {
  return new BodyError(400, 'malformed_form', `The form cannot be read: ${why}.`);
}
