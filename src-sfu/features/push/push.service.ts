import { awaitsAnswer, deliveryOf, givenAtMs, ringsOf } from '../../../src-shared/orders/orderJoining.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { PushOutcome, PushSubscriptionKeys } from '../../../src-shared/push/push.protocol.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import { createTurns } from '../../base/turns.ts';
import type { Logger } from '../../logger.ts';
import type { PushRepository, PushSender } from './push.ports.ts';

/** Lets phones ring whose page does not show an order: nothing waits for it, and what it does is never needed for an order to go on. */
export interface PushService {
  load(): Promise<void>;
  /** Keeps where a member's phone is reached and tries it. */
  subscribe(memberId: string, subscription: PushSubscriptionKeys): Promise<PushOutcome>;
  /** The phone was signed out, or another took its place. */
  signedOut(memberId: string): Promise<void>;
  orderChanged(order: Order): void;
  close(): void;
}

export function createPushService(options: {
  repository: PushRepository;
  sender: PushSender;
  /** An order that is not ended, as it is now. */
  openOrder(orderId: string): Order | undefined;
  /** So long an order has to be shown over the connection before the phone is rung through its push service. Milliseconds. */
  afterMs: number;
  logger: Logger;
  nowMs(): number;
}): PushService {
  const { repository, sender, openOrder, afterMs, logger, nowMs } = options;
  const subscriptions = new Map<string, PushSubscriptionKeys>();
  const inTurn = createTurns();
  /** By order: what was rung for or waits, by who is rung and for which ringing. */
  const waiting = new Map<string, Map<string, Timer>>();
  let isReached = true;

  const forget = async (memberId: string, subscription?: PushSubscriptionKeys): Promise<void> => {
    // Another phone may have taken its place meanwhile.
    if (subscription !== undefined && subscriptions.get(memberId) !== subscription) return;
    if (!subscriptions.delete(memberId)) return;
    await repository.remove(memberId);
  };

  const send = async (
    memberId: string,
    subscription: PushSubscriptionKeys,
    message: Parameters<PushSender['send']>[1],
  ): Promise<PushOutcome> => {
    const outcome = await sender.send(subscription, message);
    if (outcome === 'gone') await forget(memberId, subscription);
    if (outcome === 'unreachable' && isReached) {
      logger.warn(
        'the push service of a phone cannot be reached; locked phones do not ring from this network',
      );
    }
    if (outcome === 'sent' || outcome === 'unreachable') isReached = outcome === 'sent';
    return outcome;
  };

  const ring = (order: Order, memberId: string, rings: number): void => {
    const now = openOrder(order.orderId);
    const subscription = subscriptions.get(memberId);
    if (now === undefined || subscription === undefined || !mustRing(now, memberId)) return;
    if (givenAtMs(now, memberId) !== givenAtMs(order, memberId) || ringsOf(now, memberId) !== rings) return;
    const { orderId, number, place } = now;
    const names = { place: place.name, ...(place.nameEn === undefined ? {} : { placeEn: place.nameEn }) };
    const message = { kind: 'order' as const, orderId, number, ...names, isAgain: rings > 0 };
    send(memberId, subscription, message).catch((error: unknown) =>
      logger.error({ err: error }, 'what became of a push message could not be stored'),
    );
  };

  return {
    async load() {
      for (const { memberId, subscription } of await repository.load()) {
        subscriptions.set(memberId, subscription);
      }
    },
    subscribe: (memberId, subscription) =>
      inTurn(memberId, async () => {
        const outcome = await send(memberId, subscription, { kind: 'check' });
        // One that cannot be reached now may be reached when the network is another.
        if (outcome === 'gone' || outcome === 'refused') {
          await forget(memberId);
          return outcome;
        }
        await repository.save({ memberId, subscription, atMs: nowMs() });
        subscriptions.set(memberId, subscription);
        return outcome;
      }),
    signedOut: (memberId) => inTurn(memberId, () => forget(memberId)),
    orderChanged(order) {
      const { orderId } = order;
      const known = waiting.get(orderId) ?? new Map<string, Timer>();
      if (!order.memberIds.some((memberId) => awaitsAnswer(order, memberId))) {
        for (const timer of known.values()) timer.cancel();
        waiting.delete(orderId);
        return;
      }
      for (const memberId of order.memberIds) {
        const rings = ringsOf(order, memberId);
        const key = `${memberId} ${givenAtMs(order, memberId)} ${rings}`;
        if (known.has(key) || !mustRing(order, memberId)) continue;
        known.set(
          key,
          startTimer(() => ring(order, memberId, rings), afterMs),
        );
      }
      waiting.set(orderId, known);
    },
    close() {
      for (const timers of waiting.values()) for (const timer of timers.values()) timer.cancel();
      waiting.clear();
    },
  };
}

/** The member has not answered, and this phone does not show the order; one that rings again does so wherever the page is. */
function mustRing(order: Order, memberId: string): boolean {
  if (!order.memberIds.includes(memberId) || !awaitsAnswer(order, memberId)) return false;
  return ringsOf(order, memberId) > 0 || deliveryOf(order, memberId)?.shownAtMs === undefined;
}
