import { nextOrderDeadline, transitionOrder } from '../../../src-shared/orders/order.ts';
import { ringsOf } from '../../../src-shared/orders/orderJoining.ts';
import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import { hubName, type OrderBook } from './orderBook.ts';
import type { PassOn } from './orderPassing.ts';

const retryMs = 1_000;

/** Carries out the deadlines of open orders: one timer for the next of them all. */
export interface OrderTimers {
  /** Sets the timer; called after each change. */
  await(): void;
  close(): void;
}

export function createOrderTimers(options: {
  book: OrderBook;
  /** The next squad gets an order that nobody accepted, where the hub asks it by itself. */
  passOn: PassOn;
  exclusive<Answer>(deed: () => Promise<Answer>): Promise<Answer>;
  logger: Logger;
}): OrderTimers {
  const { book, passOn, exclusive, logger } = options;
  let timer: Timer | undefined;
  let closed = false;

  let isReaching = false;

  const awaitNext = (): void => {
    timer?.cancel();
    if (closed || isReaching) return;
    let next = Number.POSITIVE_INFINITY;
    for (const order of book.open.values()) {
      next = Math.min(next, nextOrderDeadline(order) ?? Number.POSITIVE_INFINITY);
    }
    if (next === Number.POSITIVE_INFINITY) return;
    timer = startTimer(() => void reach(), Math.max(20, next - book.nowMs()));
  };

  /** Each deadline for itself: reports of phones come between those of hundreds of orders. */
  const reach = async (): Promise<void> => {
    isReaching = true;
    const failed: { orderId: string; error: unknown }[] = [];
    for (const { orderId } of [...book.open.values()]) {
      try {
        while (!closed && (await exclusive(() => reachOne(orderId))));
      } catch (error) {
        // The others are late as well, whatever is wrong with this one.
        failed.push({ orderId, error });
      }
    }
    isReaching = false;
    if (closed) return;
    const [first] = failed;
    if (first === undefined) return awaitNext();
    logger.error(
      { err: first.error, orderId: first.orderId, orders: failed.length },
      'orders could not be escalated; escalation is tried again in a second',
    );
    timer?.cancel();
    timer = startTimer(() => void reach(), retryMs);
  };

  /** One deadline of one order; false when none has passed. */
  const reachOne = async (orderId: string): Promise<boolean> => {
    const order = book.open.get(orderId);
    if (order === undefined) return false;
    const atMs = book.nowMs();
    const moved = transitionOrder(order, { type: 'deadlineReached' }, atMs);
    if (!moved.ok) return false;
    const next: Order = { ...order, ...moved.state };
    const step: OrderStep = { atMs, happenedAtMs: atMs, actor: hubName, ...reachedOf(order, next) };
    const mustAskNext = next.escalation === 2 && order.escalation < 2;
    const passed = mustAskNext ? passOn(next) : undefined;
    await book.write({
      order: passed?.order ?? next,
      steps: passed === undefined ? [step] : [step, passed.step],
      audit: {
        action: passed === undefined ? 'orders:escalate' : 'orders:passOn',
        actor: hubName,
        detail: {
          escalation: next.escalation,
          ...(passed === undefined ? {} : { squadId: passed.order.squadId }),
        },
      },
    });
    return true;
  };

  return {
    await: awaitNext,
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}

function reachedOf(before: Order, after: Order): Pick<OrderStep, 'action' | 'escalation' | 'memberIds'> {
  const memberIds = after.memberIds.filter((one) => ringsOf(after, one) > ringsOf(before, one));
  if (after.dueMissedAtMs !== before.dueMissedAtMs) return { action: 'dueMissed' };
  if (after.escalation > before.escalation) return { action: 'escalated', escalation: after.escalation };
  return memberIds.length > 0 ? { action: 'rangAgain', memberIds } : { action: 'overdue' };
}
