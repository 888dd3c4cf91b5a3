import type { Insertable, Kysely } from 'kysely';
import { z } from 'zod';
import { alertKindSchema } from '../../src-shared/alerts/alertKinds.ts';
import { alertSchema, type Alert } from '../../src-shared/alerts/alertView.ts';
import { alertHistoryEntrySchema } from '../../src-shared/alerts/alerts.protocol.ts';
import { districts, type District } from '../../src-shared/cameras/cameras.protocol.ts';
import {
  externalIdOf,
  pairKey,
  RefusedByStoreError,
  storedIdOf,
  type AlertChanges,
  type AlertFacts,
  type AlertOccurrence,
  type AlertQuestions,
  type AlertsRepository,
  type SnapshotRecord,
} from '../features/alerts/alerts.repository.ts';
import {
  alertPage,
  alertSlice,
  alertStatistics,
  asOne,
  parseAlert,
  raisedWithin,
  type PeriodParts,
} from './alertsSearch.sql.ts';
import { appendAudit } from './audit.sql.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';
import type { AlertsTable, StoreSchema } from './schema.ts';
import { isRefusal } from './storeErrors.ts';

const auditPrefix = 'alerts:';
const openStates = ['new', 'acknowledged', 'dispatched'];

const occurrenceDetailSchema = z.object({
  source: z.string(),
  confidence: z.number().optional(),
  message: z.string().optional(),
});

/** Alerts in the store: columns for what is searched, the whole of each as JSON beside them. */
export function createAlertsRepository(store: Store, parts: PeriodParts = asOne): AlertsRepository {
  return {
    ask: (questions) => ask(store, questions).catch(rethrow),
    commit: (changes) =>
      store
        .transaction()
        .execute((transaction) => write(transaction, changes))
        .catch(rethrow),
    async listOpen(calledFalseSinceMs) {
      const rows = await store
        .selectFrom('alerts')
        .select('document')
        .where((where) =>
          where.or([
            where('state', 'in', openStates),
            where.and([
              where('state', '=', 'false_alarm'),
              // An alert that was raised even earlier is dropped; a repeated report then raises one new alert.
              where('raised_at_ms', '>=', calledFalseSinceMs),
            ]),
          ]),
        )
        .execute();
      return rows.flatMap(({ document }) => parseAlert(document) ?? []);
    },
    async countByDistrict(sinceMs) {
      const rows = await store
        .selectFrom('alerts')
        .select(({ fn }) => ['district', fn.countAll<number>().as('count')])
        .where((build) => raisedWithin(build, parts(sinceMs, Infinity)))
        .groupBy('district')
        .execute();
      const counts: Partial<Record<District, number>> = {};
      for (const { district, count } of rows) {
        const known = districts.find((one) => one === district);
        if (known !== undefined) counts[known] = Number(count);
      }
      return counts;
    },
    async countRaised(sinceMs) {
      const row = await store
        .selectFrom('alerts')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where((build) => raisedWithin(build, parts(sinceMs, Infinity)))
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    async listUncheckedSnapshots() {
      const rows = await store
        .selectFrom('alert_snapshots')
        .selectAll()
        .where('state', '=', 'checking')
        .execute();
      return rows.map(snapshotOfRow);
    },
    async findSnapshot(hash) {
      const row = await store
        .selectFrom('alert_snapshots')
        .selectAll()
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row === undefined ? undefined : snapshotOfRow(row);
    },
    async knownSnapshots(hashes) {
      const known = new Set<string>();
      for (const some of chunks(hashes)) {
        const rows = await store
          .selectFrom('alert_snapshots')
          .select('hash')
          .where('hash', 'in', some)
          .execute();
        for (const { hash } of rows) known.add(hash);
      }
      return known;
    },
    async snapshotBytesByKey(sinceMs) {
      const rows = await store
        .selectFrom('alert_snapshots')
        .select(['key_id', 'received_at_ms', 'bytes'])
        .where('received_at_ms', '>=', sinceMs)
        .execute();
      return rows.flatMap((row) =>
        row.key_id === null
          ? []
          : [{ keyId: row.key_id, receivedAtMs: Number(row.received_at_ms), bytes: Number(row.bytes) }],
      );
    },
    async find(alertId) {
      const row = await store
        .selectFrom('alerts')
        .select('document')
        .where('id', '=', alertId)
        .executeTakeFirst();
      return row === undefined ? undefined : parseAlert(row.document);
    },
    async history(alertId) {
      const rows = await store
        .selectFrom('alert_history')
        .select(['at_ms', 'actor', 'entry'])
        .where('alert_id', '=', alertId)
        .orderBy('id')
        .execute();
      return rows.flatMap(({ at_ms, actor, entry }) => {
        const parsed = alertHistoryEntrySchema.safeParse({
          ...(parseJson(entry) as object),
          atMs: Number(at_ms),
          actor,
        });
        return parsed.success ? [parsed.data] : [];
      });
    },
    async occurrences(alertId, limit) {
      const rows = await store
        .selectFrom('alert_occurrences')
        .selectAll()
        .where('alert_id', '=', alertId)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row): AlertOccurrence => {
        const detail = occurrenceDetailSchema.safeParse(parseJson(row.detail));
        return {
          alertId: row.alert_id,
          keyId: row.key_id,
          externalId: externalIdOf(row.external_id),
          receivedAtMs: Number(row.received_at_ms),
          occurredAtMs: Number(row.occurred_at_ms),
          ...(row.snapshot_hash === null ? {} : { snapshotHash: row.snapshot_hash }),
          ...(detail.success ? detail.data : { source: row.key_id }),
        } as AlertOccurrence;
      });
    },
    search: (filter, limit, cursor) => alertPage(store, filter, limit, cursor, parts),
    slice: (filter, cursor) => alertSlice(store, filter, cursor, parts),
    statistics: (filter) => alertStatistics(store, filter, parts),
    async listKinds() {
      const rows = await store.selectFrom('alert_kinds').select('document').execute();
      return rows.flatMap(({ document }) => {
        const parsed = alertKindSchema.safeParse(parseJson(document));
        return parsed.success ? [parsed.data] : [];
      });
    },
    async saveKind(kind, actor, nowMs) {
      await store.transaction().execute(async (transaction) => {
        const document = JSON.stringify(kind);
        await transaction
          .insertInto('alert_kinds')
          .values({ id: kind.kindId, document })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ document }))
          .execute();
        const entry = { atMs: nowMs, actor, action: 'alerts:saveKind', subject: kind.kindId, detail: kind };
        await appendAudit(transaction, entry);
      });
    },
    async forget({ noncesMs, requestsMs }) {
      await store.deleteFrom('alert_nonces').where('at_ms', '<', noncesMs).execute();
      await store.deleteFrom('alert_requests').where('at_ms', '<', requestsMs).execute();
    },
  };
}

function rethrow(error: unknown): never {
  if (!isRefusal(error)) throw error;
  throw new RefusedByStoreError('The store does not take this.', { cause: error });
}

async function write(store: Kysely<StoreSchema>, changes: AlertChanges): Promise<void> {
  for (const rows of chunks(changes.alerts.map(rowOfAlert))) {
    await store
      .insertInto('alerts')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(({ ref }) => ({
          state: ref('excluded.state'),
          class: ref('excluded.class'),
          document: ref('excluded.document'),
        })),
      )
      .execute();
  }
  const occurrences = changes.occurrences.map((one) => ({
    alert_id: one.alertId,
    key_id: one.keyId,
    external_id: storedIdOf(one),
    fingerprint: one.fingerprint ?? null,
    received_at_ms: one.receivedAtMs,
    occurred_at_ms: one.occurredAtMs,
    snapshot_hash: one.snapshotHash ?? null,
    detail: JSON.stringify({ source: one.source, confidence: one.confidence, message: one.message }),
  }));
  for (const rows of chunks(occurrences)) await store.insertInto('alert_occurrences').values(rows).execute();
  const snapshots = changes.snapshots.map((one) => ({
    hash: one.hash,
    state: one.state,
    bytes: one.bytes,
    width: one.width ?? null,
    height: one.height ?? null,
    received_at_ms: one.receivedAtMs,
    key_id: one.keyId ?? null,
  }));
  for (const rows of chunks(snapshots)) {
    await store
      .insertInto('alert_snapshots')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('hash').doUpdateSet(({ ref }) => ({
          state: ref('excluded.state'),
          width: ref('excluded.width'),
          height: ref('excluded.height'),
        })),
      )
      .execute();
  }
  const nonces = changes.nonces.map((one) => ({ key_id: one.keyId, nonce: one.nonce, at_ms: one.atMs }));
  for (const rows of chunks(nonces)) await store.insertInto('alert_nonces').values(rows).execute();
  const requests = changes.requests.map((one) => ({
    key_id: one.keyId,
    idempotency_key: one.idempotencyKey,
    body_hash: one.bodyHash,
    answer: JSON.stringify(one.answer),
    at_ms: one.atMs,
  }));
  for (const rows of chunks(requests)) await store.insertInto('alert_requests').values(rows).execute();
  const history = changes.audit.map(({ alertId, atMs, actor, entry }) => ({
    alert_id: alertId,
    at_ms: atMs,
    actor,
    entry: JSON.stringify(entry),
  }));
  for (const rows of chunks(history)) await store.insertInto('alert_history').values(rows).execute();
  const audit = changes.audit.map(({ alertId, atMs, actor, entry }) => ({
    atMs,
    actor,
    action: auditPrefix + entry.action,
    subject: alertId,
    detail: entry,
  }));
  await appendAudit(store, ...audit);
}

async function ask(store: Store, questions: AlertQuestions): Promise<AlertFacts> {
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

function rowOfAlert(alert: Alert): Insertable<AlertsTable> {
  const { place } = alert;
  return {
    id: alert.alertId,
    kind_id: alert.kindId,
    class: alert.class,
    state: alert.state,
    camera_id: place?.cameraId ?? null,
    camera_name: place?.cameraName ?? null,
    site_id: place?.siteId ?? null,
    site_name: place?.siteName ?? null,
    site_type: place?.siteType ?? null,
    district: place?.district ?? null,
    raised_at_ms: alert.raisedAtMs,
    document: JSON.stringify(alert),
  };
}

function snapshotOfRow(row: StoreSchema['alert_snapshots']): SnapshotRecord {
  return {
    hash: row.hash,
    state: alertSchema.shape.snapshot.unwrap().shape.state.catch('checking').parse(row.state),
    bytes: Number(row.bytes),
    ...(row.width === null ? {} : { width: row.width }),
    ...(row.height === null ? {} : { height: row.height }),
    receivedAtMs: Number(row.received_at_ms),
    ...(row.key_id === null ? {} : { keyId: row.key_id }),
  };
}

function byKey<Item extends { keyId: string }>(items: readonly Item[]): Map<string, Item[]> {
  return Map.groupBy(items, ({ keyId }) => keyId);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
