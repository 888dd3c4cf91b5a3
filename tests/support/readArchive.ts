import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The paths and texts of a `.tar.gz`, read as the format says and not as it was written. */
export function readArchive(path: string): Map<string, string> {
  const bytes = gunzipSync(readFileSync(path));
  const files = new Map<string, string>();
  for (let at = 0; bytes[at] !== 0;) {
    const text = (from: number, to: number): string =>
      bytes
        .subarray(at + from, at + to)
        .toString()
        .replace(/\0[^]*/, '');
    const size = parseInt(text(124, 136), 8);
    const header = Buffer.from(bytes.subarray(at, at + 512)).fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    if (parseInt(text(148, 156), 8) !== sum) throw new Error(`the header at ${at} has a wrong checksum`);
    files.set(text(0, 100), bytes.subarray(at + 512, at + 512 + size).toString());
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
