import { ok } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { WebhooksService } from './webhooks.service.ts';

export type WebhookRequestName = Extract<keyof RequestHandlers, `webhooks:${string}`>;

export function createWebhookHandlers(webhooks: WebhooksService): RequestHandlers<WebhookRequestName> {
  return {
    'webhooks:list': async () => ok({ webhooks: await webhooks.list() }),
    'webhooks:create': (context, content) => webhooks.create(content, deskName(context)),
    'webhooks:setState': (context, { webhookId, state }) =>
      webhooks.setState(webhookId, state, deskName(context)),
    'webhooks:delete': (context, { webhookId }) => webhooks.remove(webhookId, deskName(context)),
    'webhooks:sendTest': (context, { webhookId }) => webhooks.sendTest(webhookId, deskName(context)),
  };
}
