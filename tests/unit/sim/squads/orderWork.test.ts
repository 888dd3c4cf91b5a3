import { expect, it } from 'vitest';
import { createOrderWork } from '../../../../src-sim/squads/orderWork.ts';
import { newOrder, transitionOrder, type OrderEvent } from '../../../../src-shared/orders/order.ts';
import type { Order, OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';

const station = { latitude: 29.84, longitude: 114.32 };

function dispatched(orderId: string): Order {
  const moved = transitionOrder(
    newOrder(0),
    { type: 'dispatched', by: '王芳', squadId: 'wenquan', memberIds: ['ann'], inChargeId: 'ann' },
    0,
  );
  if (!moved.ok) throw new Error(moved.reason);
  return {
    ...moved.state,
    orderId,
    number: '7-001',
    createdBy: '王芳',
    kind: 'alert',
    priority: 1,
    place: { name: '一店', latitude: 29.85, longitude: 114.33 },
    instructions: '',
    checklist: [],
  };
}

function eventOf(report: OrderReport): OrderEvent {
  if (report.type === 'shown') return { type: 'shown', memberId: 'ann' };
  return { ...report, by: 'ann' } as OrderEvent;
}

it('accepts an order, drives there, clears it within 4 min, and takes each step once', () => {
  const work = createOrderWork('ann', () => 0);
  let order = dispatched('o');
  work.take([order]);
  const steps: string[] = [];
  const places: (number | undefined)[] = [];
  for (let nowMs = 0; nowMs <= 240_000 && order.state !== 'cleared'; nowMs += 2_000) {
    places.push(work.placeAt(nowMs, station)?.latitude);
    const due = work.due(nowMs);
    if (due === undefined) continue;
    steps.push(due.report.type);
    const moved = transitionOrder(order, eventOf(due.report), nowMs);
    if (!moved.ok) throw new Error(moved.reason);
    order = { ...order, ...moved.state };
    work.reported(due.orderId, due.report);
    work.take([order]);
  }
  expect(steps).toEqual(['shown', 'accepted', 'enRoute', 'onScene', 'cleared']);
  const driven = places.filter((latitude) => latitude !== undefined);
  expect(driven[0]).toBeCloseTo(station.latitude, 3);
  expect(driven.at(-1)).toBeCloseTo(29.85, 5);
  expect(driven.toSorted()).toEqual(driven);
});

it('offers one photograph of an order once the member is there, until it was sent', () => {
  const work = createOrderWork('ann', () => 0);
  work.take([{ ...dispatched('o'), state: 'en_route' }]);
  expect(work.photographDue(60_000)).toBeUndefined();
  work.take([{ ...dispatched('o'), state: 'on_scene', sinceMs: 100_000 }]);
  expect([work.photographDue(101_000), work.photographDue(110_000), work.photographDue(112_000)]).toEqual([
    undefined,
    'o',
    'o',
  ]);
  work.photographed('o');
  expect(work.photographDue(112_000)).toBeUndefined();
});

it('does nothing for an order of somebody else, and stops when it is taken away', () => {
  const work = createOrderWork('bo', () => 0);
  work.take([dispatched('o')]);
  expect(work.due(1_000_000)).toBeUndefined();
  const own = createOrderWork('ann', () => 0);
  own.take([{ ...dispatched('o'), state: 'en_route' }]);
  expect(own.placeAt(0, station)).toBeDefined();
  own.take([{ ...dispatched('o'), state: 'cancelled' }]);
  expect([own.placeAt(1, station), own.due(1_000_000)]).toEqual([undefined, undefined]);
});
