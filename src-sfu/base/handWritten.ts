/** Files that people write by hand, as their editors save them. */

export type HandWritten = { ok: true; text: string } | { ok: false; message: string };
export type HandWrittenJson = { ok: true; value: unknown } | { ok: false; message: string };

/**
 * The text of a file: UTF-8 with or without a byte order mark, UTF-16 (Windows' "Unicode") by its mark or by the zero beside
 * its first character, else GB18030 (its "ANSI" in China). The message completes "The file …".
 */
export function readHandWritten(bytes: Uint8Array): HandWritten {
  const [first, second] = bytes;
  const label =
    (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
      ? 'utf-16le'
      : (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
        ? 'utf-16be'
        : 'utf-8';
  // TextDecoder removes the byte order mark of its own encoding.
  for (const encoding of label === 'utf-8' ? ['utf-8', 'gb18030'] : [label]) {
    try {
      return { ok: true, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
    } catch {
      // These bytes are not in this encoding, so the next one is tried.
    }
  }
  return { ok: false, message: 'is not text in UTF-8, UTF-16 or GB18030: save it as UTF-8 in the editor' };
}

/** The JSON of a file. The message completes "The file …". */
export function readHandWrittenJson(bytes: Uint8Array): HandWrittenJson {
  const read = readHandWritten(bytes);
  if (!read.ok) return read;
  try {
    // Joining two files leaves a second byte order mark.
    return { ok: true, value: JSON.parse(read.text.replace(/^\ufeff+/, '')) as unknown };
  } catch (error) {
    return { ok: false, message: `is not JSON: ${(error as Error).message}` };
  }
}
