import { sql } from 'kysely';
import { alertHistoryEntrySchema } from '../../src-shared/alerts/alerts.protocol.ts';
import type { Order, OrderStep } from '../../src-shared/orders/orders.protocol.ts';
import type { Emergency } from '../../src-shared/squads/squads.protocol.ts';
import type { TalkRecord } from '../../src-shared/talk/talk.protocol.ts';
import type { Period, TimelineRecords } from '../features/timeline/timeline.ports.ts';
import { occurrenceDetailSchema, parseJson } from './alertsRows.ts';
import { parseAlert } from './alertsSearch.sql.ts';
import type { TimelineArchives } from './archivedViews.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';
import { timelineTables } from './timelineTables.ts';
import { createTimelineViews, type EarliestOfIds } from './timelineViews.sql.ts';

/**
 * What the store has of timelines. `parts` cuts a period where the date was set: within each part the dates of records rise
 * with the hub's own time. Without archives, only the database is read.
 */
export function createTimelineRecords(
  store: Store,
  parts: (fromMs: number, toMs: number) => Period[],
  archives?: TimelineArchives,
): TimelineRecords {
  const tables = timelineTables(store);

  /** The earliest rows of several members or groups, each with a period of its own. */
  async function gather<Item extends Period, Row>(
    items: readonly Item[],
    limit: number,
    timeOf: (row: Row) => number,
    read: (item: Item, part: Period) => Promise<Row[]>,
  ): Promise<Row[]> {
    let rows: Row[] = [];
    for (const item of items) {
      for (const part of parts(item.fromMs, item.toMs)) {
        for (const row of await read(item, part)) rows.push(row);
      }
      if (rows.length > 4 * limit) rows = earliest(rows, limit, timeOf);
    }
    return earliest(rows, limit, timeOf);
  }

  /** The earliest rows of several ids within one period. */
  const ofIds: EarliestOfIds = (ids, period, limit, timeOf, read) =>
    gather(
      chunks(ids).map((some) => ({ some, ...period })),
      limit,
      timeOf,
      ({ some }, part) => read(some, part),
    );

  return {
    async order(orderId) {
      const row = await tables
        .selectFrom('orders')
        .select('document')
        .where('id', '=', orderId)
        .executeTakeFirst();
      return row === undefined ? undefined : (parseJson(row.document) as Order);
    },
    async orderSteps(orderIds, period, limit) {
      const rows = await ofIds(orderIds, period, limit, atMs, (some, part) =>
        tables
          .selectFrom('order_steps')
          .selectAll()
          .where('order_id', 'in', some)
          .where('at_ms', '>=', part.fromMs)
          .where('at_ms', '<=', part.toMs)
          .orderBy('id')
          .limit(limit)
          .execute(),
      );
      return rows.map(({ id, order_id, document }) => ({
        id: Number(id),
        orderId: order_id,
        step: parseJson(document) as OrderStep,
      }));
    },
    async ordersOfSite(siteId, { toMs }, limit) {
      const rows = await tables
        .selectFrom('orders')
        .select('document')
        .where('created_at_ms', '<=', toMs)
        .where(sql<boolean>`json_extract(document, '$.place.siteId') = ${siteId}`)
        .orderBy('created_at_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ document }) => parseJson(document) as Order);
    },
    async ordersOfMember({ memberId, squadId }, { fromMs, toMs }, limit) {
      const rows = await tables
        .selectFrom('orders')
        .select('document')
        .where('created_at_ms', '<=', toMs)
        // An order that is a week old is not what the member was on.
        .where('created_at_ms', '>=', fromMs - 7 * 86_400_000)
        .where(
          sql<boolean>`(exists (select 1 from json_each(orders.document, '$.memberIds') where value = ${memberId})
            or (json_extract(document, '$.kind') = 'emergency' and squad_id = ${squadId} and created_at_ms >= ${fromMs}))`,
        )
        .where(
          sql<boolean>`coalesce(json_extract(document, '$.closed.atMs'), json_extract(document, '$.cancelled.atMs'), ${fromMs}) >= ${fromMs}`,
        )
        .orderBy('created_at_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ document }) => parseJson(document) as Order);
    },
    async alert(alertId) {
      const row = await store
        .selectFrom('alerts')
        .select('document')
        .where('id', '=', alertId)
        .executeTakeFirst();
      return row === undefined ? undefined : parseAlert(row.document);
    },
    async alertsOfSite(siteId, { toMs }, limit) {
      const rows = await store
        .selectFrom('alerts')
        .select('document')
        .where('site_id', '=', siteId)
        .where('raised_at_ms', '<=', toMs)
        .orderBy('raised_at_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ document }) => parseAlert(document)).filter((alert) => alert !== undefined);
    },
    async alertHistory(alertIds, period, limit) {
      const rows = await ofIds(alertIds, period, limit, atMs, (some, part) =>
        store
          .selectFrom('alert_history')
          .selectAll()
          .where('alert_id', 'in', some)
          .where('at_ms', '>=', part.fromMs)
          .where('at_ms', '<=', part.toMs)
          .orderBy('id')
          .limit(limit)
          .execute(),
      );
      return rows.flatMap(({ id, alert_id, at_ms, actor, entry }) => {
        const parsed = alertHistoryEntrySchema.safeParse({
          ...(parseJson(entry) as object),
          atMs: Number(at_ms),
          actor,
        });
        return parsed.success ? [{ id: Number(id), alertId: alert_id, entry: parsed.data }] : [];
      });
    },
    async alertReports(alertIds, period, limit) {
      const rows = await ofIds(alertIds, period, limit, receivedAtMs, (some, part) =>
        store
          .selectFrom('alert_occurrences')
          .leftJoin('alert_snapshots', (join) =>
            join
              .onRef('alert_snapshots.hash', '=', 'alert_occurrences.snapshot_hash')
              .on('alert_snapshots.state', '=', 'ready'),
          )
          .select([
            'alert_occurrences.id',
            'alert_id',
            'alert_occurrences.received_at_ms',
            'occurred_at_ms',
            'detail',
            'alert_snapshots.hash as picture',
          ])
          .where('alert_id', 'in', some)
          .where('alert_occurrences.received_at_ms', '>=', part.fromMs)
          .where('alert_occurrences.received_at_ms', '<=', part.toMs)
          .orderBy('alert_occurrences.id')
          .limit(limit)
          .execute(),
      );
      return rows.map((row) => {
        const detail = occurrenceDetailSchema.safeParse(parseJson(row.detail));
        const { source = '', message } = detail.success ? detail.data : {};
        return {
          id: Number(row.id),
          alertId: row.alert_id,
          receivedAtMs: Number(row.received_at_ms),
          occurredAtMs: Number(row.occurred_at_ms),
          source,
          ...(message === undefined ? {} : { message }),
          ...(row.picture === null ? {} : { hash: row.picture }),
        };
      });
    },
    async emergency(emergencyId) {
      const row = await store
        .selectFrom('emergencies')
        .select('document')
        .where('id', '=', emergencyId)
        .executeTakeFirst();
      return row === undefined ? undefined : (parseJson(row.document) as Emergency);
    },
    async site(siteId) {
      const site = await store.selectFrom('sites').selectAll().where('id', '=', siteId).executeTakeFirst();
      if (site === undefined) return undefined;
      const cameras = await store
        .selectFrom('cameras')
        .select(['id', 'name', 'name_en'])
        .where('site_id', '=', siteId)
        .execute();
      return {
        name: site.name,
        district: site.district,
        ...(site.name_en === null ? {} : { nameEn: site.name_en }),
        ...(site.latitude === null || site.longitude === null
          ? {}
          : { latitude: Number(site.latitude), longitude: Number(site.longitude) }),
        cameras: cameras.map(({ id, name, name_en }) => ({
          cameraId: id,
          name,
          ...(name_en === null ? {} : { nameEn: name_en }),
        })),
      };
    },
    async talks(groups, limit) {
      const rows = await gather(groups, limit, startedAtMs, ({ groupId }, part) =>
        store
          .selectFrom('talks')
          .selectAll()
          .where('group_id', '=', groupId)
          .where('started_at_ms', '>=', part.fromMs)
          .where('started_at_ms', '<=', part.toMs)
          .orderBy('id')
          .limit(limit)
          .execute(),
      );
      return rows.map((row) => ({
        ...(parseJson(row.document) as TalkRecord),
        ...(row.ended_at_ms === null ? {} : { endedAtMs: Number(row.ended_at_ms) }),
      }));
    },
    async bodyCamTimes(members, limit) {
      const rows = await gather(members, limit, startedAtMs, ({ memberId }, part) =>
        tables
          .selectFrom('body_cam_times')
          .selectAll()
          .where('member_id', '=', memberId)
          .where('started_at_ms', '<=', part.toMs)
          // One that began before and still went on belongs to the period; of one that was cut off nobody knows until when.
          .where(({ eb, or, and }) =>
            or([
              eb('started_at_ms', '>=', part.fromMs),
              eb('ended_at_ms', '>=', part.fromMs),
              and([eb('ended_at_ms', 'is', null), eb('end_cause', 'is', null)]),
            ]),
          )
          .orderBy('started_at_ms')
          .limit(limit)
          .execute(),
      );
      return rows.map((row) => ({
        id: row.id,
        memberId: row.member_id,
        squadId: row.squad_id,
        ...(row.sender === null ? {} : { sender: row.sender }),
        startedAtMs: Number(row.started_at_ms),
        ...(row.ended_at_ms === null ? {} : { endedAtMs: Number(row.ended_at_ms) }),
      }));
    },
    async positions(members, limit) {
      const rows = await gather(members, limit, atMs, ({ memberId }, part) =>
        tables
          .selectFrom('position_samples')
          .selectAll()
          .where('member_id', '=', memberId)
          .where('at_ms', '>=', part.fromMs)
          .where('at_ms', '<=', part.toMs)
          .orderBy('at_ms')
          .limit(limit)
          .execute(),
      );
      return rows.map((row) => ({
        memberId: row.member_id,
        squadId: row.squad_id,
        atMs: Number(row.at_ms),
        receivedAtMs: Number(row.received_at_ms),
        latitude: Number(row.latitude),
        longitude: Number(row.longitude),
      }));
    },
    views: createTimelineViews({ store, parts, archives, ofIds }),
  };
}

const atMs = ({ at_ms }: { at_ms: number }): number => Number(at_ms);
const receivedAtMs = ({ received_at_ms }: { received_at_ms: number }): number => Number(received_at_ms);
const startedAtMs = ({ started_at_ms }: { started_at_ms: number }): number => Number(started_at_ms);

function earliest<Row>(rows: Row[], limit: number, timeOf: (row: Row) => number): Row[] {
  return rows.sort((left, right) => timeOf(left) - timeOf(right)).slice(0, limit);
}
