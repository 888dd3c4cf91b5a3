import { describe, expect, test, vi } from 'vitest';
import { createDeskOrders } from '../../../../../src-renderer/app/desk/orders/DeskOrders.ts';
import { findPlaces } from '../../../../../src-renderer/app/desk/orders/orderPlaces.ts';
import { takeOrders } from '../../../../../src-renderer/features/orders/ordersStore.ts';
import { newOrder, transitionOrder } from '../../../../../src-shared/orders/order.ts';
import type { Order } from '../../../../../src-shared/orders/orders.protocol.ts';
import type { Alert } from '../../../../../src-shared/alerts/alertView.ts';

const nowMs = Date.UTC(2026, 10, 29);
const crew = { squadId: 'wenquan', memberIds: ['ann', 'bo'], inChargeId: 'bo' };

function dispatched(): Order {
  const moved = transitionOrder(newOrder(nowMs), { type: 'dispatched', by: '王芳', ...crew }, nowMs);
  if (!moved.ok) throw new Error(moved.reason);
  return {
    orderId: 'o1',
    number: '29-001',
    createdBy: '王芳',
    kind: 'other',
    priority: 2,
    place: { name: '<img src=x onerror=alert(1)>' },
    instructions: '',
    checklist: [],
    ...moved.state,
  };
}

function stage(answers: Record<string, (input: never) => unknown>) {
  const asked: [string, unknown][] = [];
  const request = vi.fn((name: string, input: never) => {
    asked.push([name, input]);
    return Promise.resolve(answers[name]?.(input) ?? { ok: true, data: { candidates: [] } });
  });
  const notify = vi.fn();
  const nobodyToSend = vi.fn();
  let ids = 0;
  const orders = createDeskOrders({
    link: { request: request as never },
    newId: () => `id${(ids += 1)}`,
    notify,
    nobodyToSend,
    alert: (alertId) => ({ alertId, kindId: 'rat', class: 1, reportedCamera: 'C-1' }) as unknown as Alert,
    site: () => undefined,
    titleOf: () => 'Rat',
    talkTo: vi.fn(),
    language: () => 'en',
    nowMs: () => nowMs,
  });
  return { orders, asked, notify, nobodyToSend };
}

test('the order of an alert is filled in by the template of its kind, in the language of the desk', async () => {
  const order = dispatched();
  const candidate = { memberId: 'ann', squadId: 'wenquan', load: 0, reasons: [] };
  const { orders, asked } = stage({
    'orders:rank': () => ({ ok: true, data: { candidates: [candidate] } }),
    'orders:create': () => ({ ok: true, data: { order } }),
  });
  await orders.sendForAlert('a1');
  const [, input] = asked.find(([name]) => name === 'orders:create') ?? [];
  expect(input).toMatchObject({
    crew: { memberIds: ['ann'], inChargeId: 'ann' },
    content: { kind: 'alert', priority: 1, alertId: 'a1', dueAtMs: nowMs + 120 * 60_000 },
  });
  const { instructions, checklist } = (input as { content: Order }).content;
  expect(instructions).toMatch(/^Rat\nLook for traces of rats/);
  expect(checklist.map(({ text }) => text)).toContain('Take photographs');
});

test('several members go, of whom one is in charge', async () => {
  const order = dispatched();
  const { orders, asked } = stage({ 'orders:create': () => ({ ok: true, data: { order } }) });
  await orders.sendForAlert('a1', crew);
  expect(asked.find(([name]) => name === 'orders:create')?.[1]).toMatchObject({
    crew: { memberIds: ['ann', 'bo'], inChargeId: 'bo' },
  });
});

describe('an order that nobody has', () => {
  const created = (parts: Partial<Order> = {}): Order => {
    const { squadId: _squad, inChargeId: _inCharge, dispatched: _dispatched, ...rest } = dispatched();
    return { ...rest, ...newOrder(nowMs), ...parts };
  };
  const candidates = [
    { memberId: 'ann', squadId: 'wenquan', load: 0, reasons: [] },
    { memberId: 'zhang', squadId: 'yongan', load: 0, reasons: [] },
  ];
  const answers = {
    'orders:rank': () => ({ ok: true, data: { candidates } }),
    'orders:direct': () => ({ ok: true, data: { order: dispatched() } }),
  };
  const deedsOf = (asked: [string, unknown][]) =>
    asked.flatMap(([name, input]) => (name === 'orders:direct' ? [(input as { deed: unknown }).deed] : []));

  test('goes by one key to whom the hub puts first of those who did not say no, once for two presses', async () => {
    const { orders, asked } = stage(answers);
    const rejections = [{ squadId: 'wenquan', by: 'ann', atMs: nowMs, reason: 'busy' as const }];
    takeOrders(orders.store, [created({ rejections })]);
    await Promise.all([orders.sendToFirst('o1'), orders.sendToFirst('o1')]);
    expect(deedsOf(asked)).toEqual([
      { type: 'dispatch', crew: { memberIds: ['zhang'], inChargeId: 'zhang' } },
    ]);
    // Somebody has it now.
    await orders.sendToFirst('o1');
    await orders.sendToFirst('gone');
    expect(deedsOf(asked)).toHaveLength(1);
  });

  test('goes as it was at the press, whatever another officer did while the hub ranked', async () => {
    const commands = (asked: [string, unknown][]) => asked.filter(([name]) => name === 'orders:direct');
    const { orders, asked } = stage({
      ...answers,
      'orders:rank': () => {
        takeOrders(orders.store, [{ ...dispatched(), revision: 5 }]);
        return answers['orders:rank']();
      },
    });
    takeOrders(orders.store, [created({ revision: 3 })]);
    await orders.sendToFirst('o1');
    expect(commands(asked)).toMatchObject([['orders:direct', { revision: 3, deed: { type: 'dispatch' } }]]);
  });

  test('goes to nobody where there is nobody, or where the hub refuses the list: the officer reads which', async () => {
    const nobody = stage({ 'orders:rank': () => ({ ok: true, data: { candidates: [] } }) });
    takeOrders(nobody.orders.store, [created()]);
    await nobody.orders.sendToFirst('o1');
    expect([nobody.nobodyToSend.mock.calls.length, nobody.notify.mock.calls]).toEqual([1, []]);
    const refusal = { ok: false, code: 'timeout', reason: 'session.no_answer', message: 'late' };
    const unheard = stage({ 'orders:rank': () => refusal });
    takeOrders(unheard.orders.store, [created()]);
    await unheard.orders.sendToFirst('o1');
    expect(unheard.nobodyToSend).not.toHaveBeenCalled();
    expect(unheard.notify.mock.calls).toEqual([[{ command: 'dispatch', ...refusal }]]);
  });

  test('and one that nobody accepted is given to others for the reason', async () => {
    const { orders, asked } = stage(answers);
    const listener = vi.fn();
    orders.onNeedsSomebody(listener);
    takeOrders(orders.store, [{ ...dispatched(), escalation: 1 }]);
    takeOrders(orders.store, [{ ...dispatched(), escalation: 2, revision: 9 }]);
    expect(listener).toHaveBeenCalledTimes(1);
    await orders.giveTo('o1', { squadId: 'yongan', memberIds: ['zhang'], inChargeId: 'zhang' }, '无人接单');
    expect(deedsOf(asked)).toEqual([
      { type: 'reassign', crew: { memberIds: ['zhang'], inChargeId: 'zhang' }, reason: '无人接单' },
    ]);
  });
});

describe('two officers at once', () => {
  test('what was refused is offered again on the new state, and gone once it is done', async () => {
    const order = dispatched();
    let isRefused = true;
    const { orders, asked } = stage({
      'orders:direct': () =>
        isRefused
          ? {
              ok: false,
              code: 'conflict',
              reason: 'orders.changed_meanwhile',
              parameters: { number: '29-001' },
              message: 'm',
            }
          : { ok: true, data: { order: { ...order, state: 'cancelled', revision: 9 } } },
      'orders:read': () => ({ ok: true, data: { order, steps: [] } }),
    });
    takeOrders(orders.store, [order]);
    const deed = { type: 'cancel' as const, reason: '误派' };
    expect(await orders.actions.direct('o1', 1, deed)).toBe(false);
    expect(orders.store.getState().conflict).toEqual({
      orderId: 'o1',
      revision: 1,
      wish: { type: 'direct', deed },
    });
    isRefused = false;
    expect(await orders.actions.again(7)).toBe(true);
    expect(asked.filter(([name]) => name === 'orders:direct').at(-1)?.[1]).toMatchObject({
      revision: 7,
      deed,
    });
    expect(orders.store.getState()).toMatchObject({ conflict: undefined, orders: new Map() });
  });
});

test('ended orders are read page by page; a slow answer to an earlier search is not shown', async () => {
  const order: Order = { ...dispatched(), state: 'closed' };
  const waiting: ((answer: unknown) => void)[] = [];
  const { orders, asked } = stage({
    'orders:search': () => new Promise((resolve) => void waiting.push(resolve)),
  });
  const { actions, store } = orders;
  const page = (orderId: string, next?: object) => ({
    ok: true,
    data: { orders: [{ ...order, orderId }], ...(next === undefined ? {} : { next }) },
  });
  const slow = actions.searchEnded({ words: 'slow' });
  const quick = actions.searchEnded({ words: 'quick' });
  const cursor = { createdAtMs: nowMs, orderId: 'p1' };
  waiting[1]?.(page('p1', cursor));
  waiting[0]?.(page('wrong'));
  await Promise.all([slow, quick]);
  expect(store.getState().ended).toMatchObject({ found: [{ orderId: 'p1' }], next: cursor });
  const more = actions.moreEnded();
  waiting[2]?.(page('p2'));
  await more;
  expect(store.getState().ended?.found.map(({ orderId }) => orderId)).toEqual(['p1', 'p2']);
  expect(store.getState().ended?.next).toBeUndefined();
  expect(asked[2]?.[1]).toMatchObject({ words: 'quick', cursor, states: ['closed', 'cancelled'] });
  await actions.searchEnded(undefined);
  expect(store.getState().ended).toBeUndefined();
});

test('places are found by words of the name, pinyin or address', () => {
  const site = (siteId: string, siteName: string, parts: object = {}) => ({
    siteId,
    externalId: siteId,
    siteName,
    sitePinyin: 'wenquan yixiao',
    siteType: 'school' as const,
    district: '咸安区' as const,
    address: '温泉路 1 号',
    ...parts,
  });
  const sites = [
    site('s1', '温泉一小食堂', { latitude: 29.8, longitude: 114.3 }),
    site('s2', '永安餐馆', { sitePinyin: 'yongan' }),
  ];
  const idsOf = (words: string, limit = 8) =>
    findPlaces(sites as never, words, limit).map(({ siteId }) => siteId);
  expect(idsOf('')).toEqual([]);
  expect(idsOf('温泉路')).toEqual(['s1', 's2']);
  expect(idsOf('yixiao 一小')).toEqual(['s1']);
  expect(idsOf('温泉', 1)).toEqual(['s1']);
  expect(findPlaces(sites as never, 'yixiao', 1)[0]).toMatchObject({ latitude: 29.8, district: '咸安区' });
});
