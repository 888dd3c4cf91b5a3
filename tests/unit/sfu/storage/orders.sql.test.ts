import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditArchiver } from '../../../../src-sfu/storage/auditArchive.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createOrdersRepository } from '../../../../src-sfu/storage/orders.sql.ts';
import { createRetentionRepository } from '../../../../src-sfu/storage/retention.sql.ts';
import { newOrder } from '../../../../src-shared/orders/order.ts';
import { orderSchema, type Order, type OrderStep } from '../../../../src-shared/orders/orders.protocol.ts';

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
      (await repository.search({ states: ['cancelled'], limit: 10 })).map(({ orderId }) => orderId),
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
    const left = await repository.search({ limit: 10 });
    expect(left.map(({ instructions }) => instructions).sort()).toEqual(['new and ended', 'old and open']);
    expect(await repository.steps('o0')).toEqual([]);
    expect(await repository.findCommands(['desk:王芳 o0'])).toEqual([]);
    expect(await repository.steps('o1')).toEqual([created]);
  });
});
