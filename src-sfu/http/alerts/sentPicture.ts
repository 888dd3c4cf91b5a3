import { maxSnapshotBytes, type ReportedAlert } from '../../../src-shared/alerts/alertIntake.ts';

/** The bytes that came with an alert and begin like a picture; or why they were not ingested. */
export type SentPicture =
  | { ok: true; bytes: Uint8Array; takenAtMs?: number | undefined }
  | { ok: false; code: string; message: string };

/** The picture that a report names: in base64, or as a part of its form. Never throws: an alert stands without it. */
export function pictureOf(
  snapshot: NonNullable<ReportedAlert['snapshot']>,
  parts: ReadonlyMap<string, Uint8Array>,
): SentPicture {
  const bytes = 'part' in snapshot ? parts.get(snapshot.part) : decodeBase64(snapshot.base64);
  if (bytes === undefined) {
    const message =
      'part' in snapshot ? 'The form has no such part for the snapshot.' : 'The snapshot is not base64.';
    return { ok: false, code: 'snapshot_missing', message };
  }
  if (bytes.byteLength > maxSnapshotBytes) {
    return { ok: false, code: 'snapshot_too_large', message: 'The snapshot is larger than 5 MiB.' };
  }
  if (!isJpegOrPng(bytes)) {
    return { ok: false, code: 'snapshot_unusable', message: 'The snapshot is neither a JPEG nor a PNG.' };
  }
  const { takenAt } = snapshot;
  return { ok: true, bytes, takenAtMs: typeof takenAt === 'number' ? takenAt : undefined };
}

/** The first bytes only; whether it is a picture throughout is found out before it is shown. */
function isJpegOrPng(bytes: Uint8Array): boolean {
  const startsWith = (...start: number[]): boolean => start.every((byte, index) => bytes[index] === byte);
  return startsWith(0xff, 0xd8, 0xff) || startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
}

/** The prefix of a data URL is short; what is longer is no prefix. */
const maxPrefix = 200;

/**
 * Bytes of base64 in either alphabet, with or without padding, line breaks and the prefix of a data URL. Undefined for
 * other text: nothing is skipped, because a picture with bytes missing may look like another.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const withoutPrefix = /^\s*data:/i.test(text.slice(0, maxPrefix))
    ? text.slice(text.slice(0, maxPrefix).indexOf(',') + 1)
    : text;
  // Spaces are never part of the length, and decoding them takes long.
  const asSent = /\s/.test(withoutPrefix) ? undefined : exactly(withoutPrefix);
  if (asSent !== undefined) return asSent;
  const unescaped = withoutPrefix.includes('%') ? unescapeUrl(withoutPrefix) : withoutPrefix;
  // A form that was sent as a URL has a space for each "+": a picture without a single "+" is next to impossible.
  const isFromUrl = unescaped.includes(' ') && !/[+\-_]/.test(unescaped);
  return (
    (isFromUrl ? exactly(withoutSpaces(unescaped.trim().replaceAll(' ', '+'))) : undefined) ??
    exactly(withoutSpaces(unescaped))
  );
}

/** Node ignores characters that are not base64; the length of the result shows whether it ignored any. */
function exactly(text: string): Uint8Array | undefined {
  let length = text.length;
  while (length > 0 && text[length - 1] === '=' && text.length - length < 2) length -= 1;
  if (length === 0 || length % 4 === 1) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === Math.floor((length * 3) / 4) ? bytes : undefined;
}

/** Characters of base64 and its line breaks as URLs have them. */
const escapes = ['%2b', '%2B', '%2f', '%2F', '%3d', '%3D', '%0a', '%0A', '%0d', '%0D', '%20'];

/** One escape after the other, because a function called for each of millions takes seconds. */
function unescapeUrl(text: string): string {
  return escapes.reduce((plain, escape) => plain.replaceAll(escape, decodeURIComponent(escape)), text);
}

/** Byte by byte where that is possible: an expression takes seconds for millions of spaces. */
function withoutSpaces(text: string): string {
  // eslint-disable-next-line no-control-regex -- bytes are what is looked for
  if (/[^\x00-\x7f]/.test(text)) return text.replace(/\s+/g, '');
  const bytes = Buffer.from(text, 'latin1');
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) continue;
    bytes[length] = byte;
    length += 1;
  }
  return bytes.toString('latin1', 0, length);
}
