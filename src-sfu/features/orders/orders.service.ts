import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import {
  isOrderEnded,
  newOrder,
  nextOrderDeadline,
  transitionOrder,
  type OrderTimes,
} from '../../../src-shared/orders/order.ts';
import { maxOpenOrders, type Order, type OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { rankMembers, straightDurationMs, type RoadTime } from '../../../src-shared/orders/orderRank.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import { createSequence } from '../../base/sequence.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import type { OrdersRepository } from './orders.repository.ts';
import { crewOf, planDeed } from './orderPlan.ts';
import { reportOrders } from './orderReports.ts';

/** Orders from the desk that writes one to its end. Every change is durable before it is answered or shown. */
export interface OrdersService {
  load(): Promise<void>;
  open(): Order[];
  /** Those that a member has. */
  ofMember(memberId: string): Order[];
  find(orderId: string): Promise<Order | undefined>;
  /** An order that is not ended. */
  openOne(orderId: string): Order | undefined;
  create(input: InputOf<'orders:create'>, actor: string): Promise<Ack<{ order: Order }>>;
  direct(input: InputOf<'orders:direct'>, actor: string): Promise<Ack<{ order: Order }>>;
  rank(
    place: Order['place'] | undefined,
    mayGo: (member: Member) => boolean,
    roadOf?: (memberId: string) => RoadTime | undefined,
  ): OutputOf<'orders:rank'>;
  report(memberId: string, reports: InputOf<'orders:report'>['reports']): Promise<OutputOf<'orders:report'>>;
  /** The phone of a member is connected: its orders were sent there with the snapshot. */
  phoneJoined(memberId: string): void;
  /** An order as it is now, and as it was before; undefined when it is new. */
  onChanged(listener: (order: Order, before: Order | undefined) => void): void;
  close(): void;
}

export interface OrdersServiceOptions {
  repository: OrdersRepository;
  members(): readonly Member[];
  member(memberId: string): Member | undefined;
  times: OrderTimes;
  /** The day of the hub's local calendar, `2026-11-29`. */
  dayOf(atMs: number): string;
  logger: Logger;
  nowMs(): number;
}

const retryMs = 1_000;
/** Who does what the hub does by itself. */
const hubName = 'hub';

export function createOrdersService(options: OrdersServiceOptions): OrdersService {
  const { repository, times, logger, nowMs } = options;
  const open = new Map<string, Order>();
  const changed = createListeners<[order: Order, before: Order | undefined]>();
  /** Orders are few and each change is one write: all go one after the other. */
  const { exclusive } = createSequence();
  let timer: Timer | undefined;
  let closed = false;

  const keep = (order: Order): void => {
    const before = open.get(order.orderId);
    if (isOrderEnded(order)) open.delete(order.orderId);
    else open.set(order.orderId, order);
    changed.notify(order, before);
    awaitDeadline();
  };

  const awaitDeadline = (): void => {
    timer?.cancel();
    if (closed) return;
    const next = [...open.values()].reduce(
      (soonest, order) => Math.min(soonest, nextOrderDeadline(order, times) ?? Number.POSITIVE_INFINITY),
      Number.POSITIVE_INFINITY,
    );
    if (next === Number.POSITIVE_INFINITY) return;
    timer = startTimer(() => void reachDeadlines(), Math.max(20, next - nowMs()));
  };

  const reachDeadlines = (): Promise<void> =>
    exclusive(async () => {
      try {
        for (const order of open.values()) {
          const atMs = nowMs();
          const moved = transitionOrder(order, { type: 'deadlineReached' }, atMs, times);
          if (!moved.ok) continue;
          const next: Order = { ...order, ...moved.state };
          const step: OrderStep = {
            atMs,
            happenedAtMs: atMs,
            actor: hubName,
            ...(next.escalation > order.escalation
              ? { action: 'escalated', escalation: next.escalation }
              : { action: 'overdue' }),
          };
          await repository.save({
            order: next,
            steps: [step],
            audit: { action: 'orders:escalate', actor: hubName, detail: { escalation: next.escalation } },
          });
          keep(next);
        }
        awaitDeadline();
      } catch (error) {
        if (closed) return;
        logger.error({ err: error }, 'orders could not be escalated; escalation is tried again in a second');
        timer?.cancel();
        timer = startTimer(() => void reachDeadlines(), retryMs);
      }
    });

  const commandIdOf = (actor: string, commandId: string): string => `desk:${actor} ${commandId}`;

  return {
    async load() {
      for (const order of await repository.loadOpen()) open.set(order.orderId, order);
      awaitDeadline();
    },
    open: () => [...open.values()],
    openOne: (orderId) => open.get(orderId),
    ofMember: (memberId) => [...open.values()].filter(({ memberIds }) => memberIds.includes(memberId)),
    find: async (orderId) => open.get(orderId) ?? (await repository.find(orderId)),
    create: ({ orderId, content, crew }, actor) =>
      exclusive(async () => {
        const known = open.get(orderId) ?? (await repository.find(orderId));
        if (known !== undefined) return ok({ order: known });
        if (open.size >= maxOpenOrders) {
          return refuse('too_many', `There are ${maxOpenOrders} open orders. Close some first.`, {
            reason: 'orders.too_many_open',
            limit: maxOpenOrders,
          });
        }
        const atMs = nowMs();
        if (content.dueAtMs !== undefined && content.dueAtMs <= atMs) {
          return refuse('bad_request', 'The time by which it is due has passed. Choose a later one.', {
            reason: 'orders.due_in_the_past',
          });
        }
        const forAlert = [...open.values()].find(
          ({ alertId }) => alertId !== undefined && alertId === content.alertId,
        );
        if (forAlert !== undefined) {
          return refuse('conflict', `Order ${forAlert.number} is for this alert already. Open that one.`, {
            reason: 'orders.alert_has_order',
          });
        }
        const going = crew === undefined ? undefined : crewOf(crew, options.member);
        if (going?.ok === false) return going;
        const day = options.dayOf(atMs);
        const countOfDay = (await repository.lastCountOf(day)) + 1;
        const number = `${Number(day.slice(-2))}-${String(countOfDay).padStart(3, '0')}`;
        const step = (action: OrderStep['action']): OrderStep => ({
          atMs,
          happenedAtMs: atMs,
          actor,
          action,
        });
        let order: Order = { ...content, ...newOrder(atMs), orderId, number, createdBy: actor };
        const steps = [step('created')];
        if (going !== undefined) {
          const moved = transitionOrder(order, { type: 'dispatched', by: actor, ...going.data }, atMs, times);
          if (moved.ok) order = { ...order, ...moved.state };
          steps.push({ ...step('dispatched'), squadId: going.data.squadId, memberId: going.data.inChargeId });
        }
        await repository.save({
          order,
          steps,
          numbered: { day, countOfDay },
          audit: {
            action: 'orders:create',
            actor,
            detail: {
              orderId,
              kind: order.kind,
              priority: order.priority,
              place: order.place.name,
              ...(order.squadId === undefined ? {} : { squadId: order.squadId }),
            },
          },
        });
        keep(order);
        return ok({ order });
      }),
    direct: ({ commandId, orderId, revision, deed }, actor) =>
      exclusive(async () => {
        const order = open.get(orderId) ?? (await repository.find(orderId));
        if (order === undefined) {
          return refuse('not_found', `There is no order ${orderId}.`, { reason: 'orders.no_such_order' });
        }
        const id = commandIdOf(actor, commandId);
        const [answered] = await repository.findCommands([id]);
        if (answered !== undefined) return ok({ order });
        const { number } = order;
        if (deed.type !== 'note' && order.revision !== revision) {
          return refuse('conflict', `Order ${number} changed meanwhile. Look at it and decide again.`, {
            reason: 'orders.changed_meanwhile',
            number,
          });
        }
        const atMs = nowMs();
        const planned = planDeed(deed, actor, options.member);
        if (!planned.ok) return planned;
        const { event, step } = planned.data;
        const moved = event === undefined ? undefined : transitionOrder(order, event, atMs, times);
        if (moved?.ok === false) {
          return moved.reason === 'ended'
            ? refuse('conflict', `Order ${number} is ended already.`, {
                reason: 'orders.already_ended',
                number,
              })
            : refuse('conflict', `Order ${number} is ${order.state}; this cannot follow.`, {
                reason: 'orders.step_cannot_follow',
                number,
              });
        }
        const next: Order = { ...order, ...moved?.state };
        await repository.save({
          order: next,
          steps: [{ atMs, happenedAtMs: atMs, actor, ...step }],
          command: { commandId: id, orderId, atMs },
          audit: { action: 'orders:direct', actor, detail: { deed: deed.type, ...step } },
        });
        if (!isOrderEnded(order)) keep(next);
        return ok({ order: next });
      }),
    rank(place, mayGo, roadOf = () => undefined) {
      const loads = new Map<string, number>();
      for (const { memberIds } of open.values()) {
        for (const memberId of memberIds) loads.set(memberId, (loads.get(memberId) ?? 0) + 1);
      }
      const { latitude, longitude } = place ?? {};
      const candidates = rankMembers({
        members: options.members().filter(mayGo),
        place: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
        loadOf: (memberId) => loads.get(memberId) ?? 0,
        roadOf,
        nowMs: nowMs(),
      });
      return {
        candidates: candidates
          .slice(0, 300)
          .map(({ memberId, squadId, load, reasons, distanceM, road, positionAgeMs }) => ({
            memberId,
            squadId,
            load,
            reasons,
            ...(distanceM === undefined
              ? {}
              : { distanceM: Math.round(distanceM), arrival: arrivalOf(distanceM, road) }),
            ...(positionAgeMs === undefined ? {} : { positionAgeMs }),
          })),
      };
    },
    report: (memberId, reports) =>
      exclusive(() =>
        reportOrders(
          { repository, find: (id) => open.get(id), keep, times, nowMs },
          memberId,
          reports,
          options.member(memberId)?.position,
        ),
      ),
    phoneJoined(memberId) {
      const waiting = [...open.values()].some(({ deliveries }) =>
        deliveries.some((one) => one.memberId === memberId && one.sentAtMs === undefined),
      );
      if (!waiting) return;
      void exclusive(async () => {
        for (const order of [...open.values()]) {
          const atMs = nowMs();
          const moved = transitionOrder(order, { type: 'sent', memberId }, atMs, times);
          if (!moved.ok) continue;
          const next: Order = { ...order, ...moved.state };
          const step: OrderStep = { atMs, happenedAtMs: atMs, actor: hubName, action: 'sent', memberId };
          await repository.save({
            order: next,
            steps: [step],
            audit: { action: 'orders:send', actor: hubName, detail: { memberId } },
          });
          keep(next);
        }
      }).catch((error: unknown) =>
        logger.error({ err: error }, 'that an order was sent to a phone could not be stored'),
      );
    },
    onChanged: (listener) => void changed.add(listener),
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}

function arrivalOf(metres: number, road: RoadTime | undefined) {
  const kind = road === undefined ? ('straight' as const) : ('road' as const);
  const { distanceM, durationMs } = road ?? { distanceM: metres, durationMs: straightDurationMs(metres) };
  return { kind, distanceM: Math.round(distanceM), durationMs: Math.round(durationMs) };
}
