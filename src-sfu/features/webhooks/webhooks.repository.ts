import type { Finding, FindingStep } from '../../../src-shared/findings/findings.protocol.ts';
import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import type { Webhook } from '../../../src-shared/webhooks/webhooks.protocol.ts';

/** A webhook with its secret; undefined where the secret cannot be read, as after a restore without the hub's sealing key. */
export type StoredWebhook = Webhook & { secret: string | undefined };

/** One step with what it belongs to, as that is now. */
export type WebhookStep = { stepId: number; atMs: number } & (
  { kind: 'order'; order: Order; step: OrderStep } | { kind: 'finding'; finding: Finding; step: FindingStep }
);

/** Where webhooks are kept, each with the place up to which it has delivered. What resolved is durable. */
export interface WebhooksRepository {
  list(): Promise<StoredWebhook[]>;
  /** Its place is the end of what has happened. */
  add(webhook: StoredWebhook, actor: string): Promise<void>;
  /** Writes all but the secret. `audit`: the line of the audit log, where somebody did it or it was stopped. */
  save(
    webhook: Webhook,
    audit?: { atMs: number; actor: string; action: string; detail: object },
  ): Promise<void>;
  remove(webhookId: string, audit: { atMs: number; actor: string }): Promise<void>;
  /** The first step after its place that it is notified of: the older of an order's and a finding's. */
  next(webhook: Webhook): Promise<WebhookStep | undefined>;
  /** The step was delivered: the place moves behind it. */
  delivered(webhook: Webhook, step: Pick<WebhookStep, 'kind' | 'stepId'>): Promise<void>;
  /** How many steps after its place it is notified of. */
  waiting(webhook: Webhook): Promise<number>;
  /** A line of the audit log alone. */
  record(audit: {
    atMs: number;
    actor: string;
    action: string;
    subject: string;
    detail: object;
  }): Promise<void>;
}

/** Webhooks in memory, for tests; `steps` is what happened, in its order, and `lines` the actions of the audit log. */
export function createWebhooksInMemory(steps: WebhookStep[] = []): WebhooksRepository & { lines: string[] } {
  const kept = new Map<string, { webhook: StoredWebhook; place: number }>();
  const lines: string[] = [];
  const after = ({ webhookId, subjects, districts }: Webhook): [WebhookStep, number][] =>
    steps.flatMap((step, index) => {
      const { district } = step.kind === 'order' ? step.order.place : step.finding.place;
      const isOf = subjects.includes(`${step.kind}s`) && index >= (kept.get(webhookId)?.place ?? 0);
      const isThere = districts === 'all' || (district !== undefined && districts.includes(district));
      return isOf && isThere ? [[step, index] satisfies [WebhookStep, number]] : [];
    });
  return {
    lines,
    list: () => Promise.resolve([...kept.values()].map(({ webhook }) => webhook)),
    add(webhook) {
      kept.set(webhook.webhookId, { webhook, place: steps.length });
      lines.push('webhooks:create');
      return Promise.resolve();
    },
    save(webhook, audit) {
      const before = kept.get(webhook.webhookId);
      if (before !== undefined) before.webhook = { ...before.webhook, ...webhook };
      if (audit !== undefined) lines.push(audit.action);
      return Promise.resolve();
    },
    remove(webhookId) {
      kept.delete(webhookId);
      lines.push('webhooks:delete');
      return Promise.resolve();
    },
    next: (webhook) => Promise.resolve(after(webhook)[0]?.[0]),
    delivered(webhook, { kind, stepId }) {
      const before = kept.get(webhook.webhookId);
      const index = steps.findIndex((step) => step.kind === kind && step.stepId === stepId);
      if (before !== undefined)
        Object.assign(before, { webhook: { ...before.webhook, ...webhook }, place: index + 1 });
      return Promise.resolve();
    },
    waiting: (webhook) => Promise.resolve(after(webhook).length),
    record({ action }) {
      lines.push(action);
      return Promise.resolve();
    },
  };
}
