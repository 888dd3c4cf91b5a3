import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from './backupManifest.ts';

const pieceBytes = 1024 * 1024;

/** What a file holds. */
export interface FileDigest {
  bytes: number;
  /** SHA-256 in hexadecimal. */
  sha256: string;
}

/** Copies a regular file (never what a symbolic link names) and syncs the copy. Returns what was copied. */
export async function copyDurably(from: string, to: string): Promise<FileDigest> {
  await lstat(from);
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const target = await open(to, 'wx', 0o600);
  try {
    const digest = await readPieces(from, (piece) => target.writeFile(piece));
    await target.sync();
    return digest;
  } finally {
    await target.close();
  }
}

/** Reads a regular file to its end. Throws BackupError when it is no regular file. */
export async function digestFile(path: string): Promise<FileDigest> {
  return readPieces(path, () => Promise.resolve());
}

async function readPieces(path: string, take: (piece: Buffer) => Promise<void>): Promise<FileDigest> {
  if (!(await lstat(path)).isFile()) throw new BackupError(`${path} is not a regular file.`);
  const source = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(pieceBytes);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, pieceBytes);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      const piece = buffer.subarray(0, bytesRead);
      hash.update(piece);
      bytes += bytesRead;
      await take(piece);
    }
  } finally {
    await source.close();
  }
}

/** Writes a new file and syncs it. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes durable what was written. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Regular files below a folder, as paths with `/`, the folder's own name left out; none where there is no folder. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** What the operating system says, as a sentence for an operator. */
export function fileProblem(error: unknown): BackupError {
  if (error instanceof BackupError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return new BackupError(
      'There is no room left on the disk. Free some, or choose another folder, and begin again.',
    );
  }
  if (code === 'EROFS') return new BackupError(`The disk is read-only: ${message}.`);
  if (code === 'EACCES' || code === 'EPERM') {
    return new BackupError(
      `A file may not be read or written: ${message}. Run this command as the user of the hub.`,
    );
  }
  return new BackupError(message);
}
