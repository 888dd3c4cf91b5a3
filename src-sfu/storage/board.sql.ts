import { sql, type RawBuilder } from 'kysely';
import {
  boardAges,
  boardSteps,
  maxBoardRows,
  type BoardGroup,
  type BoardStep,
  type StepTimes,
} from '../../src-shared/board/board.protocol.ts';
import type {
  BoardQuestion,
  BoardRepository,
  OrderStepName,
  StoredFigures,
} from '../features/board/board.repository.ts';
import { readFalseAlarms } from './boardRates.sql.ts';
import { alertsInScope, maxCounted, ordersInScope } from './boardScope.ts';
import { targetOfAlert, targetOfOrder } from './boardTargets.ts';
import type { Store } from './database.ts';

/** Each row counts once for everything together, once for its district, its kind and its squad. */
const nameOf = {
  all: sql`''`,
  district: sql`coalesce(district, '')`,
  kind: sql`coalesce(kind, '')`,
  squad: sql`coalesce(squad_id, '')`,
};
type Grouping = keyof typeof nameOf;

/** From which column of an order to which one each step goes; `acknowledge` is measured on alerts. */
const spans: Record<OrderStepName, readonly [from: string, to: string]> = {
  accept: ['dispatched_at_ms', 'accepted_at_ms'],
  arrive: ['accepted_at_ms', 'on_scene_at_ms'],
  clear: ['on_scene_at_ms', 'cleared_at_ms'],
  close: ['cleared_at_ms', 'closed_at_ms'],
};

/** The board's figures, computed by the database. Each statement is short: others are served between two of them. */
export function createBoardRepository(store: Store): BoardRepository {
  return {
    async readFigures(question) {
      const { byGroup, of } = groupsOf(await readCounts(store, question));
      for (const step of boardSteps) {
        for (const row of await readStep(store, step, question)) {
          byGroup(row.grouping, row.name).steps.push(stepTimes(step, row));
        }
      }
      return {
        open: await readOpen(store, question),
        total: byGroup('all', ''),
        byDistrict: of('district'),
        byKind: of('kind'),
        bySquad: of('squad'),
        days: await readDays(store, question),
        falseAlarms: await readFalseAlarms(store, question),
      };
    },
  };
}

/** The orders of the period. */
function counted({ fromMs, nowMs, scope }: BoardQuestion): RawBuilder<unknown> {
  return sql`(select * from order_figures where created_at_ms >= ${fromMs} and created_at_ms <= ${nowMs}
    and ${ordersInScope(scope)} order by created_at_ms desc limit ${sql.lit(maxCounted)})`;
}

interface CountRow {
  grouping: Grouping;
  name: string;
  created: number;
  closed: number;
  cancelled: number;
}

async function readCounts(store: Store, question: BoardQuestion): Promise<CountRow[]> {
  const groups = (Object.keys(nameOf) as Grouping[]).map(
    (
      grouping,
    ) => sql`select ${sql.lit(grouping)} as grouping, ${nameOf[grouping]} as name, count(*) as created,
      sum(case when state = 'closed' then 1 else 0 end) as closed,
      sum(case when state = 'cancelled' then 1 else 0 end) as cancelled from counted group by 2`,
  );
  const { rows } = await sql<CountRow>`
    with counted as materialized (select state, kind, district, squad_id from ${counted(question)}),
    grouped as (${sql.join(groups, sql` union all `)})
    select * from grouped where created > 0 order by created desc, name
  `.execute(store);
  return rows;
}

interface StepRow {
  grouping: Grouping;
  name: string;
  count: number;
  least_target: number;
  most_target: number;
  p50_duration: number;
  p90_duration: number;
  within_target: number;
}

async function readStep(store: Store, step: BoardStep, question: BoardQuestion): Promise<StepRow[]> {
  const measured = step === 'acknowledge' ? acknowledged(question) : spanOf(step, question);
  // One sorted list for each group: numbering every row of every group by a window took five times as long.
  const groups = (Object.keys(nameOf) as Grouping[]).map(
    (grouping) => sql`select ${sql.lit(grouping)} as grouping, ${nameOf[grouping]} as name, count(*) as total,
      json_group_array(duration order by duration) as durations,
      sum(case when duration <= target then 1 else 0 end) as within_target,
      min(target) as least_target, max(target) as most_target from measured group by 2`,
  );
  const { rows } = await sql<StepRow>`
    with measured as materialized (${measured}), grouped as (${sql.join(groups, sql` union all `)})
    select grouping, name, total as count, within_target, least_target, most_target,
      json_extract(durations, '$[' || ((total + 1) / 2 - 1) || ']') as p50_duration,
      json_extract(durations, '$[' || ((total * 9 + 9) / 10 - 1) || ']') as p90_duration
    from grouped where total > 0
  `.execute(store);
  return rows;
}

function spanOf(step: OrderStepName, question: BoardQuestion): RawBuilder<unknown> {
  const [from, to] = spans[step].map((column) => sql.ref(column)) as [
    RawBuilder<unknown>,
    RawBuilder<unknown>,
  ];
  // A step that ended before it began was measured over a change of the machine's date.
  return sql`select kind, district, squad_id, ${to} - ${from} as duration, ${targetOfOrder(step, question)} as target
    from ${counted(question)} where ${to} >= ${from}`;
}

/** Alerts that have a time in which they must be acknowledged, each its own. They count as the kind of order `alert`. */
function acknowledged({ fromMs, nowMs, scope }: BoardQuestion): RawBuilder<unknown> {
  return sql`select * from (
    select 'alert' as kind, district, null as squad_id,
      json_extract(document, '$.acknowledged.atMs') - raised_at_ms as duration,
      ${targetOfAlert} as target
    from alerts where raised_at_ms >= ${fromMs} and raised_at_ms <= ${nowMs}
      and ${alertsInScope(scope)} order by raised_at_ms desc limit ${sql.lit(maxCounted)})
    where duration >= 0 and target is not null`;
}

function stepTimes(step: BoardStep, row: StepRow): StepTimes {
  return {
    step,
    count: Number(row.count),
    p50Ms: Number(row.p50_duration),
    p90Ms: Number(row.p90_duration),
    withinTarget: Number(row.within_target),
    leastTargetMs: Number(row.least_target),
    mostTargetMs: Number(row.most_target),
  };
}

/** The groups that were found, made when one is first named. */
function groupsOf(counts: readonly CountRow[]) {
  const groups = new Map<string, { grouping: Grouping; group: BoardGroup }>();
  const byGroup = (grouping: Grouping, name: string): BoardGroup => {
    const known = groups.get(`${grouping} ${name}`);
    if (known !== undefined) return known.group;
    const group: BoardGroup = {
      ...(name === '' ? {} : { name }),
      created: 0,
      open: 0,
      closed: 0,
      cancelled: 0,
      steps: [],
    };
    groups.set(`${grouping} ${name}`, { grouping, group });
    return group;
  };
  for (const row of counts) {
    const [created, closed, cancelled] = [row.created, row.closed, row.cancelled].map(Number) as [
      number,
      number,
      number,
    ];
    Object.assign(byGroup(row.grouping, row.name), {
      created,
      closed,
      cancelled,
      open: created - closed - cancelled,
    });
  }
  const of = (grouping: Grouping): BoardGroup[] =>
    [...groups.values()]
      .filter((one) => one.grouping === grouping)
      // Alerts have no squad: a group of nobody is one of orders only.
      .filter(({ group }) => grouping !== 'squad' || group.created > 0)
      .map(({ group }) => group)
      .toSorted((left, right) => right.created - left.created)
      .slice(0, maxBoardRows);
  return { byGroup, of };
}

async function readOpen(store: Store, { nowMs, scope }: BoardQuestion): Promise<StoredFigures['open']> {
  const ages = boardAges.map(
    (age, index) => sql`when ${nowMs} - created_at_ms <= ${sql.lit(age)} then ${sql.lit(index)}`,
  );
  const { rows } = await sql<{ squad_id: string | null; age: number; count: number; overdue: number }>`
    select squad_id, case ${sql.join(ages, sql` `)} else ${sql.lit(boardAges.length)} end as age,
      count(*) as count, sum(is_overdue) as overdue
    from order_figures where state not in ('closed', 'cancelled') and ${ordersInScope(scope)}
    group by squad_id, age
  `.execute(store);
  const none = (): number[] => Array.from({ length: boardAges.length + 1 }, () => 0);
  const byAge = none();
  const squads = new Map<string | null, number[]>();
  for (const { squad_id: squadId, age, count } of rows) {
    byAge[age]! += Number(count);
    const own = squads.get(squadId) ?? none();
    own[age]! += Number(count);
    squads.set(squadId, own);
  }
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return {
    total: sum(byAge),
    overdue: rows.reduce((total, { overdue }) => total + Number(overdue), 0),
    byAge,
    bySquad: [...squads]
      .map(([squadId, own]) => ({ ...(squadId === null ? {} : { squadId }), byAge: own }))
      .toSorted((left, right) => sum(right.byAge) - sum(left.byAge))
      .slice(0, maxBoardRows),
  };
}

async function readDays(store: Store, question: BoardQuestion): Promise<StoredFigures['days']> {
  const { dayStartsMs, nowMs } = question;
  const days = dayStartsMs.map(
    (fromMs, index) => sql`(${sql.lit(index)}, ${fromMs}, ${dayStartsMs[index + 1] ?? nowMs + 1})`,
  );
  // SQLite names the columns of a list of values column1, column2 and so on.
  const { rows } = await sql<{ day: number; created: number; closed: number }>`
    select days.column1 as day, count(*) as created,
      sum(case when state = 'closed' then 1 else 0 end) as closed
    from (values ${sql.join(days)}) as days
    join ${counted(question)} as counted on created_at_ms >= days.column2 and created_at_ms < days.column3
    group by days.column1
  `.execute(store);
  const byDay = new Map(rows.map((row) => [Number(row.day), row]));
  return dayStartsMs.map((fromMs, index) => ({
    fromMs,
    created: Number(byDay.get(index)?.created ?? 0),
    closed: Number(byDay.get(index)?.closed ?? 0),
  }));
}
