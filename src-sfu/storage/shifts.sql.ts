import { sql, type RawBuilder } from 'kysely';
import type { Scope } from '../../src-shared/session/principal.ts';
import type { Shift } from '../../src-shared/shifts/shift.ts';
import type { ShiftLog, ShiftNote } from '../../src-shared/shifts/shifts.protocol.ts';
import type { ShiftsRepository } from '../features/shifts/shifts.repository.ts';
import { appendAudit } from './audit.sql.ts';
import { ordersInScope } from './boardScope.ts';
import type { Store } from './database.ts';
import { pageOf } from './rowPages.ts';
import { numberColumn, storedCommands, textColumn } from './storedCommands.sql.ts';

type ShiftsTables = {
  shifts: {
    id: string;
    state: string;
    started_at_ms: number;
    sign_in: string;
    document: string;
    log: string | null;
  };
  shift_notes: { id: string; shift_id: string; at_ms: number; written_by: string; note: string };
};

const commands = storedCommands<{ commandId: string; shiftId: string; revision: number }>('shift_commands', {
  commandId: textColumn('id'),
  shiftId: textColumn('shift_id'),
  revision: numberColumn('revision'),
});

/** Lines of a shift's log at most. */
const maxLines = 200;
/** Sign-ins of ended shifts that are remembered, so that a page that is opened again begins no other shift. */
const rememberedSignIns = 200;

/** As `isSeen` of the service: the own, and those whose part of the city has something in common with the scope. */
function isSeenBy(accountId: string, { districts, squads }: Scope): RawBuilder<boolean> {
  const meets = (part: string, own: 'all' | readonly string[]): RawBuilder<boolean> =>
    own === 'all'
      ? sql`true`
      : sql`exists (select 1 from json_each(shifts.document, ${part})
          where value in (${sql.join(['all', ...own])}))`;
  return sql`(json_extract(document, '$.officer.accountId') = ${accountId}
    or ${meets('$.scope.districts', districts)} or ${meets('$.scope.squads', squads)})`;
}

/** Shifts in the store. */
export function createShiftsRepository(store: Store): ShiftsRepository {
  const tables = store.withTables<ShiftsTables>();
  const shiftOf = ({ document }: { document: string }): Shift => JSON.parse(document) as Shift;
  const noteOf = (row: ShiftsTables['shift_notes']): ShiftNote => ({
    noteId: row.id,
    atMs: Number(row.at_ms),
    by: row.written_by,
    text: row.note,
  });
  return {
    async load() {
      const open = await tables
        .selectFrom('shifts')
        .select('document')
        .where('state', '<>', 'ended')
        .execute();
      const ended = await tables
        .selectFrom('shifts')
        .select('sign_in')
        .where('state', '=', 'ended')
        .orderBy('started_at_ms', 'desc')
        .limit(rememberedSignIns)
        .execute();
      return { open: open.map(shiftOf), endedSignIns: ended.map((row) => row.sign_in) };
    },
    async find(shiftId) {
      const row = await tables.selectFrom('shifts').selectAll().where('id', '=', shiftId).executeTakeFirst();
      if (row === undefined) return undefined;
      return { shift: shiftOf(row), log: row.log === null ? undefined : (JSON.parse(row.log) as ShiftLog) };
    },
    async signInOf(shiftId) {
      const row = await tables
        .selectFrom('shifts')
        .select('sign_in')
        .where('id', '=', shiftId)
        .executeTakeFirst();
      return row?.sign_in;
    },
    async ended({ accountId, scope, limit, cursor }) {
      const rows = await tables
        .selectFrom('shifts')
        .select(['document', 'id', 'started_at_ms'])
        .where('state', '=', 'ended')
        .where(isSeenBy(accountId, scope))
        .where(
          cursor === undefined
            ? sql<boolean>`true`
            : sql<boolean>`(started_at_ms, id) < (${cursor.startedAtMs}, ${cursor.shiftId})`,
        )
        .orderBy('started_at_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const { page, ...next } = pageOf(rows, limit, ({ started_at_ms, id }) => ({
        startedAtMs: Number(started_at_ms),
        shiftId: id,
      }));
      return { shifts: page.map(shiftOf), ...next };
    },
    async save({ shift, signIn, log, commandId, audit }) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<ShiftsTables>();
        const row = {
          state: shift.state,
          document: JSON.stringify(shift),
          log: log === undefined ? null : JSON.stringify(log),
        };
        if (signIn === undefined) {
          await within.updateTable('shifts').set(row).where('id', '=', shift.shiftId).execute();
        } else {
          await within
            .insertInto('shifts')
            .values({ id: shift.shiftId, started_at_ms: shift.startedAtMs, sign_in: signIn, ...row })
            .execute();
        }
        if (commandId !== undefined) {
          const { shiftId, revision } = shift;
          await commands.save(transaction, { commandId, shiftId, revision });
        }
        await appendAudit(transaction, {
          atMs: shift.ended?.atMs ?? shift.handover?.receivedAtMs ?? shift.startedAtMs,
          subject: shift.shiftId,
          ...audit,
        });
      });
    },
    answered: async (commandId) => (await commands.find(store, [commandId]))[0]?.revision,
    writeNote: (shiftId, note) =>
      store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<ShiftsTables>();
        const known = await within
          .selectFrom('shift_notes')
          .selectAll()
          .where('id', '=', note.noteId)
          .executeTakeFirst();
        if (known !== undefined) return { shiftId: known.shift_id, note: noteOf(known) };
        await within
          .insertInto('shift_notes')
          .values({
            id: note.noteId,
            shift_id: shiftId,
            at_ms: note.atMs,
            written_by: note.by,
            note: note.text,
          })
          .execute();
        await appendAudit(transaction, {
          atMs: note.atMs,
          actor: note.by,
          action: 'shifts:writeNote',
          subject: shiftId,
          detail: { noteId: note.noteId, text: note.text },
        });
        return { shiftId, note };
      }),
    async notes(shiftId) {
      const rows = await tables
        .selectFrom('shift_notes')
        .selectAll()
        .where('shift_id', '=', shiftId)
        .orderBy('at_ms')
        .orderBy('id')
        .execute();
      return rows.map(noteOf);
    },
    readLog: (fromMs, toMs, scope) => readLog(store, fromMs, toMs, scope),
  };
}

async function readLog(store: Store, fromMs: number, toMs: number, scope: Scope): Promise<ShiftLog> {
  const { districts, squads } = scope;
  const ofDistrict = districts === 'all' ? sql`1 = 1` : among('district', districts);
  const ofSquad = squads === 'all' ? sql`1 = 1` : among("json_extract(document, '$.squadId')", squads);
  const raised = sql`raised_at_ms >= ${fromMs} and raised_at_ms < ${toMs}`;
  const alerts = await rowsOf<{ class: number; is_false: number; kind_id: string; count: number }>(
    store,
    sql`select class, kind_id, case when state = 'false_alarm' then 1 else 0 end as is_false, count(*) as count
      from alerts where ${raised} and ${ofDistrict} group by class, kind_id, is_false`,
  );
  const orders = await rowsOf<{ state: string; is_overdue: number; count: number }>(
    store,
    sql`select state, coalesce(is_overdue, 0) as is_overdue, count(*) as count from order_figures
      where created_at_ms >= ${fromMs} and created_at_ms < ${toMs} and ${ordersInScope(scope)}
      group by state, is_overdue`,
  );
  const steps = await rowsOf<{ at_ms: number; action: 'escalated' | 'overdue'; name: string }>(
    store,
    sql`select order_steps.at_ms as at_ms, json_extract(order_steps.document, '$.action') as action,
        json_extract(orders.document, '$.number') || ' ' || order_figures.site_name as name
      from order_steps join orders on orders.id = order_steps.order_id
      join order_figures on order_figures.order_id = orders.id
      where order_steps.at_ms >= ${fromMs} and order_steps.at_ms < ${toMs}
        and json_extract(order_steps.document, '$.action') in ('escalated', 'overdue')
        and ${ordersInScope(scope)}
      order by order_steps.at_ms limit ${sql.lit(maxLines)}`,
  );
  const emergencies = await rowsOf<{ at_ms: number; name: string }>(
    store,
    sql`select raised_at_ms as at_ms, json_extract(document, '$.memberName') as name from emergencies
      where ${raised} and ${ofSquad} order by raised_at_ms limit ${sql.lit(maxLines)}`,
  );
  const urgent = await rowsOf<{ at_ms: number; kind_id: string; name: string }>(
    store,
    sql`select raised_at_ms as at_ms, kind_id,
        coalesce(site_name || ' · ' || camera_name, json_extract(document, '$.reportedCamera'), '') as name
      from alerts where ${raised} and ${ofDistrict} and (class = 1 or kind_id = 'camera_offline')
      order by raised_at_ms limit ${sql.lit(maxLines)}`,
  );
  const total = (rows: readonly { count: number }[]): number =>
    rows.reduce((sum, { count }) => sum + Number(count), 0);
  return {
    alerts: [1, 2, 3].map((one) => total(alerts.filter((row) => row.class === one))),
    falseAlarms: total(alerts.filter((row) => Number(row.is_false) === 1)),
    orders: {
      written: total(orders),
      closed: total(orders.filter(({ state }) => state === 'closed')),
      cancelled: total(orders.filter(({ state }) => state === 'cancelled')),
      overdue: steps.filter(({ action }) => action === 'overdue').length,
      escalated: steps.filter(({ action }) => action === 'escalated').length,
    },
    emergencies: emergencies.length,
    outages: total(alerts.filter(({ kind_id: kindId }) => kindId === 'camera_offline')),
    lines: [
      ...steps.map((row) => ({ atMs: Number(row.at_ms), kind: row.action, name: row.name })),
      ...emergencies.map((row) => ({ atMs: Number(row.at_ms), kind: 'emergency' as const, name: row.name })),
      ...urgent.map((row) => ({
        atMs: Number(row.at_ms),
        kind: row.kind_id === 'camera_offline' ? ('outage' as const) : ('alert' as const),
        name: row.name,
      })),
    ]
      .toSorted((left, right) => left.atMs - right.atMs)
      .slice(-maxLines),
  };
}

async function rowsOf<Row>(store: Store, query: RawBuilder<unknown>): Promise<Row[]> {
  return (await (query as RawBuilder<Row>).execute(store)).rows;
}

function among(expression: string, values: readonly string[]): RawBuilder<unknown> {
  return values.length === 0 ? sql`1 = 0` : sql`${sql.raw(expression)} in (${sql.join([...values])})`;
}
