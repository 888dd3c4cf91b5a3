import { open } from 'node:fs/promises';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  maxPieceBytes,
  uploadAnnouncementSchema,
  type Attachment,
  type UploadState,
} from '../../../src-shared/attachments/attachments.protocol.ts';
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import { squadsIdSchema } from '../../../src-shared/squads/squads.protocol.ts';
import type { MessageDates } from '../../base/messageDates.ts';
import type { AttachmentFiles } from '../../features/attachments/attachments.ports.ts';
import type { AttachmentsService } from '../../features/attachments/attachments.service.ts';
import { answer } from '../accounts/answers.ts';
import { parseByteRange } from '../byteRange.ts';
import type { Admit } from '../httpServer.ts';
import { readBody } from '../requestBody.ts';

export interface AttachmentRoutesOptions {
  attachments: Pick<AttachmentsService, 'announce' | 'stateOf' | 'take' | 'find'>;
  files: Pick<AttachmentFiles, 'pathOf'>;
  dates: MessageDates;
  admit: Admit;
  /** Somebody was sent the whole of an attachment, not only its thumbnail. */
  onOpened(asker: Principal, attachment: Attachment): void;
}

const paramsSchema = z.object({ attachmentId: squadsIdSchema });
const pieceQuerySchema = z.strictObject({ offset: z.coerce.number().int().min(0) });
/** A piece over a slow network: 256 KiB at 20 kbit/s. */
const pieceLimits = { maxBytes: maxPieceBytes, timeoutMs: 120_000, stallMs: 20_000 };
/** An announcement is short. Bytes. */
const announcementBytes = 16 * 1024;
/** Pieces that are read into memory at one time: of one sign-in, and of all. */
const maxPiecesOfSession = 3;
const maxPieces = 64;

/** What is shown of a file that somebody else made: nothing in it runs, whatever it is taken for. */
const fileSecurityPolicy = "default-src 'none'; sandbox";
const extensions: Record<Attachment['mediaType'], string> = {
  'image/jpeg': 'jpg',
  'audio/webm': 'webm',
  'audio/mp4': 'm4a',
  'application/pdf': 'pdf',
};

/**
 * Uploads that continue where they broke off, and what is kept: `POST /api/v1/attachments` announces one and is answered with how
 * much of it is here; `PUT /api/v1/attachments/:attachmentId/upload?offset=N` sends the piece that begins there; `GET` of the same
 * address says how much is here. `GET …/file` and `GET …/thumbnail.jpg` are what is kept.
 */
export function createAttachmentRoutes(options: AttachmentRoutesOptions): FastifyPluginCallback {
  const { attachments, files, dates, admit, onOpened } = options;
  const piecesOf = new Map<string, number>();
  let pieces = 0;

  const answerState = (reply: FastifyReply, state: Ack<UploadState>): FastifyReply => {
    if (state.ok) return answer(reply, { ...state, data: dates.shown(state.data) });
    if (state.code === 'unavailable') reply.header('retry-after', '5');
    // 413: the content is larger than the hub takes (RFC 9110, 15.5.14).
    if (state.reason === 'attachments.too_large') {
      const { code, reason, parameters, message } = state;
      return reply.code(413).send({ error: { code, reason, parameters, message } });
    }
    return answer(reply, state);
  };
  const malformed = (error: z.ZodError): Ack<never> => {
    const first = error.issues[0];
    const message = `${first?.path.join('.') || 'The request'}: ${first?.message ?? 'does not fit'}.`;
    return refuse('bad_request', message, { reason: 'attachments.malformed' });
  };
  const missing = (reply: FastifyReply): FastifyReply =>
    answer(
      reply,
      refuse('not_found', 'There is no such attachment.', { reason: 'attachments.no_such_attachment' }),
    );

  return (http, _options, done) => {
    const adds = { onRequest: admit('attachments:add'), exposeHeadRoute: false };
    const views = { onRequest: admit('attachments:view'), exposeHeadRoute: false };
    // A piece is read by the handler, once it is known who sends it.
    http.addContentTypeParser('application/octet-stream', (_request, _payload, parsed) =>
      parsed(null, undefined),
    );

    http.post('/api/v1/attachments', { ...adds, bodyLimit: announcementBytes }, async (request, reply) => {
      const parsed = uploadAnnouncementSchema.safeParse(request.body ?? {});
      if (!parsed.success) return answerState(reply, malformed(parsed.error));
      return answerState(reply, await attachments.announce(askerOf(request), parsed.data));
    });

    http.get('/api/v1/attachments/:attachmentId/upload', adds, async (request, reply) => {
      const parsed = paramsSchema.safeParse(request.params);
      if (!parsed.success) return answerState(reply, malformed(parsed.error));
      return answerState(reply, await attachments.stateOf(askerOf(request), parsed.data.attachmentId));
    });

    http.put('/api/v1/attachments/:attachmentId/upload', adds, async (request, reply) => {
      const parsed = paramsSchema.safeParse(request.params);
      const query = pieceQuerySchema.safeParse(request.query);
      if (!parsed.success) return answerState(reply, malformed(parsed.error));
      if (!query.success) return answerState(reply, malformed(query.error));
      const asker = askerOf(request);
      const own = piecesOf.get(asker.sessionId) ?? 0;
      if (own >= maxPiecesOfSession || pieces >= maxPieces) {
        return reply
          .code(503)
          .header('retry-after', '1')
          .send({ error: { code: 'busy', message: 'Several pieces are under way. Send it again.' } });
      }
      piecesOf.set(asker.sessionId, own + 1);
      pieces += 1;
      try {
        const bytes = await readBody(request.raw, pieceLimits);
        const { attachmentId } = parsed.data;
        return await answerState(
          reply,
          await attachments.take(asker, attachmentId, query.data.offset, bytes),
        );
      } finally {
        pieces -= 1;
        const left = (piecesOf.get(asker.sessionId) ?? 1) - 1;
        if (left === 0) piecesOf.delete(asker.sessionId);
        else piecesOf.set(asker.sessionId, left);
      }
    });

    const send = async (
      request: FastifyRequest,
      reply: FastifyReply,
      part: 'file' | 'thumbnail',
    ): Promise<FastifyReply> => {
      const parsed = paramsSchema.safeParse(request.params);
      const found = parsed.success
        ? await attachments.find(askerOf(request), parsed.data.attachmentId)
        : undefined;
      if (found === undefined || (part === 'thumbnail' && found.kind !== 'photograph')) return missing(reply);
      const file = await open(files.pathOf(found, part), 'r').catch(() => undefined);
      if (file === undefined) return missing(reply);
      let isStreaming = false;
      try {
        if (part === 'file') onOpened(askerOf(request), found);
        const tag = `"${found.sha256}-${part}"`;
        const name = `${found.attachmentId}.${part === 'file' ? extensions[found.mediaType] : 'jpg'}`;
        reply
          .header('content-security-policy', fileSecurityPolicy)
          .header('content-disposition', `attachment; filename="${name}"`)
          .header('cross-origin-resource-policy', 'same-origin')
          .header('cache-control', 'private, no-cache')
          .header('accept-ranges', 'bytes')
          .header('etag', tag);
        if (request.headers['if-none-match'] === tag) return await reply.code(304).send();
        const { size } = await file.stat();
        const range = parseByteRange(request.headers.range, size);
        if (range === 'unsatisfiable') {
          return await reply.code(416).header('content-range', `bytes */${size}`).send();
        }
        const { start, end } = range ?? { start: 0, end: size - 1 };
        if (range !== undefined) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
        reply
          .type(part === 'file' ? found.mediaType : 'image/jpeg')
          .header('content-length', end - start + 1);
        isStreaming = true;
        return await reply.send(file.createReadStream({ start, end }));
      } finally {
        // A stream closes its file itself.
        if (!isStreaming) await file.close();
      }
    };
    http.get('/api/v1/attachments/:attachmentId/file', views, (request, reply) =>
      send(request, reply, 'file'),
    );
    http.get('/api/v1/attachments/:attachmentId/thumbnail.jpg', views, (request, reply) =>
      send(request, reply, 'thumbnail'),
    );
    done();
  };
}

function askerOf({ principal }: FastifyRequest): Principal {
  if (principal === undefined)
    throw new Error('a route of attachments let somebody in without asking who it is');
  return principal;
}
