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
 * what is none: nothing is skipped, because a picture with bytes missing may look like another.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const withoutPrefix = /^\s*data:/i.test(text.slice(0, maxPrefix))
    ? text.slice(text.slice(0, maxPrefix).indexOf(',') + 1)
    : text;
  const asSent = exactly(withoutPrefix);
  if (asSent !== undefined) return asSent;
  const unescaped = withoutPrefix.includes('%') ? unescapeUrl(withoutPrefix) : withoutPrefix;
  // A form that was sent as a URL has a space for each "+": a picture without a single "+" is next to impossible.
  const isFromUrl = unescaped.includes(' ') && !/[+\-_]/.test(unescaped);
  return (
    (isFromUrl ? exactly(unescaped.trim().replaceAll(' ', '+').replace(/\s+/g, '')) : undefined) ??
    exactly(unescaped.replace(/\s+/g, ''))
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

function unescapeUrl(text: string): string {
  return text.replace(/%(2b|2f|3d|0a|0d|20)/gi, (escaped) => decodeURIComponent(escaped));
}
