import { sql, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from 'kysely';
import { alertSchema, type Alert } from '../../src-shared/alerts/alertView.ts';
import type { AlertFilter } from '../../src-shared/alerts/alerts.protocol.ts';
import type { OutputOf } from '../../src-shared/protocol/index.ts';
import type { AlertPage, AlertSlice } from '../features/alerts/alerts.repository.ts';
import type { Store } from './database.ts';
import { pageOf } from './rowPages.ts';
import type { StoreSchema } from './schema.ts';

/** Counting ends here: nobody turns so many pages. */
const maxTotal = 10_000;
const maxHours = 2_000;
const maxCameras = 100;
const hourMs = 3_600_000;

/** A period of the hub's own time in parts within which the dates of records rise steadily (base/clock.ts). */
export type PeriodParts = (fromMs: number, toMs: number) => { fromMs: number; toMs: number }[];

/** Where the date of the machine was never set, every period is one part. */
export const asOne: PeriodParts = (fromMs, toMs) => [{ fromMs, toMs }];

type Build = ExpressionBuilder<StoreSchema, 'alerts'>;
type Condition = ExpressionWrapper<StoreSchema, 'alerts', SqlBool>;

/** An alert out of its stored document; undefined for one that is damaged. */
export function parseAlert(document: string): Alert | undefined {
  try {
    const parsed = alertSchema.safeParse(JSON.parse(document));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** A page of history, the newest first. The cursor is the time and id of the last alert of the page before. */
export async function alertPage(
  store: Store,
  filter: AlertFilter,
  limit: number,
  cursor: string | undefined,
  parts: PeriodParts = asOne,
): Promise<AlertPage> {
  const after = placeOfCursor(cursor);
  const rows = await store
    .selectFrom('alerts')
    .select(['id', 'raised_at_ms', 'document'])
    .where((build) => build.and([...conditionsOf(build, parts, filter), ...afterCursor(build, after)]))
    .orderBy('raised_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const counted = await store
    .selectFrom((from) =>
      from
        .selectFrom('alerts')
        .select('id')
        .where((build) => build.and(conditionsOf(build, parts, filter)))
        .limit(maxTotal)
        .as('found'),
    )
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst();
  const { page, ...next } = pageOf(rows, limit, ({ raised_at_ms, id }) => `${raised_at_ms}.${id}`);
  return {
    alerts: page.flatMap(({ document }) => parseAlert(document) ?? []),
    ...next,
    total: Number(counted?.count ?? 0),
  };
}

/** Alerts that one step of a walk through history reads, whether they match or not: some milliseconds. */
const rowsPerSlice = 500;

/**
 * One step of a walk through history, the newest first: those of the next alerts in time that match, perhaps none. Every
 * step takes about the same time, however large the table and however few the matches, and nothing is counted.
 */
export async function alertSlice(
  store: Store,
  filter: AlertFilter,
  cursor: string | undefined,
  parts: PeriodParts = asOne,
): Promise<AlertSlice> {
  const after = placeOfCursor(cursor);
  const { fromMs, toMs, ...others } = filter;
  const place = await store
    .selectFrom('alerts')
    .select(['id', 'raised_at_ms'])
    .where((build) => build.and(conditionsOf(build, parts, { fromMs, toMs })))
    .where((build) => build.and(afterCursor(build, after)))
    .orderBy('raised_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(rowsPerSlice)
    .execute();
  const last = place.at(-1);
  if (last === undefined) return { alerts: [] };
  const ids = place.map(({ id }) => id);
  const rows = await store
    .selectFrom('alerts')
    .select('document')
    .where('id', 'in', ids)
    .where((build) => build.and(conditionsOf(build, parts, others)))
    .orderBy('raised_at_ms', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return {
    alerts: rows.flatMap(({ document }) => parseAlert(document) ?? []),
    ...(place.length < rowsPerSlice ? {} : { next: `${last.raised_at_ms}.${last.id}` }),
  };
}

/** Counts by hour, by kind and by camera. */
export async function alertStatistics(
  store: Store,
  filter: AlertFilter,
  parts: PeriodParts = asOne,
): Promise<OutputOf<'alerts:readStatistics'>> {
  const matching = store.selectFrom('alerts').where((build) => build.and(conditionsOf(build, parts, filter)));
  const hour = sql<number>`raised_at_ms - raised_at_ms % ${sql.lit(hourMs)}`;
  const hours = await matching
    .select(({ fn }) => [hour.as('hour_ms'), 'class', fn.countAll<number>().as('count')])
    .groupBy([hour, 'class'])
    .orderBy(hour, 'desc')
    .limit(maxHours * 3)
    .execute();
  const perHour = new Map<number, [number, number, number]>();
  for (const row of hours) {
    const key = Number(row.hour_ms);
    const counts = perHour.get(key) ?? [0, 0, 0];
    counts[row.class - 1] = Number(row.count);
    perHour.set(key, counts);
  }
  // Resolved ones that only ran out, or whose camera was removed, were judged by nobody.
  const judged = sql<number>`sum(case when state = 'false_alarm' or (state = 'resolved' and document not like '%"resolution":"expired"%' and document not like '%"resolution":"removed"%') then 1 else 0 end)`;
  const falseAlarms = sql<number>`sum(case when state = 'false_alarm' then 1 else 0 end)`;
  const kinds = await matching
    .select(({ fn }) => [
      'kind_id',
      fn.countAll<number>().as('alerts'),
      judged.as('judged'),
      falseAlarms.as('false_alarms'),
    ])
    .groupBy('kind_id')
    .orderBy('alerts', 'desc')
    .execute();
  const cameras = await matching
    .select(({ fn }) => [
      'camera_id',
      fn.max('camera_name').as('camera_name'),
      fn.max('site_id').as('site_id'),
      fn.max('site_name').as('site_name'),
      fn.countAll<number>().as('alerts'),
      judged.as('judged'),
      falseAlarms.as('false_alarms'),
    ])
    .where('camera_id', 'is not', null)
    .groupBy('camera_id')
    .orderBy('false_alarms', 'desc')
    .orderBy('alerts', 'desc')
    .limit(maxCameras)
    .execute();
  const countsOf = (row: { alerts: number; judged: number; false_alarms: number }) => ({
    alerts: Number(row.alerts),
    judged: Number(row.judged),
    falseAlarms: Number(row.false_alarms),
  });
  return {
    perHour: [...perHour]
      .map(([key, counts]) => ({ hourMs: key, counts }))
      .slice(0, maxHours)
      .reverse(),
    perKind: kinds.map((row) => ({ kindId: row.kind_id, ...countsOf(row) })),
    perCamera: cameras.map((row) => ({
      cameraId: row.camera_id ?? '',
      cameraName: row.camera_name ?? '',
      siteId: row.site_id ?? '',
      siteName: row.site_name ?? '',
      ...countsOf(row),
    })),
  };
}

function placeOfCursor(cursor: string | undefined): { timeMs: number; id: string } | undefined {
  const [, time, id] = /^(\d{1,16})\.(.{1,64})$/.exec(cursor ?? '') ?? [];
  return time === undefined || id === undefined ? undefined : { timeMs: Number(time), id };
}

/** The first condition is what an index by time is walked with: without it every page begins at the newest alert. */
function afterCursor(build: Build, after: { timeMs: number; id: string } | undefined): Condition[] {
  if (after === undefined) return [];
  return [
    build('raised_at_ms', '<=', after.timeMs),
    build.or([build('raised_at_ms', '<', after.timeMs), build('id', '<', after.id)]),
  ];
}

function conditionsOf(build: Build, parts: PeriodParts, filter: AlertFilter): Condition[] {
  const conditions: Condition[] = [];
  const among = <Column extends 'kind_id' | 'state' | 'district' | 'site_type' | 'site_id' | 'camera_id'>(
    column: Column,
    values: readonly string[] | undefined,
  ): void => {
    if (values !== undefined && values.length > 0) conditions.push(build(column, 'in', values as never));
  };
  const { fromMs, toMs } = filter;
  if (fromMs !== undefined || toMs !== undefined) {
    conditions.push(
      raisedWithin(build, parts(fromMs ?? -Infinity, toMs === undefined ? Infinity : toMs - 1)),
    );
  }
  if (filter.classes !== undefined && filter.classes.length > 0) {
    conditions.push(build('class', 'in', filter.classes));
  }
  among('kind_id', filter.kindIds);
  among('state', filter.states);
  among('district', filter.districts);
  among('site_type', filter.siteTypes);
  among('site_id', filter.siteIds);
  among('camera_id', filter.cameraIds);
  if (filter.unknownCamera === true) conditions.push(build('site_id', 'is', null));
  return conditions;
}

/** Alerts that were raised in one of these parts of a period, both ends included. */
export function raisedWithin(build: Build, parts: ReturnType<PeriodParts>): Condition {
  return build.or(
    parts.map(({ fromMs, toMs }) =>
      build.and([
        ...(Number.isFinite(fromMs) ? [build('raised_at_ms', '>=', fromMs)] : []),
        ...(Number.isFinite(toMs) ? [build('raised_at_ms', '<=', toMs)] : []),
      ]),
    ),
  );
}
