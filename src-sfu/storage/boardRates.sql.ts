import { sql, type RawBuilder } from 'kysely';
import { maxBoardRows } from '../../src-shared/board/board.protocol.ts';
import type { BoardQuestion, StoredFigures } from '../features/board/board.repository.ts';
import { alertsInScope, maxCounted } from './boardScope.ts';
import type { Store } from './database.ts';
import { appealedAlerts, isFalseAlarm, isJudged } from './judgedAlerts.ts';

interface RateRow {
  id: string;
  camera_name: string | null;
  site_name: string | null;
  alerts: number;
  judged: number;
  false_alarms: number;
  appealed: number;
}

/** How many alerts of each kind and camera were judged, and how many of them were false. */
export async function readFalseAlarms(
  store: Store,
  { fromMs, nowMs, scope }: BoardQuestion,
): Promise<StoredFigures['falseAlarms']> {
  const meant = sql`raised_at_ms >= ${fromMs} and raised_at_ms <= ${nowMs} and ${alertsInScope(scope)}`;
  const newest = sql`order by raised_at_ms desc limit ${sql.lit(maxCounted)}`;
  const columns = sql`kind_id, camera_id, camera_name, site_name`;
  // Each from where it stands: what was judged is not crowded out by a flood of alerts that nobody has closed.
  const parts = sql`select ${columns}, 1 as alerts, 0 as judged, 0 as false_alarms, 0 as appealed
      from (select ${columns} from alerts where ${meant} ${newest})
    union all select ${columns}, 0, ${isJudged}, ${isFalseAlarm}, 0 from (
      select ${columns}, state, document from alerts
      where ${meant} and state in ('false_alarm', 'resolved') ${newest})
    union all select ${columns}, 0, 0, 0, 1 from alerts where ${meant} and id in ${appealedAlerts}`;
  const read = async (id: 'kind_id' | 'camera_id', listed: RawBuilder<unknown>): Promise<RateRow[]> => {
    const { rows } = await sql<RateRow>`
      with counted as (select ${sql.ref(id)} as id, max(camera_name) as camera_name, max(site_name) as site_name,
        max(sum(alerts), sum(judged), sum(appealed)) as alerts, sum(judged) as judged,
        sum(false_alarms) as false_alarms, sum(appealed) as appealed from (${parts})
        where ${sql.ref(id)} is not null group by ${sql.ref(id)})
      select * from counted where ${listed}
      order by false_alarms desc, appealed desc, judged desc, id limit ${sql.lit(maxBoardRows)}
    `.execute(store);
    return rows;
  };
  const countsOf = (row: RateRow) => ({
    alerts: Number(row.alerts),
    judged: Number(row.judged),
    falseAlarms: Number(row.false_alarms),
    appealed: Number(row.appealed),
  });
  const kinds = await read('kind_id', sql`judged > 0 or appealed > 0`);
  const cameras = await read('camera_id', sql`false_alarms > 0 or appealed > 0`);
  return {
    byKind: kinds.map((row) => ({ kindId: row.id, ...countsOf(row) })),
    byCamera: cameras.map((row) => ({
      cameraId: row.id,
      cameraName: row.camera_name ?? '',
      siteName: row.site_name ?? '',
      ...countsOf(row),
    })),
  };
}
