import { isOrderEnded, orderDueAtMs } from '../../src-shared/orders/order.ts';
import { lateJoiners } from '../../src-shared/orders/orderJoining.ts';
import type { Order } from '../../src-shared/orders/orders.protocol.ts';
import { refuse } from '../../src-shared/protocol/define.ts';
import { caseSteps, type CaseSources, type CaseView } from '../../src-shared/wall/wallCase.ts';
import { deskName } from '../base/deskName.ts';
import type { WallService } from '../features/wall/wall.service.ts';
import type { SurfaceContext } from '../signaling/handlers.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { OrdersFeature } from './orders.ts';

interface Parts {
  wall: Pick<WallService, 'showCase' | 'followCase' | 'snapshot' | 'screens' | 'onScreenChanged'>;
  orders: Pick<OrdersFeature, 'openOrder' | 'stepsOf' | 'roadsOf' | 'onRoadChanged' | 'onOrderChanged'>;
}

/** The case of an order on a screen of the wall: put up, kept as the order is, and taken back when the order is ended. */
export function createWallCaseFeature(
  { logger }: Pick<Drivers, 'logger'>,
  { wall, orders }: Parts,
): HubFeature<'wall:showCase'> {
  /** Orders that some screen shows, as they were read last. */
  const views = new Map<string, CaseView>();
  /** Surfaces that show a screen of the wall. */
  const screens = new Map<string, SurfaceContext>();
  const fault = (error: unknown): void =>
    logger.error({ err: error }, 'the case of an order could not be kept on the wall');

  const caseOn = (screenId: string): string | undefined => wall.snapshot(screenId).caseOf;
  /** Reads an order again and shows it on the screens of its case. */
  const refresh = async (orderId: string): Promise<void> => {
    const order = orders.openOrder(orderId);
    if (order === undefined) return;
    const steps = await orders.stepsOf(orderId);
    const view = viewOf(orders.openOrder(orderId) ?? order, caseSteps(steps), orders.roadsOf(orderId));
    views.set(orderId, view);
    for (const context of screens.values()) {
      const screenId = context.identity?.screenId;
      if (screenId !== undefined && caseOn(screenId) === orderId)
        context.notify('wall:caseChanged', { wallCase: view });
    }
  };
  const isShown = (orderId: string): boolean => wall.screens().some(({ caseOf }) => caseOf === orderId);
  /** Which case each screen shows, so that a screen is sent a case that is new to it. */
  const shown = new Map<string, string | undefined>();
  wall.onScreenChanged((screenId, { caseOf }) => {
    const isNew = shown.get(screenId) !== caseOf;
    shown.set(screenId, caseOf);
    if (caseOf !== undefined && isNew) refresh(caseOf).catch(fault);
    for (const orderId of views.keys()) if (orderId !== caseOf && !isShown(orderId)) views.delete(orderId);
  });
  orders.onOrderChanged((order) => {
    if (!views.has(order.orderId)) return;
    const { orderId } = order;
    const sources = isOrderEnded(order) ? undefined : sourcesOf(order);
    wall
      .followCase(orderId, sources)
      .then(() => refresh(orderId))
      .catch(fault);
  });
  orders.onRoadChanged(({ orderId }) => {
    if (views.has(orderId)) refresh(orderId).catch(fault);
  });

  return {
    handlers: {
      'wall:showCase': async (context, input) => {
        const order = orders.openOrder(input.orderId);
        if (order === undefined) {
          return refuse('not_found', `There is no open order ${input.orderId}.`, {
            reason: 'orders.no_such_order',
          });
        }
        const { number } = order;
        const command = { ...input, sources: sourcesOf(order), number };
        return wall.showCase(command, deskName(context), context.identity?.principal);
      },
    },
    joined(context) {
      const { identity, connectionId } = context;
      if (identity?.surface === 'wall' && identity.screenId !== undefined) screens.set(connectionId, context);
      else screens.delete(connectionId);
    },
    left: ({ connectionId }) => void screens.delete(connectionId),
    snapshotFor({ connectionId, identity }) {
      const screenId = identity?.screenId;
      if (screenId === undefined || !screens.has(connectionId)) return {};
      const wallCase = views.get(caseOn(screenId) ?? '');
      return wallCase === undefined ? {} : { wallCase };
    },
    /** A case that was on a screen before the hub stopped is there again, unless its order ended meanwhile. */
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
    roads: roads.slice(0, 50),
    ...(dueAtMs === undefined ? {} : { dueAtMs }),
    ...(squadId === undefined ? {} : { squadId }),
    ...(order.cleared === undefined ? {} : { disposition: order.cleared.disposition }),
  };
}
