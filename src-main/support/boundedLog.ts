import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Lines of a program in files of a bounded size: `NAME.log`, and the ones before it as `NAME.1.log`, `NAME.2.log`, …. */
export interface BoundedLog {
  /** Appends one line with its end. A disk that is full or gone costs lines and nothing else. */
  write(line: string): void;
  close(): void;
}

/** Keeps at most `files` files of about `fileBytes` bytes each; the folder is made, and only its owner can read it. */
export function openBoundedLog(
  folder: string,
  name: string,
  { fileBytes = 4 * 1024 * 1024, files = 5 }: { fileBytes?: number; files?: number } = {},
): BoundedLog {
  const pathOf = (index: number): string =>
    join(folder, index === 0 ? `${name}.log` : `${name}.${index}.log`);
  let file: number | undefined;
  let size = 0;

  const open = (): void => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    file = openSync(pathOf(0), 'a', 0o600);
    size = fstatSync(file).size;
  };
  const shut = (): void => {
    const opened = file;
    file = undefined;
    if (opened !== undefined) closeSync(opened);
  };
  const rotate = (): void => {
    shut();
    rmSync(pathOf(files - 1), { force: true });
    for (let index = files - 2; index >= 0; index -= 1) {
      try {
        renameSync(pathOf(index), pathOf(index + 1));
      } catch {
        // There are not so many yet.
      }
    }
  };
  return {
    write(line) {
      // One line must not be larger than what is kept of all.
      const bytes = Buffer.from(line.endsWith('\n') ? line : `${line}\n`).subarray(0, fileBytes);
      try {
        if (file === undefined) open();
        if (size > 0 && size + bytes.length > fileBytes) {
          rotate();
          open();
        }
        if (file !== undefined) size += writeSync(file, bytes);
      } catch {
        // The next line opens it once more: what stayed open would be one descriptor for each line that a full disk refuses.
        try {
          shut();
        } catch {
          // It is closed, also where the system says that what was written before is lost.
        }
      }
    },
    close: shut,
  };
}
