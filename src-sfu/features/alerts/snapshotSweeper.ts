import type { Logger } from '../../logger.ts';
import type { SnapshotFiles } from './alertPictures.ts';
import type { AlertsRepository } from './alerts.repository.ts';

/** A picture is on the disk before its alert is stored, by some seconds at most: older ones without an alert are left over. */
const graceMs = 10 * 60_000;
const everyMs = 60 * 60_000;

/**
 * Removes pictures that belong to no alert: those whose request was refused or whose hub was ended before it was stored.
 * Once at the start, for everything from before, and each hour.
 */
export function startSnapshotSweeper(options: {
  files: Pick<SnapshotFiles, 'sweep'>;
  repository: Pick<AlertsRepository, 'knownSnapshots'>;
  logger: Logger;
  nowMs(): number;
}): { close(): Promise<void> } {
  const { files, repository, logger, nowMs } = options;
  let running = Promise.resolve();
  let closed = false;

  const sweep = async (olderThanMs: number): Promise<void> => {
    try {
      const removed = await files.sweep(
        (hashes) => repository.knownSnapshots(hashes),
        olderThanMs,
        () => closed,
      );
      if (removed > 0) logger.info({ removed }, 'snapshots without an alert were removed');
    } catch (error) {
      if (!closed) logger.warn({ err: error }, 'the search for snapshots without an alert failed');
    }
  };
  const timer = setInterval(() => {
    running = running.then(() => sweep(nowMs() - graceMs));
  }, everyMs);
  timer.unref();
  running = sweep(nowMs());

  return {
    async close() {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}
