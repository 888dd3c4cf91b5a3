import { expect, test, vi } from 'vitest';
import type { Alert } from '../../../../src-shared/alerts/alertView.ts';
import type { AlertDraft } from '../../../../src-sfu/features/alerts/alertDraft.ts';
import type { AlertBook } from '../../../../src-sfu/features/alerts/alertBook.ts';
import { createAlertLedger, LedgerError } from '../../../../src-sfu/features/alerts/alertLedger.ts';
import {
  RefusedByStoreError,
  type AlertChanges,
  type AlertFacts,
  type AlertOccurrence,
  type AlertsRepository,
} from '../../../../src-sfu/features/alerts/alerts.repository.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';
import { mark } from '../../shared/alerts/alertBuilders.ts';

/** A store that refuses alerts of some ids, and one that does not work while the test says so. */
function scriptedStore() {
  const state = { isBroken: false, written: [] as string[], commits: 0 };
  const check = (alerts: readonly { alertId: string }[]): void => {
    if (state.isBroken) throw new Error('the disk is full');
    if (alerts.some(({ alertId }) => alertId.startsWith('bad'))) throw new RefusedByStoreError('not that');
  };
  const facts = (): AlertFacts => ({
    nonces: new Set(),
    requests: new Map(),
    occurrences: new Map(),
    alerts: new Map(),
    snapshots: new Map(),
    sentWith: new Map(),
  });
  const repository = {
    ask: async (questions: { alertIds: string[] }) => {
      check(questions.alertIds.map((alertId) => ({ alertId: alertId.replace('ask-', '') })));
      return facts();
    },
    commit: async ({ alerts }: AlertChanges) => {
      state.commits += 1;
      check(alerts);
      state.written.push(...alerts.map(({ alertId }) => alertId));
    },
  } as unknown as AlertsRepository;
  const book = {
    alert: () => undefined,
    latest: () => undefined,
    apply: () => undefined,
  } as unknown as AlertBook;
  const ledger = createAlertLedger({
    book,
    repository,
    logger: createLogger('silent'),
    onWritten: () => undefined,
  });
  const submit = (alertId: string, asks: string[] = []) =>
    ledger.submit({
      asks: { alertIds: asks },
      plan(draft) {
        draft.raise({ ...mark({}), alertId, reportedCamera: 'c' } as Alert);
        return alertId;
      },
    });
  return { state, ledger, submit };
}

test('one change that the store refuses leaves its neighbours alone, and is refused finally', async () => {
  const { state, submit } = scriptedStore();
  const ids = Array.from({ length: 40 }, (_unused, index) =>
    index % 13 === 5 ? `bad-${index}` : `good-${index}`,
  );
  const results = await Promise.allSettled(ids.map((id) => submit(id)));
  for (const [index, result] of results.entries()) {
    if (ids[index]?.startsWith('good')) expect(result).toEqual({ status: 'fulfilled', value: ids[index] });
    else expect(result).toMatchObject({ status: 'rejected', reason: { name: 'RefusedByStoreError' } });
  }
  expect(state.written.sort()).toEqual(ids.filter((id) => id.startsWith('good')).sort());
});

test('one question that the store refuses leaves its neighbours alone', async () => {
  const { submit } = scriptedStore();
  const results = await Promise.allSettled([submit('a'), submit('b', ['ask-bad']), submit('c')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a store that does not work refuses the whole group at once, to be tried later', async () => {
  const { state, submit } = scriptedStore();
  state.isBroken = true;
  const results = await Promise.allSettled(['a', 'b', 'c'].map((id) => submit(id)));
  for (const result of results) {
    expect(result.status === 'rejected' && result.reason).toBeInstanceOf(LedgerError);
  }
  state.isBroken = false;
  expect(await submit('d')).toBe('d');
  expect(state.written).toEqual(['d']);
});

/** A ledger over a book that keeps what it is given, and a store whose reads work while its writes do not. */
function unwritableStore() {
  const state = { isBroken: true, written: [] as AlertChanges[] };
  const alerts = new Map<string, Alert>();
  const shown: Alert[] = [];
  const stored = (keyId: string): boolean =>
    state.written.some(({ occurrences }) => occurrences.some((one) => one.keyId === keyId));
  const ledger = createAlertLedger({
    book: {
      alert: (alertId: string) => alerts.get(alertId),
      latest: () => undefined,
      apply: (draft: AlertDraft) => {
        for (const alert of draft.changes().alerts) alerts.set(alert.alertId, alert);
      },
    } as unknown as AlertBook,
    repository: {
      ask: async (): Promise<AlertFacts> => ({
        nonces: new Set(),
        requests: new Map(),
        occurrences: new Map(stored('k') ? [['k\u0001one', { alertId: 'one' } as never]] : []),
        alerts: new Map(),
        snapshots: new Map(),
        sentWith: new Map(),
      }),
      commit: async (changes: AlertChanges) => {
        if (state.isBroken)
          throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
        state.written.push(changes);
      },
    } as unknown as AlertsRepository,
    logger: createLogger('silent'),
    onWritten: (draft) => shown.push(...draft.changes().alerts),
  });
  /** A platform's report of an alert of class `of`; it is known again by its id. */
  const report = (alertId: string, of: 1 | 2 = 1) =>
    ledger.submit({
      unstored: 'refuse',
      plan(draft) {
        if (draft.report('k', alertId) !== undefined) return 'repeated';
        draft.raise({ ...mark({}), alertId, class: of, revision: 1, reportedCamera: alertId } as Alert);
        draft.addOccurrence({ alertId, keyId: 'k', externalId: alertId } as AlertOccurrence);
        return 'raised';
      },
    });
  const acknowledge = (alertId: string) =>
    ledger.submit({
      unstored: 'answer',
      plan(draft) {
        const alert = draft.alert(alertId);
        if (alert === undefined) return undefined;
        draft.change({ ...alert, state: 'acknowledged' });
        return draft.alert(alertId);
      },
    });
  return { state, alerts, shown, ledger, report, acknowledge };
}

test('class 1 is shown, acknowledged and kept while nothing can be written, and stored in its order afterwards', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { state, alerts, shown, ledger, report, acknowledge } = unwritableStore();
  await expect(report('one')).rejects.toThrow('shows this alert and could not store it yet');
  expect(shown).toMatchObject([{ alertId: 'one', state: 'new', isNotStoredYet: true }]);
  // The platform sends it again: it is one alert still, and is not answered as stored.
  await expect(report('one')).rejects.toBeInstanceOf(LedgerError);
  expect([...alerts.keys()]).toEqual(['one']);
  await acknowledge('one');
  expect(alerts.get('one')).toMatchObject({ state: 'acknowledged', isNotStoredYet: true });
  expect(ledger.notStored()).toBe(2);

  state.isBroken = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(state.written).toHaveLength(1);
  expect(state.written[0]).toMatchObject({
    alerts: [{ alertId: 'one', state: 'acknowledged' }],
    occurrences: [{ alertId: 'one' }],
  });
  expect(ledger.notStored()).toBe(0);
  expect(alerts.get('one')?.isNotStoredYet).toBeUndefined();
  expect(shown.at(-1)).toMatchObject({ alertId: 'one', state: 'acknowledged' });
  expect(shown.at(-1)?.isNotStoredYet).toBeUndefined();
  vi.useRealTimers();
});

test('other classes are refused while nothing can be written, and what is held is stored before what follows', async () => {
  const { state, alerts, ledger, report } = unwritableStore();
  await expect(report('two', 2)).rejects.toBeInstanceOf(LedgerError);
  expect(alerts.size).toBe(0);
  await expect(report('one')).rejects.toBeInstanceOf(LedgerError);
  state.isBroken = false;
  const other = ledger.submit({
    plan(draft) {
      draft.raise({ ...mark({}), alertId: 'three', reportedCamera: 'c' } as Alert);
    },
  });
  await other;
  expect(state.written.map((changes) => changes.alerts.map(({ alertId }) => alertId))).toEqual([
    ['one'],
    ['three'],
  ]);
  await ledger.close();
});

test('a hub that stops tries once more to store what is held', async () => {
  const { state, ledger, report } = unwritableStore();
  await expect(report('one')).rejects.toBeInstanceOf(LedgerError);
  state.isBroken = false;
  await ledger.close();
  expect(state.written).toHaveLength(1);
});
