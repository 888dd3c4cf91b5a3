import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { KeyPurpose } from '../../../src-shared/session/keyPurposes.ts';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import { hubFetch } from '../../support/testAccount.ts';

let hub: HubProcess;
/** Of the whole city, of one county, and of another purpose. */
let keys: { city: string; county: string; records: string };

const content = {
  kind: 'inspection',
  priority: 2,
  place: { name: '红灯笼', district: '咸安区' },
  instructions: '<b>看后厨</b>',
  checklist: [],
};

async function makeKey(purpose: KeyPurpose, districts: 'all' | string[]): Promise<string> {
  const response = await hubFetch(`${hub.url}/api/v1/alert-keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: `${purpose} ${String(districts)}`, purpose, districts }),
  });
  const { secret } = (await response.json()) as { secret: string };
  return secret;
}

async function asked(
  path: string,
  { key = keys.city, body }: { key?: string; body?: unknown } = {},
): Promise<{ status: number; data: Record<string, unknown> }> {
  const response = await fetch(`${hub.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, data: (await response.json()) as Record<string, unknown> };
}

beforeAll(async () => {
  hub = await startHubProcess();
  keys = {
    city: await makeKey('orders', 'all'),
    county: await makeKey('orders', ['赤壁市']),
    records: await makeKey('records', 'all'),
  };
});
afterAll(() => hub.stop());

describe('orders over HTTP', () => {
  it('are written once, however often the same is sent, and read with their history', async () => {
    const first = await asked('/api/v1/orders', { body: { orderId: 'city-1', content } });
    const again = await asked('/api/v1/orders', { body: { orderId: 'city-1', content } });
    expect([first.status, again.status]).toEqual([201, 201]);
    const { order } = first.data as { order: Order };
    expect(order).toMatchObject({ state: 'created', instructions: '<b>看后厨</b>', createdBy: 'orders all' });
    expect((again.data as { order: Order }).order.number).toBe(order.number);
    const read = await asked('/api/v1/orders/city-1');
    expect(read.data).toMatchObject({ order: { orderId: 'city-1' }, steps: [{ action: 'created' }] });
  });

  it('are found by state and time', async () => {
    await asked('/api/v1/orders', { body: { orderId: 'city-2', content } });
    const ids = async (query: string): Promise<string[]> => {
      const { data } = await asked(`/api/v1/orders?${query}`);
      return (data as { orders: Order[] }).orders.map(({ orderId }) => orderId).sort();
    };
    expect(await ids('states=created,dispatched')).toEqual(['city-1', 'city-2']);
    expect(await ids('states=closed&limit=5')).toEqual([]);
    expect(await ids(`toMs=${Date.now() - 86_400_000}`)).toEqual([]);
  });

  it('are found by their words, a page at a time', async () => {
    const first = await asked(`/api/v1/orders?words=${encodeURIComponent('红灯笼 后厨')}&limit=1`);
    const { orders, next } = first.data as {
      orders: Order[];
      next: { createdAtMs: number; orderId: string };
    };
    expect(orders.map(({ orderId }) => orderId)).toEqual(['city-2']);
    const second = await asked(`/api/v1/orders?limit=1&cursor=${next.createdAtMs},${next.orderId}`);
    expect(second.data).toMatchObject({ orders: [{ orderId: 'city-1' }] });
    expect((await asked('/api/v1/orders?words=nothing-of-it')).data).toEqual({ orders: [] });
  });

  it('are cancelled by a command that is answered the same when it comes again, and refused on an old revision', async () => {
    const command = {
      commandId: 'c-1',
      revision: 1,
      deed: { type: 'cancel', reason: '重复' },
    };
    const first = await asked('/api/v1/orders/city-2/commands', { body: command });
    const again = await asked('/api/v1/orders/city-2/commands', { body: command });
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(first.data).toMatchObject({ order: { state: 'cancelled' } });
    const late = await asked('/api/v1/orders/city-2/commands', { body: { ...command, commandId: 'c-2' } });
    expect(late.status).toBe(409);
    expect(late.data).toMatchObject({ error: { code: 'conflict' } });
  });

  it('of another district are neither shown nor written', async () => {
    const { county } = keys;
    expect((await asked('/api/v1/orders/city-1', { key: county })).status).toBe(403);
    expect((await asked('/api/v1/orders', { key: county })).data).toEqual({ orders: [] });
    expect((await asked('/api/v1/orders', { key: county, body: { orderId: 'x-1', content } })).status).toBe(
      403,
    );
    const own = { ...content, place: { name: '赤壁一小', district: '赤壁市' } };
    // The id of an order is no way to read it.
    const taken = await asked('/api/v1/orders', { key: county, body: { orderId: 'city-1', content: own } });
    expect(taken).toMatchObject({ status: 403, data: { error: { code: 'forbidden' } } });
    expect(JSON.stringify(taken.data)).not.toContain(content.place.name);
    expect(
      (await asked('/api/v1/orders', { key: county, body: { orderId: 'x-1', content: own } })).status,
    ).toBe(201);
  });

  it('are closed to a key for something else, and to nobody', async () => {
    expect((await asked('/api/v1/orders', { key: keys.records })).status).toBe(403);
    expect((await asked('/api/v1/orders', { key: 'no key' })).status).toBe(401);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', []],
    ['an id of another kind', { orderId: 7, content }],
    ['a place without a name', { orderId: 'bad-1', content: { ...content, place: {} } }],
    ['a field that nobody knows', { orderId: 'bad-1', content, priority: 1 }],
    ['half of a surrogate pair', { orderId: 'bad-1', content: { ...content, instructions: '\ud83d' } }],
    [
      'instructions without end',
      { orderId: 'bad-1', content: { ...content, instructions: 'x'.repeat(3_000) } },
    ],
  ])('refuse %s', async (_what, body) => {
    const { status, data } = await asked('/api/v1/orders', { body });
    expect(status).toBe(400);
    expect(data).toHaveProperty('error.message');
  });

  it.each([
    'limit=',
    'limit=0',
    'limit=1e9',
    'states=lost',
    'fromMs=yesterday',
    'colour=red',
    'cursor=x',
    'cursor=,o',
  ])('refuse the query %s', async (query) => {
    expect((await asked(`/api/v1/orders?${query}`)).status).toBe(400);
  });

  it('refuse a body that is too large before it is read', async () => {
    const large = { orderId: 'bad-2', content: { ...content, instructions: 'x'.repeat(100_000) } };
    expect((await asked('/api/v1/orders', { body: large })).status).toBe(413);
  });
});

describe('findings over HTTP', () => {
  it('are written from an order, read, and answered for the site', async () => {
    const written = await asked('/api/v1/findings', {
      body: {
        findingId: 'f-1',
        orderId: 'city-1',
        content: { class: 2, clauses: [], words: '垃圾桶未盖' },
      },
    });
    expect(written.status).toBe(201);
    const found = await asked('/api/v1/findings?limit=10&districts=咸安区&orderId=city-1');
    expect((await asked('/api/v1/findings?escalation=3')).data).toEqual({ findings: [] });
    expect(found.data).toMatchObject({ findings: [{ findingId: 'f-1' }] });
    const { finding } = written.data as { finding: { revision: number; foundAtMs: number } };
    const after = `cursor=${finding.foundAtMs},f-1`;
    expect((await asked(`/api/v1/findings?${after}`)).data).toEqual({ findings: [] });
    expect((await asked(`/api/v1/findings?cursor=${finding.foundAtMs + 1},f-1`)).data).toMatchObject({
      findings: [{ findingId: 'f-1' }],
    });
    expect((await asked('/api/v1/findings?cursor=,f-1')).status).toBe(400);
    const answered = await asked('/api/v1/findings/f-1/commands', {
      body: {
        commandId: 'fc-1',
        revision: finding.revision,
        deed: { type: 'answer', answer: { kind: 'corrected', words: '已加盖' } },
      },
    });
    expect(answered.status).toBe(200);
    expect((await asked('/api/v1/findings/f-1', { key: keys.county })).status).toBe(403);
    expect((await asked('/api/v1/findings/none')).status).toBe(404);
    const mine = await asked('/api/v1/orders', {
      key: keys.county,
      body: { orderId: 'x-2', content: { ...content, place: { name: '赤壁一小', district: '赤壁市' } } },
    });
    expect(mine.status).toBe(201);
    const taken = await asked('/api/v1/findings', {
      key: keys.county,
      body: { findingId: 'f-1', orderId: 'x-2', content: { class: 2, clauses: [], words: '无' } },
    });
    expect(taken).toMatchObject({ status: 403, data: { error: { code: 'forbidden' } } });
    expect(JSON.stringify(taken.data)).not.toContain('垃圾桶');
  });
});
