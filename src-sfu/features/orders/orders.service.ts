import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import { transitionOrder } from '../../../src-shared/orders/order.ts';
import { rankMembers, straightDurationMs, type RoadTime } from '../../../src-shared/orders/orderRank.ts';
import type { OrderSettings } from '../../../src-shared/orders/orderSettings.ts';
import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import { createFairSequence } from '../../base/fairSequence.ts';
import type { Logger } from '../../logger.ts';
import { createOrderAlerts, type WorkAlert } from './orderAlerts.ts';
import { createOrderBook, hubName } from './orderBook.ts';
import { createOrder, type Officer } from './orderCreation.ts';
import { directOrder, overrideOrder } from './orderDirecting.ts';
import { leadOrder } from './orderLeading.ts';
import { createPassOn, loadsOf } from './orderPassing.ts';
import { reportOrders } from './orderReports.ts';
import { createOrderTimers } from './orderTimers.ts';
import type { OrdersRepository } from './orders.repository.ts';

/** Orders from the desk that writes one to its end. Every change is durable before it is answered or shown. */
export interface OrdersService {
  load(): Promise<void>;
  open(): Order[];
  /** Those that a member has. */
  ofMember(memberId: string): Order[];
  find(orderId: string): Promise<Order | undefined>;
  /** An order that is not ended. */
  openOne(orderId: string): Order | undefined;
  create(input: InputOf<'orders:create'>, officer: Officer): Promise<Ack<{ order: Order }>>;
  direct(input: InputOf<'orders:direct'>, officer: Officer): Promise<Ack<{ order: Order }>>;
  override(input: InputOf<'orders:override'>, officer: Officer): Promise<Ack<{ order: Order }>>;
  lead(input: InputOf<'orders:lead'>, leaderId: string): Promise<Ack<{ order: Order }>>;
  rank(
    wanted: { place: Order['place'] | undefined; skill: string | undefined },
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
  /** The home districts of a squad; undefined where it has none. */
  homeOf(squadId: string): readonly District[] | undefined;
  timesOf: Parameters<typeof createOrderBook>[0]['timesOf'];
  settings(): Pick<OrderSettings, 'asksNextSquadItself' | 'nextSquadsAtMost'>;
  /** The kind of an alert; undefined for one that is not there. */
  alertKindOf(alertId: string): Promise<string | undefined>;
  workAlert: WorkAlert;
  /** The day of the hub's local calendar, `2026-11-29`. */
  dayOf(atMs: number): string;
  logger: Logger;
  nowMs(): number;
}

export function createOrdersService(options: OrdersServiceOptions): OrdersService {
  const { member, members, logger, nowMs } = options;
  const book = createOrderBook(options);
  const { open } = book;
  /** Orders are few and each change is one write: all go one after the other. Who writes many delays no other. */
  const { exclusive } = createFairSequence();
  const alerts = createOrderAlerts({ book, work: options.workAlert, logger });
  const passOn = createPassOn({ book, members, homeOf: options.homeOf, settings: options.settings });
  const timers = createOrderTimers({
    book,
    passOn,
    exclusive: (deed) => exclusive(hubName, deed),
    logger,
  });
  book.onChanged(timers.await);

  /** The next squad gets an order that a squad has just rejected, where the hub asks it by itself. */
  const passOnRejected = async (orderIds: Iterable<string>): Promise<void> => {
    for (const orderId of orderIds) {
      const order = open.get(orderId);
      const passed = order?.state === 'created' && order.rejections.length > 0 ? passOn(order) : undefined;
      if (passed === undefined) continue;
      const { squadId } = passed.order;
      await book.write({
        order: passed.order,
        steps: [passed.step],
        audit: { action: 'orders:passOn', actor: hubName, detail: { squadId } },
      });
    }
  };

  /** What was sent to a phone: orders that it had not got. */
  const markSent = async (memberId: string): Promise<void> => {
    for (const order of [...open.values()]) {
      const atMs = nowMs();
      const moved = transitionOrder(order, { type: 'sent', memberId }, atMs);
      if (!moved.ok) continue;
      const step: OrderStep = { atMs, happenedAtMs: atMs, actor: hubName, action: 'sent', memberId };
      await book.write({
        order: { ...order, ...moved.state },
        steps: [step],
        audit: { action: 'orders:send', actor: hubName, detail: { memberId } },
      });
    }
  };

  return {
    async load() {
      await book.load();
      timers.await();
      await alerts.load();
    },
    open: () => [...open.values()],
    openOne: (orderId) => open.get(orderId),
    ofMember: (memberId) => [...open.values()].filter(({ memberIds }) => memberIds.includes(memberId)),
    find: book.find,
    create: (input, officer) => exclusive(officer.id, () => createOrder(book, input, officer, options)),
    direct: (input, officer) => exclusive(officer.id, () => directOrder(book, input, officer, member)),
    override: (input, officer) => exclusive(officer.id, () => overrideOrder(book, input, officer, member)),
    lead: (input, leaderId) =>
      exclusive(leaderId, async () => {
        const answer = await leadOrder(book, input, leaderId, member, member(leaderId)?.position);
        if (answer.ok && input.deed.type === 'reject') await passOnRejected([input.orderId]);
        return answer;
      }),
    rank({ place, skill }, mayGo, roadOf = () => undefined) {
      const { latitude, longitude, district } = place ?? {};
      const candidates = rankMembers({
        members: members().filter(mayGo),
        place: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
        loadOf: loadsOf(open.values()),
        skill,
        district,
        homeOf: options.homeOf,
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
            ...(skill === undefined ? {} : { skill }),
            ...(district === undefined ? {} : { district }),
            ...(distanceM === undefined
              ? {}
              : { distanceM: Math.round(distanceM), arrival: arrivalOf(distanceM, road) }),
            ...(positionAgeMs === undefined ? {} : { positionAgeMs }),
          })),
      };
    },
    report: (memberId, reports) =>
      exclusive(memberId, async () => {
        const answer = await reportOrders(book, memberId, reports, member(memberId)?.position);
        const rejected = reports
          .filter(({ report }) => report.type === 'rejected')
          .map(({ orderId }) => orderId);
        await passOnRejected(new Set(rejected)).catch((error: unknown) =>
          logger.error(
            { err: error },
            'a rejected order could not be given to the next squad; the desk has it',
          ),
        );
        return answer;
      }),
    phoneJoined(memberId) {
      const waiting = [...open.values()].some(({ deliveries }) =>
        deliveries.some((one) => one.memberId === memberId && one.sentAtMs === undefined),
      );
      if (!waiting) return;
      void exclusive(hubName, () => markSent(memberId)).catch((error: unknown) =>
        logger.error({ err: error }, 'that an order was sent to a phone could not be stored'),
      );
    },
    onChanged: book.onChanged,
    close() {
      alerts.close();
      timers.close();
    },
  };
}

function arrivalOf(metres: number, road: RoadTime | undefined) {
  const kind = road === undefined ? ('straight' as const) : ('road' as const);
  const { distanceM, durationMs } = road ?? { distanceM: metres, durationMs: straightDurationMs(metres) };
  return { kind, distanceM: Math.round(distanceM), durationMs: Math.round(durationMs) };
}
