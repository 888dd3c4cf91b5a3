import {
  pairKey,
  storedIdOf,
  type AlertFacts,
  type AlertQuestions,
} from '../features/alerts/alerts.repository.ts';
import { occurrenceDetailSchema, parseJson, snapshotOfRow } from './alertsRows.ts';
import { parseAlert } from './alertsSearch.sql.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';

/** Answers the questions of a job of the ledger, each table with as few statements as possible. */
export async function readAlertFacts(store: Store, questions: AlertQuestions): Promise<AlertFacts> {
  const facts: AlertFacts = {
    nonces: new Set(),
    requests: new Map(),
    occurrences: new Map(),
    alerts: new Map(),
    snapshots: new Map(),
    sentWith: new Map(),
  };
  for (const [keyId, asked] of byKey(questions.nonces)) {
    for (const some of chunks(asked.map(({ nonce }) => nonce))) {
      const rows = await store
        .selectFrom('alert_nonces')
        .select('nonce')
        .where('key_id', '=', keyId)
        .where('nonce', 'in', some)
        .execute();
      for (const { nonce } of rows) facts.nonces.add(pairKey(keyId, nonce));
    }
  }
  for (const [keyId, asked] of byKey(questions.requests)) {
    for (const some of chunks(asked.map(({ idempotencyKey }) => idempotencyKey))) {
      const rows = await store
        .selectFrom('alert_requests')
        .selectAll()
        .where('key_id', '=', keyId)
        .where('idempotency_key', 'in', some)
        .execute();
      for (const row of rows) {
        facts.requests.set(pairKey(keyId, row.idempotency_key), {
          keyId,
          idempotencyKey: row.idempotency_key,
          bodyHash: row.body_hash,
          answer: parseJson(row.answer),
          atMs: Number(row.at_ms),
        });
      }
    }
  }
  const alertIds = new Set(questions.alertIds);
  for (const [keyId, asked] of byKey(questions.occurrences)) {
    await askReports(store, keyId, asked.map(storedIdOf), facts);
    // An id that was used before is queried once more with its new content; this is rare.
    const reused = asked.flatMap(({ externalId, fingerprint }) => {
      const first = facts.occurrences.get(pairKey(keyId, externalId));
      if (first?.fingerprint === undefined && first !== undefined) alertIds.add(first.alertId);
      if (first === undefined || fingerprint === undefined || first.fingerprint === fingerprint) return [];
      return [storedIdOf({ externalId, fingerprint, isReusedId: true })];
    });
    await askReports(store, keyId, reused, facts);
  }
  for (const some of chunks(questions.snapshotHashes)) {
    const rows = await store.selectFrom('alert_snapshots').selectAll().where('hash', 'in', some).execute();
    for (const row of rows) facts.snapshots.set(row.hash, snapshotOfRow(row));
  }
  for (const some of chunks(questions.alertsOfSnapshots)) {
    const rows = await store
      .selectFrom('alert_occurrences')
      .select(({ fn }) => ['snapshot_hash', 'alert_id', fn.max('occurred_at_ms').as('taken_at_ms')])
      .where('snapshot_hash', 'in', some)
      .groupBy(['snapshot_hash', 'alert_id'])
      .execute();
    for (const { snapshot_hash: hash, alert_id: alertId, taken_at_ms: takenAtMs } of rows) {
      if (hash === null) continue;
      const known = facts.sentWith.get(hash) ?? [];
      facts.sentWith.set(hash, [...known, { alertId, takenAtMs: Number(takenAtMs) }]);
      alertIds.add(alertId);
    }
  }
  for (const some of chunks([...alertIds])) {
    const rows = await store
      .selectFrom('alerts')
      .select(['id', 'document'])
      .where('id', 'in', some)
      .execute();
    for (const { id, document } of rows) {
      const alert = parseAlert(document);
      if (alert !== undefined) facts.alerts.set(id, alert);
    }
  }
  return facts;
}

async function askReports(
  store: Store,
  keyId: string,
  storedIds: readonly string[],
  facts: AlertFacts,
): Promise<void> {
  for (const some of chunks(storedIds)) {
    const rows = await store
      .selectFrom('alert_occurrences')
      .select(['external_id', 'alert_id', 'fingerprint', 'occurred_at_ms', 'snapshot_hash', 'detail'])
      .where('key_id', '=', keyId)
      .where('external_id', 'in', some)
      .execute();
    for (const row of rows) {
      const detail = occurrenceDetailSchema.safeParse(parseJson(row.detail));
      const { confidence, message } = detail.success ? detail.data : {};
      facts.occurrences.set(pairKey(keyId, row.external_id), {
        alertId: row.alert_id,
        occurredAtMs: Number(row.occurred_at_ms),
        ...(row.fingerprint === null ? {} : { fingerprint: row.fingerprint }),
        ...(row.snapshot_hash === null ? {} : { snapshotHash: row.snapshot_hash }),
        ...(confidence === undefined ? {} : { confidence }),
        ...(message === undefined ? {} : { message }),
      });
    }
  }
}

function byKey<Item extends { keyId: string }>(items: readonly Item[]): Map<string, Item[]> {
  return Map.groupBy(items, ({ keyId }) => keyId);
}
