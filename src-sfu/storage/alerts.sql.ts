import { alertKindSchema, citizenKindId } from '../../src-shared/alerts/alertKinds.ts';
import { alertHistoryEntrySchema } from '../../src-shared/alerts/alerts.protocol.ts';
import { districts, type District } from '../../src-shared/cameras/cameras.protocol.ts';
import {
  externalIdOf,
  RefusedByStoreError,
  type AlertOccurrence,
  type AlertsRepository,
} from '../features/alerts/alerts.repository.ts';
import { readAlertFacts } from './alertsFacts.sql.ts';
import { occurrenceDetailSchema, parseJson, snapshotOfRow } from './alertsRows.ts';
import {
  alertPage,
  alertSlice,
  alertStatistics,
  asOne,
  parseAlert,
  raisedWithin,
  type PeriodParts,
} from './alertsSearch.sql.ts';
import { writeAlertChanges } from './alertsWriting.sql.ts';
import { appendAudit } from './audit.sql.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';
import { isRefusal } from './storeErrors.ts';

const openStates = ['new', 'acknowledged', 'dispatched'];

/** Alerts in the store: columns for what is searched, the whole of each as JSON beside them. */
export function createAlertsRepository(store: Store, parts: PeriodParts = asOne): AlertsRepository {
  return {
    ask: (questions) => readAlertFacts(store, questions).catch(rethrow),
    commit: (changes) =>
      store
        .transaction()
        .execute((transaction) => writeAlertChanges(transaction, changes))
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
        .where('kind_id', '!=', citizenKindId)
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
