import type { Insertable, Kysely } from 'kysely';
import type { Alert } from '../../src-shared/alerts/alertView.ts';
import { storedIdOf, type AlertChanges } from '../features/alerts/alerts.repository.ts';
import { appendAudit } from './audit.sql.ts';
import { chunks } from './chunks.ts';
import type { AlertsTable, StoreSchema } from './schema.ts';
import { runTogether } from './threadDialect.ts';

const auditPrefix = 'alerts:';

/** Writes changes with their entries in the audit log; to be called within one transaction. */
export async function writeAlertChanges(store: Kysely<StoreSchema>, changes: AlertChanges): Promise<void> {
  if (changes.isReplayed === true && (await isWritten(store, changes))) return;
  // One message to the database's thread for all of them: an alert waits for each answer of the thread.
  const inserts: Parameters<typeof runTogether>[1][number][] = [];
  for (const rows of chunks(changes.alerts.map(rowOfAlert))) {
    const insert = store
      .insertInto('alerts')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(({ ref }) => ({
          state: ref('excluded.state'),
          class: ref('excluded.class'),
          document: ref('excluded.document'),
        })),
      );
    inserts.push(insert);
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
  for (const rows of chunks(occurrences)) inserts.push(store.insertInto('alert_occurrences').values(rows));
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
    const insert = store
      .insertInto('alert_snapshots')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('hash').doUpdateSet(({ ref }) => ({
          state: ref('excluded.state'),
          width: ref('excluded.width'),
          height: ref('excluded.height'),
        })),
      );
    inserts.push(insert);
  }
  const nonces = changes.nonces.map((one) => ({ key_id: one.keyId, nonce: one.nonce, at_ms: one.atMs }));
  for (const rows of chunks(nonces)) inserts.push(store.insertInto('alert_nonces').values(rows));
  const requests = changes.requests.map((one) => ({
    key_id: one.keyId,
    idempotency_key: one.idempotencyKey,
    body_hash: one.bodyHash,
    answer: JSON.stringify(one.answer),
    at_ms: one.atMs,
  }));
  for (const rows of chunks(requests)) inserts.push(store.insertInto('alert_requests').values(rows));
  const history = changes.audit.map(({ alertId, atMs, actor, entry }) => ({
    alert_id: alertId,
    at_ms: atMs,
    actor,
    entry: JSON.stringify(entry),
  }));
  for (const rows of chunks(history)) inserts.push(store.insertInto('alert_history').values(rows));
  await runTogether(store, inserts);
  const audit = changes.audit.map(({ alertId, atMs, actor, entry, principal }) => ({
    atMs,
    actor,
    action: auditPrefix + entry.action,
    subject: alertId,
    detail: entry,
    // Changes of several askers are written together, so each names its own.
    principal: principal ?? null,
  }));
  await appendAudit(store, ...audit);
}

/** Revisions only rise, and all of a change is written or none. */
async function isWritten(store: Kysely<StoreSchema>, { alerts }: AlertChanges): Promise<boolean> {
  for (const { alertId, revision } of alerts) {
    const row = await store
      .selectFrom('alerts')
      .select('document')
      .where('id', '=', alertId)
      .executeTakeFirst();
    if (row === undefined || (JSON.parse(row.document) as Alert).revision < revision) return false;
  }
  return true;
}

function rowOfAlert({ isNotStoredYet: _untrue, ...alert }: Alert): Insertable<AlertsTable> {
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
