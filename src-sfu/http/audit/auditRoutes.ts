import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import {
  auditFilterSchema,
  maxAuditLines,
  type AuditLine,
} from '../../../src-shared/audit/audit.protocol.ts';
import type { MessageDates } from '../../base/messageDates.ts';
import type { AuditEvent, AuditRepository } from '../../features/audit/audit.repository.ts';
import { neutraliseCell } from '../../features/cameras/cellText.ts';
import type { Admit } from '../httpServer.ts';

const columns = ['id', 'time', 'actor', 'action', 'subject', 'detail', 'principal'] as const;

/** `GET /api/v1/audit.csv?fromMs=…&toMs=…&who=…&what=…&kinds=talk,wall`. */
const querySchema = z.strictObject({
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
  who: auditFilterSchema.shape.who,
  what: auditFilterSchema.shape.what,
  kinds: z
    .string()
    .max(1_000)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(auditFilterSchema.shape.kinds.unwrap())
    .optional(),
});

/** The audit log as a table. Its last row is the SHA-256 of all bytes before that row, in hexadecimal. */
export function createAuditRoutes(options: {
  admit: ReturnType<Admit>;
  repository: Pick<AuditRepository, 'search' | 'append'>;
  dates: MessageDates;
  nowMs(): number;
}): FastifyPluginCallback {
  const { admit, repository, dates } = options;
  return (http, _settings, done) => {
    http.get('/api/v1/audit.csv', { preHandler: admit }, async (request, reply) => {
      const parsed = querySchema.safeParse(request.query);
      if (!parsed.success) {
        const message = parsed.error.issues
          .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
          .join('; ');
        return reply.code(400).send({ error: { code: 'malformed_query', message: `${message}.` } });
      }
      const filter = dates.own(parsed.data);
      async function* rows(): AsyncGenerator<string> {
        const { principal } = request;
        // Also of an export that is broken off the log says that it was begun.
        await repository.append([exportEvent(options.nowMs(), principal, { filter: parsed.data })]);
        const hash = createHash('sha256');
        let count = 0;
        const add = (text: string): string => {
          hash.update(text, 'utf8');
          return text;
        };
        yield add(`\uFEFF${stringify([[...columns]])}`);
        let beforeId: number | undefined;
        for (;;) {
          const lines = await repository.search(filter, maxAuditLines, beforeId);
          const last = lines.at(-1);
          if (last === undefined) break;
          count += lines.length;
          beforeId = last.id;
          yield add(stringify(lines.map((line) => cellsOf(dates.shown(line)))));
          await nextTurn();
        }
        const digest = hash.digest('hex');
        // By the hash the file is recognised.
        await repository.append([exportEvent(options.nowMs(), principal, { lines: count, sha256: digest })]);
        yield stringify([['sha256', digest]]);
      }
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="audit.csv"');
      reply.header('cache-control', 'no-store');
      return reply.send(Readable.from(rows()));
    });
    done();
  };
}

function cellsOf({ id, atMs, actor, action, subject, detail, principal }: AuditLine): string[] {
  const texts = [
    actor,
    action,
    subject,
    JSON.stringify(detail),
    principal === undefined ? '' : JSON.stringify(principal),
  ];
  return [String(id), new Date(atMs).toISOString(), ...texts.map(neutraliseCell)];
}

function exportEvent(atMs: number, principal: { name: string } | undefined, detail: object): AuditEvent {
  return {
    atMs,
    actor: principal?.name ?? '',
    action: 'audit:export',
    subject: 'csv',
    detail,
    principal,
  };
}
