import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Spool } from '../../base/spool.ts';
import type { Logger } from '../../logger.ts';
import { AlertDraft, type AlertView } from './alertDraft.ts';
import type { AlertBook } from './alertBook.ts';
import { createUnstoredAlerts } from './unstoredAlerts.ts';
import {
  pairKey,
  RefusedByStoreError,
  type AlertFacts,
  type AlertQuestions,
  type AlertsRepository,
} from './alerts.repository.ts';

/** Nothing could be written, because the disk is full or the store is not available. */
export class LedgerError extends Error {
  override name = 'LedgerError';
}

/**
 * One change of alerts. `plan` decides on it after every earlier change was applied, and changes nothing but its draft. When the
 * group of changes cannot be written together, each change is planned again by itself.
 */
export interface LedgerJob<Answer> {
  /** What must be read from the database beforehand. */
  asks?: Partial<AlertQuestions>;
  /** How many alerts it writes; counted for the size of a group. */
  weight?: number;
  /**
   * What happens when the database cannot be written and the change is about an alert of class 1: the change takes effect and is
   * shown at once, is marked as not stored, and is stored as soon as the database works. `answer`: the alerts in the answer are
   * marked as not stored. `refuse`: the sender is asked to send it again, which then changes nothing more. Left out: the change is
   * refused and does not take effect.
   */
  unstored?: 'answer' | 'refuse';
  plan(draft: AlertDraft): Answer;
}

/**
 * The only writer of alerts: changes are made one after another, and many that wait are written in one transaction, so
 * that a thousand a second need not sync a thousand times. A promise resolves when its change is durable. It rejects with
 * RefusedByStoreError when the store will never take this change, which leaves the others of its group unharmed, and with
 * LedgerError when nothing can be written at this time.
 */
export interface AlertLedger {
  submit<Answer>(job: LedgerJob<Answer>): Promise<Answer>;
  /** The answer that a change would get now. Nothing is changed. */
  preview<Answer>(job: LedgerJob<Answer>): Promise<Answer>;
  /** Applies the changes that the earlier hub could not store, once the open alerts are loaded. */
  restore(): Promise<void>;
  /** How many changes of alerts of class 1 are in effect and not stored. */
  notStored(): number;
  /** Waits for the submitted changes and refuses further ones. */
  close(): Promise<void>;
}

export interface AlertLedgerOptions {
  book: AlertBook;
  repository: AlertsRepository;
  /** Left out: what is not stored does not survive the end of the hub. */
  spool?: Spool | undefined;
  logger: Logger;
  /** Called once a group is durable and in the book. */
  onWritten(draft: AlertDraft): void;
}

const notStoredText = 'The hub could not store this: its disk may be full. See the log of the hub.';
const shownText =
  'The hub shows this alert and could not store it yet: send it again, until it is answered as stored.';

/** The largest group, in alerts. Writing a group blocks the hub for some milliseconds. */
const weightPerGroup = 128;

interface Waiting {
  job: LedgerJob<unknown>;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

export function createAlertLedger(options: AlertLedgerOptions): AlertLedger {
  const { book, repository, logger } = options;
  const waiting: Waiting[] = [];
  const unstored = createUnstoredAlerts({ ...options, emptyView: viewOf(book, noFacts) });
  let running: Promise<void> | undefined;
  let closed = false;

  const takeGroup = (): Waiting[] => {
    let weight = 0;
    let count = 0;
    for (const { job } of waiting) {
      weight += job.weight ?? 1;
      if (count > 0 && weight > weightPerGroup) break;
      count += 1;
    }
    return waiting.splice(0, count);
  };

  /** Plans and writes a group in one transaction. Rejects when that is not possible; then nothing in it was done or answered. */
  const writeTogether = async (group: readonly Waiting[]): Promise<void> => {
    const facts = await repository.ask(gather(group.map(({ job }) => job)));
    const draft = new AlertDraft(viewOf(book, facts));
    const settle: (() => void)[] = [];
    for (const one of group) {
      const own = new AlertDraft(draft);
      try {
        const answer = one.job.plan(own);
        draft.absorb(own);
        settle.push(() => one.resolve(answer));
      } catch (error) {
        settle.push(() => one.reject(error));
      }
    }
    if (!draft.isEmpty()) await repository.commit(draft.changes());
    book.apply(draft);
    for (const done of settle) done();
    try {
      options.onWritten(draft);
    } catch (error) {
      logger.error({ err: error }, 'changes of alerts are stored, but some surfaces were not notified');
    }
  };

  /** One change that the database refuses must not make the others fail: then each change is written by itself. */
  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      await writeTogether(group);
    } catch (error) {
      if (!(error instanceof RefusedByStoreError)) {
        logger.error(
          { err: error },
          'alerts could not be read from or written to the database; check the disk and the database',
        );
        for (const one of group) await holdOrRefuse(one, error);
      } else if (group.length > 1) {
        for (const one of group) await writeGroup([one]);
      } else {
        logger.error({ err: error }, 'the database refused a change of an alert; the change was not made');
        for (const one of group) one.reject(error);
      }
    }
  };

  /** When the database does not work, changes of class 1 take effect nevertheless. */
  const holdOrRefuse = async (one: Waiting, error: unknown): Promise<void> => {
    const { job } = one;
    if (job.unstored !== undefined) {
      const facts = await repository.ask(gather([job])).catch(() => noFacts);
      const own = new AlertDraft(unstored.over(viewOf(book, facts)));
      try {
        const answer = job.plan(own);
        if (own.concernsClass1() && unstored.hold(own)) {
          await unstored.keep();
          if (job.unstored === 'refuse') one.reject(new LedgerError(shownText, { cause: error }));
          else one.resolve(answer);
          return;
        }
        // The report is repeated while it is not stored: nothing more must be done, and it is still not stored.
        if (own.isEmpty() && job.unstored === 'answer') return one.resolve(answer);
      } catch (fault) {
        return one.reject(fault);
      }
    }
    one.reject(new LedgerError(notStoredText, { cause: error }));
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Changes that arrived over the network meanwhile are added to the group.
      await nextTurn();
      const group = takeGroup();
      if (unstored.count() === 0) {
        await writeGroup(group);
        continue;
      }
      // Changes that are only in memory must be stored before any later change of the same alerts; class 1 does not wait for
      // that.
      for (const one of group.filter(({ job }) => job.unstored !== undefined)) {
        await holdOrRefuse(one, undefined);
      }
      const others = group.filter(({ job }) => job.unstored === undefined);
      if (others.length === 0) continue;
      if (await unstored.store()) await writeGroup(others);
      else for (const one of others) one.reject(new LedgerError(notStoredText));
    }
    running = undefined;
  };

  return {
    submit<Answer>(job: LedgerJob<Answer>) {
      if (closed) return Promise.reject(new LedgerError('The hub is stopping. Send this again later.'));
      return new Promise<Answer>((resolve, reject) => {
        waiting.push({ job, resolve: resolve as (answer: unknown) => void, reject });
        running ??= run();
      });
    },
    async preview(job) {
      const facts = await repository.ask(gather([job]));
      return job.plan(new AlertDraft(unstored.over(viewOf(book, facts))));
    },
    restore: unstored.restore,
    notStored: () => unstored.count(),
    async close() {
      closed = true;
      await running;
      await unstored.close();
    },
  };
}

const noFacts: AlertFacts = {
  nonces: new Set(),
  requests: new Map(),
  occurrences: new Map(),
  alerts: new Map(),
  snapshots: new Map(),
  sentWith: new Map(),
};

function gather(jobs: readonly Pick<LedgerJob<unknown>, 'asks'>[]): AlertQuestions {
  const questions: AlertQuestions = {
    nonces: [],
    requests: [],
    occurrences: [],
    alertIds: [],
    snapshotHashes: [],
    alertsOfSnapshots: [],
  };
  for (const { asks } of jobs) {
    for (const name of Object.keys(asks ?? {}) as (keyof AlertQuestions)[]) {
      (questions[name] as unknown[]).push(...(asks?.[name] ?? []));
    }
  }
  return questions;
}

function viewOf(book: AlertBook, facts: AlertFacts): AlertView {
  return {
    // The alerts in the book are never older than those that were read.
    alert: (alertId) => book.alert(alertId) ?? facts.alerts.get(alertId),
    latest: (key) => book.latest(key),
    hasNonce: (keyId, nonce) => facts.nonces.has(pairKey(keyId, nonce)),
    request: (keyId, idempotencyKey) => facts.requests.get(pairKey(keyId, idempotencyKey)),
    report: (keyId, storedId) => facts.occurrences.get(pairKey(keyId, storedId)),
    snapshot: (hash) => facts.snapshots.get(hash),
    alertsOf: (hash) =>
      (facts.sentWith.get(hash) ?? []).flatMap(({ alertId, takenAtMs }) => {
        const alert = book.alert(alertId) ?? facts.alerts.get(alertId);
        return alert === undefined ? [] : [{ alert, takenAtMs }];
      }),
  };
}
