import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOrderRoads, type OrderRoads } from '../../../../src-sfu/features/orders/orderRoads.ts';
import type { Router } from '../../../../src-sfu/features/orders/orders.ports.ts';
import { createRoadTimes } from '../../../../src-sfu/features/orders/roadTimes.ts';
import { newOrder } from '../../../../src-shared/orders/order.ts';
import type { OrderPoint } from '../../../../src-shared/orders/orderRank.ts';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';

const place = { latitude: 29.86, longitude: 114.32 };
const orderOf = (more: Partial<Order> = {}): Order => ({
  ...newOrder(0),
  orderId: 'o1',
  number: '7-001',
  createdBy: '王芳',
  kind: 'inspection',
  priority: 1,
  place: { name: '一店', ...place },
  instructions: '',
  checklist: [],
  state: 'en_route',
  memberIds: ['ann'],
  ...more,
});

let open: Order[];
let positions: Map<string, OrderPoint>;
let answers: { asked: OrderPoint[]; fails: boolean };
let roads: OrderRoads;
let changed: string[];
const logger = { warn: vi.fn(), info: vi.fn() };
const router: Pick<Router, 'road'> = {
  road(from) {
    answers.asked.push(from);
    if (answers.fails) return Promise.reject(new Error('away'));
    return Promise.resolve({
      distanceM: 1_000,
      durationMs: 60_000,
      line: [
        [from.longitude, from.latitude],
        [114.32, 29.86],
      ],
    });
  },
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  open = [orderOf()];
  positions = new Map([['ann', { latitude: 29.85, longitude: 114.3 }]]);
  answers = { asked: [], fails: false };
  changed = [];
  logger.warn.mockClear();
  roads = createOrderRoads({
    router: router as Router,
    open: () => open,
    positionOf: (memberId) => positions.get(memberId),
    logger: logger as never,
    nowMs: () => Date.now(),
  });
  roads.onChanged((order) => changed.push(order.orderId));
});
afterEach(() => {
  roads.close();
  vi.useRealTimers();
});

describe('the roads of those who go', () => {
  it('are asked for once, and again only when the member has moved', async () => {
    roads.orderChanged();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(answers.asked).toHaveLength(1);
    expect(roads.of('o1')).toMatchObject([
      { memberId: 'ann', durationMs: 60_000, from: { latitude: 29.85 } },
    ]);
    positions.set('ann', { latitude: 29.8502, longitude: 114.3 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(answers.asked).toHaveLength(1);
    positions.set('ann', { latitude: 29.852, longitude: 114.3 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(answers.asked).toHaveLength(2);
    expect(changed).toEqual(['o1', 'o1']);
  });
  it('go with the order, and nobody is asked about who is there already', async () => {
    roads.orderChanged();
    await vi.advanceTimersByTimeAsync(10);
    open = [orderOf({ state: 'on_scene' })];
    roads.orderChanged();
    expect(roads.of('o1')).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(answers.asked).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
  it('are of nobody whose place or position is not known', async () => {
    open = [orderOf({ place: { name: '一店' } }), orderOf({ orderId: 'o2', memberIds: ['bo'] })];
    roads.orderChanged();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(answers.asked).toEqual([]);
  });
  it('stay as they were while the router is away, which is logged once and asked seldom', async () => {
    roads.orderChanged();
    await vi.advanceTimersByTimeAsync(10);
    answers.fails = true;
    positions.set('ann', { latitude: 29.852, longitude: 114.3 });
    await vi.advanceTimersByTimeAsync(62_000);
    expect(roads.of('o1')).toMatchObject([{ from: { latitude: 29.85 } }]);
    expect(answers.asked.length).toBeLessThanOrEqual(6);
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });
  it('are asked for a few at a time', async () => {
    open = Array.from({ length: 500 }, (_unused, index) => orderOf({ orderId: `o${index}` }));
    roads.orderChanged();
    expect(answers.asked.length).toBeLessThanOrEqual(8);
    await vi.advanceTimersByTimeAsync(4_100);
    expect(answers.asked.length).toBeLessThanOrEqual(24);
  });
});

describe('road times for who should go', () => {
  const from = ['ann', 'bo'].map((memberId, index) => ({
    memberId,
    position: { latitude: 29.85 + index / 100, longitude: 114.3 },
  }));
  it('are kept, so that the same question is asked once', async () => {
    const times = vi.fn<Router['times']>((places) =>
      Promise.resolve(places.map(() => ({ durationMs: 60_000, distanceM: 900 }))),
    );
    const road = createRoadTimes({ router: { times } as unknown as Router, nowMs: () => Date.now() });
    expect((await road.within(from, place)).get('bo')).toEqual({ durationMs: 60_000, distanceM: 900 });
    await road.within(from, place);
    expect(times).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(61_000);
    await road.within(from, place);
    expect(times).toHaveBeenCalledTimes(2);
  });
  it('are asked for with a time limit within the 200 ms of the ranking, for the first of a long list', async () => {
    const times = vi.fn<Router['times']>((places) => Promise.resolve(places.map(() => undefined)));
    const road = createRoadTimes({ router: { times } as unknown as Router, nowMs: () => Date.now() });
    const many = Array.from({ length: 300 }, (_unused, index) => ({
      memberId: `m${index}`,
      position: { latitude: 29 + index / 100, longitude: 114.3 },
    }));
    expect((await road.within(many, place)).size).toBe(0);
    expect(times.mock.calls[0]?.[0]).toHaveLength(40);
    expect(times.mock.calls[0]?.[2]).toBeLessThan(200);
  });
  it('leave a router alone that does not answer, and try it again later', async () => {
    const times = vi.fn<Router['times']>(() => Promise.reject(new Error('in time')));
    const road = createRoadTimes({ router: { times } as unknown as Router, nowMs: () => Date.now() });
    for (let count = 0; count < 5; count += 1) expect((await road.within(from, place)).size).toBe(0);
    expect(times).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(10_001);
    await road.within(from, place);
    expect(times).toHaveBeenCalledTimes(3);
  });
});
