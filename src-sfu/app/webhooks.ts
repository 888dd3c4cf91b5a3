import { may } from '../../src-shared/session/principal.ts';
import { createMessageDates } from '../base/messageDates.ts';
import { createWebhookHandlers, type WebhookRequestName } from '../features/webhooks/webhooks.handlers.ts';
import { createWebhooksService } from '../features/webhooks/webhooks.service.ts';
import { createWebhookSender } from '../http/webhooks/webhookSender.ts';
import { createWebhooksRepository } from '../storage/webhooks.sql.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { FindingsFeature } from './findings.ts';
import type { OrdersFeature } from './orders.ts';
import type { TrustFeature } from './trust.ts';

/** Other systems are notified of what happens to orders and findings. */
export async function createWebhooksFeature(
  { config, store, secrets, clock, nowMs, logger }: Drivers,
  {
    orders,
    findings,
    trust,
  }: {
    orders: Pick<OrdersFeature, 'onOrderChanged'>;
    findings: Pick<FindingsFeature, 'onChanged'>;
    trust: Pick<TrustFeature, 'ownHosts' | 'ports'>;
  },
): Promise<HubFeature<WebhookRequestName>> {
  const webhooks = createWebhooksService({
    repository: createWebhooksRepository(store, secrets),
    sender: createWebhookSender({
      doors: {
        ports: () => [...trust.ports(), ...(config.publicPort === undefined ? [] : [config.publicPort])],
        isProxyOrigin: trust.ownHosts.isProxyOrigin,
      },
    }),
    shown: createMessageDates(clock).shown,
    nowMs,
    wallMs: clock.wallMs,
    logger,
  });
  await webhooks.load();
  orders.onOrderChanged(() => webhooks.wake());
  findings.onChanged(() => webhooks.wake());
  return {
    handlers: createWebhookHandlers(webhooks),
    snapshotFor: ({ identity }) =>
      identity !== undefined && may(identity.principal, 'webhooks:manage')
        ? { stoppedWebhooks: webhooks.stopped() }
        : {},
    announceTo(surfaces) {
      webhooks.onChanged(() => surfaces.broadcast('webhooks:changed', { stopped: webhooks.stopped() }));
    },
    healthz() {
      const stopped = webhooks.stopped().length;
      return { level: stopped > 0 ? 'degraded' : 'ok', detail: { webhooks: { stopped } } };
    },
    metrics: [
      {
        name: 'mingchu_webhook_deliveries_total',
        help: 'Attempts to deliver to webhooks',
        type: 'counter',
        label: 'outcome',
        read: () => ({ ...webhooks.counts() }),
      },
      {
        name: 'mingchu_webhook_waiting',
        help: 'Steps that a webhook has not delivered, by its name',
        label: 'webhook',
        read: webhooks.waiting,
      },
      {
        name: 'mingchu_webhooks_stopped',
        help: 'Webhooks that were stopped after days of failures',
        read: () => webhooks.stopped().length,
      },
    ],
    start: webhooks.start,
    close: webhooks.close,
  };
}
