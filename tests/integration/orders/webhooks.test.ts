import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import { hubFetch } from '../../support/testAccount.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhookReceiver.ts';

let hub: HubProcess;
let receiver: WebhookReceiver;
let secret = '';
let webhookId = '';

async function asked(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; data: Record<string, unknown> }> {
  const response = await hubFetch(`${hub.url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, data: (await response.json()) as Record<string, unknown> };
}

const order = (orderId: string): Promise<unknown> =>
  asked('POST', '/api/v1/orders', {
    orderId,
    content: {
      kind: 'inspection',
      priority: 2,
      place: { name: '红灯笼', district: '咸安区' },
      instructions: '看后厨',
      checklist: [],
    },
  });

const content = { name: '城市平台', subjects: ['orders', 'findings'] };

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  hub = await startHubProcess();
});
afterAll(async () => {
  await hub.stop();
  await receiver.close();
});

it('a webhook is refused where it points at the hub, and without encryption unless that is allowed', async () => {
  const itself = await asked('POST', '/api/v1/webhooks', {
    ...content,
    url: `${hub.url}/api/v1/orders`,
    allowsPlain: true,
  });
  expect(itself).toMatchObject({ status: 400, data: { error: { reason: 'webhooks.hub_itself' } } });
  const plain = await asked('POST', '/api/v1/webhooks', { ...content, url: receiver.url });
  expect(plain).toMatchObject({ status: 400, data: { error: { reason: 'webhooks.plain_not_allowed' } } });
  expect((await asked('GET', '/api/v1/webhooks')).data).toEqual({ webhooks: [] });
});

it('orders are delivered, signed, in the shape of the orders of the hub', async () => {
  const made = await asked('POST', '/api/v1/webhooks', { ...content, url: receiver.url, allowsPlain: true });
  expect(made.status).toBe(201);
  const data = made.data as { webhook: { webhookId: string }; secret: string };
  ({ secret } = data);
  ({ webhookId } = data.webhook);
  expect((await asked('POST', `/api/v1/webhooks/${webhookId}/test`)).data).toEqual({ status: 200 });
  await order('hook-1');
  await receiver.count(2);
  const [test, first] = receiver.received;
  expect(test?.isSigned(secret)).toBe(true);
  expect(JSON.parse(test?.body ?? '')).toMatchObject({ type: 'test' });
  expect(first?.isSigned(secret)).toBe(true);
  const read = (await asked('GET', '/api/v1/orders/hook-1')).data as { order: object; steps: object[] };
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    type: 'order.created',
    data: { order: read.order, step: read.steps[0] },
  });
});

it('a hub that is killed while a receiver hangs sends the same again with the same id, and loses nothing', async () => {
  const before = receiver.received.length;
  receiver.answer(() => undefined);
  await order('hook-2');
  await order('hook-3');
  await receiver.count(before + 1);
  await hub.kill();
  receiver.answer((_request, response) => void response.end());
  hub = await startHubProcess({ dataDir: hub.dataDir });
  await receiver.count(before + 3);
  const sent = receiver.received.slice(before);
  const ordersOf = sent.map(
    ({ body }) => (JSON.parse(body) as { data: { order: { orderId: string } } }).data.order.orderId,
  );
  expect(ordersOf).toEqual(['hook-2', 'hook-2', 'hook-3']);
  expect(sent[0]?.id).toBe(sent[1]?.id);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(receiver.received.length - 1);
  expect(sent.every((one) => one.isSigned(secret))).toBe(true);
});

it('what is done with a webhook is in the audit log, without its secret', async () => {
  expect((await asked('DELETE', `/api/v1/webhooks/${webhookId}`)).status).toBe(200);
  expect((await asked('POST', `/api/v1/webhooks/${webhookId}/test`)).status).toBe(404);
  const response = await hubFetch(`${hub.url}/api/v1/audit.csv`);
  const text = await response.text();
  for (const action of ['webhooks:create', 'webhooks:sendTest', 'webhooks:delete'])
    expect(text).toContain(action);
  expect(text).not.toContain(secret.slice('whsec_'.length));
});
