import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import {
  auditFilterSchema,
  maxAuditLines,
  type AuditArchives,
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

type ArchiveFault = AuditArchives['faults'][number];

/**
 * The audit log as a table, with the lines of the archives. An archive that is missing, cannot be read or was changed has a row
 * `archive_missing`, `archive_unreadable` or `archive_changed` with the file and its lines. The last row is the SHA-256 of all bytes
 * before that row, in hexadecimal.
 */
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
        const faults = new Map<string, ArchiveFault>();
        const add = (text: string): string => {
          hash.update(text, 'utf8');
          return text;
        };
        yield add(`\uFEFF${stringify([[...columns]])}`);
        let beforeId: number | undefined;
        for (;;) {
          const page = await repository.search(filter, maxAuditLines, beforeId);
          count += page.lines.length;
          for (const fault of page.archives?.faults ?? []) faults.set(fault.file, fault);
          if (page.lines.length > 0) {
            yield add(stringify(page.lines.map((line) => cellsOf(dates.shown(line)))));
          }
          if (page.nextBeforeId === undefined) break;
          beforeId = page.nextBeforeId;
          await nextTurn();
        }
        // A table that is not complete says so, inside of what its hash is about.
        const damaged = [...faults.values()];
        if (damaged.length > 0) yield add(stringify(damaged.map(faultCells)));
        const digest = hash.digest('hex');
        const detail = {
          lines: count,
          sha256: digest,
          ...(damaged.length === 0 ? {} : { archives: damaged.map(({ file, kind }) => `${kind} ${file}`) }),
        };
        // By the hash the file is recognised.
        await repository.append([exportEvent(options.nowMs(), principal, detail)]);
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

function faultCells({ file, firstId, lastId, kind }: ArchiveFault): string[] {
  return [`archive_${kind}`, neutraliseCell(file), `${firstId}-${lastId}`];
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
