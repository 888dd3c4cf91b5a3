import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './durableFile.ts';
import { troubleOf } from './storeErrors.ts';

const fileName = 'start-reserve';
/**
 * Room that the hub keeps for its next start: SQLite needs some ten KiB to read its log after a kill, and a migration some more. Bytes.
 */
const reservedBytes = 1024 * 1024;

/**
 * Opens the database in this folder. When there is no room for that, as after a kill with a full disk, the hub's own reserve is given up,
 * and it is tried once more. Rejects as `open`.
 */
export async function openWithReserve<Opened>(dataDir: string, open: () => Promise<Opened>): Promise<Opened> {
  if (dataDir === ':memory:') return open();
  const path = join(dataDir, fileName);
  try {
    const opened = await open();
    await keep(path);
    return opened;
  } catch (error) {
    const isFull = error instanceof Error && troubleOf(error.cause) === 'full';
    const isKept = await stat(path).then(
      () => true,
      () => false,
    );
    if (!isFull || !isKept) throw error;
    await rm(path, { force: true });
    return open();
  }
}

/** Without room there is no reserve; that the disk is full is reported elsewhere. */
async function keep(path: string): Promise<void> {
  const known = await stat(path).catch(() => undefined);
  if (known?.size === reservedBytes) return;
  // Not zeros, which some file systems keep as no room at all.
  await writeDurably(path, Buffer.alloc(reservedBytes, 'reserve for the next start ')).catch(() => undefined);
}
