import {
  uploadStateSchema,
  type UploadAnnouncement,
} from '../../src-shared/attachments/attachments.protocol.ts';
import { attachmentsRefusals } from '../../src-shared/attachments/attachments.refusals.ts';
import type { AttachmentFailure, UploadAnswer } from '../features/field/attachments/attachmentOutbox.ts';

/** A piece of 256 KiB at 40 kbit/s. Milliseconds. */
const answerMs = 60_000;

/** Refusals that go by themselves: the disk has room again, others are finished, a new day begins. */
const passing = new Set([
  'attachments.disk_full',
  'attachments.disk_read_only',
  'attachments.disk_failing',
  'attachments.too_many_unfinished',
  'attachments.too_much_today',
]);

/** As whom a page sends: by a secret that it shows, or by the browser's cookie. */
export interface UploadAsker {
  headers: Record<string, string>;
  credentials: RequestCredentials;
}

/** Announces and sends photographs and notes over HTTP, as the member or the site whose phone it is. */
export function createAttachmentUploads(options: {
  fetch: typeof fetch;
  /** Undefined while nobody is signed in. */
  asker(): UploadAsker | undefined;
}) {
  const ask = async (path: string, request: RequestInit, contentType: string): Promise<UploadAnswer> => {
    const asker = options.asker();
    if (asker === undefined) return { type: 'later' };
    try {
      const answer = await options.fetch(`/api/v1/attachments${path}`, {
        ...request,
        headers: { ...asker.headers, 'content-type': contentType },
        credentials: asker.credentials,
        signal: AbortSignal.timeout(answerMs),
      });
      const body: unknown = await answer.json();
      if (answer.ok) return { type: 'state', state: uploadStateSchema.parse(body) };
      return refusalOf((body as { error?: { reason?: string } }).error?.reason);
    } catch {
      return { type: 'later' };
    }
  };
  return {
    announce: (announcement: UploadAnnouncement) =>
      ask('', { method: 'POST', body: JSON.stringify(announcement) }, 'application/json'),
    sendPiece: (attachmentId: string, offset: number, piece: ArrayBuffer) =>
      ask(
        `/${attachmentId}/upload?offset=${offset}`,
        { method: 'PUT', body: piece },
        'application/octet-stream',
      ),
  };
}

function refusalOf(reason: string | undefined): UploadAnswer {
  if (reason === 'attachments.no_such_upload') return { type: 'unknown' };
  if (reason === undefined || !(reason in attachmentsRefusals)) return { type: 'later' };
  const known = reason as Extract<AttachmentFailure, `attachments.${string}`>;
  return passing.has(known) ? { type: 'later', reason: known } : { type: 'refused', reason: known };
}
