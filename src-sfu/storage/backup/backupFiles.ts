import { join } from 'node:path';
import { BackupError, type BackupFile } from './backupManifest.ts';
import { digestFile } from './durableFiles.ts';

/** Length and SHA-256 of a backup's file. Throws BackupError where it is missing. */
export function digestOf(source: string, file: BackupFile) {
  return digestFile(join(source, file.path)).catch(orMissing(file));
}

/** What a failed read of a backup's file becomes: a BackupError where the file is missing. */
export function orMissing({ path }: BackupFile) {
  return (error: unknown): never => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new BackupError(`The backup is not complete: ${path} is missing. Take another backup.`);
    }
    throw error;
  };
}

/** Throws BackupError where a file does not have the length and the content that the manifest says. */
export function checkFile(
  { path, bytes, sha256 }: BackupFile,
  found: { bytes: number; sha256: string },
): void {
  if (found.bytes !== bytes) {
    throw new BackupError(
      `The backup is damaged: ${path} has ${found.bytes} bytes and should have ${bytes}. Take another backup.`,
    );
  }
  if (found.sha256 !== sha256) {
    throw new BackupError(`The backup is damaged: ${path} is not what was saved. Take another backup.`);
  }
}
