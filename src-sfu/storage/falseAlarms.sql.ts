import { sql, type RawBuilder } from 'kysely';
import type { FalseAlarmRates } from '../../src-shared/findings/falseAlarms.ts';
import type { Store } from './database.ts';
import { isAppealed, isFalseAlarm, isJudged } from './judgedAlerts.ts';

const dayMs = 86_400_000;
/** Cameras that are listed: those with the most rejected and appealed alerts. */
const maxCameras = 200;

/** Which alerts are counted. */
export interface FalseAlarmSpan {
  nowMs: number;
  days: 7 | 30;
  /** Left out: the whole city. */
  districts: readonly string[] | undefined;
  /** Only alerts that were sent with this key; left out: all, the hub's own too. */
  keyId?: string | undefined;
}

interface Row {
  id: string | null;
  name: string | null;
  site: string | null;
  alerts: number;
  judged: number;
  false_alarms: number;
  appealed: number;
}

/** How often alerts were wrong: called false by an officer, or appealed by the site, over the last days. */
export async function readFalseAlarmRates(
  store: Store,
  { nowMs, days, districts, keyId }: FalseAlarmSpan,
): Promise<FalseAlarmRates> {
  const fromMs = nowMs - days * dayMs;
  const inDistricts =
    districts === undefined
      ? sql`true`
      : districts.length === 0
        ? sql`false`
        : sql`district in (${sql.join(districts)})`;
  const key = sql`json_extract(document, '$.source.keyId')`;
  const ofKey = keyId === undefined ? sql`true` : sql`${key} = ${keyId}`;
  const query = (
    id: RawBuilder<unknown>,
    name: RawBuilder<unknown>,
    site: RawBuilder<unknown>,
    limit: number,
  ): RawBuilder<Row> => sql<Row>`
    select ${id} as id, max(${name}) as name, max(${site}) as site, count(*) as alerts,
      sum(case when ${isJudged} then 1 else 0 end) as judged,
      sum(case when ${isFalseAlarm} then 1 else 0 end) as false_alarms,
      sum(case when ${isAppealed} then 1 else 0 end) as appealed
    from alerts
    where raised_at_ms >= ${fromMs} and raised_at_ms <= ${nowMs} and ${inDistricts} and ${ofKey} and ${id} is not null
    group by ${id} order by false_alarms + appealed desc, alerts desc limit ${sql.lit(limit)}`;
  const read = async (...parts: Parameters<typeof query>) =>
    (await query(...parts).execute(store)).rows.map((row) => ({
      id: row.id ?? '',
      name: row.name ?? '',
      site: row.site ?? '',
      counts: {
        alerts: Number(row.alerts),
        judged: Number(row.judged),
        falseAlarms: Number(row.false_alarms),
        appealed: Number(row.appealed),
      },
    }));
  const none = sql`''`;
  const kinds = await read(sql.ref('kind_id'), none, none, 500);
  const cameras = await read(sql.ref('camera_id'), sql.ref('camera_name'), sql.ref('site_name'), maxCameras);
  const platforms = await read(key, sql`json_extract(document, '$.source.name')`, none, 100);
  return {
    days,
    fromMs,
    toMs: nowMs,
    perKind: kinds.map(({ id, counts }) => ({ kindId: id, ...counts })),
    perCamera: cameras.map(({ id, name, site, counts }) => ({
      cameraId: id,
      cameraName: name,
      siteName: site,
      ...counts,
    })),
    perPlatform: platforms.map(({ id, name, counts }) => ({ keyId: id, name, ...counts })),
  };
}
