import { constants, readFileSync } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SpoolEntry } from '../base/spool.ts';
import { readSpoolLines } from './spoolLines.ts';

/** Room that is reserved in advance: some thousand entries fit although the disk is full later. Bytes. */
const reservedBytes = 2 * 1024 * 1024;

/** One file of a spool. */
export interface SpoolPlace {
  readonly path: string;
  /** What was in the file when it was opened. */
  readonly found: readonly SpoolEntry[];
  readonly damaged: number;
  /** Writes zeros, so that lines need no room of the disk later. Does nothing where that was done before. Rejects as `write`. */
  reserve(): Promise<void>;
  /** Writes one zero behind the lines, to see whether the file can be written. Rejects as `write`. */
  try(): Promise<void>;
  /** Writes lines and waits until they are on the disk. Rejects with the error of the system; nothing counts as written then. */
  write(lines: Buffer): Promise<void>;
  /** Makes the file empty; its room stays reserved. Rejects as `write`. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Reads the file, if there is one. Nothing is written yet. */
export function openSpoolPlace(path: string): SpoolPlace {
  let bytes: Buffer = Buffer.alloc(0);
  try {
    bytes = readFileSync(path);
  } catch {
    // There is none, or it cannot be read; what cannot be written is noticed at the first line.
  }
  const { entries, damaged, end: foundEnd } = readSpoolLines(bytes);
  let end = foundEnd;
  /** A line that was half written is ended first. */
  let needsNewLine = end > 0 && bytes[end - 1] !== 10;
  let isReserved = bytes.length >= reservedBytes;
  let file: FileHandle | undefined;

  const opened = async (): Promise<FileHandle> => {
    if (file !== undefined) return file;
    // Not with the folders above it: where these are missing, a disk may not be mounted.
    await mkdir(dirname(path), { mode: 0o700 }).catch(() => undefined);
    // Nobody else's link is followed: the folder may be one that others write to.
    file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    return file;
  };
  const closeFile = async (): Promise<void> => {
    const closing = file;
    file = undefined;
    await closing?.close().catch(() => undefined);
  };
  const writeAt = async (bytesToWrite: Buffer, position: number): Promise<void> => {
    try {
      const into = await opened();
      let written = 0;
      while (written < bytesToWrite.length) {
        const { bytesWritten } = await into.write(
          bytesToWrite,
          written,
          bytesToWrite.length - written,
          position + written,
        );
        written += bytesWritten;
      }
      await into.datasync();
    } catch (error) {
      // The next attempt opens the file again: it may be another one by then, as after a disk was mounted again.
      await closeFile();
      throw error;
    }
  };

  return {
    path,
    found: entries,
    damaged,
    async reserve() {
      if (isReserved) return;
      await writeAt(Buffer.alloc(Math.max(0, reservedBytes - end)), end);
      isReserved = true;
    },
    try: () => writeAt(Buffer.alloc(1), end),
    async write(lines) {
      const whole = needsNewLine ? Buffer.concat([Buffer.from('\n'), lines]) : lines;
      await writeAt(whole, end);
      end += whole.length;
      needsNewLine = false;
    },
    async empty() {
      if (end === 0) return;
      await writeAt(Buffer.alloc(end), 0);
      end = 0;
      needsNewLine = false;
    },
    close: closeFile,
  };
}
