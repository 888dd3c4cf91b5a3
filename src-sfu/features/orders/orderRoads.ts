import { createListeners } from '../../../src-shared/listeners.ts';
import { isOrderWithSquad } from '../../../src-shared/orders/order.ts';
import { lateJoiners } from '../../../src-shared/orders/orderJoining.ts';
import type { OrderPoint } from '../../../src-shared/orders/orderRank.ts';
import { distanceM } from '../../../src-shared/orders/straightLine.ts';
import { roadKey, type Road } from '../../../src-shared/orders/orderWay.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import type { Router } from './orders.ports.ts';

/** The roads of those who are on their way to an order, asked again as they move. */
export interface OrderRoads {
  /** Those of an order. */
  of(orderId: string): Road[];
  /** An order changed; who goes may be others. */
  orderChanged(): void;
  /** Called with the roads of one order that are new. */
  onChanged(listener: (order: Order, roads: Road[]) => void): void;
  close(): void;
}

export interface OrderRoadsOptions {
  router: Router;
  open(): readonly Order[];
  positionOf(memberId: string): OrderPoint | undefined;
  logger: Pick<Logger, 'warn' | 'info'>;
  nowMs(): number;
}

/** How often it is checked who moved. Milliseconds. */
const checkMs = 2_000;
/** A road is asked for again once the member is so far from where it was asked for. Metres. */
const movedM = 100;
const leastBetweenMs = 5_000;
const afterFailureMs = 15_000;
const roadTimeoutMs = 3_000;
/** Roads that are asked for in one check; the rest comes in the next. */
const maxAsked = 8;

interface Known {
  askedAtMs: number;
  failed: boolean;
  road: Road | undefined;
}

export function createOrderRoads(options: OrderRoadsOptions): OrderRoads {
  const { router, positionOf, logger, nowMs } = options;
  const known = new Map<string, Known>();
  const asking = new Set<string>();
  const changed = createListeners<[order: Order, roads: Road[]]>();
  let timer: Timer | undefined;
  let isFailing = false;
  let closed = false;

  const ask = async (order: Order, memberId: string, from: OrderPoint, to: OrderPoint): Promise<void> => {
    const key = roadKey({ orderId: order.orderId, memberId });
    const before = known.get(key)?.road;
    asking.add(key);
    try {
      const { distanceM: distance, durationMs, line } = await router.road(from, to, roadTimeoutMs);
      if (closed) return;
      const road: Road = {
        orderId: order.orderId,
        memberId,
        from: { latitude: from.latitude, longitude: from.longitude },
        distanceM: Math.round(distance),
        durationMs: Math.round(durationMs),
        line,
      };
      known.set(key, { askedAtMs: nowMs(), failed: false, road });
      changed.notify(order, [road]);
      if (isFailing) logger.info('the router answers again; arrivals are by the road');
      isFailing = false;
    } catch (error) {
      known.set(key, { askedAtMs: nowMs(), failed: true, road: before });
      if (!isFailing && !closed) {
        logger.warn(
          { err: error },
          'the router does not answer as it must; arrivals are by the straight line until it does',
        );
      }
      isFailing = true;
    } finally {
      asking.delete(key);
    }
  };

  const isDue = ({ askedAtMs, failed, road }: Known, from: OrderPoint): boolean => {
    const agoMs = nowMs() - askedAtMs;
    if (failed || road === undefined) return agoMs >= afterFailureMs;
    return agoMs >= leastBetweenMs && distanceM(road.from, from) > movedM;
  };

  const check = (): void => {
    timer?.cancel();
    timer = undefined;
    if (closed) return;
    const wanted = new Set<string>();
    let left = maxAsked - asking.size;
    for (const order of options.open()) {
      const { latitude, longitude } = order.place;
      if (latitude === undefined || longitude === undefined) continue;
      if (!isOrderWithSquad(order)) continue;
      for (const memberId of order.state === 'on_scene' ? lateJoiners(order) : order.memberIds) {
        const key = roadKey({ orderId: order.orderId, memberId });
        wanted.add(key);
        const from = positionOf(memberId);
        if (from === undefined || asking.has(key) || left <= 0) continue;
        const before = known.get(key);
        if (before !== undefined && !isDue(before, from)) continue;
        left -= 1;
        void ask(order, memberId, from, { latitude, longitude });
      }
    }
    for (const key of known.keys()) if (!wanted.has(key)) known.delete(key);
    if (wanted.size > 0) timer = startTimer(check, checkMs);
  };

  return {
    of: (orderId) =>
      [...known.values()].flatMap(({ road }) =>
        road === undefined || road.orderId !== orderId ? [] : [road],
      ),
    orderChanged: check,
    onChanged: changed.add,
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
