import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Two files of this size hold some days of a city's hub. */
const fileBytes = 10 * 1024 * 1024;

/**
 * Appends lines to `hub.log` in a folder, which is made and which only its owner can read. A full file becomes `hub.1.log` in the place
 * of the one before. A disk that is full or gone costs lines and nothing else.
 */
export function openLogFile(folder: string, maxBytes = fileBytes): { write(line: string): void } {
  const path = join(folder, 'hub.log');
  let file: number | undefined;
  let size = 0;
  const open = (): number => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    file = openSync(path, 'a', 0o600);
    ({ size } = fstatSync(file));
    return file;
  };
  const close = (): void => {
    const opened = file;
    file = undefined;
    if (opened !== undefined) closeSync(opened);
  };
  return {
    write(line) {
      const bytes = Buffer.from(line).subarray(0, maxBytes);
      try {
        file ??= open();
        if (size > 0 && size + bytes.length > maxBytes) {
          close();
          renameSync(path, join(folder, 'hub.1.log'));
          file = open();
        }
        size += writeSync(file, bytes);
      } catch {
        // The next line opens it once more: what stayed open would be one descriptor for each line.
        try {
          close();
        } catch {
          // It is closed, also where the system says that what was written before is lost.
        }
      }
    },
  };
}
