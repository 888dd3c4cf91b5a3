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

/** Announces and sends photographs and notes over HTTP, as the member whose phone it is. */
export function createAttachmentUploads(options: {
  fetch: typeof fetch;
  /** The secret of this phone; undefined while nobody is signed in. */
  token(): string | undefined;
}) {
  const ask = async (path: string, request: RequestInit, contentType: string): Promise<UploadAnswer> => {
    const token = options.token();
    if (token === undefined) return { type: 'later' };
    try {
      const answer = await options.fetch(`/api/v1/attachments${path}`, {
        ...request,
        headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
        // A desk may be signed in in the same browser; this is the member's.
        credentials: 'omit',
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
