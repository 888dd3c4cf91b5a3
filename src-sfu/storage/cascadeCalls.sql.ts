import type { UpperDialogsRepository } from '../features/cascade/upperDialogs.ts';
import type { Store } from './database.ts';

type CallTables = {
  cascade_calls: {
    upper_id: string;
    call_id: string;
    uri: string;
    from_header: string;
    to_header: string;
    began_at_ms: number;
  };
};

/** Calls of upper platforms in the store. */
export function createUpperDialogsRepository(store: Store): UpperDialogsRepository {
  const tables = store.withTables<CallTables>();
  return {
    async load() {
      const rows = await tables.selectFrom('cascade_calls').selectAll().orderBy('began_at_ms').execute();
      return rows.map(({ upper_id, call_id, uri, from_header, to_header, began_at_ms }) => ({
        upperId: upper_id,
        callId: call_id,
        uri,
        from: from_header,
        to: to_header,
        beganAtMs: Number(began_at_ms),
      }));
    },
    async keep({ upperId, callId, uri, from, to, beganAtMs }) {
      const words = { uri, from_header: from, to_header: to, began_at_ms: beganAtMs };
      await tables
        .insertInto('cascade_calls')
        .values({ upper_id: upperId, call_id: callId, ...words })
        .onConflict((conflict) => conflict.columns(['upper_id', 'call_id']).doUpdateSet(words))
        .execute();
    },
    async drop(upperId, callId) {
      await tables
        .deleteFrom('cascade_calls')
        .where('upper_id', '=', upperId)
        .where('call_id', '=', callId)
        .execute();
    },
  };
}
