import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLocalCertificates } from '../../../src-sfu/http/trust/certificateFiles.ts';
import type { ListedWebhook } from '../../../src-shared/webhooks/webhooks.protocol.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { hubFetch } from '../../support/testAccount.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhookReceiver.ts';

let hub: HubProcess;
let receiver: WebhookReceiver;
let secret = '';
let webhookId = '';
/** Of a receiver that speaks HTTPS, and what a hub that trusts it is started with. */
let identity: Awaited<ReturnType<ReturnType<typeof openLocalCertificates>['issue']>>;
const authorityFile = join(temporaryFolder('mingchu-hook-'), 'authority.pem');

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
  identity = await openLocalCertificates(':memory:', 'receiver', Date.now).issue(['localhost', '127.0.0.1']);
  writeFileSync(authorityFile, identity.authority ?? '');
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

it('a receiver whose certificate is of nobody trusted gets nothing; the hub says why, and sends all in order once it is', async () => {
  const secure = await startWebhookReceiver(0, identity);
  const address = `https://127.0.0.1:${secure.port}/hook`;
  const made = await asked('POST', '/api/v1/webhooks', { ...content, name: '加密平台', url: address });
  const { webhook } = made.data as { webhook: { webhookId: string } };
  const listed = async () => {
    const { webhooks } = (await asked('GET', '/api/v1/webhooks')).data as { webhooks: ListedWebhook[] };
    return webhooks.find((one) => one.webhookId === webhook.webhookId);
  };
  expect((await asked('POST', `/api/v1/webhooks/${webhook.webhookId}/test`)).data).toEqual({
    problem: 'certificate',
  });
  await order('hook-4');
  await order('hook-5');
  const failed = await eventually('the failure is stored', async () => {
    const one = await listed();
    return one?.failures === 1 && one.waiting === 2 ? one : undefined;
  });
  expect(failed).toMatchObject({ state: 'on', lastError: { problem: 'certificate' } });
  expect(failed.nextAttemptAtMs).toBeGreaterThan(failed.lastError?.atMs ?? Infinity);
  expect(secure.received).toEqual([]);

  // The failure survives the hub, which trusts the authority of the receiver from now on.
  await hub.stop();
  const settings = { NODE_EXTRA_CA_CERTS: authorityFile };
  hub = await startHubProcess({ dataDir: hub.dataDir, settings });
  expect(await listed()).toMatchObject({ lastError: { problem: 'certificate' } });
  await asked('POST', `/api/v1/webhooks/${webhook.webhookId}/state`, { state: 'on' });
  await secure.count(2);
  const orderIds = secure.received.map(
    ({ body }) => (JSON.parse(body) as { data: { order: { orderId: string } } }).data.order.orderId,
  );
  expect(orderIds).toEqual(['hook-4', 'hook-5']);
  await secure.close();
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
