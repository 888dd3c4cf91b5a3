import type { OrderAlertDeed, Order } from '../../../src-shared/orders/orders.protocol.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import type { OrderBook } from './orderBook.ts';
import type { PendingAlertDeed } from './orders.repository.ts';

const retryMs = 5_000;

/** Carries out a deed on an alert; rejects when that could not be stored. An alert that does not take it any more stays as it is. */
export type WorkAlert = (orderId: string, deed: PendingAlertDeed) => Promise<void>;

/** The deed on the alert of an order that ended; undefined for an order that comes from none. */
export function alertDeedOf(
  { alertId, orderId }: Pick<Order, 'alertId' | 'orderId'>,
  deed: OrderAlertDeed,
  officer: PendingAlertDeed['officer'],
): PendingAlertDeed | undefined {
  if (alertId === undefined) return undefined;
  switch (deed) {
    case 'resolve':
      return { alertId, officer, deed: { type: 'resolve' } };
    case 'callFalse':
      return { alertId, officer, deed: { type: 'callFalse', reason: 'other' } };
    case 'giveBack':
      return { alertId, officer, deed: { type: 'endOrder', orderId } };
  }
}

/**
 * Alerts follow their orders. That it is to be done is stored in the transaction of the order; alerts have a writer of their own,
 * so it is done right after that, again until it succeeds, and once more at the next start.
 */
export function createOrderAlerts({
  book,
  work,
  logger,
}: {
  book: OrderBook;
  work: WorkAlert;
  logger: Logger;
}): { load(): Promise<void>; close(): void } {
  let timer: Timer | undefined;
  let closed = false;
  const carryOut = async (orderId: string, deed: PendingAlertDeed): Promise<void> => {
    try {
      await work(orderId, deed);
      await book.repository.alertChanged(orderId, deed);
    } catch (error) {
      if (closed) return;
      logger.error(
        { err: error, orderId, alertId: deed.alertId },
        'the alert of an order could not be changed; it is tried again',
      );
      timer ??= startTimer(() => void retry(), retryMs);
    }
  };
  const load = async (): Promise<void> => {
    for (const { orderId, alertDeed } of await book.repository.alertsToChange())
      await carryOut(orderId, alertDeed);
  };
  const retry = async (): Promise<void> => {
    timer = undefined;
    await load().catch((error: unknown) => {
      if (closed) return;
      logger.error(
        { err: error },
        'orders whose alerts are to be changed could not be read; it is tried again',
      );
      timer ??= startTimer(() => void retry(), retryMs);
    });
  };
  book.onAlertDeed((orderId, deed) => void carryOut(orderId, deed));
  return {
    load,
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
