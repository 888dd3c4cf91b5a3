import { createHash } from 'node:crypto';
import type { SpoolEntry } from '../base/spool.ts';

/** Characters of the SHA-256 before each line; enough to notice a line that was half written. */
const hashLength = 16;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hashLength);
}

/** An entry as one line with its hash. */
export function spoolLine(entry: SpoolEntry): Buffer {
  const text = JSON.stringify(entry);
  return Buffer.from(`${hashOf(text)} ${text}\n`);
}

/**
 * The entries of a spool file. Zeros are room that was reserved. A line that is damaged or half written is left out, and nothing
 * before or after it. `end`: where the next line goes, in bytes.
 */
export function readSpoolLines(bytes: Buffer): { entries: SpoolEntry[]; damaged: number; end: number } {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  const entries: SpoolEntry[] = [];
  let damaged = 0;
  for (const line of bytes.toString('utf8', 0, end).split('\n')) {
    if (line === '') continue;
    const text = line.slice(hashLength + 1);
    if (line[hashLength] === ' ' && hashOf(text) === line.slice(0, hashLength)) {
      entries.push(JSON.parse(text) as SpoolEntry);
    } else damaged += 1;
  }
  return { entries, damaged, end };
}
