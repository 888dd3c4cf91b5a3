import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import type { Clause } from '../../../src-shared/findings/clauses.ts';
import type { ClauseImportReport } from '../../../src-shared/findings/clauseImport.ts';
import { encodeText } from '../../features/cameras/textEncoding.ts';
import type { ClausesService } from '../../features/findings/clauses.service.ts';
import { answer } from '../accounts/answers.ts';
import { asRequest, nameOfAsker } from '../asRequest.ts';
import type { Admit } from '../httpServer.ts';
import { BodyError, readBody } from '../requestBody.ts';
import { filesOfBody, workbookType } from '../tableFiles.ts';
import { readClauseTable, writeClausesCsv, writeClausesWorkbook } from './clauseTable.ts';

/** 2,000 clauses with their titles are less than 1 MiB. */
const bodyLimits = { maxBytes: 4 * 1024 * 1024, timeoutMs: 30_000 };
const importQuery = z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') });
const exportQuery = z.strictObject({ format: z.enum(['csv', 'xlsx']).default('xlsx') });

/**
 * Clauses as a table: `POST /api/v1/clauses/import[?dryRun=true]` takes one table as `text/csv`, a workbook or a form with one file, and
 * takes over all of it or nothing; `GET /api/v1/clauses/export?format=csv|xlsx` gives all clauses back.
 */
export function createClauseRoutes({
  clauses,
  admit,
}: {
  clauses: Pick<ClausesService, 'list' | 'save'>;
  admit: Admit;
}): FastifyPluginCallback {
  return (http, _options, done) => {
    http.removeAllContentTypeParsers();
    http.addContentTypeParser(
      /^(text\/csv|multipart\/form-data|application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet)/i,
      (_request, _payload, parsed) => parsed(null, undefined),
    );
    const manages = { onRequest: admit(...asRequest('findings:saveClause', 'city')) };
    const exports = { onRequest: admit('clauses:manage', 'city', 'step_up') };
    let isImporting = false;
    http.post('/api/v1/clauses/import', manages, async (request, reply) => {
      const { dryRun } = parseQuery(importQuery, request.query);
      if (isImporting)
        throw new BodyError(429, 'import_running', 'Another import is under way. Send this one again.');
      isImporting = true;
      try {
        const body = await readBody(request.raw, bodyLimits);
        const [file, ...others] = filesOfBody(body, request.headers['content-type'] ?? '');
        if (file === undefined || others.length > 0) {
          throw new BodyError(400, 'malformed_form', 'Clauses are imported from one file at a time.');
        }
        const before = new Map(clauses.list({ all: true }).map((clause) => [clause.number, clause]));
        const table = await readClauseTable(file, (number) => before.get(number));
        if (table.problemCount > 0) {
          const { problems, problemCount } = table;
          const message = `Nothing was imported: ${problemCount} wrong.`;
          return await reply
            .code(422)
            .send({ error: { code: 'not_importable', message, problemCount, problems } });
        }
        const changed = table.clauses.filter((clause) => !isSame(clause, before.get(clause.number)));
        const added = changed.filter(({ number }) => !before.has(number)).length;
        if (dryRun === 'false' && changed.length > 0) {
          const saved = await clauses.save(changed, nameOfAsker(request), 'findings:importClauses');
          if (!saved.ok) return await answer(reply, saved);
        }
        return {
          dryRun: dryRun === 'true',
          added,
          changed: changed.length - added,
          unchanged: table.clauses.length - changed.length,
          ignoredColumns: table.ignoredColumns,
        } satisfies ClauseImportReport;
      } finally {
        isImporting = false;
      }
    });
    http.get('/api/v1/clauses/export', exports, async (request, reply) => {
      const { format } = parseQuery(exportQuery, request.query);
      const all = clauses.list({ all: true });
      reply.header('content-disposition', `attachment; filename="clauses.${format}"`);
      reply.header('cache-control', 'no-store');
      if (format === 'xlsx') {
        return reply.type(workbookType).send(Buffer.from(await writeClausesWorkbook(all)));
      }
      return reply.type('text/csv; charset=utf-8').send(encodeText(writeClausesCsv(all), 'utf-8'));
    });
    done();
  };
}

function isSame(one: Clause, other: Clause | undefined): boolean {
  const said = ({ title, titleEn = '', class: ofClass, isRetired = false }: Clause): string =>
    JSON.stringify([title, titleEn, ofClass ?? 0, isRetired]);
  return other !== undefined && said(one) === said(other);
}

function parseQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new BodyError(400, 'malformed_query', 'The query is not understood.');
}
