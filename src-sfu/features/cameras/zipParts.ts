/** The parts of a ZIP archive (APPNOTE 6.3), unpacked within a limit before a library unpacks them without a limit. */
import { inflateRawSync } from 'node:zlib';

export class ZipTooLargeError extends Error {
  override name = 'ZipTooLargeError';
}

export class ZipBrokenError extends Error {
  override name = 'ZipBrokenError';
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
/** A workbook has some dozen parts. */
const maxParts = 2_000;

/**
 * The names of an archive's parts, after each was unpacked once and thrown away: together they have at most `maxBytes`.
 * Sizes that the archive claims are not believed. Throws ZipTooLargeError or ZipBrokenError.
 */
export function measureZip(bytes: Uint8Array, maxBytes: number): string[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = view.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1 || end + 22 > view.length || view.readUInt32LE(end) !== endSignature) {
    throw new ZipBrokenError('its end is missing');
  }
  const count = view.readUInt16LE(end + 10);
  if (count > maxParts) throw new ZipTooLargeError(`${count} parts`);
  let at = view.readUInt32LE(end + 16);
  let left = maxBytes;
  const names: string[] = [];
  for (let part = 0; part < count; part += 1) {
    if (at + 46 > view.length || view.readUInt32LE(at) !== entrySignature) {
      throw new ZipBrokenError('its list of parts is damaged');
    }
    const method = view.readUInt16LE(at + 10);
    const packedSize = view.readUInt32LE(at + 20);
    const nameLength = view.readUInt16LE(at + 28);
    const local = view.readUInt32LE(at + 42);
    const name = view.toString('utf8', at + 46, at + 46 + nameLength);
    names.push(name);
    at += 46 + nameLength + view.readUInt16LE(at + 30) + view.readUInt16LE(at + 32);
    if (local + 30 > view.length) throw new ZipBrokenError(`${name} is cut off`);
    const from = local + 30 + view.readUInt16LE(local + 26) + view.readUInt16LE(local + 28);
    if (from + packedSize > view.length) throw new ZipBrokenError(`${name} is cut off`);
    left -= method === 0 ? packedSize : inflatedSize(view.subarray(from, from + packedSize), left, name);
    if (left < 0) throw tooLarge(maxBytes);
  }
  return names;
}

function inflatedSize(packed: Buffer, left: number, name: string): number {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, left) }).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return left + 1;
    throw new ZipBrokenError(`${name} cannot be unpacked`);
  }
}

function tooLarge(maxBytes: number): ZipTooLargeError {
  return new ZipTooLargeError(`over ${Math.round(maxBytes / 1024 / 1024)} MiB`);
}
