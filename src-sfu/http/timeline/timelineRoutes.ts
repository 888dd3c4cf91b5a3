import { createHash } from 'node:crypto';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { may, type Resource } from '../../../src-shared/session/principal.ts';
import {
  timelineSubjectTypes,
  type TimelineSubject,
} from '../../../src-shared/timeline/timeline.protocol.ts';
import type { MessageDates } from '../../base/messageDates.ts';
import { wordLanguages, type WordLanguage } from '../../base/words.ts';
import type { Timeline, TimelineService } from '../../features/timeline/timeline.service.ts';
import { nameOfAsker } from '../asRequest.ts';
import type { Admit } from '../httpServer.ts';

/** Why a page was not printed: `no_browser`, there is none that may run here; `busy`, another page is printed and others wait. */
export type PrintFailure = 'no_browser' | 'busy' | 'failed';
export type Printed = { ok: true; pdf: Uint8Array } | { ok: false; reason: PrintFailure; message: string };

/** `GET /api/v1/timeline.html?type=order&id=…&language=en&fromMs=…&toMs=…`. */
const querySchema = z.strictObject({
  type: z.enum(timelineSubjectTypes),
  id: z.string().min(1).max(64),
  language: z.enum(wordLanguages).default('zh-CN'),
  fromMs: z.coerce.number().int().min(0).optional(),
  toMs: z.coerce.number().int().min(0).optional(),
});

const refusalOf: Record<PrintFailure, { status: number; code: string }> = {
  no_browser: { status: 503, code: 'no_browser' },
  busy: { status: 503, code: 'printing_busy' },
  failed: { status: 500, code: 'printing_failed' },
};

export interface TimelineRoutesOptions {
  admit: Admit;
  timeline: Pick<TimelineService, 'whole'>;
  resourceOf(subject: TimelineSubject): Promise<Resource | undefined>;
  html(timeline: Timeline, language: WordLanguage, by: string): Promise<string>;
  print(html: string): Promise<Printed>;
  dates: MessageDates;
  /** Writes into the audit log what was exported and its hash. */
  recordExport(request: FastifyRequest, subject: TimelineSubject, detail: object): Promise<void>;
}

/** A timeline as a file: HTML that needs nothing else, or a PDF that the system's Chromium prints. Its hash is in the audit log. */
export function createTimelineRoutes(options: TimelineRoutesOptions): FastifyPluginCallback {
  const { timeline, dates } = options;
  const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
    reply.code(status).header('cache-control', 'no-store').send({ error: { code, message } });

  return (http, _settings, done) => {
    const exports = { preHandler: options.admit('orders:view', undefined, 'step_up') };
    for (const format of ['html', 'pdf'] as const) {
      http.get(`/api/v1/timeline.${format}`, exports, async (request, reply) => {
        const parsed = querySchema.safeParse(request.query);
        if (!parsed.success) {
          const [issue] = parsed.error.issues;
          return refuse(
            reply,
            400,
            'malformed_query',
            `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`,
          );
        }
        const { type, id, language, ...asked } = dates.own(parsed.data);
        const subject = { type, id };
        const { principal } = request;
        const resource = await options.resourceOf(subject);
        if (principal === undefined || resource === undefined) {
          return refuse(reply, 404, 'not_found', `There is no ${type} ${id}.`);
        }
        if (!may(principal, 'orders:view', resource)) {
          await request.outsideScope();
          return reply;
        }
        const period = {
          ...(asked.fromMs === undefined ? {} : { fromMs: asked.fromMs }),
          ...(asked.toMs === undefined ? {} : { toMs: asked.toMs }),
        };
        const answer = await timeline.whole(subject, period, principal);
        if (!answer.ok) return refuse(reply, 400, 'malformed_query', answer.message);
        const html = await options.html(answer.data, language, nameOfAsker(request));
        let bytes: Uint8Array = Buffer.from(html, 'utf8');
        if (format === 'pdf') {
          const printed = await options.print(html);
          if (!printed.ok) {
            const { status, code } = refusalOf[printed.reason];
            return refuse(reply, status, code, printed.message);
          }
          bytes = printed.pdf;
        }
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const fileName = `timeline-${(answer.data.head.number ?? id).replace(/[^\w-]/g, '_')}.${format}`;
        // The export is recorded before the file leaves the hub; its hash shows later whether a file is this one.
        await options.recordExport(request, subject, {
          format,
          language,
          events: answer.data.events.length,
          bytes: bytes.byteLength,
          sha256,
        });
        return reply
          .type(format === 'pdf' ? 'application/pdf' : 'text/html; charset=utf-8')
          .header('content-disposition', `attachment; filename="${fileName}"`)
          .header('cache-control', 'no-store')
          .header('x-content-sha256', sha256)
          .send(Buffer.from(bytes));
      });
    }
    done();
  };
}
