import type { Logger } from '../../logger.ts';
import type { AlertLedger } from './alertLedger.ts';
import type { AlertsRepository, SnapshotRecord } from './alerts.repository.ts';

/** The result of checking a picture. */
export type PictureCheck =
  | { ok: true; width: number; height: number }
  /** The bytes are not a picture that can be shown. */
  | { ok: false; message: string };

/** The files of pictures, by the hash of the bytes that were sent. */
export interface SnapshotFiles {
  /**
   * Stores a picture; it is durable when the promise resolves. A picture that is stored already is not written again. Throws when
   * the disk is full.
   */
  save(hash: string, bytes: Uint8Array): Promise<void>;
  /** Whether the bytes that were sent are stored. */
  has(hash: string): Promise<boolean>;
  /** How many bytes were sent; undefined when they are not stored. */
  sentBytes(hash: string): Promise<number | undefined>;
  /** Decodes the sent picture, encodes it again and stores the result beside it. Rejects when the check itself failed. */
  check(hash: string): Promise<PictureCheck>;
  /**
   * Removes the files of pictures that `known` does not name and that were written before a time; those that were saved
   * or asked for since are left. Stops when `isEnough` says so. The number of removed pictures.
   */
  sweep(
    known: (hashes: readonly string[]) => Promise<ReadonlySet<string>>,
    olderThanMs: number,
    isEnough: () => boolean,
  ): Promise<number>;
  /** The picture that the hub encoded again, a JPEG; undefined when there is none. */
  read(hash: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** Checks the pictures that were sent, one after another, those of alerts of class 1 first. */
export interface AlertPictures {
  /** Continues with the pictures that were not checked when the hub stopped. */
  load(): Promise<void>;
  /** These are in the store and wait to be checked. */
  add(records: readonly SnapshotRecord[], isUrgent: boolean): void;
  close(): Promise<void>;
}

/** Decoding uses one thread besides the hub's own; more threads would slow down the media. */
const maxChecks = 2;

export function createAlertPictures(options: {
  ledger: AlertLedger;
  files: SnapshotFiles;
  repository: AlertsRepository;
  logger: Logger;
  /** These alerts have a picture that can be shown now. */
  onReady?(alertIds: readonly string[]): void;
}): AlertPictures {
  const { ledger, files, repository, logger, onReady } = options;
  const urgent = new Map<string, SnapshotRecord>();
  const others = new Map<string, SnapshotRecord>();
  const running = new Map<string, Promise<void>>();
  /** Those whose check itself failed; they are tried again with the next picture that comes. */
  const failed = new Map<string, SnapshotRecord>();
  let closed = false;

  const check = async (record: SnapshotRecord): Promise<void> => {
    const { hash } = record;
    const found = await files.check(hash);
    if (!found.ok)
      logger.warn({ hash, reason: found.message }, 'an alert snapshot cannot be decoded; it is not shown');
    const { width, height } = found.ok ? found : {};
    const size = width === undefined || height === undefined ? {} : { width, height };
    const state = found.ok ? 'ready' : 'unusable';
    let ready: string[] = [];
    await ledger.submit({
      asks: { alertsOfSnapshots: [hash] },
      plan(draft) {
        ready = [];
        draft.putSnapshot({ ...record, state, ...size });
        for (const { alert, takenAtMs } of draft.alertsOf(hash)) {
          if (state === 'ready') ready.push(alert.alertId);
          const current = alert.snapshot;
          if (current?.hash === hash) {
            draft.change({ ...alert, snapshot: { ...current, state, ...size } });
          } else if (state === 'ready' && (current?.state !== 'ready' || takenAtMs >= current.takenAtMs)) {
            draft.change({ ...alert, snapshot: { hash, state, takenAtMs, ...size } });
          }
        }
      },
    });
    if (ready.length > 0) onReady?.(ready);
  };

  const next = (): void => {
    if (closed || running.size >= maxChecks) return;
    for (const queue of [urgent, others]) {
      for (const [hash, record] of queue) {
        queue.delete(hash);
        if (running.has(hash)) continue;
        const done = check(record)
          .catch((error: unknown) => {
            failed.set(hash, record);
            logger.error({ err: error, hash }, 'an alert snapshot could not be checked');
          })
          .finally(() => {
            running.delete(hash);
            next();
          });
        running.set(hash, done);
        return next();
      }
    }
  };

  const add: AlertPictures['add'] = (records, isUrgent) => {
    for (const [hash, record] of failed) others.set(hash, record);
    failed.clear();
    for (const record of records) {
      if (isUrgent) others.delete(record.hash);
      if (!isUrgent && urgent.has(record.hash)) continue;
      (isUrgent ? urgent : others).set(record.hash, record);
    }
    next();
  };

  return {
    async load() {
      add(await repository.listUncheckedSnapshots(), false);
    },
    add,
    async close() {
      closed = true;
      await Promise.all(running.values());
    },
  };
}
