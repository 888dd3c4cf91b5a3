import { sql, type Expression, type SqlBool } from 'kysely';
import type { Finding, FindingCursor } from '../../src-shared/findings/findings.protocol.ts';
import type { FindingQuestion } from '../features/findings/findings.repository.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';
import type { FindingsTables } from './findingsTables.ts';
import { pageOf } from './rowPages.ts';

/** One page of the findings that match, the newest first, with where the next page begins. */
export async function searchFindings(
  store: Store,
  { filter, districts: own, limit, cursor }: FindingQuestion,
): Promise<{ findings: Finding[]; next?: FindingCursor }> {
  const { fromMs, toMs, states, districts, siteId, orderId, alertId, escalation, text } = filter;
  const rows = await store
    .withTables<FindingsTables>()
    .selectFrom('findings')
    .select(['document', 'found_at_ms', 'id'])
    .where((where) => {
      const all: Expression<SqlBool>[] = [];
      if (fromMs !== undefined) all.push(where('found_at_ms', '>=', fromMs));
      if (toMs !== undefined) all.push(where('found_at_ms', '<', toMs));
      if (states !== undefined) all.push(where('state', 'in', [...states]));
      if (districts !== undefined) all.push(where('district', 'in', [...districts]));
      if (own !== undefined) all.push(where('district', 'in', [...own]));
      if (siteId !== undefined) all.push(where('site_id', '=', siteId));
      if (orderId !== undefined) all.push(where('order_id', '=', orderId));
      if (alertId !== undefined) all.push(where('alert_id', '=', alertId));
      if (escalation !== undefined) all.push(where('escalation', '>=', escalation));
      if (text !== undefined && text !== '') {
        const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
        all.push(
          sql<SqlBool>`(json_extract(document, '$.number') || ' ' || json_extract(document, '$.place.name') || ' '
            || coalesce(json_extract(document, '$.place.nameEn'), '') || ' ' || json_extract(document, '$.words'))
            like ${pattern} escape '\\'`,
        );
      }
      if (cursor !== undefined) {
        const { foundAtMs, findingId } = cursor;
        all.push(
          where.or([
            where('found_at_ms', '<', foundAtMs),
            where.and([where('found_at_ms', '=', foundAtMs), where('id', '<', findingId)]),
          ]),
        );
      }
      return where.and(all);
    })
    .orderBy('found_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const { page, ...next } = pageOf(rows, limit, ({ found_at_ms, id }) => ({
    foundAtMs: Number(found_at_ms),
    findingId: id,
  }));
  return { findings: page.map(findingOf), ...next };
}

/** All findings that came from any of these orders or alerts, in the order in which they were written. */
export async function findingsFrom(
  store: Store,
  { orderIds, alertIds }: { orderIds: readonly string[]; alertIds: readonly string[] },
): Promise<Finding[]> {
  const found = new Map<number, Finding>();
  const read = async (column: 'order_id' | 'alert_id', ids: readonly string[]): Promise<void> => {
    for (const some of chunks([...new Set(ids)])) {
      const rows = await store
        .withTables<FindingsTables>()
        .selectFrom('findings')
        .select(['count', 'document'])
        .where(column, 'in', some)
        .execute();
      for (const row of rows) found.set(Number(row.count), findingOf(row));
    }
  };
  await read('order_id', orderIds);
  await read('alert_id', alertIds);
  return [...found].toSorted(([one], [other]) => one - other).map(([, finding]) => finding);
}

function findingOf({ document }: { document: string }): Finding {
  return JSON.parse(document) as Finding;
}
