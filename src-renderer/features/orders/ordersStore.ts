import { createStore, type StoreApi } from 'zustand/vanilla';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import { isOrderEnded, needsSomebody } from '../../../src-shared/orders/order.ts';
import { roadKey, type Road } from '../../../src-shared/orders/orderWay.ts';
import { defaultOrderSettings } from '../../../src-shared/orders/orderDefaults.ts';
import type {
  Order,
  OrderCursor,
  OrderDeed,
  OrderFilter,
  OrderPlace,
  SavedOrderSettings,
} from '../../../src-shared/orders/orders.protocol.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';

export type RankedMember = OutputOf<'orders:rank'>['candidates'][number];

/** What the right side of the view shows, where it is not the chosen order. */
export type OrdersPage = 'write' | 'settings';

/** An officer's decision that was refused because the order changed meanwhile. */
export interface OrderConflict {
  orderId: string;
  /** The revision that the officer saw. */
  revision: number;
  wish: OrderWish;
}
/** What an officer wants done with an order. */
export type OrderWish =
  | { type: 'direct'; deed: OrderDeed }
  | ({ type: 'override' } & Pick<InputOf<'orders:override'>, 'to' | 'reason' | 'disposition' | 'alert'>);

/** The district of a point of the map: by the borders that the map has, or that of the nearest site. */
export type PlaceDistrict = { district: District } & (
  { by: 'border' } | { by: 'nearest'; siteName: string; siteNameEn?: string; metres: number }
);

/** Ended orders as they were searched last. */
export interface EndedOrders {
  filter: OrderFilter;
  found: readonly Order[];
  next: OrderCursor | undefined;
  standing: 'searching' | 'found' | 'failed';
}

export interface OrdersState {
  /** Those not ended. */
  orders: ReadonlyMap<string, Order>;
  /** Roads of those who go, where the hub asks a router: by order and member. */
  roads: ReadonlyMap<string, Road>;
  chosenId: string | undefined;
  /** The chosen order with its history, as it was read last. */
  read: OutputOf<'orders:read'> | undefined;
  page: OrdersPage | undefined;
  /** Whether the list has ended orders. */
  ended: EndedOrders | undefined;
  conflict: OrderConflict | undefined;
  /** Where the order that is being written is to be: chosen on the map or beside a site. */
  wantedPlace: OrderPlace | undefined;
  /** From where the district of that place is known, where it is a point of the map. */
  wantedDistrict: PlaceDistrict | undefined;
  /** Templates and times as an administrator saved them; the defaults until the hub has sent them. */
  settings: SavedOrderSettings;
  /** Who should go, the best first, and for what that was asked: an alert's or an order's id, or `new`. */
  ranked: { forId: string; candidates: readonly RankedMember[] } | undefined;
}
export type OrdersStore = StoreApi<OrdersState>;

export function createOrdersStore(): OrdersStore {
  return createStore<OrdersState>(() => ({
    orders: new Map(),
    roads: new Map(),
    chosenId: undefined,
    read: undefined,
    page: undefined,
    ended: undefined,
    conflict: undefined,
    wantedPlace: undefined,
    wantedDistrict: undefined,
    settings: { revision: 0, settings: defaultOrderSettings },
    ranked: undefined,
  }));
}

/** A snapshot came: these are all that are not ended. */
export function resetOrders(
  store: OrdersStore,
  orders: readonly Order[],
  roads: readonly Road[] | undefined = [],
): void {
  store.setState({
    orders: new Map(orders.map((order) => [order.orderId, order])),
    roads: new Map(roads.map((road) => [roadKey(road), road])),
  });
}

/** Takes roads as they are now; those of orders that are gone go. */
export function takeRoads(store: OrdersStore, changed: readonly Road[]): void {
  const { orders, roads } = store.getState();
  const kept = [...roads.values(), ...changed].filter(({ orderId }) => orders.has(orderId));
  store.setState({ roads: new Map(kept.map((road) => [roadKey(road), road])) });
}

/** Takes orders as they are now. An older state of one that is known changes nothing. */
export function takeOrders(store: OrdersStore, changed: readonly Order[]): void {
  const orders = new Map(store.getState().orders);
  for (const order of changed) {
    const known = orders.get(order.orderId);
    if (known !== undefined && known.revision > order.revision) continue;
    if (isOrderEnded(order)) orders.delete(order.orderId);
    else orders.set(order.orderId, order);
  }
  store.setState({ orders });
}

/** Open orders: what a person must look at first, then the most urgent, then the oldest. */
export function sortedOrders(orders: ReadonlyMap<string, Order>): Order[] {
  return [...orders.values()].toSorted(
    (left, right) =>
      Number(right.isOverdue) - Number(left.isOverdue) ||
      Number(right.dueMissedAtMs !== undefined) - Number(left.dueMissedAtMs !== undefined) ||
      right.escalation - left.escalation ||
      Number(needsSomebody(right)) - Number(needsSomebody(left)) ||
      left.priority - right.priority ||
      left.createdAtMs - right.createdAtMs,
  );
}

/** The open order for an alert. */
export function orderForAlert(
  orders: ReadonlyMap<string, Order>,
  alertId: string | undefined,
): Order | undefined {
  if (alertId === undefined) return undefined;
  return [...orders.values()].find((order) => order.alertId === alertId);
}
