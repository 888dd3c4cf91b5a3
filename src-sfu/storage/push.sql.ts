import { pushSubscriptionSchema } from '../../src-shared/push/push.protocol.ts';
import type { PushRepository } from '../features/push/push.ports.ts';
import type { Store } from './database.ts';

type PushTables = { push_subscriptions: { member_id: string; document: string; at_ms: number } };

/** Subscriptions of phones in the store. */
export function createPushRepository(store: Store): PushRepository {
  const tables = store.withTables<PushTables>();
  return {
    async load() {
      const rows = await tables.selectFrom('push_subscriptions').selectAll().execute();
      return rows.map(({ member_id, document, at_ms }) => ({
        memberId: member_id,
        subscription: pushSubscriptionSchema.parse(JSON.parse(document)),
        atMs: at_ms,
      }));
    },
    async save({ memberId, subscription, atMs }) {
      const row = { document: JSON.stringify(subscription), at_ms: atMs };
      await tables
        .insertInto('push_subscriptions')
        .values({ member_id: memberId, ...row })
        .onConflict((conflict) => conflict.column('member_id').doUpdateSet(row))
        .execute();
    },
    async remove(memberId) {
      await tables.deleteFrom('push_subscriptions').where('member_id', '=', memberId).execute();
    },
  };
}
