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
  const rings = new Map<string, Map<string, Timer>>();
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

  const ring = (order: Order, memberId: string, escalation: number): void => {
    const now = openOrder(order.orderId);
    const subscription = subscriptions.get(memberId);
    if (now === undefined || subscription === undefined || !mustRing(now, memberId)) return;
    if (now.dispatched?.atMs !== order.dispatched?.atMs || now.escalation !== escalation) return;
    const { orderId, number, place } = now;
    const names = { place: place.name, ...(place.nameEn === undefined ? {} : { placeEn: place.nameEn }) };
    const message = { kind: 'order' as const, orderId, number, ...names, isAgain: escalation > 0 };
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
      const { orderId, escalation } = order;
      const known = rings.get(orderId) ?? new Map<string, Timer>();
      if (order.state !== 'dispatched') {
        for (const timer of known.values()) timer.cancel();
        rings.delete(orderId);
        return;
      }
      for (const memberId of order.memberIds) {
        const key = `${memberId} ${order.dispatched?.atMs} ${escalation}`;
        if (known.has(key) || !mustRing(order, memberId)) continue;
        known.set(
          key,
          startTimer(() => ring(order, memberId, escalation), afterMs),
        );
      }
      rings.set(orderId, known);
    },
    close() {
      for (const timers of rings.values()) for (const timer of timers.values()) timer.cancel();
      rings.clear();
    },
  };
}

/** Nobody accepted the order, and this phone does not show it; one that rings again does so wherever the page is. */
function mustRing(order: Order, memberId: string): boolean {
  if (order.state !== 'dispatched' || !order.memberIds.includes(memberId)) return false;
  const delivery = order.deliveries.find((one) => one.memberId === memberId);
  return order.escalation > 0 || delivery?.shownAtMs === undefined;
}
