import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../../logger.ts';
import { AlertDraft, type AlertView } from './alertDraft.ts';
import type { AlertBook } from './alertBook.ts';
import { pairKey, type AlertFacts, type AlertQuestions, type AlertsRepository } from './alerts.repository.ts';

/** Nothing could be written: the disk is full, or the store is gone. */
export class LedgerError extends Error {
  override name = 'LedgerError';
}

/** One change of alerts. `plan` decides on it with everything before it in place; it may run only once. */
export interface LedgerJob<Answer> {
  /** What must be read from the store beforehand. */
  asks?: Partial<AlertQuestions>;
  /** How much it writes, in alerts; for the size of a group. */
  weight?: number;
  plan(draft: AlertDraft): Answer;
}

/**
 * The only writer of alerts: changes are made one after another, and many that wait are written in one transaction, so
 * that a thousand a second need not sync a thousand times. A promise resolves when its change is durable.
 */
export interface AlertLedger {
  submit<Answer>(job: LedgerJob<Answer>): Promise<Answer>;
  /** Waits for what was submitted, and takes no more. */
  close(): Promise<void>;
}

export interface AlertLedgerOptions {
  book: AlertBook;
  repository: AlertsRepository;
  logger: Logger;
  /** Called once a group is durable and in the book. */
  onWritten(draft: AlertDraft): void;
}

/** A group is written while the hub does nothing else: some milliseconds. */
const weightPerGroup = 128;

interface Waiting {
  job: LedgerJob<unknown>;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

export function createAlertLedger(options: AlertLedgerOptions): AlertLedger {
  const { book, repository, logger } = options;
  const waiting: Waiting[] = [];
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

  const writeGroup = async (group: Waiting[]): Promise<void> => {
    const facts = await repository.ask(gather(group));
    const draft = new AlertDraft(viewOf(book, facts));
    const answers: (() => void)[] = [];
    const planned: Waiting[] = [];
    for (const one of group) {
      const own = new AlertDraft(draft);
      try {
        const answer = one.job.plan(own);
        draft.absorb(own);
        planned.push(one);
        answers.push(() => one.resolve(answer));
      } catch (error) {
        one.reject(error);
      }
    }
    try {
      if (!draft.isEmpty()) await repository.commit(draft.changes());
    } catch (error) {
      logger.error({ err: error }, 'alerts could not be written');
      const message = 'The hub could not write this down: its disk may be full. Its log tells more.';
      for (const one of planned) one.reject(new LedgerError(message, { cause: error }));
      return;
    }
    book.apply(draft);
    for (const answer of answers) answer();
    options.onWritten(draft);
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      // What has come in over the network meanwhile joins the group.
      await nextTurn();
      const group = takeGroup();
      try {
        await writeGroup(group);
      } catch (error) {
        logger.error({ err: error }, 'alerts could not be read');
        for (const one of group) one.reject(new LedgerError('The hub could not read its alerts.'));
      }
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
    async close() {
      closed = true;
      await running;
    },
  };
}

function gather(group: readonly Waiting[]): AlertQuestions {
  const questions: AlertQuestions = {
    nonces: [],
    requests: [],
    occurrences: [],
    alertIds: [],
    snapshotHashes: [],
    alertsOfSnapshots: [],
  };
  for (const { job } of group) {
    for (const name of Object.keys(job.asks ?? {}) as (keyof AlertQuestions)[]) {
      (questions[name] as unknown[]).push(...(job.asks?.[name] ?? []));
    }
  }
  return questions;
}

function viewOf(book: AlertBook, facts: AlertFacts): AlertView {
  return {
    // What the book holds is never older than what was read.
    alert: (alertId) => book.alert(alertId) ?? facts.alerts.get(alertId),
    latest: (key) => book.latest(key),
    hasNonce: (keyId, nonce) => facts.nonces.has(pairKey(keyId, nonce)),
    request: (keyId, idempotencyKey) => facts.requests.get(pairKey(keyId, idempotencyKey)),
    alertIdOf: (keyId, externalId) => facts.occurrences.get(pairKey(keyId, externalId)),
    snapshot: (hash) => facts.snapshots.get(hash),
    alertsOf: (hash) =>
      (facts.sentWith.get(hash) ?? []).flatMap(({ alertId, takenAtMs }) => {
        const alert = book.alert(alertId) ?? facts.alerts.get(alertId);
        return alert === undefined ? [] : [{ alert, takenAtMs }];
      }),
  };
}
