import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoredWebhook } from '../../../../src-sfu/features/webhooks/webhooks.repository.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createFindingsRepository } from '../../../../src-sfu/storage/findings.sql.ts';
import { openSecretBox } from '../../../../src-sfu/storage/secretBox.ts';
import { createWebhooksRepository } from '../../../../src-sfu/storage/webhooks.sql.ts';
import { newFinding } from '../../../../src-shared/findings/finding.ts';
import { findingSchema } from '../../../../src-shared/findings/findings.protocol.ts';

const by = { id: 'person:wang', name: '王芳' };
const secrets = openSecretBox(':memory:');
const webhook: StoredWebhook = {
  webhookId: 'wh-1',
  name: '城市平台',
  url: 'https://city.example/hook?key=word',
  subjects: ['orders', 'findings'],
  districts: 'all',
  allowsPlain: false,
  state: 'on',
  createdAtMs: 1,
  createdBy: 'admin',
  failures: 0,
  secret: 'whsec_AAAA',
};

let store: Store & { destroy(): Promise<void> };
beforeEach(async () => {
  store = (await openStore(':memory:')) as typeof store;
});
afterEach(() => store.destroy());

async function writeFinding(count: number, atMs: number, district = '咸安区'): Promise<void> {
  const finding = findingSchema.parse({
    findingId: `f${count}`,
    number: `F00${count}`,
    place: { siteId: 's1', name: '一店', district },
    clauses: [],
    words: '垃圾桶未加盖',
    ...newFinding({ by, class: 2, dueAtMs: atMs + 1_000 }, atMs),
  });
  await createFindingsRepository(store).save({
    finding,
    steps: [{ atMs, happenedAtMs: atMs, actor: by, action: 'found', revision: 1 }],
    count,
    audit: { action: 'findings:create', actor: '王芳', detail: {} },
  });
}

async function writeOrder(orderId: string, atMs: number): Promise<void> {
  await sql`insert into orders (id, day, count_of_day, state, created_at_ms, document, search_text)
    values (${orderId}, '2026-11-29', ${atMs}, 'created', ${atMs}, ${JSON.stringify({ orderId })}, '')`.execute(
    store,
  );
  await sql`insert into order_steps (order_id, at_ms, document)
    values (${orderId}, ${atMs}, ${JSON.stringify({ action: 'created', atMs })})`.execute(store);
}

it('steps of orders and of findings come in their order, from when the webhook was made', async () => {
  const repository = createWebhooksRepository(store, secrets);
  await writeOrder('before', 1);
  await repository.add(webhook, 'admin');
  expect(await repository.next(webhook)).toBeUndefined();
  await writeOrder('o1', 10);
  await writeFinding(1, 20);
  await writeOrder('o2', 30);
  const order: string[] = [];
  for (;;) {
    const step = await repository.next(webhook);
    if (step === undefined) break;
    expect(await repository.waiting(webhook)).toBe(3 - order.length);
    order.push(step.kind === 'order' ? step.order.orderId : step.finding.findingId);
    await repository.delivered(webhook, step);
  }
  expect(order).toEqual(['o1', 'f1', 'o2']);
});

it('a step that is written after older ones were removed has an id of its own, and is delivered', async () => {
  const repository = createWebhooksRepository(store, secrets);
  await writeOrder('o1', 10);
  await writeFinding(1, 10);
  await repository.add(webhook, 'admin');
  for (const table of ['order_steps', 'orders', 'finding_steps', 'findings']) {
    await sql`delete from ${sql.table(table)}`.execute(store);
  }
  await writeOrder('o2', 20);
  await writeFinding(2, 30);
  const step = await repository.next(webhook);
  expect(step).toMatchObject({ kind: 'order', order: { orderId: 'o2' } });
  expect(await repository.waiting(webhook)).toBe(2);
});

it('other districts are passed over, also very many of them', async () => {
  const repository = createWebhooksRepository(store, secrets);
  const county = { ...webhook, districts: ['赤壁市'] } satisfies StoredWebhook;
  await repository.add(county, 'admin');
  await writeFinding(1, 10);
  await sql`insert into finding_steps (finding_id, at_ms, document)
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 1500)
    select 'f1', 10, '{}' from numbers`.execute(store);
  expect(await repository.next(county)).toBeUndefined();
  const { rows } = await sql<{ finding_step: number }>`select finding_step from webhooks`.execute(store);
  expect(rows).toEqual([{ finding_step: 1_501 }]);
  await writeFinding(2, 20, '赤壁市');
  expect(await repository.next(county)).toMatchObject({ kind: 'finding', finding: { findingId: 'f2' } });
});

it('the secret is sealed and only for its webhook; what stands behind the question mark is not in the audit log', async () => {
  const repository = createWebhooksRepository(store, secrets);
  await repository.add(webhook, 'admin');
  expect(await repository.list()).toEqual([webhook]);
  const stored = await sql<{
    secret: string;
    document: string;
  }>`select secret, document from webhooks`.execute(store);
  expect(JSON.stringify(stored.rows)).not.toContain('whsec_');
  const lines = await sql<{ detail: string }>`select detail from audit_log`.execute(store);
  expect(JSON.stringify(lines.rows)).toContain('city.example');
  expect(JSON.stringify(lines.rows)).not.toContain('word');
  await sql`update webhooks set id = 'wh-2'`.execute(store);
  expect((await repository.list())[0]?.secret).toBeUndefined();
});
