import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Made and removed again at each look: a file system that became read-only by a fault says so only to who writes. */
const triedName = '.write-test';

/**
 * How much room the file system of a folder has for this user, in bytes, and whether it can be written. Rejects where the folder is
 * gone.
 */
export async function readDiskState(
  folder: string,
): Promise<{ freeBytes: number; totalBytes: number; isReadOnly: boolean }> {
  const { bsize, bavail, blocks } = await statfs(folder);
  const path = join(folder, triedName);
  const code = await writeFile(path, '', { mode: 0o600 }).then(
    () => rm(path, { force: true }).then(() => ''),
    (error: NodeJS.ErrnoException) => error.code ?? '',
  );
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const isReadOnly = code === 'EROFS' || code === 'EACCES' || code === 'EPERM';
  return { freeBytes: isFull ? 0 : bavail * bsize, totalBytes: blocks * bsize, isReadOnly };
}
