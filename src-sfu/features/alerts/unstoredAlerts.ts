import { startTimer, type Timer } from '../../base/timers.ts';
import { noSpool, type Spool } from '../../base/spool.ts';
import type { Logger } from '../../logger.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { AlertBook } from './alertBook.ts';
import { AlertDraft, type AlertView } from './alertDraft.ts';
import { RefusedByStoreError, type AlertChanges, type AlertsRepository } from './alerts.repository.ts';

/**
 * Changes of alerts of class 1 that take effect although the database does not work: they are shown at once, marked as not stored,
 * and written in their order as soon as it works. They survive the end of the hub in the spool. The platform does not get the answer
 * that its alert is stored, and sends it again.
 */
export interface UnstoredAlerts {
  count(): number;
  /** What was read with the held changes applied, so that a repeat of a held report is known. */
  over(view: AlertView): AlertView;
  /** Takes a planned change and shows it. False when too many are held already. */
  hold(draft: AlertDraft): boolean;
  /** Writes what is held into the spool, before it is answered. Never rejects. */
  keep(): Promise<void>;
  /** Holds what the hub before this one left in the spool, once the open alerts are in the book. */
  restore(): Promise<void>;
  /** Tries to write everything that is held; true when nothing is held any more. */
  store(): Promise<boolean>;
  /** Tries once more to write. */
  close(): Promise<void>;
}

/** The kind of this feature's entries in the spool. */
const spoolKind = 'alerts';

/** A change as it is in the spool. */
interface SpooledChanges {
  changes: AlertChanges;
  raisedIds: string[];
}

/** A change that holds, with its entry in the spool once it has one. */
interface Held {
  draft: AlertDraft;
  isReplayed: boolean;
  kept?: Promise<number | undefined>;
}

/** The repeats of a platform are joined to one alert; more changes than this are more than anybody can read. */
const maxHeld = 2_000;
/** Between two attempts to write; it doubles up to the longest. Milliseconds. */
const firstRetryMs = 250;
const longestRetryMs = 5_000;

export function createUnstoredAlerts(options: {
  book: AlertBook;
  repository: Pick<AlertsRepository, 'commit' | 'ask'>;
  /** Left out: what is not stored does not survive the end of the hub. */
  spool?: Spool | undefined;
  logger: Logger;
  onWritten(draft: AlertDraft): void;
  /** A view over the book in which nothing was read. */
  emptyView: AlertView;
}): UnstoredAlerts {
  const { book, repository, spool = noSpool, logger, emptyView } = options;
  let held: Held[] = [];
  let storing: Promise<boolean> | undefined;
  let retryMs = firstRetryMs;
  let timer: Timer | undefined;
  let isClosed = false;

  const merged = (some: readonly Held[], view: AlertView): AlertDraft => {
    const all = new AlertDraft(view);
    for (const { draft } of some) all.absorb(draft);
    return all;
  };
  const show = (draft: AlertDraft): void => {
    book.apply(draft);
    try {
      options.onWritten(draft);
    } catch (error) {
      logger.error({ err: error }, 'changes of alerts are in effect, but some surfaces were not notified');
    }
  };

  /** The alerts of these drafts are stored, unless a later change of them is held. */
  const unmark = (stored: readonly Held[]): void => {
    // One may still be on its way to the disk.
    for (const { kept } of stored) void kept?.then((id) => spool.release(id === undefined ? [] : [id]));
    const later = new Set(held.flatMap(({ draft }) => draft.changes().alerts.map(({ alertId }) => alertId)));
    const unmarked = new AlertDraft(emptyView);
    const alertIds = stored.flatMap(({ draft }) => draft.changes().alerts.map(({ alertId }) => alertId));
    for (const alertId of new Set(alertIds)) {
      const alert = book.alert(alertId);
      if (alert?.isNotStoredYet !== true || later.has(alertId)) continue;
      const { isNotStoredYet: _stored, ...rest } = alert;
      unmarked.change(rest);
    }
    if (!unmarked.isEmpty()) show(unmarked);
  };

  const changesOf = (batch: readonly Held[]): AlertChanges => {
    const changes = merged(batch, emptyView).changes();
    return batch[0]?.isReplayed === true ? { ...changes, isReplayed: true } : changes;
  };

  const write = async (): Promise<boolean> => {
    while (held.length > 0) {
      // What comes from the spool is written by itself, as it may have been written before.
      const replayed = held.findIndex(({ isReplayed }) => isReplayed);
      const batch = replayed === 0 ? held.slice(0, 1) : held.slice(0, replayed < 0 ? held.length : replayed);
      try {
        await repository.commit(changesOf(batch));
        held = held.slice(batch.length);
        unmark(batch);
      } catch (error) {
        if (!(error instanceof RefusedByStoreError)) return false;
        await writeSingly(batch);
      }
    }
    logger.warn('all alerts of class 1 are stored again');
    retryMs = firstRetryMs;
    return true;
  };
  /** A change that the database always refuses must not stop the others. */
  const writeSingly = async (batch: readonly Held[]): Promise<void> => {
    for (const one of batch) {
      try {
        await repository.commit(changesOf([one]));
      } catch (error) {
        if (!(error instanceof RefusedByStoreError)) return;
        logger.error(
          { err: error },
          'the database refused a change of an alert of class 1; this change is not stored',
        );
      }
      held = held.slice(1);
      unmark([one]);
    }
  };

  const store = (): Promise<boolean> => {
    timer?.cancel();
    storing ??= write().finally(() => {
      storing = undefined;
      if (held.length === 0 || isClosed) return;
      timer = startTimer(() => void store(), retryMs);
      retryMs = Math.min(longestRetryMs, retryMs * 2);
    });
    return storing;
  };

  return {
    count: () => held.length,
    over: (view) => (held.length === 0 ? view : merged(held, view)),
    hold(draft) {
      if (held.length >= maxHeld) return false;
      if (held.length === 0) {
        logger.error(
          'an alert of class 1 could not be stored; it is shown, and is stored as soon as the database works; check the disk and the database',
        );
        timer = startTimer(() => void store(), retryMs);
      }
      draft.markNotStored();
      held.push({ draft, isReplayed: false });
      show(draft);
      return true;
    },
    async keep() {
      const all = [...held];
      for (const one of all) {
        const changes = one.draft.changes();
        const raisedIds = changes.alerts.map(({ alertId }) => alertId).filter((id) => one.draft.isRaised(id));
        one.kept ??= spool.append(spoolKind, { changes, raisedIds } satisfies SpooledChanges);
      }
      // What could not be written is tried again with the next change.
      for (const one of all) if ((await one.kept) === undefined) delete one.kept;
    },
    async restore() {
      const left = spool.left(spoolKind);
      if (left.length === 0) return;
      const alertIds = left.flatMap(({ value }) =>
        (value as SpooledChanges).changes.alerts.map(({ alertId }) => alertId),
      );
      const nothing = {
        nonces: [],
        requests: [],
        occurrences: [],
        snapshotHashes: [],
        alertsOfSnapshots: [],
      };
      const stored = await repository.ask({ ...nothing, alertIds }).then(
        ({ alerts }) => alerts,
        () => new Map<string, Alert>(),
      );
      for (const { id, value } of left) {
        const { changes, raisedIds } = value as SpooledChanges;
        const draft = AlertDraft.from(emptyView, changes, raisedIds);
        held.push({ draft, isReplayed: true, kept: Promise.resolve(id) });
        const isStored = changes.alerts.every(
          ({ alertId, revision }) => (stored.get(alertId)?.revision ?? -1) >= revision,
        );
        if (!isStored) show(draft);
      }
      timer = startTimer(() => void store(), 0);
    },
    store,
    async close() {
      isClosed = true;
      timer?.cancel();
      if (held.length === 0 || (await store())) return;
      const lost = held
        .filter(({ kept }) => kept === undefined)
        .flatMap(({ draft }) => draft.changes().alerts.map(({ alertId }) => alertId));
      logger.error(
        { lost },
        'the hub stops while alerts of class 1 are not stored; those in the spool are stored at the next start, these are lost',
      );
    },
  };
}
