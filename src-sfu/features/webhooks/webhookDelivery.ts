import type { Webhook } from '../../../src-shared/webhooks/webhooks.protocol.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import { bodyOfStep, deliveryIdOf, signedMessage, withoutSecret } from './webhookMessage.ts';
import type { WebhookOutcome, WebhookSender } from './webhooks.ports.ts';
import type { StoredWebhook, WebhooksRepository, WebhookStep } from './webhooks.repository.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long a delivery that failed waits for the next attempt: together about three days. After the last one the webhook is stopped. */
export const retryDelaysMs: readonly number[] = [
  5_000,
  30_000,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];
/** After the store could not be read or written. Milliseconds. */
const storeRetryMs = 10_000;

/** Delivers the steps of one webhook, one after another. */
export interface WebhookDelivery {
  /** Something happened, or the webhook was changed. */
  wake(): void;
  /** Ends what is under way; what was not answered yet is sent again later. */
  close(): Promise<void>;
}

export interface WebhookDeliveryOptions {
  repository: Pick<WebhooksRepository, 'next' | 'delivered' | 'save'>;
  sender: Pick<WebhookSender, 'send'>;
  /** The webhook as it is now; undefined after it was deleted. */
  read(): StoredWebhook | undefined;
  /** Runs work that changes the webhook after all other such work. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** The webhook changed by a delivery; it is written already. */
  changed(webhook: StoredWebhook, outcome: WebhookOutcome): void;
  shown<T>(message: T): T;
  nowMs(): number;
  wallMs(): number;
  logger: Pick<Logger, 'warn'>;
  startTimer?: typeof startTimer;
}

export function createWebhookDelivery(options: WebhookDeliveryOptions): WebhookDelivery {
  const { repository, sender, read, nowMs, logger } = options;
  const start = options.startTimer ?? startTimer;
  const closing = new AbortController();
  let running: Promise<void> | undefined;
  let isWoken = false;
  let timer: Timer | undefined;

  const later = (delayMs: number): void => {
    timer?.cancel();
    timer = start(() => wake(), delayMs);
  };

  const attempt = async (webhook: StoredWebhook, step: WebhookStep): Promise<WebhookOutcome> => {
    const { secret } = webhook;
    if (secret === undefined) return { problem: 'secret_unreadable' };
    const deliveryId = deliveryIdOf(webhook.webhookId, step);
    const body = bodyOfStep(step, options.shown);
    const message = signedMessage({ secret }, { deliveryId, body, atMs: options.wallMs() });
    return sender.send(webhook, message, closing.signal);
  };

  const noteFailure = async (outcome: WebhookOutcome): Promise<void> => {
    const webhook = read();
    if (webhook === undefined) return;
    const { problem = 'failed', status } = outcome;
    const waitMs = status === 410 ? undefined : retryDelaysMs[webhook.failures];
    const after: StoredWebhook = {
      ...webhook,
      failures: webhook.failures + 1,
      lastError: { atMs: nowMs(), problem, ...(status === undefined ? {} : { status }) },
      nextAttemptAtMs: waitMs === undefined ? undefined : nowMs() + waitMs,
      // One that was turned off meanwhile stays off.
      state: waitMs === undefined && webhook.state === 'on' ? 'stopped' : webhook.state,
    };
    const isStopped = after.state === 'stopped';
    const line = { atMs: nowMs(), actor: 'hub', action: 'webhooks:stop', detail: { problem, status } };
    await repository.save(withoutSecret(after), isStopped ? line : undefined);
    options.changed(after, outcome);
  };

  const noteSuccess = async (step: WebhookStep, outcome: WebhookOutcome): Promise<void> => {
    const webhook = read();
    if (webhook === undefined) return;
    const deliveryId = deliveryIdOf(webhook.webhookId, step);
    const after: StoredWebhook = {
      ...webhook,
      failures: 0,
      nextAttemptAtMs: undefined,
      lastDelivery: { atMs: nowMs(), deliveryId },
    };
    await repository.delivered(withoutSecret(after), step);
    options.changed(after, outcome);
  };

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      isWoken = false;
      const webhook = read();
      if (webhook?.state !== 'on') return;
      const waitMs = (webhook.nextAttemptAtMs ?? 0) - nowMs();
      if (waitMs > 0) return later(waitMs);
      const step = await repository.next(withoutSecret(webhook));
      if (step === undefined) {
        // What came while the store was read is read again.
        if (isWoken) continue;
        return;
      }
      const outcome = await attempt(webhook, step);
      if (closing.signal.aborted && outcome.problem !== undefined) return;
      await options.inTurn(() =>
        outcome.problem === undefined ? noteSuccess(step, outcome) : noteFailure(outcome),
      );
    }
  };

  const wake = (): void => {
    isWoken = true;
    if (running !== undefined || closing.signal.aborted) return;
    timer?.cancel();
    running = run()
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'a webhook could not read or write the database; it is tried again');
        if (!closing.signal.aborted) later(storeRetryMs);
      })
      .finally(() => {
        running = undefined;
        if (isWoken) wake();
      });
  };

  return {
    wake,
    async close() {
      closing.abort();
      timer?.cancel();
      await running;
    },
  };
}

/** Whether something that is shown to people changed by a delivery: not each step that went well. */
export function isWorthSaying(before: Webhook, after: Webhook): boolean {
  return before.state !== after.state || before.failures !== after.failures;
}
