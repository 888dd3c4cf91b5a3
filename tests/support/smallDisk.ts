import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './processes.ts';

/** A file system of its own, of 32 MB. */
export interface SmallDisk {
  folder: string;
  unmount(): void;
}

function run(program: string, ...options: string[]): string {
  return execFileSync(program, options, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
}

/** One in memory, for those who may mount one; undefined for others. */
export function smallDisk(): SmallDisk | undefined {
  const folder = temporaryFolder('mingchu-small-');
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', folder);
  } catch {
    return undefined;
  }
  return { folder, unmount: () => void run('umount', '--lazy', folder) };
}

/** An ext4 in a file, that can have a fault; undefined where no such file can be mounted. */
export function faultyDisk(): (SmallDisk & { fail(): void; repair(): void }) | undefined {
  const folder = temporaryFolder('mingchu-faulty-');
  const image = join(temporaryFolder('mingchu-image-'), 'disk');
  const mount = (): void => void run('mount', '-o', 'loop,errors=remount-ro', image, folder);
  try {
    writeFileSync(image, '');
    run('truncate', '-s', '32M', image);
    run('mkfs.ext4', '-q', image);
    mount();
  } catch {
    return undefined;
  }
  const device = (): string => {
    const line = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((one) => one.split(' ')[1] === folder);
    return line?.split(' ')[0]?.replace('/dev/', '') ?? '';
  };
  const switchOf = (): string => `/sys/fs/ext4/${device()}/trigger_fs_error`;
  const unmount = (): void => void run('umount', '--lazy', folder);
  if (!existsSync(switchOf())) {
    unmount();
    return undefined;
  }
  return {
    folder,
    unmount,
    /** The kernel lets nobody write from now on, also not through files that are open: as after a fault of a real disk. */
    fail: () => writeFileSync(switchOf(), '1'),
    /** Checked and mounted again; nobody may have files open there. */
    repair() {
      run('umount', folder);
      try {
        run('fsck.ext4', '-f', '-y', image);
      } catch {
        // It says with its status that it has repaired something.
      }
      mount();
    },
  };
}

/** Takes all room that is left. */
export function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let bytes = 1024 * 1024; bytes >= 1; bytes = Math.floor(bytes / 16)) {
      const some = Buffer.alloc(bytes, 1);
      try {
        for (;;) if (writeSync(file, some) < bytes) break;
      } catch {
        // No room for so many; fewer may fit.
      }
    }
  } finally {
    closeSync(file);
  }
}
