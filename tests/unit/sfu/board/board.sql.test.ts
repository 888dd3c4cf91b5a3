import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBoardRepository } from '../../../../src-sfu/storage/board.sql.ts';
import { migration } from '../../../../src-sfu/storage/migrations/0062_order_priorities.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createOrdersRepository } from '../../../../src-sfu/storage/orders.sql.ts';
import type { OrderTargets } from '../../../../src-sfu/features/board/board.repository.ts';
import type { StepTimes } from '../../../../src-shared/board/board.protocol.ts';
import type { OrderTimeRule } from '../../../../src-shared/orders/orderSettings.ts';
import { defaultOrderTimes } from '../../../../src-shared/orders/orderTimes.ts';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';
import { wholeCity, type Scope } from '../../../../src-shared/session/principal.ts';
import { sql } from 'kysely';
import { orderDrafts, orderOf, plainFigures, type OrderDraft } from '../../../support/boardOrders.ts';
import fc from '../../../support/properties.ts';

const nowMs = Date.UTC(2026, 10, 29, 8);
const dayMs = 86_400_000;
const dayStartsMs = [nowMs - 2.5 * dayMs, nowMs - 1.5 * dayMs, nowMs - 0.5 * dayMs];
const general = {
  ...defaultOrderTimes,
  ringAgainMs: 20_000,
  arriveMs: 900_000,
  clearMs: 900_000,
  closeMs: 900_000,
};
const generalRule: OrderTimeRule = { times: general };
/** Each of its own time to arrive: which rule counted is seen by it. */
const rules: OrderTimeRule[] = [
  { times: { ...general, arriveMs: 900_000 } },
  { priority: 1, times: { ...general, arriveMs: 5_000 } },
  { kind: 'alert', times: { ...general, arriveMs: 20_000, ringAgainMs: 5_000 } },
  { kind: 'alert', priority: 1, times: { ...general, arriveMs: 4_000_000 } },
  { kind: 'inspection', priority: 3, times: { ...general, arriveMs: 0 } },
  { kind: 'alert', alertKindId: 'rat', times: { ...general, arriveMs: 20_001 } },
  { kind: 'alert', alertKindId: 'rat', priority: 3, times: { ...general, clearMs: 0 } },
];
const targetsOf = ({ kind, priority, alertKindId, times }: OrderTimeRule): OrderTargets => ({
  kind,
  priority,
  alertKindId,
  targetsMs: {
    accept: times.ringAgainMs,
    arrive: times.arriveMs,
    clear: times.clearMs,
    close: times.closeMs,
  },
});
const scopes: Scope[] = [
  wholeCity,
  { districts: ['咸安区'], squads: ['wenquan'] },
  { districts: ['嘉鱼县'], squads: 'all' },
  { districts: 'all', squads: [] },
  { districts: [], squads: [] },
];

let store: Store & { destroy(): Promise<void> };
beforeEach(async () => {
  store = (await openStore(':memory:')) as typeof store;
});
afterEach(() => store.destroy());

const read = (scope: Scope = wholeCity, times: readonly OrderTimeRule[] = [generalRule]) =>
  createBoardRepository(store).readFigures({
    fromMs: dayStartsMs[0]!,
    nowMs,
    dayStartsMs,
    scope,
    orderTargets: times.map(targetsOf),
  });

async function write(order: Order, countOfDay: number): Promise<void> {
  await createOrdersRepository(store).save({
    order,
    steps: [],
    numbered: { day: '2026-11-29', countOfDay },
    audit: { action: 'orders:create', actor: '王芳', detail: {} },
  });
}

async function writeAlert(id: string, parts: Record<string, unknown>, document: object): Promise<void> {
  const row = {
    id,
    kind_id: 'rat',
    class: 1,
    state: 'new',
    raised_at_ms: nowMs - 60_000,
    district: '咸安区',
    ...parts,
  };
  await store
    .withTables<{ alerts: Record<string, unknown> }>()
    .insertInto('alerts')
    .values({ ...row, document: JSON.stringify(document) } as never)
    .execute();
}

/** Lists of groups have no order among those of the same size. */
const unordered = (figures: object): unknown =>
  JSON.parse(JSON.stringify(figures), (_key, value: unknown) =>
    Array.isArray(value) && value.every((one) => typeof one === 'object')
      ? value.map((one) => JSON.stringify(one)).toSorted()
      : value,
  );

describe('the figures of the board', () => {
  it('are those of a plain computation, for any orders and any part of the city', async () => {
    await fc.assert(
      fc.asyncProperty(
        orderDrafts(30, 4 * dayMs),
        fc.constantFrom(...scopes),
        fc.subarray(rules.slice(1)),
        async (drafts: OrderDraft[], scope, ownRules) => {
          const times = [generalRule, ...ownRules];
          await sql`delete from orders`.execute(store);
          const orders = drafts.map((draft, index) => orderOf(draft, index, nowMs));
          for (const [index, order] of orders.entries()) await write(order, index + 1);
          const { falseAlarms: _alerts, ...figures } = await read(scope, times);
          const expected = plainFigures(orders, {
            fromMs: dayStartsMs[0]!,
            nowMs,
            scope,
            dayStartsMs,
            times,
          });
          expect(unordered(figures)).toEqual(unordered(expected));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('follow an order that changes, and one that is removed', async () => {
    const draft: OrderDraft = {
      agoMs: 60_000,
      kind: 'alert',
      priority: 2,
      district: '咸安区',
      squadId: 'wenquan',
      siteId: undefined,
      gapsMs: [],
      isCancelled: false,
      isOverdue: false,
      disposition: 'other',
    };
    await write(orderOf(draft, 0, nowMs), 1);
    expect((await read()).total).toMatchObject({ created: 1, open: 1, steps: [] });
    const worked = orderOf({ ...draft, gapsMs: [0, 7_000, 0, 0, 0] }, 0, nowMs);
    await createOrdersRepository(store).save({
      order: worked,
      steps: [],
      audit: { action: 'orders:create', actor: '王芳', detail: {} },
    });
    const { total, open } = await read();
    expect(total).toMatchObject({ created: 1, open: 0, closed: 1 });
    expect(total.steps[0]).toEqual({
      step: 'accept',
      count: 1,
      p50Ms: 7_000,
      p90Ms: 7_000,
      withinTarget: 1,
      leastTargetMs: 20_000,
      mostTargetMs: 20_000,
    });
    expect(open.total).toBe(0);
    await sql`delete from orders`.execute(store);
    expect((await read()).total.created).toBe(0);
  });

  it('know the priority of orders of an earlier version, and of which kind their alerts were', async () => {
    const run = (text: string) => sql.raw(text).execute(store);
    for (const event of ['insert', 'update']) {
      await run(`drop trigger order_figures_${event}`);
      await run(`create trigger order_figures_${event} after ${event} on orders begin select 1; end`);
    }
    for (const column of ['priority', 'alert_kind_id'])
      await run(`alter table order_figures drop column ${column}`);
    const draft = {
      agoMs: 60_000,
      kind: 'alert',
      priority: 1,
      district: '咸安区',
      squadId: 'wenquan',
    } as OrderDraft;
    const rest = { isCancelled: false, isOverdue: false, disposition: 'other' } as const;
    await writeAlert('a1', { kind_id: 'rat' }, {});
    for (const [index, gapsMs] of [
      [0, 0, 20_001, 0, 0],
      [0, 0, 20_001],
    ].entries()) {
      await write({ ...orderOf({ ...draft, ...rest, gapsMs }, index, nowMs), alertId: 'a1' }, index + 1);
    }
    await run(`insert into order_figures (order_id, state, created_at_ms, kind, accepted_at_ms, on_scene_at_ms)
      select id, state, created_at_ms, 'alert', json_extract(document, '$.accepted.atMs'),
      json_extract(document, '$.onScene.atMs') from orders`);
    await migration.up(store as never);
    const columns = () =>
      run('select priority, alert_kind_id from order_figures').then(({ rows }) => rows as unknown[]);
    const known = { priority: 1, alert_kind_id: 'rat' };
    expect(await columns()).toEqual([known, known]);
    // Each change of an open order writes its columns again.
    await run(`update orders set document = json_set(document, '$.isOverdue', 1) where state <> 'closed'`);
    expect(await columns()).toEqual([known, known]);
    const arrive = (await read(wholeCity, rules)).total.steps.find(({ step }) => step === 'arrive');
    expect(arrive).toMatchObject({ count: 2, mostTargetMs: 20_001, withinTarget: 2 });
  });

  it('say nothing rather than zero where nothing was measured', async () => {
    const figures = await read();
    expect(figures.total).toEqual({ created: 0, open: 0, closed: 0, cancelled: 0, steps: [] });
    expect(figures.days.map(({ created }) => created)).toEqual([0, 0, 0]);
    expect(figures.byDistrict).toEqual([]);
  });

  it('measure how long alerts of class 1 waited for an officer, within the part of the city that is asked for', async () => {
    await writeAlert('a', {}, { acknowledged: { atMs: nowMs - 50_000 } });
    await writeAlert('b', { district: '嘉鱼县' }, { acknowledged: { atMs: nowMs } });
    await writeAlert('c', {}, {});
    await writeAlert('d', { class: 2 }, { acknowledged: { atMs: nowMs } });
    const stepOf = async (scope: Scope) =>
      (await read(scope)).total.steps.find(({ step }) => step === 'acknowledge');
    expect(await stepOf(wholeCity)).toEqual({
      step: 'acknowledge',
      count: 2,
      p50Ms: 10_000,
      p90Ms: 60_000,
      withinTarget: 1,
      leastTargetMs: 15_000,
      mostTargetMs: 15_000,
    });
    expect(await stepOf({ districts: ['咸安区'], squads: [] })).toMatchObject({ count: 1, p90Ms: 10_000 });
    expect(await stepOf({ districts: [], squads: 'all' })).toBeUndefined();
  });

  it('measure each order against the rule of its kind and priority, and each alert against its own time', async () => {
    const worked = { agoMs: 60_000, district: '咸安区', squadId: 'wenquan', siteId: undefined } as const;
    const drafts = [
      { kind: 'other', priority: 2 },
      { kind: 'other', priority: 1 },
      { kind: 'alert', priority: 2 },
      { kind: 'alert', priority: 1 },
    ] as const;
    for (const [index, one] of drafts.entries()) {
      const rest = { gapsMs: [0, 0, 20_001], isCancelled: false, isOverdue: false, disposition: 'other' };
      await write(orderOf({ ...worked, ...one, ...rest } as OrderDraft, index, nowMs), index + 1);
    }
    const supervisorMs = (ms: number) => ({
      acknowledgeTimes: { supervisorMs: ms, againMs: 4_000_000 },
      acknowledged: { atMs: nowMs },
    });
    await writeAlert('a', {}, supervisorMs(60_000));
    await writeAlert('b', { class: 2 }, supervisorMs(59_999));
    await writeAlert('c', { class: 3 }, supervisorMs(3_600_000));
    await writeAlert('d', { class: 2 }, { acknowledged: { atMs: nowMs } });
    const { total, byKind } = await read(wholeCity, rules);
    const of = (steps: readonly StepTimes[], name: string) => steps.find(({ step }) => step === name);
    expect(of(total.steps, 'arrive')).toMatchObject({
      count: 4,
      withinTarget: 2,
      leastTargetMs: 5_000,
      mostTargetMs: 4_000_000,
    });
    const alerts = byKind.find(({ name }) => name === 'alert')!.steps;
    expect(of(alerts, 'arrive')).toMatchObject({ count: 2, withinTarget: 1, leastTargetMs: 20_000 });
    expect(of(alerts, 'acknowledge')).toMatchObject({
      count: 3,
      withinTarget: 2,
      leastTargetMs: 59_999,
      mostTargetMs: 3_600_000,
    });
  });

  it('count as false alarms only what a platform reported and somebody judged', async () => {
    const platform = { source: { type: 'platform' } };
    const camera = { camera_id: 'c1', camera_name: '后厨', site_name: '一店' };
    await writeAlert('a', { state: 'false_alarm', ...camera }, platform);
    await writeAlert(
      'b',
      { state: 'resolved', ...camera },
      { ...platform, closed: { resolution: 'handled' } },
    );
    await writeAlert(
      'c',
      { state: 'resolved', ...camera },
      { ...platform, closed: { resolution: 'expired' } },
    );
    await writeAlert('d', { state: 'false_alarm', ...camera }, { source: { type: 'hub' } });
    await writeAlert('e', { state: 'duplicate', ...camera }, platform);
    expect((await read()).falseAlarms).toEqual({
      byKind: [{ kindId: 'rat', alerts: 5, judged: 2, falseAlarms: 1, appealed: 0 }],
      byCamera: [
        {
          ...{ cameraId: 'c1', cameraName: '后厨', siteName: '一店' },
          ...{ alerts: 5, judged: 2, falseAlarms: 1, appealed: 0 },
        },
      ],
    });
    expect((await read({ districts: ['嘉鱼县'], squads: 'all' })).falseAlarms.byKind).toEqual([]);
  });

  it('count what was judged and appealed also under more alerts that nobody has closed than are counted', async () => {
    const camera = { camera_id: 'c1', camera_name: '后厨', site_name: '一店' };
    await writeAlert('a', { state: 'false_alarm', ...camera }, { source: { type: 'platform' } });
    await sql`insert into site_appeals (alert_id, state, made_at_ms, document) values ('a', 'open', 1, '{}')`.execute(
      store,
    );
    const { rows } = await sql<{ name: string }>`select name from pragma_table_info('alerts')`.execute(store);
    const names = rows.map(({ name }) => name);
    const copied = names.map((name) =>
      name === 'id'
        ? sql`'n' || number`
        : name === 'state'
          ? sql`'new'`
          : name === 'raised_at_ms'
            ? sql`raised_at_ms + 1`
            : sql.ref(name),
    );
    await sql`with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 50001)
      insert into alerts (${sql.join(names.map((name) => sql.ref(name)))})
      select ${sql.join(copied)} from alerts, numbers where id = 'a'`.execute(store);
    expect((await read()).falseAlarms.byKind).toEqual([
      { kindId: 'rat', alerts: 50_000, judged: 1, falseAlarms: 1, appealed: 1 },
    ]);
  });
});
