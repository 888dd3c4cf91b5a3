import iconv from 'iconv-lite';

/** Bytes as text, or why they are none; `line` counts from 1. */
export type DecodedText =
  { ok: true; text: string; encoding: TextEncodingName } | { ok: false; message: string; line?: number };

/** What Chinese spreadsheets write. */
export type TextEncodingName = 'utf-8' | 'utf-16' | 'gb18030';

const saveAsCsv = 'save it as "CSV UTF-8" in the spreadsheet program and send that file';

/** First bytes of files that are often mistaken for tables. */
const signatures: { bytes: number[]; message: string }[] = [
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    message: `this is a workbook (.xlsx) or a ZIP archive, not text: ${saveAsCsv}`,
  },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], message: `this is an old workbook (.xls), not text: ${saveAsCsv}` },
  { bytes: [0x25, 0x50, 0x44, 0x46], message: `this is a PDF, not a table: ${saveAsCsv}` },
  { bytes: [0x1f, 0x8b], message: 'this is compressed (gzip): send it unpacked' },
];

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const binaryCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Reads UTF-8 and UTF-16 (by their marks), else strict UTF-8, else GB18030. Damaged and binary content is refused. */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes.length === 0) return { ok: false, message: 'this is empty' };
  const signature = signatures.find((known) => startsWith(bytes, known.bytes));
  if (signature !== undefined) return { ok: false, message: signature.message };
  const decoded = decode(bytes);
  if (!decoded.ok) return decoded;
  const binaryAt = decoded.text.search(binaryCharacter);
  if (binaryAt === -1) return decoded;
  return {
    ok: false,
    message: `this holds binary content, not text: ${saveAsCsv}`,
    line: lineAt(decoded.text, binaryAt),
  };
}

/** Text as bytes, UTF-8 with the mark that makes spreadsheet programs read it as such. */
export function encodeText(text: string, encoding: 'utf-8' | 'gb18030'): Buffer {
  return encoding === 'gb18030' ? iconv.encode(text, 'gb18030') : Buffer.from(`\ufeff${text}`, 'utf8');
}

function decode(bytes: Uint8Array): DecodedText {
  if (startsWith(bytes, [0xff, 0xfe])) return decodeStrictly(bytes, 'utf-16le', 'utf-16');
  if (startsWith(bytes, [0xfe, 0xff])) return decodeStrictly(bytes, 'utf-16be', 'utf-16');
  const utf8 = decodeStrictly(bytes, 'utf-8', 'utf-8');
  if (utf8.ok || startsWith(bytes, [0xef, 0xbb, 0xbf])) return utf8;
  if (isDamagedUtf8(bytes)) return utf8;
  const text = iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 'gb18030');
  const brokenAt = text.indexOf('\ufffd');
  if (brokenAt === -1) return { ok: true, text, encoding: 'gb18030' };
  return {
    ok: false,
    message: `this is neither UTF-8 nor GB18030 text: ${saveAsCsv}`,
    line: lineAt(text, brokenAt),
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
