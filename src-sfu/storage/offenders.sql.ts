import { sql } from 'kysely';
import type { SiteRecord } from '../../src-shared/findings/findings.protocol.ts';
import {
  repeatOffenderDays,
  repeatOffenderFindings,
  repeatOffenderRecentDays,
} from '../../src-shared/findings/repeatOffenders.ts';
import type { Store } from './database.ts';

const dayMs = 86_400_000;
/** Sites that are listed. */
const maxSites = 100;

interface SiteRow {
  site_id: string;
  document: string;
  count30: number;
  count90: number;
}

/** Repeat offenders as `repeatOffenders.ts` says who is one, the worst first, with the clauses that they broke more than once. */
export async function readOffenders(
  store: Store,
  { nowMs, districts }: { nowMs: number; districts: readonly string[] | undefined },
): Promise<SiteRecord[]> {
  if (districts?.length === 0) return [];
  const inDistricts = districts === undefined ? sql`true` : sql`district in (${sql.join(districts)})`;
  const counted = sql`site_id is not null and state <> 'withdrawn' and found_at_ms >= ${nowMs - repeatOffenderDays * dayMs}`;
  // SQLite takes the other columns of a group from the row with the maximum: the newest finding has the site's present name.
  const { rows } = await sql<SiteRow & { last: number }>`
    select site_id, document, max(found_at_ms) as last, count(*) as count90,
      sum(case when found_at_ms >= ${nowMs - repeatOffenderRecentDays * dayMs} then 1 else 0 end) as count30
    from findings where ${counted} and ${inDistricts}
    group by site_id having count90 >= ${sql.lit(repeatOffenderFindings)}
    order by count30 desc, count90 desc, site_id limit ${sql.lit(maxSites)}
  `.execute(store);
  if (rows.length === 0) return [];
  const clauses = await sql<{ site_id: string; clause: string; times: number }>`
    select site_id, clause.value as clause, count(*) as times
    from findings, json_each(findings.document, '$.clauses') as clause
    where ${counted} and site_id in (${sql.join(rows.map(({ site_id }) => site_id))})
    group by site_id, clause.value having times > 1 order by times desc, clause.value
  `.execute(store);
  return rows.map(({ site_id, document, count30, count90, last }) => {
    const { place } = JSON.parse(document) as { place: SiteRecord['place'] };
    return {
      place,
      count30: Number(count30),
      count90: Number(count90),
      lastAtMs: Number(last),
      recurring: clauses.rows
        .filter((row) => row.site_id === site_id)
        .slice(0, 5)
        .map(({ clause, times }) => ({ clause, count: Number(times) })),
    };
  });
}
