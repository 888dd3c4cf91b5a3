import { beforeEach, describe, expect, it } from 'vitest';
import { followOrderMap } from '../../../../../src-renderer/app/desk/orders/followOrderMap.ts';
import { createMapStore, type MapStore } from '../../../../../src-renderer/features/map/mapStore.ts';
import {
  createOrdersStore,
  takeOrders,
  takeRoads,
  type OrdersStore,
} from '../../../../../src-renderer/features/orders/ordersStore.ts';
import {
  createSquadsStore,
  type SquadsStore,
} from '../../../../../src-renderer/features/squads/squadsStore.ts';
import { newOrder } from '../../../../../src-shared/orders/order.ts';
import type { Order } from '../../../../../src-shared/orders/orders.protocol.ts';

const orderOf = (more: Partial<Order> = {}): Order => ({
  ...newOrder(0),
  orderId: 'o1',
  number: '7-001',
  createdBy: '王芳',
  kind: 'inspection',
  priority: 1,
  place: { name: '一店', latitude: 29.86, longitude: 114.32 },
  instructions: '',
  checklist: [],
  state: 'en_route',
  memberIds: ['ann'],
  ...more,
});
const at = (latitude: number) => new Map([['ann', { latitude, longitude: 114.3, accuracyM: 5, atMs: 0 }]]);

let orders: OrdersStore;
let squads: SquadsStore;
let map: MapStore;
let changes: number;

beforeEach(() => {
  orders = createOrdersStore();
  squads = createSquadsStore();
  map = createMapStore();
  changes = 0;
  followOrderMap({
    orders,
    squads,
    map,
    i18n: { t: ((key: string) => key) as never, on: (() => undefined) as never },
  });
  map.subscribe((state, before) => void (changes += Number(state.orders !== before.orders)));
  squads.setState({ members: new Map([['ann', { name: '李强' } as never]]), positions: at(29.85) as never });
});

describe('orders on the map of a desk', () => {
  it('are a mark and a line from each who goes, with who it is', () => {
    takeOrders(orders, [orderOf()]);
    expect(map.getState().orders).toMatchObject([
      {
        orderId: 'o1',
        number: '7-001',
        position: [114.32, 29.86],
        ways: [
          {
            memberId: 'ann',
            isRoad: false,
            label: '李强 · orders.way.straight',
            line: [
              [114.3, 29.85],
              [114.32, 29.86],
            ],
          },
        ],
      },
    ]);
  });
  it('follow the positions, and cost nothing while nothing changes', () => {
    squads.setState({ positions: at(29.851) as never });
    expect(changes).toBe(0);
    takeOrders(orders, [orderOf()]);
    expect(changes).toBe(1);
    squads.setState({ positions: at(29.851) as never });
    takeOrders(orders, [orderOf({ revision: 9, deliveries: [{ memberId: 'ann', sentAtMs: 1 }] })]);
    expect(changes).toBe(1);
    squads.setState({ positions: at(29.852) as never });
    expect(changes).toBe(2);
  });
  it('show the road where there is one', () => {
    takeOrders(orders, [orderOf()]);
    const line: [number, number][] = [
      [114.3, 29.85],
      [114.32, 29.86],
    ];
    const from = { latitude: 29.85, longitude: 114.3 };
    takeRoads(orders, [
      { orderId: 'o1', memberId: 'ann', from, distanceM: 3_000, durationMs: 400_000, line },
    ]);
    expect(map.getState().orders[0]?.ways[0]).toMatchObject({
      isRoad: true,
      label: '李强 · orders.way.road',
    });
  });
  it('have no line to who is there, and go when they are ended', () => {
    takeOrders(orders, [orderOf({ state: 'on_scene' })]);
    expect(map.getState().orders[0]?.ways).toEqual([]);
    takeOrders(orders, [orderOf({ state: 'cancelled', revision: 9 })]);
    expect(map.getState().orders).toEqual([]);
  });
  it('are not there without a position, and the chosen one is focused', () => {
    takeOrders(orders, [orderOf({ place: { name: '一店' } })]);
    expect(map.getState().orders).toEqual([]);
    orders.setState({ chosenId: 'o1' });
    expect(map.getState().focusedOrderId).toBe('o1');
  });
});
