import { isOrderEnded, orderDueAtMs } from '../../../src-shared/orders/order.ts';
import { lateJoiners } from '../../../src-shared/orders/orderJoining.ts';
import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { caseSteps, type CaseSources, type CaseView } from '../../../src-shared/wall/wallCase.ts';
import type { WallService } from './wall.service.ts';

/** Roads of one case that a screen is sent. */
const maxRoads = 50;

/** Orders as cases on the wall need them. */
export interface CaseOrders {
  openOrder(orderId: string): Order | undefined;
  stepsOf(orderId: string): Promise<OrderStep[]>;
  roadsOf(orderId: string): CaseView['roads'];
}

/** The cases that screens show. */
export interface WallCases {
  /** What a screen shows of an order; undefined for one that is not open. */
  sourcesOf(orderId: string): { sources: CaseSources; number: string } | undefined;
  /** A surface shows a screen of the wall from now on; undefined: it shows none. */
  joined(connectionId: string, screenId: string | undefined): void;
  left(connectionId: string): void;
  /** The case on the screen that a surface shows, as it was read last. */
  caseOf(connectionId: string): CaseView | undefined;
  /** Another case, or none, is on a screen. */
  screenChanged(screenId: string, caseOf: string | undefined): void;
  orderChanged(order: Order): void;
  roadChanged(orderId: string): void;
  /** A case that was on a screen before the hub stopped is there again, unless its order ended meanwhile. */
  open(): Promise<void>;
}

/** Keeps the case of an order on the wall as the order is, and takes it back when the order is ended. */
export function createWallCases(options: {
  wall: Pick<WallService, 'followCase' | 'snapshot' | 'screens'>;
  orders: CaseOrders;
  /** Sends a case to a surface that shows it. */
  notify(connectionId: string, wallCase: CaseView): void;
  onFault(error: unknown): void;
}): WallCases {
  const { wall, orders, notify, onFault } = options;
  /** Orders that some screen shows, as they were read last. */
  const views = new Map<string, CaseView>();
  /** Surfaces, with the screen of the wall that each shows. */
  const screens = new Map<string, string>();
  /** Which case each screen shows, so that a screen is sent a case that is new to it. */
  const shown = new Map<string, string | undefined>();

  const caseOn = (screenId: string): string | undefined => wall.snapshot(screenId).caseOf;
  /** Reads an order again and shows it on the screens of its case. */
  const refresh = async (orderId: string): Promise<void> => {
    const order = orders.openOrder(orderId);
    if (order === undefined) return;
    const steps = await orders.stepsOf(orderId);
    const view = viewOf(orders.openOrder(orderId) ?? order, caseSteps(steps), orders.roadsOf(orderId));
    views.set(orderId, view);
    for (const [connectionId, screenId] of screens)
      if (caseOn(screenId) === orderId) notify(connectionId, view);
  };
  const isShown = (orderId: string): boolean => wall.screens().some(({ caseOf }) => caseOf === orderId);

  return {
    sourcesOf(orderId) {
      const order = orders.openOrder(orderId);
      return order === undefined ? undefined : { sources: sourcesOf(order), number: order.number };
    },
    joined(connectionId, screenId) {
      if (screenId === undefined) screens.delete(connectionId);
      else screens.set(connectionId, screenId);
    },
    left: (connectionId) => void screens.delete(connectionId),
    caseOf(connectionId) {
      const screenId = screens.get(connectionId);
      return screenId === undefined ? undefined : views.get(caseOn(screenId) ?? '');
    },
    screenChanged(screenId, caseOf) {
      const isNew = shown.get(screenId) !== caseOf;
      shown.set(screenId, caseOf);
      if (caseOf !== undefined && isNew) refresh(caseOf).catch(onFault);
      for (const orderId of views.keys()) if (orderId !== caseOf && !isShown(orderId)) views.delete(orderId);
    },
    orderChanged(order) {
      const { orderId } = order;
      if (!views.has(orderId)) return;
      wall
        .followCase(orderId, isOrderEnded(order) ? undefined : sourcesOf(order))
        .then(() => refresh(orderId))
        .catch(onFault);
    },
    roadChanged(orderId) {
      if (views.has(orderId)) refresh(orderId).catch(onFault);
    },
    async open() {
      for (const { caseOf } of wall.screens()) {
        if (caseOf === undefined) continue;
        const order = orders.openOrder(caseOf);
        await wall.followCase(caseOf, order === undefined ? undefined : sourcesOf(order));
        await refresh(caseOf);
      }
    },
  };
}

function sourcesOf({ orderId, place, memberIds, inChargeId }: Order): CaseSources {
  const others = memberIds.filter((memberId) => memberId !== inChargeId);
  return {
    orderId,
    memberIds: [...(inChargeId === undefined ? [] : [inChargeId]), ...others],
    ...(place.cameraId === undefined ? {} : { kitchenId: place.cameraId }),
  };
}

function viewOf(order: Order, steps: CaseView['steps'], roads: CaseView['roads']): CaseView {
  const { orderId, number, kind, priority, state, sinceMs, createdAtMs, isOverdue, squadId, memberIds } =
    order;
  const { address: _address, ...place } = order.place;
  const dueAtMs = orderDueAtMs(order);
  return {
    orderId,
    number,
    kind,
    priority,
    place,
    state,
    sinceMs,
    createdAtMs,
    isOverdue,
    memberIds,
    lateIds: lateJoiners(order),
    steps,
    roads: roads.slice(0, maxRoads),
    ...(dueAtMs === undefined ? {} : { dueAtMs }),
    ...(squadId === undefined ? {} : { squadId }),
    ...(order.cleared === undefined ? {} : { disposition: order.cleared.disposition }),
  };
}
