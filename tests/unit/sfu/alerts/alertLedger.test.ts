import { expect, test } from 'vitest';
import type { Alert } from '../../../../src-shared/alerts/alertView.ts';
import type { AlertBook } from '../../../../src-sfu/features/alerts/alertBook.ts';
import { createAlertLedger, LedgerError } from '../../../../src-sfu/features/alerts/alertLedger.ts';
import {
  RefusedByStoreError,
  type AlertChanges,
  type AlertFacts,
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
