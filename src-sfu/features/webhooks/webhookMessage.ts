import { createHmac, randomBytes } from 'node:crypto';
import type { StoredWebhook, WebhookStep } from './webhooks.repository.ts';

/** What is sent: a POST with these headers and this body. */
export interface WebhookMessage {
  headers: Record<string, string>;
  body: string;
}

const secretPrefix = 'whsec_';
/** The scheme asks for 24 to 64 bytes. */
const secretBytes = 32;

/** A new secret as Standard Webhooks writes it: `whsec_` and base64. */
export function newWebhookSecret(): string {
  return `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`;
}

/** The id of a delivery: the same each time that the step is sent to this webhook. */
export function deliveryIdOf(
  webhookId: string,
  { kind, stepId }: Pick<WebhookStep, 'kind' | 'stepId'>,
): string {
  return `${webhookId}_${kind}_${stepId}`;
}

/** What is sent of one step. `shown` gives its times the dates that other systems see. */
export function bodyOfStep(step: WebhookStep, shown: <T>(message: T) => T): string {
  const { atMs } = shown({ atMs: step.atMs });
  const data =
    step.kind === 'order'
      ? { order: step.order, step: step.step }
      : { finding: step.finding, step: step.step };
  return JSON.stringify({
    type: `${step.kind}.${step.step.action}`,
    timestamp: new Date(atMs).toISOString(),
    data: shown(data),
  });
}

/** Signed by the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`. `atMs` is the date now. */
export function signedMessage(
  { secret }: { secret: string },
  { deliveryId, body, atMs }: { deliveryId: string; body: string; atMs: number },
): WebhookMessage {
  const timestamp = String(Math.floor(atMs / 1_000));
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${deliveryId}.${timestamp}.${body}`).digest('base64');
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'mingchu-webhooks/1',
      'webhook-id': deliveryId,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
}

/** A webhook without its secret. */
export function withoutSecret({ secret: _secret, ...webhook }: StoredWebhook): Omit<StoredWebhook, 'secret'> {
  return webhook;
}
