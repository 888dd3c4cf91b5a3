import type { Transaction } from 'kysely';
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

/** Appends to the audit log inside the transaction that makes the change. */
export async function appendAudit(transaction: Transaction<StoreSchema>, entry: AuditEntry): Promise<void> {
  await transaction
    .insertInto('audit_log')
    .values({
      at_ms: entry.atMs,
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      detail: JSON.stringify(entry.detail),
    })
    .execute();
}
