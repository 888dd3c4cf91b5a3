import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createListeners } from '../../src-shared/listeners.ts';
import { mapStamps } from '../../src-shared/time/stamps.ts';
import type { Spool, SpoolEntry } from '../base/spool.ts';
import type { Logger } from '../logger.ts';
import { spoolLine } from './spoolLines.ts';
import { openSpoolPlace, type SpoolPlace } from './spoolPlace.ts';

/** A spool in files: `spool.jsonl` in the data folder and, where one is named, a file in a second folder. */
export interface SpoolFile extends Spool {
  /** Reserves room, or tries again where that failed. Never rejects. */
  reserve(): Promise<void>;
  /** Whether the last attempt to write found a place. */
  isWritable(): boolean;
  /** Called when `isWritable` changed. */
  onWritable(listener: () => void): void;
  close(): Promise<void>;
}

/** The names of the files of a hub: in its data folder, and in a folder that several hubs may name. */
export function spoolPaths(dataDir: string, spoolFolder: string | undefined): string[] {
  const own = join(dataDir, 'spool.jsonl');
  if (spoolFolder === undefined) return [own];
  const hub = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  return [own, join(spoolFolder, `mingchu-spool-${hub}.jsonl`)];
}

interface Pending {
  line: Buffer;
  done(isWritten: boolean): void;
}

/** Opens the spool and reads what was left. `dates`: entries have the dates of records. */
export function openSpoolFile(options: {
  paths: readonly string[];
  dates: { toRecordMs(ownMs: number): number; toOwnMs(recordMs: number): number };
  logger: Pick<Logger, 'warn' | 'error'>;
}): SpoolFile {
  const { dates, logger } = options;
  const places = options.paths.map(openSpoolPlace);
  for (const { path, damaged } of places) {
    if (damaged > 0) logger.warn({ path, damaged }, 'lines of the spool were half written and are left out');
  }
  // One that could not be synced in the first place may stand in both.
  const found = [
    ...new Map(
      places.flatMap((place) => place.found).map((entry) => [JSON.stringify(entry), entry]),
    ).values(),
  ].sort((first, second) => first.id - second.id);
  // Hubs that ended one after the other may have used the same numbers.
  const left = found.map((entry, index) => ({
    ...entry,
    id: index - found.length,
    value: mapStamps(entry.value, dates.toOwnMs),
  }));
  if (left.length > 0) {
    logger.warn({ entries: left.length }, 'the hub before could not store everything; it is stored now');
  }
  /** Entries that are in a file and not in the database. */
  const held = new Set(left.map(({ id }) => id));
  let lastId = found.at(-1)?.id ?? 0;
  let pending: Pending[] = [];
  let working: Promise<void> = Promise.resolve();
  let isWritable = true;
  const changed = createListeners();

  const become = (writable: boolean, error?: unknown): void => {
    if (isWritable === writable) return;
    isWritable = writable;
    if (!writable) {
      const paths = places.map(({ path }) => path);
      logger.error({ err: error, paths }, 'the spool cannot be written in any place');
    }
    changed.notify();
  };
  /** One piece of work after another, for all of them write the same files. */
  const inTurn = (work: () => Promise<void>): Promise<void> => (working = working.then(work, work));

  const somewhere = async (work: (place: SpoolPlace) => Promise<void>): Promise<boolean> => {
    let last: unknown;
    for (const place of places) {
      try {
        await work(place);
        become(true);
        return true;
      } catch (error) {
        last = error;
      }
    }
    become(false, last);
    return false;
  };
  const writePending = async (): Promise<void> => {
    const batch = pending;
    pending = [];
    if (batch.length === 0) return;
    const lines = Buffer.concat(batch.map(({ line }) => line));
    const isWritten = await somewhere((place) => place.write(lines));
    for (const { done } of batch) done(isWritten);
  };
  const emptyAll = async (): Promise<void> => {
    if (held.size > 0 || pending.length > 0) return;
    for (const place of places) {
      // What stays in it is found again at the next start, and is not stored twice.
      await place.empty().catch((error: unknown) => {
        logger.warn({ err: error, path: place.path }, 'the spool could not be emptied');
      });
    }
  };

  return {
    left: (kind) => left.filter((entry) => entry.kind === kind),
    append(kind, value) {
      lastId += 1;
      const entry: SpoolEntry = { id: lastId, kind, value: mapStamps(value, dates.toRecordMs) };
      held.add(entry.id);
      return new Promise((resolve) => {
        pending.push({
          line: spoolLine(entry),
          done(isWritten) {
            if (!isWritten) held.delete(entry.id);
            resolve(isWritten ? entry.id : undefined);
          },
        });
        void inTurn(writePending);
      });
    },
    release(ids) {
      if (ids.length === 0) return;
      for (const id of ids) held.delete(id);
      if (held.size === 0) void inTurn(emptyAll);
    },
    reserve: () =>
      inTurn(async () => {
        const wasWritable = isWritable;
        let last: unknown;
        let usable = 0;
        for (const place of places) {
          try {
            await place.reserve();
            if (!wasWritable) await place.try();
            usable += 1;
          } catch (error) {
            last = error;
          }
        }
        become(usable > 0, last);
      }),
    isWritable: () => isWritable,
    onWritable: (listener) => void changed.add(listener),
    async close() {
      await working;
      for (const place of places) await place.close();
    },
  };
}
