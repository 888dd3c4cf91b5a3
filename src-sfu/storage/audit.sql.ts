import { sql, type Kysely } from 'kysely';
import type { AuditHead, AuditRepository } from '../features/audit/audit.repository.ts';
import { auditHashFunction, chainStart } from './auditChain.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';
import type { StoreSchema } from './schema.ts';

/** One line of the audit log. */
export interface AuditEntry {
  atMs: number;
  actor: string;
  /** The request's name, such as `wall:showCameras`. */
  action: string;
  subject: string;
  /** What is worth keeping of the change; never a secret. */
  detail: object;
}

/** Appends to the audit log inside the transaction that makes the change, in the order given. */
export async function appendAudit(
  transaction: Kysely<StoreSchema>,
  ...entries: readonly AuditEntry[]
): Promise<void> {
  for (const some of chunks(entries)) {
    const head = await readAuditHead(transaction);
    const rows = some.map(
      ({ atMs, actor, action, subject, detail }, index) =>
        sql`(${head.id + 1 + index}, ${atMs}, ${actor}, ${action}, ${subject}, ${JSON.stringify(detail)}, ${null})`,
    );
    // SQLite names the columns of a list of values column1, column2 and so on.
    const columns = sql.raw([1, 2, 3, 4, 5, 6, 7].map((number) => `column${number}`).join(', '));
    await sql`
      insert into audit_log (id, at_ms, actor, action, subject, detail, principal, hash)
      select ${columns}, ${sql.raw(auditHashFunction)}(${head.id}, ${head.hash}, ${columns})
      from (values ${sql.join(rows)})
    `.execute(transaction);
  }
}

/** The audit log, for those who read it. */
export function createAuditRepository(store: Store): AuditRepository {
  return {
    readHead: () => readAuditHead(store),
    async hashOf(id) {
      const row = await store.selectFrom('audit_log').select('hash').where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : (row.hash ?? '');
    },
  };
}

/** The last line of the log, which the next one must follow. */
export async function readAuditHead(store: Kysely<StoreSchema>): Promise<AuditHead> {
  const row = await store
    .selectFrom('audit_log')
    .select(['id', 'hash'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? chainStart : { id: Number(row.id), hash: row.hash ?? '' };
}
