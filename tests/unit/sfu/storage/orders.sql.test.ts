import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditArchiver } from '../../../../src-sfu/storage/auditArchive.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createOrdersRepository } from '../../../../src-sfu/storage/orders.sql.ts';
import { createRetentionRepository } from '../../../../src-sfu/storage/retention.sql.ts';
import { newOrder } from '../../../../src-shared/orders/order.ts';
import { orderResource } from '../../../../src-sfu/features/orders/orderScope.ts';
import {
  orderSchema,
  type Order,
  type OrderCursor,
  type OrderFilter,
  type OrderStep,
} from '../../../../src-shared/orders/orders.protocol.ts';
import { may, nowhere, wholeCity, type Scope } from '../../../../src-shared/session/principal.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 29);

let store: Store & { destroy(): Promise<void> };
beforeEach(async () => {
  store = (await openStore(':memory:')) as typeof store;
});
afterEach(() => store.destroy());

function order(orderId: string, countOfDay: number, parts: Partial<Order> = {}): Order {
  return orderSchema.parse({
    orderId,
    number: `29-${String(countOfDay).padStart(3, '0')}`,
    createdBy: '王芳',
    kind: 'other',
    priority: 2,
    place: { name: '<b>一店</b>' },
    instructions: '',
    checklist: [],
    ...newOrder(nowMs),
    ...parts,
  });
}
const created: OrderStep = { atMs: nowMs, happenedAtMs: nowMs, actor: '王芳', action: 'created' };
const audit = { action: 'orders:create', actor: '王芳', detail: {} };
const write = (one: Order, countOfDay: number) =>
  createOrdersRepository(store).save({
    order: one,
    steps: [created],
    numbered: { day: '2026-11-29', countOfDay },
    command: { commandId: `desk:王芳 ${one.orderId}`, orderId: one.orderId, atMs: nowMs },
    audit,
  });

describe('orders in the store', () => {
  it('are there again with their history, the open ones alone at a start', async () => {
    const repository = createOrdersRepository(store);
    await write(order('a', 1), 1);
    await write(order('b', 2), 2);
    const ended = order('b', 2, { state: 'cancelled', revision: 2 });
    const step: OrderStep = { ...created, action: 'cancelled', reason: '误报' };
    await repository.save({ order: ended, steps: [step], audit });
    expect(await repository.loadOpen()).toEqual([order('a', 1)]);
    expect(await repository.find('b')).toEqual(ended);
    expect(await repository.steps('b')).toEqual([created, step]);
    expect(await repository.lastCountOf('2026-11-29')).toBe(2);
    expect(await repository.lastCountOf('2026-11-30')).toBe(0);
    expect(
      (
        await repository.search({ filter: { states: ['cancelled'] }, scope: wholeCity, limit: 10 })
      ).orders.map(({ orderId }) => orderId),
    ).toEqual(['b']);
    const { rows } = await sql<{ subject: string }>`select subject from audit_log order by id`.execute(store);
    expect(rows.map(({ subject }) => subject)).toEqual(['29-001', '29-002', '29-002']);
  });

  it('are written as a whole or not at all: a number that is taken leaves nothing behind', async () => {
    await write(order('a', 1), 1);
    await expect(write(order('b', 1), 1)).rejects.toThrow(/UNIQUE/);
    const repository = createOrdersRepository(store);
    expect(await repository.find('b')).toBeUndefined();
    expect(await repository.steps('b')).toEqual([]);
    expect(await repository.findCommands(['desk:王芳 b'])).toEqual([]);
  });

  it('remember which commands were answered, and how', async () => {
    const repository = createOrdersRepository(store);
    const refused = { commandId: 'member:ann r1', orderId: 'a', atMs: nowMs, refusal: 'not_yours' };
    await repository.saveRefused(refused);
    await write(order('a', 1), 1);
    expect(await repository.findCommands(['member:ann r1', 'desk:王芳 a', 'member:ann r2'])).toEqual(
      expect.arrayContaining([refused, { commandId: 'desk:王芳 a', orderId: 'a', atMs: nowMs }]),
    );
  });

  it('go when they have ended and are old enough, with all that belongs to them', async () => {
    const repository = createOrdersRepository(store);
    for (const [index, [orderId, ageDays, state]] of (
      [
        ['old and ended', 40, 'closed'],
        ['old and open', 40, 'on_scene'],
        ['new and ended', 1, 'closed'],
      ] as const
    ).entries()) {
      const createdAtMs = nowMs - ageDays * dayMs;
      await write(order(`o${index}`, index + 1, { createdAtMs, state, instructions: orderId }), index + 1);
    }
    const archiver = createAuditArchiver(store, '/nonexistent');
    const retention = createRetentionRepository(store, archiver, () => nowMs);
    const beforeMs = nowMs - 30 * dayMs;
    expect(await retention.count('orders', beforeMs)).toBe(3);
    while ((await retention.removeSome('orders', beforeMs)) > 0);
    const left = await repository.search({ filter: {}, scope: wholeCity, limit: 10 });
    expect(left.orders.map(({ instructions }) => instructions).sort()).toEqual([
      'new and ended',
      'old and open',
    ]);
    expect(await repository.steps('o0')).toEqual([]);
    expect(await repository.findCommands(['desk:王芳 o0'])).toEqual([]);
    expect(await repository.steps('o1')).toEqual([created]);
  });

  it('are found by state, squad, district, number, time and words, page by page, each once', async () => {
    const repository = createOrdersRepository(store);
    for (let count = 1; count <= 25; count += 1) {
      const isSouth = count % 5 === 0;
      await write(
        order(`o${String(count).padStart(2, '0')}`, count, {
          createdAtMs: nowMs - 10_000 + Math.floor(count / 3),
          squadId: isSouth ? 'south' : 'wenquan',
          place: { name: isSouth ? "O'Neill 100%_店" : '温泉食堂', district: isSouth ? '赤壁市' : '咸安区' },
          instructions: count === 7 ? 'Check the Freezer' : '',
        }),
        count,
      );
    }
    const idsOf = async (filter: OrderFilter, scope = wholeCity, limit = 4): Promise<string[]> => {
      const found: string[] = [];
      let cursor: OrderCursor | undefined;
      do {
        const page = await repository.search({ filter, scope, limit, cursor });
        expect(page.orders.length).toBeLessThanOrEqual(limit);
        found.push(...page.orders.map(({ orderId }) => orderId));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(new Set(found).size).toBe(found.length);
      return found;
    };
    const everyOne = await idsOf({});
    expect(everyOne).toHaveLength(25);
    expect(everyOne[0]).toBe('o25');
    expect(await idsOf({ squadId: 'south' })).toHaveLength(5);
    expect(await idsOf({ district: '赤壁市' })).toHaveLength(5);
    expect(await idsOf({ number: '29-01' })).toHaveLength(10);
    expect(await idsOf({ number: '%' })).toEqual([]);
    expect(await idsOf({ words: "100%_  o'neill" })).toHaveLength(5);
    expect(await idsOf({ words: 'freezer' })).toEqual(['o07']);
    expect(await idsOf({ words: '温泉', fromMs: nowMs - 10_000 + 8 })).toEqual(['o24']);
    expect(await idsOf({ states: ['closed'] })).toEqual([]);
    // Somebody of one district is shown pages that are as full as those of others, and nothing else.
    expect(await idsOf({}, { districts: ['赤壁市'], squads: [] })).toHaveLength(5);
  });

  it('without a district are shown to those who work for the squad, and before that for the whole city', async () => {
    const repository = createOrdersRepository(store);
    await write(order('a', 1, { place: { name: '一店' }, squadId: 'wenquan' }), 1);
    await write(order('b', 2, { place: { name: '二店' } }), 2);
    await write(order('c', 3, { place: { name: '三店', district: '咸安区' }, squadId: 'wenquan' }), 3);
    const seenBy = async (scope: Scope): Promise<string[]> =>
      (await repository.search({ filter: {}, scope, limit: 10 })).orders.map(({ orderId }) => orderId).sort();
    for (const scope of [
      wholeCity,
      nowhere,
      { districts: [], squads: ['wenquan'] },
      { districts: ['咸安区'], squads: [] },
      { districts: 'all' as const, squads: [] },
      { districts: [], squads: 'all' as const },
    ]) {
      const principal = { kind: 'person' as const, accountId: 'p', role: 'duty_officer' as const, scope };
      const all = (await repository.search({ filter: {}, scope: wholeCity, limit: 10 })).orders;
      const allowed = all.filter((one) => may(principal, 'orders:view', orderResource(one)));
      expect(await seenBy(scope)).toEqual(allowed.map(({ orderId }) => orderId).sort());
    }
  });

  it('remember what is to be done with an alert until it is done, and not longer', async () => {
    const repository = createOrdersRepository(store);
    await write(order('a', 1, { alertId: 'x' }), 1);
    const officer = { id: 'p', name: '王芳' };
    const first = { alertId: 'x', officer, deed: { type: 'dispatch' as const, orderId: 'a' } };
    const second = { alertId: 'x', officer, deed: { type: 'resolve' as const } };
    const one = order('a', 1, { alertId: 'x' });
    await repository.save({ order: one, steps: [created], alertDeed: first, audit });
    await repository.save({ order: one, steps: [created], audit });
    expect(await repository.alertsToChange()).toEqual([{ orderId: 'a', alertDeed: first }]);
    await repository.save({ order: one, steps: [created], alertDeed: second, audit });
    await repository.alertChanged('a', first);
    expect(await repository.alertsToChange()).toEqual([{ orderId: 'a', alertDeed: second }]);
    await repository.alertChanged('a', second);
    expect(await repository.alertsToChange()).toEqual([]);
  });
});
