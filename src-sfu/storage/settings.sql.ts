import type { Kysely } from 'kysely';
import type { Store } from './database.ts';
import type { StoreSchema } from './schema.ts';
import { appendAudit, type AuditEntry } from './audit.sql.ts';

const savedSetting: { action: string; detail: object; subject?: string } = {
  action: 'settings:save',
  detail: {},
};

/** Small values of the hub that must survive a restart, as JSON. */
export interface SettingsRepository {
  /** Undefined when the value was never saved. The caller parses it: a file can hold anything. */
  read(name: string): Promise<unknown>;
  /**
   * Durable when the promise resolves. `line` says in the audit log what was done and to what, where the name of the setting alone says
   * too little.
   */
  save(
    name: string,
    value: unknown,
    actor: string,
    nowMs: number,
    line?: { action: string; detail: object; subject?: string },
  ): Promise<void>;
  /** As save, for what the hub moves by itself: not in the audit log but for the lines of those who moved it too. */
  keep(name: string, value: unknown, lines?: readonly AuditEntry[]): Promise<void>;
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
    async keep(name, value, lines = []) {
      if (lines.length === 0) return put(store, name, value);
      await store.transaction().execute(async (transaction) => {
        await put(transaction, name, value);
        await appendAudit(transaction, ...lines);
      });
    },
    async save(name, value, actor, nowMs, { action, detail, subject = name } = savedSetting) {
      await store.transaction().execute(async (transaction) => {
        await put(transaction, name, value);
        await appendAudit(transaction, { atMs: nowMs, actor, action, subject, detail });
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
