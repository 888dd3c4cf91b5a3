import type { Disposition } from '../../src-shared/orders/order.ts';
import { awaitsAnswer, deliveryOf, givenAtMs } from '../../src-shared/orders/orderJoining.ts';
import type { Order, OrderReport } from '../../src-shared/orders/orders.protocol.ts';
import type { MemberStatus } from '../../src-shared/squads/memberStatus.ts';
import { headingBetween, metresBetween, type GroundPoint } from './ground.ts';

/** What a member does for an order: reports to send, the status that belongs to it, and where the member is meanwhile. */
export interface OrderWork {
  /** The member's orders as the hub has them now; those of others and those that ended are left out. */
  take(orders: readonly Order[]): void;
  /** What is to be reported now. A report is offered until `reported` is called for it. */
  due(nowMs: number): { orderId: string; report: OrderReport; status: MemberStatus | undefined } | undefined;
  reported(orderId: string, report: OrderReport): void;
  /** The order of which a photograph is to be sent now; offered until `photographed` is called for it. */
  photographDue(nowMs: number): string | undefined;
  photographed(orderId: string): void;
  /** Where the member drives or stands for an order; undefined while there is none under way. */
  placeAt(nowMs: number, patrolPlace: GroundPoint): WorkPlace | undefined;
}

interface WorkPlace extends GroundPoint {
  isMoving: boolean;
  speedMps: number;
  headingDeg: number | undefined;
}

/** How long a member takes for each step. Milliseconds. A case is over within 4 min, so that a visitor of the demo sees it. */
const acceptMs = 6_000;
const setOffMs = 4_000;
const shortestDriveMs = 20_000;
const longestDriveMs = 90_000;
const photographMs = 8_000;
const clearMs = 30_000;
const driveMps = 12;

const dispositions: readonly Disposition[] = [
  'corrected_on_spot',
  'corrected_on_spot',
  'no_violation',
  'to_be_corrected',
];

/**
 * Works through the orders of one simulated member, the most urgent first. `pick` chooses the outcome, 0 to less than 1; each step takes the
 * share `pace` of its usual time.
 */
export function createOrderWork(memberId: string, pick: () => number, pace = 1): OrderWork {
  let orders: Order[] = [];
  const shown = new Set<string>();
  const photographs = new Set<string>();
  let drive:
    { orderId: string; from: GroundPoint; to: GroundPoint; lastsMs: number; fromMs: number } | undefined;

  const underway = (): Order | undefined =>
    orders.find(({ state }) => state === 'en_route' || state === 'on_scene') ?? orders[0];
  const targetOf = ({ place }: Order): GroundPoint | undefined =>
    place.latitude === undefined || place.longitude === undefined
      ? undefined
      : { latitude: place.latitude, longitude: place.longitude };

  return {
    take(all) {
      orders = all
        .filter(
          ({ memberIds, state }) =>
            memberIds.includes(memberId) &&
            state !== 'cleared' &&
            state !== 'closed' &&
            state !== 'cancelled',
        )
        .toSorted((left, right) => left.priority - right.priority || left.createdAtMs - right.createdAtMs);
      if (drive !== undefined && !orders.some(({ orderId }) => orderId === drive?.orderId)) drive = undefined;
    },
    due(nowMs) {
      const unseen = orders.find(({ orderId }) => !shown.has(orderId));
      if (unseen !== undefined)
        return { orderId: unseen.orderId, report: { type: 'shown' }, status: undefined };
      const joined = orders.find(
        (one) =>
          one.inChargeId !== memberId &&
          deliveryOf(one, memberId)?.joined !== undefined &&
          awaitsAnswer(one, memberId),
      );
      if (joined !== undefined && nowMs - (givenAtMs(joined, memberId) ?? nowMs) >= acceptMs * pace)
        return { orderId: joined.orderId, report: { type: 'accepted' }, status: undefined };
      const order = underway();
      if (order?.inChargeId !== memberId) return undefined;
      const waitedMs = nowMs - order.sinceMs;
      const step = (report: OrderReport, status?: MemberStatus) => ({
        orderId: order.orderId,
        report,
        status,
      });
      switch (order.state) {
        case 'dispatched':
          return waitedMs >= acceptMs * pace ? step({ type: 'accepted' }) : undefined;
        case 'accepted':
          return waitedMs >= setOffMs * pace ? step({ type: 'enRoute' }, 'en_route') : undefined;
        case 'en_route':
          return waitedMs >= (drive?.orderId === order.orderId ? drive.lastsMs : shortestDriveMs * pace)
            ? step({ type: 'onScene' }, 'on_scene')
            : undefined;
        case 'on_scene': {
          if (waitedMs < clearMs * pace) return undefined;
          const disposition = dispositions[Math.floor(pick() * dispositions.length)] ?? 'other';
          return step({ type: 'cleared', disposition, note: '已与食品安全员当面核实。' }, 'returning');
        }
        default:
          return undefined;
      }
    },
    reported(orderId, report) {
      if (report.type === 'shown') shown.add(orderId);
    },
    photographDue(nowMs) {
      const order = underway();
      if (order?.inChargeId !== memberId || order.state !== 'on_scene') return undefined;
      const isDue = nowMs - order.sinceMs >= photographMs * pace && !photographs.has(order.orderId);
      return isDue ? order.orderId : undefined;
    },
    photographed: (orderId) => void photographs.add(orderId),
    placeAt(nowMs, patrolPlace) {
      const order = orders.find(({ state }) => state === 'en_route' || state === 'on_scene');
      const to = order === undefined ? undefined : targetOf(order);
      if (order === undefined || to === undefined) return undefined;
      if (drive?.orderId !== order.orderId) {
        const lastsMs =
          Math.min(
            longestDriveMs,
            Math.max(shortestDriveMs, (metresBetween(patrolPlace, to) / driveMps) * 1_000),
          ) * pace;
        drive = {
          orderId: order.orderId,
          from: patrolPlace,
          to,
          lastsMs,
          fromMs: order.state === 'on_scene' ? nowMs - lastsMs : nowMs,
        };
      }
      const share = Math.min(1, (nowMs - drive.fromMs) / drive.lastsMs);
      const isMoving = share < 1 && order.state === 'en_route';
      return {
        latitude: drive.from.latitude + (to.latitude - drive.from.latitude) * share,
        longitude: drive.from.longitude + (to.longitude - drive.from.longitude) * share,
        isMoving,
        speedMps: isMoving ? metresBetween(drive.from, to) / (drive.lastsMs / 1_000) : 0,
        headingDeg: isMoving ? headingBetween(drive.from, to) : undefined,
      };
    },
  };
}
