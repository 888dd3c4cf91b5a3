import { sql } from 'kysely';
import { curtainSchema, savedProgrammeSchema } from '../../src-shared/showcase/showcase.protocol.ts';
import { hubKindIds } from '../../src-shared/alerts/alertKinds.ts';
import type {
  DayFigures,
  KeptCurtain,
  ShowcaseAudit,
  ShowcaseRepository,
} from '../features/showcase/showcase.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';

type ShowcaseTables = { showcase: { name: string; document: string } };

/** The newest of a day that are counted, so that a flood of alerts does not keep other statements waiting. */
const maxCounted = 50_000;

/** The showcase in the store. What cannot be read any more counts as never saved, but a curtain then counts as drawn. */
export function createShowcaseRepository(store: Store): ShowcaseRepository {
  const put = (name: string, value: object, audit: ShowcaseAudit): Promise<void> =>
    store.transaction().execute(async (transaction) => {
      const document = JSON.stringify(value);
      await transaction
        .withTables<ShowcaseTables>()
        .insertInto('showcase')
        .values({ name, document })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ document }))
        .execute();
      await appendAudit(transaction, audit);
    });
  return {
    async load() {
      const rows = await store.withTables<ShowcaseTables>().selectFrom('showcase').selectAll().execute();
      const find = (name: string): unknown => {
        const row = rows.find((one) => one.name === name);
        return row === undefined ? undefined : readJson(row.document);
      };
      const curtain = find('curtain');
      return {
        curtain: curtain === undefined ? undefined : keptCurtain(curtain),
        saved: savedProgrammeSchema.safeParse(find('programme')).data,
      };
    },
    saveCurtain: (curtain, audit) => put('curtain', curtain, audit),
    saveProgramme: (saved, audit) => put('programme', saved, audit),
    record: (audit) => store.transaction().execute((transaction) => appendAudit(transaction, audit)),
    async readDay({ fromMs, toMs, recent }): Promise<DayFigures> {
      const seen = sql`raised_at_ms >= ${fromMs} and raised_at_ms < ${toMs}
        and state not in ('false_alarm', 'duplicate') and kind_id not in (${sql.join([...hubKindIds])})`;
      const alerts = await sql<{
        district: string | null;
        kind_id: string;
        is_handled: number;
        count: number;
      }>`
        select district, kind_id, case when state = 'resolved' then 1 else 0 end as is_handled, count(*) as count
        from (select district, kind_id, state from alerts where ${seen}
          order by raised_at_ms desc limit ${sql.lit(maxCounted)})
        group by district, kind_id, is_handled`.execute(store);
      const newest = await sql<{ district: string | null; kind_id: string; raised_at_ms: number }>`
        select district, kind_id, raised_at_ms from alerts where ${seen} and district is not null
        order by raised_at_ms desc limit ${recent}`.execute(store);
      const orders = await sql<{ is_closed: number; count: number }>`
        select case when state = 'closed' then 1 else 0 end as is_closed, count(*) as count from order_figures
        where created_at_ms >= ${fromMs} and created_at_ms < ${toMs} group by is_closed`.execute(store);
      const counted = orders.rows.map((row) => ({
        isClosed: Number(row.is_closed) === 1,
        count: Number(row.count),
      }));
      return {
        alerts: alerts.rows.map((row) => ({
          district: row.district ?? undefined,
          kindId: row.kind_id,
          isHandled: Number(row.is_handled) === 1,
          count: Number(row.count),
        })),
        recent: newest.rows.map((row) => ({
          district: row.district ?? undefined,
          kindId: row.kind_id,
          atMs: Number(row.raised_at_ms),
        })),
        ordersWritten: counted.reduce((sum, { count }) => sum + count, 0),
        ordersClosed: counted.reduce((sum, { count, isClosed }) => sum + (isClosed ? count : 0), 0),
      };
    },
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function keptCurtain(value: unknown): KeptCurtain {
  const parsed = curtainSchema.loose().safeParse(value);
  if (!parsed.success) return { isDrawn: true, sinceMs: 0 };
  const { isDrawn, sinceMs, by } = parsed.data;
  return { isDrawn, sinceMs, ...(typeof by === 'string' ? { by } : {}) };
}
