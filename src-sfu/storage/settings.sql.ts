import type { Kysely } from 'kysely';
import type { Store } from './database.ts';
import type { StoreSchema } from './schema.ts';
import { appendAudit } from './audit.sql.ts';

/** Small values of the hub that must survive a restart, as JSON. */
export interface SettingsRepository {
  /** Undefined when the value was never saved. The caller parses it: a file can hold anything. */
  read(name: string): Promise<unknown>;
  /** Durable when the promise resolves. `line` says in the audit log what was set, where its name alone says too little. */
  save(
    name: string,
    value: unknown,
    actor: string,
    nowMs: number,
    line?: { action: string; detail: object },
  ): Promise<void>;
  /** As save, for what the hub moves by itself: nobody's deed, so not in the audit log. */
  keep(name: string, value: unknown): Promise<void>;
}

/** Settings in the store; every change somebody made is in the audit log. */
export function createSettingsRepository(store: Store): SettingsRepository {
  return {
    async read(name) {
      const row = await store
        .selectFrom('settings')
        .select('value')
        .where('name', '=', name)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      try {
        return JSON.parse(row.value) as unknown;
      } catch {
        return undefined;
      }
    },
    keep: (name, value) => put(store, name, value),
    async save(name, value, actor, nowMs, line = { action: 'settings:save', detail: {} }) {
      await store.transaction().execute(async (transaction) => {
        await put(transaction, name, value);
        await appendAudit(transaction, {
          atMs: nowMs,
          actor,
          subject: name,
          ...line,
        });
      });
    },
  };
}

async function put(store: Kysely<StoreSchema>, name: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await store
    .insertInto('settings')
    .values({ name, value: text })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: text }))
    .execute();
}
