import { createHash } from 'node:crypto';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { HubPicture } from '../../base/attachmentOwner.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';

/** The check of an alert's picture takes seconds; an order that is older has its picture, or there is none. Milliseconds. */
const awaitedMs = 24 * 3_600_000;
/** The disk may have room again by then. Milliseconds. */
const retryMs = 60_000;

/** Puts the picture of an alert with the order that comes from it, once. */
export interface OrderPictures {
  /** An order was written or changed. */
  changed(order: Order, before: Order | undefined): void;
  /** The picture of an alert can be shown now; orders that were written while it was still checked get it. */
  alertPictured(alertId: string): void;
  /** Pictures that could not be put with their orders before the hub ended. */
  begin(): void;
  close(): void;
}

/** `add` answers a repeat of an id as it answered the first, so that every way here may lead to it again. */
export function createOrderPictures(parts: {
  /** The checked picture of an alert; undefined where there is none, or not yet. */
  pictureOf(alertId: string): Promise<{ jpeg: Uint8Array; atMs: number } | undefined>;
  /** The camera that the alert is of. */
  cameraOf(alertId: string): Promise<{ cameraId: string; cameraName: string }>;
  add(orderId: string, jpeg: Uint8Array, picture: HubPicture): Promise<Ack<unknown>>;
  /** Orders that are not ended. */
  open(): readonly Order[];
  logger: Logger;
  nowMs(): number;
}): OrderPictures {
  const { pictureOf, cameraOf, add, open, logger, nowMs } = parts;
  /** Orders whose picture could not be written. */
  const failed = new Set<string>();
  let timer: Timer | undefined;
  let closed = false;

  const put = async (orderId: string, alertId: string): Promise<Ack<unknown> | undefined> => {
    const picture = await pictureOf(alertId);
    if (picture === undefined) return undefined;
    const attachmentId = createHash('sha256').update(`${orderId} alert`).digest('hex').slice(0, 40);
    const facts = { attachmentId, takenAtMs: picture.atMs, purpose: 'alert' } as const;
    return add(orderId, picture.jpeg, { ...facts, ...(await cameraOf(alertId)) });
  };
  const keep = async ({ orderId, alertId }: Order): Promise<void> => {
    if (alertId === undefined || closed) return;
    try {
      const answer = await put(orderId, alertId);
      failed.delete(orderId);
      if (answer === undefined || answer.ok) return;
      logger.warn(
        { orderId, alertId, reason: answer.reason },
        'the picture of an alert is not with its order',
      );
      if (answer.reason.startsWith('attachments.disk_')) again(orderId);
    } catch (error) {
      logger.warn(
        { err: error, orderId, alertId },
        'the picture of an alert could not be put with its order; it is tried again',
      );
      again(orderId);
    }
  };
  /** One after the other: after a start there may be many. */
  const keepAwaited = async (isMeant: (order: Order) => boolean): Promise<void> => {
    for (const order of open()) {
      if (nowMs() - order.createdAtMs <= awaitedMs && isMeant(order)) await keep(order);
    }
  };
  return {
    changed(order, before) {
      if (before === undefined) void keep(order);
    },
    alertPictured: (alertId) => void keepAwaited((order) => order.alertId === alertId),
    begin: () => void keepAwaited(() => true),
    close() {
      closed = true;
      timer?.cancel();
    },
  };

  function again(orderId: string): void {
    failed.add(orderId);
    if (!closed) timer ??= startTimer(retry, retryMs);
  }

  function retry(): void {
    timer = undefined;
    const waiting = new Set(failed);
    failed.clear();
    void keepAwaited(({ orderId }) => waiting.has(orderId));
  }
}
