import { sql } from 'kysely';
import type { Finding, FindingStep } from '../../src-shared/findings/findings.protocol.ts';
import type { Order, OrderStep } from '../../src-shared/orders/orders.protocol.ts';
import type { Webhook } from '../../src-shared/webhooks/webhooks.protocol.ts';
import type {
  StoredWebhook,
  WebhooksRepository,
  WebhookStep,
} from '../features/webhooks/webhooks.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { FindingsTables } from './findingsTables.ts';
import type { OrdersTables } from './ordersTables.ts';
import type { SecretBox } from './secretBox.ts';

type WebhooksTables = OrdersTables &
  FindingsTables & {
    webhooks: { id: string; document: string; secret: string; order_step: number; finding_step: number };
  };

/** Steps of other districts than a webhook's are read again each time; from this many on its place moves behind them. */
const mostPassed = 1_000;

type Row = { id: number; at_ms: number; step: string; document: string };

/** Webhooks in the store. Their secrets are sealed for them. */
export function createWebhooksRepository(store: Store, secrets: SecretBox): WebhooksRepository {
  const tables = store.withTables<WebhooksTables>();
  const boundTo = (webhookId: string): string => `webhook ${webhookId}`;

  const secretOf = (id: string, sealed: string): string | undefined => {
    try {
      return secrets.open(sealed, boundTo(id));
    } catch {
      return undefined;
    }
  };
  const placeOf = async (webhookId: string): Promise<{ order: number; finding: number } | undefined> => {
    const row = await tables
      .selectFrom('webhooks')
      .select(['order_step', 'finding_step'])
      .where('id', '=', webhookId)
      .executeTakeFirst();
    return row && { order: Number(row.order_step), finding: Number(row.finding_step) };
  };
  /** Steps after a place that the webhook is notified of. */
  const stepsAfter = (kind: 'order' | 'finding', place: number, { districts }: Webhook) => {
    const [steps, owners, ownerId] = [`${kind}_steps`, `${kind}s`, `${kind}_id`].map((name) =>
      sql.table(name),
    );
    const within =
      districts === 'all'
        ? sql``
        : sql`and owner.district in (${sql.join(districts.map((one) => sql`${one}`))})`;
    return sql`from ${steps} as step join ${owners} as owner on owner.id = step.${ownerId}
      where step.id > ${place} ${within}`;
  };
  const lastStep = async (kind: 'order' | 'finding'): Promise<number> => {
    const { rows } = await sql<{ last: number | null }>`
      select max(id) as last from ${sql.table(`${kind}_steps`)}
    `.execute(store);
    return Number(rows[0]?.last ?? 0);
  };
  /** The next step of a kind; where there is none, and many of other districts were passed, the place moves behind these. */
  const nextOf = async (
    kind: 'order' | 'finding',
    place: number,
    webhook: Webhook,
  ): Promise<Row | undefined> => {
    if (!webhook.subjects.includes(`${kind}s`)) return undefined;
    const last = webhook.districts === 'all' ? 0 : await lastStep(kind);
    const { rows } = await sql<Row>`
      select step.id as id, step.at_ms as at_ms, step.document as step, owner.document as document
      ${stepsAfter(kind, place, webhook)} order by step.id limit 1
    `.execute(store);
    if (rows.length === 0 && last - place > mostPassed) {
      await tables
        .updateTable('webhooks')
        .set(kind === 'order' ? { order_step: last } : { finding_step: last })
        .where('id', '=', webhook.webhookId)
        .execute();
    }
    return rows[0];
  };

  return {
    async list() {
      const rows = await tables.selectFrom('webhooks').select(['id', 'document', 'secret']).execute();
      return rows
        .map(({ id, document, secret }): StoredWebhook => ({
          ...(JSON.parse(document) as Webhook),
          secret: secretOf(id, secret),
        }))
        .toSorted((left, right) => left.createdAtMs - right.createdAtMs);
    },
    async add({ secret = '', ...webhook }, actor) {
      const place = { order_step: await lastStep('order'), finding_step: await lastStep('finding') };
      const { webhookId: id, createdAtMs: atMs, name, url, subjects, districts, allowsPlain } = webhook;
      await store.transaction().execute(async (transaction) => {
        await transaction
          .withTables<WebhooksTables>()
          .insertInto('webhooks')
          .values({
            id,
            document: JSON.stringify(webhook),
            secret: secrets.seal(secret, boundTo(id)),
            ...place,
          })
          .execute();
        // What stands behind a question mark can be a password of the receiver.
        const detail = { name, url: url.replace(/\?.*$/, '?…'), subjects, districts, allowsPlain };
        await appendAudit(transaction, { atMs, actor, action: 'webhooks:create', subject: id, detail });
      });
    },
    async save(webhook, audit) {
      await store.transaction().execute(async (transaction) => {
        await transaction
          .withTables<WebhooksTables>()
          .updateTable('webhooks')
          .set({ document: JSON.stringify(webhook) })
          .where('id', '=', webhook.webhookId)
          .execute();
        if (audit !== undefined) await appendAudit(transaction, { ...audit, subject: webhook.webhookId });
      });
    },
    async remove(webhookId, audit) {
      await store.transaction().execute(async (transaction) => {
        await transaction
          .withTables<WebhooksTables>()
          .deleteFrom('webhooks')
          .where('id', '=', webhookId)
          .execute();
        await appendAudit(transaction, {
          ...audit,
          action: 'webhooks:delete',
          subject: webhookId,
          detail: {},
        });
      });
    },
    async next(webhook): Promise<WebhookStep | undefined> {
      const place = await placeOf(webhook.webhookId);
      if (place === undefined) return undefined;
      const order = await nextOf('order', place.order, webhook);
      const finding = await nextOf('finding', place.finding, webhook);
      if (order !== undefined && (finding === undefined || order.at_ms <= finding.at_ms)) {
        return {
          kind: 'order',
          stepId: Number(order.id),
          atMs: Number(order.at_ms),
          order: JSON.parse(order.document) as Order,
          step: JSON.parse(order.step) as OrderStep,
        };
      }
      return (
        finding && {
          kind: 'finding',
          stepId: Number(finding.id),
          atMs: Number(finding.at_ms),
          finding: JSON.parse(finding.document) as Finding,
          step: JSON.parse(finding.step) as FindingStep,
        }
      );
    },
    async delivered(webhook, { kind, stepId }) {
      await tables
        .updateTable('webhooks')
        .set({
          document: JSON.stringify(webhook),
          ...(kind === 'order' ? { order_step: stepId } : { finding_step: stepId }),
        })
        .where('id', '=', webhook.webhookId)
        .execute();
    },
    async waiting(webhook) {
      const place = await placeOf(webhook.webhookId);
      if (place === undefined) return 0;
      let waiting = 0;
      for (const kind of ['order', 'finding'] as const) {
        if (!webhook.subjects.includes(`${kind}s`)) continue;
        const { rows } = await sql<{ count: number }>`
          select count(*) as count ${stepsAfter(kind, place[kind], webhook)}
        `.execute(store);
        waiting += Number(rows[0]?.count ?? 0);
      }
      return waiting;
    },
    async record(audit) {
      await store.transaction().execute((transaction) => appendAudit(transaction, audit));
    },
  };
}
