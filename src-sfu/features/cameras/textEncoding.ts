import iconv from 'iconv-lite';
import { registryFault, type RegistryFault } from '../../../src-shared/cameras/registryFault.ts';

/** Bytes as text, or why they cannot be read as text; `line` counts from 1. */
export type DecodedText =
  | { ok: true; text: string; encoding: TextEncodingName }
  | { ok: false; message: string; fault: RegistryFault; line?: number };

/** What Chinese spreadsheets write. */
export type TextEncodingName = 'utf-8' | 'utf-16' | 'gb18030';

const saveAsCsv = 'save it as "CSV UTF-8" in the spreadsheet program and send that file';

/** First bytes of files that are often mistaken for tables. */
const signatures: {
  bytes: number[];
  message: string;
  code: 'otherArchive' | 'oldWorkbook' | 'pdf' | 'compressed';
}[] = [
  {
    code: 'otherArchive',
    bytes: [0x50, 0x4b, 0x03, 0x04],
    message: `this is a workbook (.xlsx) or a ZIP archive, not text: ${saveAsCsv}`,
  },
  {
    code: 'oldWorkbook',
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    message: `this is an old workbook (.xls), not text: ${saveAsCsv}`,
  },
  { code: 'pdf', bytes: [0x25, 0x50, 0x44, 0x46], message: `this is a PDF, not a table: ${saveAsCsv}` },
  { code: 'compressed', bytes: [0x1f, 0x8b], message: 'this is compressed (gzip): send it unpacked' },
];

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const binaryCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Reads UTF-8 and UTF-16 (by their marks), else strict UTF-8, else GB18030. Damaged and binary content is refused. */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes.length === 0) return { ok: false, message: 'this is empty', fault: registryFault('emptyFile') };
  const signature = signatures.find((known) => startsWith(bytes, known.bytes));
  if (signature !== undefined)
    return { ok: false, message: signature.message, fault: registryFault(signature.code) };
  const decoded = decode(bytes);
  if (!decoded.ok) return decoded;
  const binaryAt = decoded.text.search(binaryCharacter);
  if (binaryAt === -1) return decoded;
  return {
    ok: false,
    message: `this holds binary content, not text: ${saveAsCsv}`,
    fault: registryFault('binaryContent'),
    line: lineAt(decoded.text, binaryAt),
  };
}

/** Bytes as text by what their sender declared, or why they cannot be read as text. */
export type DeclaredText =
  | { ok: true; text: string; encoding: TextEncodingName }
  | { ok: false; code: 'unsupported_charset' | 'not_utf8' | 'wrong_charset'; message: string };

/** Names of charsets in `Content-Type`, in lower case: those of the IANA registry and what senders write for them. */
const charsets: ReadonlyMap<string, 'utf-8' | 'utf-16' | 'utf-16le' | 'utf-16be' | 'gb18030'> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['ascii', 'utf-8'],
  ['utf-16', 'utf-16'],
  ['utf-16le', 'utf-16le'],
  ['utf-16be', 'utf-16be'],
  // GB18030 holds GBK, and GBK holds GB2312: one decoder reads all three.
  ['gb18030', 'gb18030'],
  ['gbk', 'gb18030'],
  ['x-gbk', 'gb18030'],
  ['cp936', 'gb18030'],
  ['ms936', 'gb18030'],
  ['windows-936', 'gb18030'],
  ['gb2312', 'gb18030'],
  ['gb_2312-80', 'gb18030'],
  ['euc-cn', 'gb18030'],
]);

const whatToDeclare =
  'Send UTF-8, or declare the charset, such as "Content-Type: application/json; charset=GBK" (UTF-8, GBK, GB2312, GB18030 and UTF-16 are read)';

/**
 * Decodes strictly by the charset that was declared, and as UTF-8 when none was; nothing is guessed and no character is
 * replaced. The mark of UTF-8 or UTF-16 at the beginning says more than a declaration, and is taken off.
 */
export function decodeDeclaredText(bytes: Uint8Array, charset: string | undefined): DeclaredText {
  const declared = charset === undefined ? 'utf-8' : charsets.get(charset.trim().toLowerCase());
  if (charset !== undefined && declared === undefined) {
    const message = `The charset "${charset.slice(0, 40)}" is not read. ${whatToDeclare}.`;
    return { ok: false, code: 'unsupported_charset', message };
  }
  const decoded = decodeAs(bytes, markOf(bytes) ?? declared ?? 'utf-8');
  if (decoded.ok) return decoded;
  if (charset === undefined) {
    const message = `This is not UTF-8, and no charset is declared. ${whatToDeclare}.`;
    return { ok: false, code: 'not_utf8', message };
  }
  const message = `This is declared as ${charset.slice(0, 40)}, but ${decoded.message}. ${whatToDeclare}.`;
  return { ok: false, code: 'wrong_charset', message };
}

function decodeAs(
  bytes: Uint8Array,
  charset: 'utf-8' | 'utf-16' | 'utf-16le' | 'utf-16be' | 'gb18030',
): DecodedText {
  switch (charset) {
    case 'utf-8':
      return decodeStrictly(bytes, 'utf-8', 'utf-8');
    case 'utf-16':
      // Without a mark: JSON and tables begin with a character of ASCII, one byte of which is zero.
      return decodeStrictly(bytes, bytes[0] === 0 ? 'utf-16be' : 'utf-16le', 'utf-16');
    case 'utf-16le':
    case 'utf-16be':
      return decodeStrictly(bytes, charset, 'utf-16');
    case 'gb18030':
      if (isClearlyUtf8(bytes))
        return { ok: false, message: 'it is UTF-8', fault: registryFault('unknownEncoding') };
      return decodeGb18030(bytes, 'this is not GB18030 text: some bytes are missing or wrong');
  }
}

/** Chinese text in GB18030 is next to never valid UTF-8 with a character of three bytes throughout. */
function isClearlyUtf8(bytes: Uint8Array): boolean {
  const utf8 = decodeStrictly(bytes, 'utf-8', 'utf-8');
  return utf8.ok && /[\u0800-\uffff]/.test(utf8.text);
}

function markOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(bytes, [0xfe, 0xff])) return 'utf-16be';
  return startsWith(bytes, [0xef, 0xbb, 0xbf]) ? 'utf-8' : undefined;
}

/** Text as bytes, UTF-8 with the mark that makes spreadsheet programs read it as such. */
export function encodeText(text: string, encoding: 'utf-8' | 'gb18030'): Buffer {
  return encoding === 'gb18030' ? iconv.encode(text, 'gb18030') : Buffer.from(`\ufeff${text}`, 'utf8');
}

function decode(bytes: Uint8Array): DecodedText {
  const mark = markOf(bytes);
  if (mark === 'utf-16le' || mark === 'utf-16be') return decodeStrictly(bytes, mark, 'utf-16');
  const utf8 = decodeStrictly(bytes, 'utf-8', 'utf-8');
  if (utf8.ok || mark === 'utf-8' || isDamagedUtf8(bytes)) return utf8;
  return decodeGb18030(bytes, `this is neither UTF-8 nor GB18030 text: ${saveAsCsv}`);
}

function decodeGb18030(bytes: Uint8Array, message: string): DecodedText {
  const text = iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 'gb18030');
  const brokenAt = text.indexOf('\ufffd');
  if (brokenAt === -1 && text.isWellFormed()) return { ok: true, text, encoding: 'gb18030' };
  return {
    ok: false,
    message,
    fault: registryFault('unknownEncoding'),
    line: lineAt(text, Math.max(0, brokenAt)),
  };
}

function decodeStrictly(
  bytes: Uint8Array,
  label: 'utf-8' | 'utf-16le' | 'utf-16be',
  encoding: TextEncodingName,
): DecodedText {
  try {
    return { ok: true, text: new TextDecoder(label, { fatal: true }).decode(bytes), encoding };
  } catch {
    const text = new TextDecoder(label).decode(bytes);
    const line = lineAt(text, text.indexOf('\ufffd'));
    return {
      ok: false,
      message: `this is damaged ${label.toUpperCase()} text: some bytes are missing or wrong`,
      fault: registryFault('damagedEncoding'),
      line,
    };
  }
}

/**
 * UTF-8 with a few wrong bytes would read as GB18030 nonsense without complaint. Chinese text in GB18030 has next to
 * no valid UTF-8 sequence of three bytes, Chinese text in UTF-8 little else.
 */
function isDamagedUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes);
  let broken = 0;
  let wide = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd) broken += 1;
    else if (code >= 0x800) wide += 1;
  }
  return wide > broken;
}

function startsWith(bytes: Uint8Array, start: number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
