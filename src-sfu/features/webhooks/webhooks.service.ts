import { randomBytes } from 'node:crypto';
import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { RefusalCause } from '../../../src-shared/protocol/refusals.ts';
import {
  maxWebhooks,
  type ListedWebhook,
  type Webhook,
  type WebhookContent,
  type WebhookProblem,
} from '../../../src-shared/webhooks/webhooks.protocol.ts';
import { createSequence } from '../../base/sequence.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import { createWebhookDelivery, isWorthSaying, type WebhookDelivery } from './webhookDelivery.ts';
import { newWebhookSecret, signedMessage, withoutSecret } from './webhookMessage.ts';
import type { WebhookOutcome, WebhookSender } from './webhooks.ports.ts';
import type { StoredWebhook, WebhooksRepository } from './webhooks.repository.ts';

/** Other systems that are notified of what happens to orders and findings. */
export interface WebhooksService {
  load(): Promise<void>;
  list(): Promise<ListedWebhook[]>;
  create(content: WebhookContent, actor: string): Promise<Ack<{ webhook: Webhook; secret: string }>>;
  setState(webhookId: string, state: 'on' | 'off', actor: string): Promise<Ack<{ webhook: Webhook }>>;
  remove(webhookId: string, actor: string): Promise<Ack<Record<never, never>>>;
  sendTest(webhookId: string, actor: string): Promise<Ack<WebhookOutcome>>;
  /** Steps may have been written. */
  wake(): void;
  /** Begins to deliver. */
  start(): void;
  /** Names of those that were stopped. */
  stopped(): string[];
  onChanged(listener: () => void): void;
  /** Since the start of the hub. */
  counts(): { delivered: number; failed: number };
  /** Steps that wait, by the name of the webhook, as they were counted last. */
  waiting(): Record<string, number>;
  close(): Promise<void>;
}

/** Waiting steps are counted, and deliveries begun where nothing woke them, this often. Milliseconds. */
const roundMs = 15_000;

const causes: Partial<Record<WebhookProblem, RefusalCause>> = {
  plain_not_allowed: { reason: 'webhooks.plain_not_allowed' },
  address_not_allowed: { reason: 'webhooks.address_not_allowed' },
  hub_itself: { reason: 'webhooks.hub_itself' },
  failed: { reason: 'webhooks.malformed_address' },
};
const malformed: RefusalCause = { reason: 'webhooks.malformed_address' };

export function createWebhooksService(options: {
  repository: WebhooksRepository;
  sender: WebhookSender;
  shown<T>(message: T): T;
  nowMs(): number;
  wallMs(): number;
  logger: Pick<Logger, 'warn'>;
  startTimer?: typeof startTimer;
}): WebhooksService {
  const { repository, sender, nowMs } = options;
  const webhooks = new Map<string, StoredWebhook>();
  const deliveries = new Map<string, WebhookDelivery>();
  const changed = createListeners();
  const counts = { delivered: 0, failed: 0 };
  let waitingByName: Record<string, number> = {};
  let isStarted = false;
  let timer: Timer | undefined;
  const closing = new AbortController();

  const { exclusive: inTurn } = createSequence();

  const deliver = ({ webhookId }: Webhook): void => {
    const delivery = createWebhookDelivery({
      ...options,
      inTurn,
      read: () => webhooks.get(webhookId),
      changed(after, { problem }) {
        const before = webhooks.get(webhookId);
        webhooks.set(webhookId, after);
        counts[problem === undefined ? 'delivered' : 'failed'] += 1;
        if (before !== undefined && isWorthSaying(before, after)) changed.notify();
      },
    });
    deliveries.set(webhookId, delivery);
    if (isStarted) delivery.wake();
  };

  const noSuch = (): Ack<never> =>
    refuse('not_found', 'There is no such webhook.', { reason: 'webhooks.no_such_webhook' });

  const wake = (): void => {
    if (isStarted) for (const delivery of deliveries.values()) delivery.wake();
  };

  const count = async (): Promise<ListedWebhook[]> => {
    const listed = await Promise.all(
      [...webhooks.values()].map(async (webhook) => ({
        ...withoutSecret(webhook),
        waiting: await repository.waiting(withoutSecret(webhook)),
      })),
    );
    waitingByName = Object.fromEntries(listed.map(({ name, waiting }) => [name, waiting]));
    return listed;
  };

  const round = (): void => {
    wake();
    void count()
      .catch((error: unknown) =>
        options.logger.warn({ err: error }, 'what waits for webhooks could not be counted'),
      )
      .finally(() => {
        if (!closing.signal.aborted) timer = (options.startTimer ?? startTimer)(round, roundMs);
      });
  };

  return {
    async load() {
      for (const webhook of await repository.list()) {
        webhooks.set(webhook.webhookId, webhook);
        deliver(webhook);
      }
    },
    list: count,
    async create(content, actor) {
      const problem = await sender.check(content);
      if (problem !== undefined) {
        return refuse('bad_request', sentences[problem] ?? sentences.failed, causes[problem] ?? malformed);
      }
      return inTurn(async () => {
        if (webhooks.size >= maxWebhooks) {
          const cause = { reason: 'webhooks.too_many', limit: maxWebhooks } as const;
          return refuse('too_many', `There can be ${maxWebhooks} webhooks.`, cause);
        }
        const secret = newWebhookSecret();
        const webhook: Webhook = {
          webhookId: `wh-${randomBytes(8).toString('hex')}`,
          ...content,
          subjects: [...new Set(content.subjects)],
          state: 'on',
          createdAtMs: nowMs(),
          createdBy: actor,
          failures: 0,
        };
        await repository.add({ ...webhook, secret }, actor);
        webhooks.set(webhook.webhookId, { ...webhook, secret });
        deliver(webhook);
        changed.notify();
        return ok({ webhook, secret });
      });
    },
    setState: (webhookId, state, actor) =>
      inTurn(async () => {
        const before = webhooks.get(webhookId);
        if (before === undefined) return noSuch();
        const after: StoredWebhook = { ...before, state, failures: 0, nextAttemptAtMs: undefined };
        const detail = { state, name: before.name };
        await repository.save(withoutSecret(after), {
          atMs: nowMs(),
          actor,
          action: 'webhooks:setState',
          detail,
        });
        webhooks.set(webhookId, after);
        changed.notify();
        if (isStarted) deliveries.get(webhookId)?.wake();
        return ok({ webhook: withoutSecret(after) });
      }),
    async remove(webhookId, actor) {
      const removed = await inTurn(async () => {
        if (!webhooks.has(webhookId)) return false;
        await repository.remove(webhookId, { atMs: nowMs(), actor });
        webhooks.delete(webhookId);
        return true;
      });
      if (!removed) return noSuch();
      const delivery = deliveries.get(webhookId);
      deliveries.delete(webhookId);
      await delivery?.close();
      changed.notify();
      return ok({});
    },
    async sendTest(webhookId, actor) {
      const webhook = webhooks.get(webhookId);
      if (webhook === undefined) return noSuch();
      const { secret, name } = webhook;
      if (secret === undefined) return ok({ problem: 'secret_unreadable' });
      const deliveryId = `${webhookId}_test_${randomBytes(8).toString('hex')}`;
      const atMs = options.wallMs();
      const body = JSON.stringify({ type: 'test', timestamp: new Date(atMs).toISOString(), data: { name } });
      const message = signedMessage({ secret }, { deliveryId, body, atMs });
      const outcome = await sender.send(webhook, message, closing.signal);
      const line = { atMs: nowMs(), actor, action: 'webhooks:sendTest', subject: webhookId };
      await repository.record({ ...line, detail: { name, ...outcome } });
      return ok(outcome);
    },
    wake,
    start() {
      isStarted = true;
      round();
    },
    stopped: () => [...webhooks.values()].filter(({ state }) => state === 'stopped').map(({ name }) => name),
    onChanged: (listener) => void changed.add(listener),
    counts: () => counts,
    waiting: () => waitingByName,
    async close() {
      isStarted = false;
      closing.abort();
      timer?.cancel();
      await Promise.all([...deliveries.values()].map((delivery) => delivery.close()));
    },
  };
}

const sentences: Partial<Record<WebhookProblem, string>> & { failed: string } = {
  plain_not_allowed:
    'Without encryption (http) the hub sends only to this machine and to private networks, where it is allowed for this webhook. Use https.',
  address_not_allowed: 'The hub sends nothing to this address: it is link-local, multicast or of no host.',
  hub_itself: 'This address is the hub itself.',
  failed: 'The address is not one that can be used: https, without a user, a password and a fragment.',
};
