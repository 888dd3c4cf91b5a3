import { squadsOfOrder } from '../../src-shared/orders/orderJoining.ts';
import type { OrderPoint } from '../../src-shared/orders/orderRank.ts';
import { may, type Resource } from '../../src-shared/session/principal.ts';
import type { Road } from '../../src-shared/orders/orderWay.ts';
import type { Order, OrderPlace, OrderStep } from '../../src-shared/orders/orders.protocol.ts';
import { createOrderAttachmentRules, membersOfSteps } from '../features/orders/orderAttachments.ts';
import { createOrderHandlers } from '../features/orders/orders.handlers.ts';
import { createOrderMetrics } from '../features/orders/orderMetrics.ts';
import { createOrderRoads } from '../features/orders/orderRoads.ts';
import { createRoadTimes } from '../features/orders/roadTimes.ts';
import { createRouter } from '../routing/routers.ts';
import { createOrdersService } from '../features/orders/orders.service.ts';
import { createOrderSettings, type OrderSettingsService } from '../features/orders/orderSettings.service.ts';
import { orderResource } from '../features/orders/orderScope.ts';
import type { AttachmentOwnerRules } from '../base/attachmentOwner.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { createOrderSettingsRepository } from '../storage/orderSettings.sql.ts';
import { createOrdersRepository } from '../storage/orders.sql.ts';
import type { AlertsFeature } from './alerts.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { SquadsFeature } from './squads.ts';

/** Work that is given to squads, and what becomes of it. */
export interface OrdersFeature extends HubFeature<Extract<keyof RequestHandlers, `orders:${string}`>> {
  /** Where an order is, as far as it decides who may see it. */
  resourceOfOrder(orderId: string): Promise<Resource>;
  /** The same of one that is not ended, at once. */
  resourceOfOpenOrder(orderId: string): Resource;
  /** An order that is not ended. */
  openOrder(orderId: string): Order | undefined;
  /** Their history, the oldest first. */
  stepsOf(orderId: string): Promise<OrderStep[]>;
  /** The roads of those who go. */
  roadsOf(orderId: string): Road[];
  /** Calls the listener with each order one of whose roads is new. */
  onRoadChanged(listener: (order: Order) => void): void;
  /** Those of a member that are not ended. */
  ordersOfMember(memberId: string): Order[];
  /** Calls the listener with each order that changed, as it is now and as it was before. */
  onOrderChanged(listener: (order: Order, before: Order | undefined) => void): void;
  /** What a finding takes from its order: where it is, its alert, and everybody who has the order or had it. */
  originOfFinding(
    orderId: string,
  ): Promise<
    { place: OrderPlace; alertId?: string | undefined; memberIds: string[]; createdAtMs: number } | undefined
  >;
  /** Who may add photographs and notes to an order, and see them. */
  attachmentRules: AttachmentOwnerRules;
  /** The squad that has an order. */
  squadOfOrder(orderId: string): Promise<string | undefined>;
  /** The alert that an order comes from. */
  alertOfOrder(orderId: string): Promise<string | undefined>;
  /** Those that are not ended. */
  openOrders(): Order[];
}

/** The settings of orders, as an administrator saved them. Alerts read from them how long they may wait. */
export async function loadOrderSettings({ store, logger, nowMs }: Drivers): Promise<OrderSettingsService> {
  const settings = createOrderSettings({ repository: createOrderSettingsRepository(store), logger, nowMs });
  await settings.load();
  return settings;
}

/** Composes orders and loads the open ones. */
export async function createOrdersFeature(
  { config, store, clock, nowMs, logger }: Drivers,
  {
    squads,
    alerts,
    orderSettings: settings,
  }: {
    squads: Pick<SquadsFeature, 'roster' | 'homeDistrictsOf'>;
    alerts: Pick<AlertsFeature, 'workForOrder' | 'kindOfAlert'>;
    orderSettings: OrderSettingsService;
  },
): Promise<OrdersFeature> {
  const repository = createOrdersRepository(store);
  const { roster } = squads;
  const orders = createOrdersService({
    repository,
    members: roster.members,
    member: roster.member,
    homeOf: squads.homeDistrictsOf,
    timesOf: settings.timesOf,
    settings: () => settings.read().settings,
    alertKindOf: alerts.kindOfAlert,
    workAlert: alerts.workForOrder,
    dayOf: (atMs) => new Date(clock.toShownMs(atMs)).toLocaleDateString('sv-SE'),
    logger,
    nowMs,
  });
  await orders.load();
  const positionOf = (memberId: string): OrderPoint | undefined => roster.member(memberId)?.position;
  const router =
    config.routerUrl === undefined
      ? undefined
      : createRouter({ kind: config.routerKind, url: config.routerUrl });
  const roads = router && createOrderRoads({ router, open: orders.open, positionOf, logger, nowMs });
  const times = router && createRoadTimes({ router, nowMs });
  if (roads !== undefined) orders.onChanged(roads.orderChanged);

  return {
    attachmentRules: createOrderAttachmentRules({ find: orders.find, steps: repository.steps }),
    async resourceOfOrder(orderId) {
      const order = await orders.find(orderId);
      // One that is not there is answered by its handler, and only to those who work for the whole city.
      return order === undefined ? { district: undefined } : orderResource(order);
    },
    resourceOfOpenOrder(orderId) {
      const order = orders.openOne(orderId);
      return order === undefined ? { district: undefined } : orderResource(order);
    },
    openOrder: orders.openOne,
    stepsOf: repository.steps,
    roadsOf: (orderId) => roads?.of(orderId) ?? [],
    onRoadChanged: (listener) => void roads?.onChanged(listener),
    ordersOfMember: orders.ofMember,
    onOrderChanged: orders.onChanged,
    async originOfFinding(orderId) {
      const order = await orders.find(orderId);
      if (order === undefined) return undefined;
      const { place, alertId, memberIds, createdAtMs } = order;
      const had = membersOfSteps(await repository.steps(orderId));
      return { place, alertId, memberIds: [...new Set([...memberIds, ...had])], createdAtMs };
    },
    squadOfOrder: async (orderId) => (await orders.find(orderId))?.squadId,
    alertOfOrder: async (orderId) => (await orders.find(orderId))?.alertId,
    handlers: createOrderHandlers({
      orders,
      repository,
      settings,
      roads: times && { times, positionOf },
    }),
    openOrders: orders.open,
    metrics: createOrderMetrics(orders.open),
    snapshotFor({ identity }) {
      if (identity === undefined) return {};
      const memberId = identity.member?.memberId;
      if (memberId !== undefined) {
        const squadId = roster.member(memberId)?.squadId;
        const ofSquad =
          squadId !== undefined && may(identity.principal, 'squads:lead', { squadId })
            ? { squadOrders: orders.open().filter((order) => squadsOfOrder(order).includes(squadId)) }
            : {};
        return { orders: orders.ofMember(memberId), ...ofSquad };
      }
      if (!may(identity.principal, 'orders:view')) return {};
      const seen = orders
        .open()
        .filter((order) => may(identity.principal, 'orders:view', orderResource(order)));
      return {
        orderSettings: settings.read(),
        orders: seen,
        ...(roads === undefined ? {} : { roads: seen.flatMap(({ orderId }) => roads.of(orderId)) }),
      };
    },
    joined({ identity }) {
      const memberId = identity?.member?.memberId;
      if (memberId !== undefined) orders.phoneJoined(memberId);
    },
    start: () => roads?.orderChanged(),
    announceTo(surfaces) {
      roads?.onChanged((order, changed) =>
        surfaces.broadcast('orders:roadsChanged', { roads: changed }, orderResource(order)),
      );
      settings.onChanged((saved) => surfaces.broadcast('orders:settingsChanged', saved));
      orders.onChanged((order, before) => {
        surfaces.broadcast('orders:changed', { orders: [order] }, orderResource(order));
        const hadSquads = before === undefined ? [] : squadsOfOrder(before);
        for (const squadId of new Set([...hadSquads, ...squadsOfOrder(order)])) {
          surfaces.broadcast('orders:squadChanged', { orders: [order] }, { squadId });
        }
        const had = before?.memberIds ?? [];
        for (const memberId of new Set([...had, ...order.memberIds])) {
          surfaces.broadcastToOwn('orders:changed', { orders: [order] }, { memberId });
          if (roster.member(memberId)?.isConnected === true) orders.phoneJoined(memberId);
        }
      });
    },
    close() {
      roads?.close();
      orders.close();
    },
  };
}
