import type { Attachment, AttachmentOwner } from '../../src-shared/attachments/attachments.protocol.ts';
import type { AttachmentsRepository, Upload } from '../features/attachments/attachments.ports.ts';
import { appendAudit } from './audit.sql.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';

interface OwnedRow {
  id: string;
  owner_kind: string;
  owner_id: string;
  sender: string;
  bytes: number;
  document: string;
}

type AttachmentsTables = {
  attachments: OwnedRow & { sha256: string; received_at_ms: number };
  attachment_uploads: OwnedRow & { is_open: number; began_at_ms: number };
};

/** Attachments and uploads in the store. */
export function createAttachmentsRepository(store: Store): AttachmentsRepository {
  const tables = store.withTables<AttachmentsTables>();
  const ownedBy = ({ kind, id }: AttachmentOwner) => ({ owner_kind: kind, owner_id: id });
  const parsed = <T>(row: { document: string } | undefined): T | undefined =>
    row === undefined ? undefined : (JSON.parse(row.document) as T);
  return {
    async find(attachmentId) {
      return parsed<Attachment>(
        await tables
          .selectFrom('attachments')
          .select('document')
          .where('id', '=', attachmentId)
          .executeTakeFirst(),
      );
    },
    async listOf({ kind, id }) {
      const rows = await tables
        .selectFrom('attachments')
        .select('document')
        .where('owner_kind', '=', kind)
        .where('owner_id', '=', id)
        .execute();
      return rows
        .map(({ document }) => JSON.parse(document) as Attachment)
        .sort((left, right) => left.takenAtMs - right.takenAtMs);
    },
    async add(attachment) {
      const { attachmentId, owner, kind, by, bytes, sha256, receivedAtMs } = attachment;
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<AttachmentsTables>();
        await within
          .insertInto('attachments')
          .values({
            id: attachmentId,
            ...ownedBy(owner),
            sender: senderKey(by),
            sha256,
            bytes,
            received_at_ms: receivedAtMs,
            document: JSON.stringify(attachment),
          })
          .execute();
        await within.deleteFrom('attachment_uploads').where('id', '=', attachmentId).execute();
        await appendAudit(transaction, {
          atMs: receivedAtMs,
          actor: by.name === '' ? by.id : by.name,
          action: 'attachments:add',
          subject: attachmentId,
          detail: { owner: owner.kind, ownerId: owner.id, kind, bytes, sha256 },
        });
      });
    },
    async findUpload(attachmentId) {
      return parsed<Upload>(
        await tables
          .selectFrom('attachment_uploads')
          .select('document')
          .where('id', '=', attachmentId)
          .executeTakeFirst(),
      );
    },
    async saveUpload(upload) {
      const { announcement, by, beganAtMs, rejection } = upload;
      const changing = { is_open: rejection === undefined ? 1 : 0, document: JSON.stringify(upload) };
      await tables
        .insertInto('attachment_uploads')
        .values({
          id: announcement.attachmentId,
          ...ownedBy(announcement.owner),
          sender: senderKey(by),
          bytes: announcement.bytes,
          began_at_ms: beganAtMs,
          ...changing,
        })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changing))
        .execute();
    },
    async unfinishedOf(by) {
      const row = await tables
        .selectFrom('attachment_uploads')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('sender', '=', senderKey(by))
        .where('is_open', '=', 1)
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    async bytesOf(by, sinceMs) {
      const kept = await tables
        .selectFrom('attachments')
        .select(({ fn }) => fn.sum('bytes').as('bytes'))
        .where('sender', '=', senderKey(by))
        .where('received_at_ms', '>=', sinceMs)
        .executeTakeFirst();
      const begun = await tables
        .selectFrom('attachment_uploads')
        .select(({ fn }) => fn.sum('bytes').as('bytes'))
        .where('sender', '=', senderKey(by))
        .where('began_at_ms', '>=', sinceMs)
        .executeTakeFirst();
      return Number(kept?.bytes ?? 0) + Number(begun?.bytes ?? 0);
    },
    async countOf({ kind, id }) {
      let count = 0;
      for (const table of ['attachments', 'attachment_uploads'] as const) {
        let query = tables
          .selectFrom(table)
          .select(({ fn }) => fn.countAll().as('count'))
          .where('owner_kind', '=', kind)
          .where('owner_id', '=', id);
        if (table === 'attachment_uploads') query = query.where('is_open', '=', 1);
        count += Number((await query.executeTakeFirst())?.count ?? 0);
      }
      return count;
    },
    async forgetUploads(beforeMs) {
      await tables.deleteFrom('attachment_uploads').where('began_at_ms', '<', beforeMs).execute();
      const rows = await tables
        .selectFrom('attachment_uploads')
        .select('id')
        .where('is_open', '=', 1)
        .execute();
      return rows.map(({ id }) => id);
    },
    async known(hashes) {
      const found = new Set<string>();
      for (const some of chunks(hashes)) {
        const rows = await tables
          .selectFrom('attachments')
          .select('sha256')
          .where('sha256', 'in', [...some])
          .execute();
        for (const { sha256 } of rows) found.add(sha256);
      }
      return found;
    },
  };
}

function senderKey({ kind, id }: Attachment['by']): string {
  return `${kind}:${id}`;
}
