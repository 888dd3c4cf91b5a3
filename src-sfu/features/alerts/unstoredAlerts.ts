import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import type { AlertBook } from './alertBook.ts';
import { AlertDraft, type AlertView } from './alertDraft.ts';
import { RefusedByStoreError, type AlertsRepository } from './alerts.repository.ts';

/**
 * Changes of class 1 alerts that hold although the store does not work: shown at once, marked as not stored, and written in their
 * order as soon as it works. They are in memory only: a platform is not answered that its alert is stored, and sends it again.
 */
export interface UnstoredAlerts {
  count(): number;
  /** What was read with the held changes applied, so that a repeat of a held report is known. */
  over(view: AlertView): AlertView;
  /** Takes a planned change and shows it. False when too many are held already. */
  hold(draft: AlertDraft): boolean;
  /** Tries to write everything that is held; true when nothing is held any more. */
  store(): Promise<boolean>;
  /** Tries once more to write. */
  close(): Promise<void>;
}

/** A platform that repeats itself is joined to one alert; more than this would be more than anybody can read. */
const maxHeld = 2_000;
/** Between two attempts to write; it doubles up to the longest. Milliseconds. */
const firstRetryMs = 250;
const longestRetryMs = 5_000;

export function createUnstoredAlerts(options: {
  book: AlertBook;
  repository: Pick<AlertsRepository, 'commit'>;
  logger: Logger;
  onWritten(draft: AlertDraft): void;
  /** A view over the book in which nothing was read. */
  emptyView: AlertView;
}): UnstoredAlerts {
  const { book, repository, logger, emptyView } = options;
  let held: AlertDraft[] = [];
  let storing: Promise<boolean> | undefined;
  let retryMs = firstRetryMs;
  let timer: Timer | undefined;
  let isClosed = false;

  const merged = (drafts: readonly AlertDraft[], view: AlertView): AlertDraft => {
    const all = new AlertDraft(view);
    for (const draft of drafts) all.absorb(draft);
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
  const unmark = (stored: readonly AlertDraft[]): void => {
    const later = new Set(held.flatMap((draft) => draft.changes().alerts.map(({ alertId }) => alertId)));
    const unmarked = new AlertDraft(emptyView);
    const alertIds = stored.flatMap((draft) => draft.changes().alerts.map(({ alertId }) => alertId));
    for (const alertId of new Set(alertIds)) {
      const alert = book.alert(alertId);
      if (alert === undefined || later.has(alertId)) continue;
      const { isNotStoredYet: _stored, ...rest } = alert;
      unmarked.change(rest);
    }
    if (!unmarked.isEmpty()) show(unmarked);
  };

  const write = async (): Promise<boolean> => {
    while (held.length > 0) {
      const batch = [...held];
      try {
        await repository.commit(merged(batch, emptyView).changes());
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
  /** One that the store will never take must not keep the others. */
  const writeSingly = async (batch: readonly AlertDraft[]): Promise<void> => {
    for (const draft of batch) {
      try {
        await repository.commit(draft.changes());
      } catch (error) {
        if (!(error instanceof RefusedByStoreError)) return;
        logger.error(
          { err: error },
          'the database refused a change of an alert of class 1; this change is not stored',
        );
      }
      held = held.slice(1);
      unmark([draft]);
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
      held.push(draft);
      show(draft);
      return true;
    },
    store,
    async close() {
      isClosed = true;
      timer?.cancel();
      if (held.length === 0 || (await store())) return;
      const lost = held.flatMap((one) => one.changes().alerts.map(({ alertId }) => alertId));
      logger.error({ lost }, 'the hub stops while alerts of class 1 are not stored; they are lost');
    },
  };
}
