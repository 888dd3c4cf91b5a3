import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import type { ShiftsService } from '../../features/shifts/shifts.service.ts';
import type { RecordExport } from '../exportLog.ts';
import type { Admit } from '../httpServer.ts';
import { handoverPage } from './handoverPage.ts';

const paramsSchema = z.object({ shiftId: z.string().regex(/^[\w.-]{1,64}$/) });
const querySchema = z.strictObject({ language: z.enum(['zh-CN', 'en']).default('zh-CN') });

export interface ShiftRoutesOptions {
  shifts: Pick<ShiftsService, 'read'>;
  nowMs(): number;
  /** What the shift is called that begins at this time; undefined where the setting names none. */
  shiftName(atMs: number): string | undefined;
  /** A date and time as the command centre's calendar has it. */
  time(atMs: number): string;
  admit: Admit;
  recordExport: RecordExport;
}

/** `GET /api/v1/shifts/:shiftId/handover.html?language=en`: a shift as one page to print. */
export function createShiftRoutes(options: ShiftRoutesOptions): FastifyPluginCallback {
  return (http, _options, done) => {
    const exports = { onRequest: options.admit('shifts:view', undefined, 'step_up') };
    http.get('/api/v1/shifts/:shiftId/handover.html', exports, async (request, reply) => {
      const params = paramsSchema.safeParse(request.params);
      const query = querySchema.safeParse(request.query);
      const { principal } = request;
      const found =
        params.success && query.success && principal?.kind === 'person'
          ? await options.shifts.read(principal, params.data.shiftId)
          : undefined;
      if (found?.ok !== true || query.data === undefined) {
        return reply.code(404).send({ error: { code: 'not_found', message: 'There is no such shift.' } });
      }
      const { language } = query.data;
      const { hash, shift } = found.data;
      await options.recordExport(request, {
        action: 'shifts:print',
        detail: { shiftId: shift.shiftId, language, sha256: hash },
      });
      reply.header('cache-control', 'no-store').type('text/html; charset=utf-8');
      // Nothing in it runs, whatever somebody wrote into a note.
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
      return reply.send(
        handoverPage(found.data, {
          language,
          printedAt: options.time(options.nowMs()),
          shiftName: options.shiftName(shift.startedAtMs),
          time: options.time,
        }),
      );
    });
    done();
  };
}
