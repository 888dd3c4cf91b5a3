import { sql, type Kysely } from 'kysely';
import type { Principal } from '../../src-shared/session/principal.ts';
import { askingPrincipal, recordedPrincipal } from '../base/asking.ts';
import type { AuditHead, AuditRepository } from '../features/audit/audit.repository.ts';
import { auditHashFunction, chainStart } from './auditChain.ts';
import { parseObject, searchAudit, type SearchedArchives } from './auditSearch.sql.ts';
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
  /** Who stood behind it; left out: who asks for what is being done now; null: not known, as where several are written together. */
  principal?: object | null | undefined;
}

/** Appends to the audit log inside the transaction that makes the change, in the order given. */
export async function appendAudit(
  transaction: Kysely<StoreSchema>,
  ...entries: readonly AuditEntry[]
): Promise<void> {
  const asking = principalText(askingPrincipal() ?? null);
  for (const some of chunks(entries)) {
    const head = await readAuditHead(transaction);
    const rows = some.map(
      ({ atMs, actor, action, subject, detail, principal }, index) =>
        sql`(${head.id + 1 + index}, ${atMs}, ${actor}, ${action}, ${subject}, ${JSON.stringify(detail)}, ${principal === undefined ? asking : principalText(principal)})`,
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

/** Who asked, as it is kept: everything that says who, and nothing that opens a door. */
function principalText(principal: object | null): string | null {
  return principal === null ? null : JSON.stringify(recordedPrincipal(principal as Principal));
}

/** The audit log, for those who read it and for what is about no change. Without archives, only the database is searched. */
export function createAuditRepository(store: Store, archives?: SearchedArchives): AuditRepository {
  return {
    readHead: () => readAuditHead(store),
    async hashOf(id) {
      const row = await store.selectFrom('audit_log').select('hash').where('id', '=', id).executeTakeFirst();
      if (row !== undefined) return row.hash ?? '';
      const archive = await store
        .selectFrom('audit_archives')
        .select(['last_id', 'last_hash'])
        .where('last_id', '>=', id)
        .orderBy('last_id')
        .limit(1)
        .executeTakeFirst();
      if (archive === undefined) return undefined;
      return Number(archive.last_id) === id ? archive.last_hash : 'archived';
    },
    search: (filter, limit, beforeId) => searchAudit(store, archives, { filter, limit, beforeId }),
    append: (events) => store.transaction().execute((transaction) => appendAudit(transaction, ...events)),
    async changeViews(begun, ended) {
      await store.transaction().execute(async (transaction) => {
        const rows = begun.map(({ viewId, atMs, actor, action, subject, principal }) => ({
          id: viewId,
          at_ms: atMs,
          actor,
          action,
          subject,
          principal: principalText(principal ?? null),
        }));
        for (const some of chunks(rows)) await transaction.insertInto('open_views').values(some).execute();
        for (const some of chunks(ended)) {
          const ids = some.map(({ viewId }) => viewId);
          await transaction.deleteFrom('open_views').where('id', 'in', ids).execute();
        }
        await appendAudit(transaction, ...ended);
      });
    },
    async openViews() {
      const rows = await store.selectFrom('open_views').selectAll().orderBy('at_ms').execute();
      return rows.map(({ id, at_ms, actor, action, subject, principal }) => ({
        viewId: id,
        atMs: Number(at_ms),
        actor,
        action,
        subject,
        detail: {},
        principal: principal === null ? null : (parseObject(principal) ?? null),
      }));
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
