import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import type { RegistryImportResult, RegistryService } from '../../features/cameras/registry.service.ts';
import { writeRegistryCsv } from '../../features/cameras/registryCsvExport.ts';
import { writeRegistryTemplate, writeRegistryWorkbook } from '../../features/cameras/workbookExport.ts';
import { encodeText } from '../../features/cameras/textEncoding.ts';
import { nameOfAsker } from '../asRequest.ts';
import type { RecordExport } from '../exportLog.ts';
import type { Admit } from '../httpServer.ts';
import { parseContentType } from '../contentType.ts';
import { asDeclared, filesOfBody, workbookType } from '../tableFiles.ts';
import { BodyError, readBody } from '../requestBody.ts';

/** A registry of 50,000 cameras is about 20 MiB of JSON. */
const bodyLimits = { maxBytes: 32 * 1024 * 1024, timeoutMs: 60_000 };

const importQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).default('false'),
  missing: z.enum(['keep', 'remove']).default('keep'),
});

const exportQuery = z.strictObject({
  format: z.enum(['csv', 'json', 'xlsx']).default('json'),
  encoding: z.enum(['utf-8', 'gb18030']).default('utf-8'),
  /** Left out: a row for each camera with its site. */
  table: z.enum(['sites', 'cameras', 'combined']).default('combined'),
});

const templateQuery = z.strictObject({ lang: z.enum(['zh-CN', 'en']).default('zh-CN') });

export interface RegistryRoutesOptions {
  registry: RegistryService;
  admit: Admit;
  recordExport: RecordExport;
}

/**
 * Import and export of the registry: `POST /api/v1/registry/import[?dryRun=true][&missing=remove]` takes `application/json`, `text/csv`
 * or a workbook (one table), or `multipart/form-data` (several); `GET /api/v1/registry/export?format=csv|json|xlsx` gives it
 * back, and `GET /api/v1/registry/template[?lang=en]` is a workbook to fill in.
 */
export function createRegistryRoutes({
  registry,
  admit,
  recordExport,
}: RegistryRoutesOptions): FastifyPluginCallback {
  return (http, _options, done) => {
    // Bodies are read by the handler, once it knows that it may: who is not let in cannot make the hub hold 32 MiB.
    http.removeAllContentTypeParsers();
    http.addContentTypeParser(
      /^(application\/json|text\/csv|multipart\/form-data|application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet)/i,
      (_request, _payload, parsed) => parsed(null, undefined),
    );

    // An import brings passwords of cameras and may remove them; an export takes everything out of the house.
    const confirmed = { onRequest: admit('cameras:manage', 'city', 'step_up') };
    let isImporting = false;
    http.post('/api/v1/registry/import', confirmed, async (request, reply) => {
      const { dryRun, missing } = parseQuery(importQuery, request.query);
      if (isImporting) {
        const message = 'Another import is under way. Send this one again when it is done.';
        throw new BodyError(429, 'import_running', message);
      }
      isImporting = true;
      try {
        const body = await readBody(request.raw, bodyLimits);
        const options = {
          actor: nameOfAsker(request),
          dryRun: dryRun === 'true',
          removesMissing: missing === 'remove',
        };
        const contentType = request.headers['content-type'] ?? '';
        const result = await importBody(registry, body, contentType, options);
        if (result.ok) return result.report;
        return await reply.code(422).send({ error: refusalOf(result) });
      } finally {
        isImporting = false;
      }
    });

    http.get('/api/v1/registry/export', confirmed, async (request, reply) => {
      const { format, encoding, table } = parseQuery(exportQuery, request.query);
      await recordExport(request, { action: 'cameras:exportRegistry', detail: { format, table } });
      const document = await registry.exportRegistry();
      const name = format === 'csv' && table !== 'combined' ? table : 'registry';
      reply.header('content-disposition', `attachment; filename="${name}.${format}"`);
      reply.header('cache-control', 'no-store');
      if (format === 'json') return document;
      if (format === 'xlsx') {
        reply.header('content-type', workbookType);
        return reply.send(Buffer.from(await writeRegistryWorkbook(document, table)));
      }
      reply.header('content-type', `text/csv; charset=${encoding}`);
      return reply.send(encodeText(writeRegistryCsv(document, table), encoding));
    });
    http.get(
      '/api/v1/registry/template',
      { onRequest: admit('cameras:manage', 'city') },
      async (request, reply) => {
        const { lang } = parseQuery(templateQuery, request.query);
        const name = lang === 'en' ? 'registry-template.xlsx' : 'registry-template-zh.xlsx';
        reply.header('content-disposition', `attachment; filename="${name}"`);
        reply.header('content-type', workbookType);
        return reply.send(Buffer.from(await writeRegistryTemplate(lang)));
      },
    );
    done();
  };
}

async function importBody(
  registry: RegistryService,
  body: Buffer,
  contentType: string,
  options: { actor: string; dryRun: boolean; removesMissing: boolean },
): Promise<RegistryImportResult> {
  const { essence, charset } = parseContentType(contentType);
  if (essence === 'application/json') return registry.importJson(asDeclared(body, charset), options);
  return registry.importCsv(filesOfBody(body, contentType), options);
}

function refusalOf({ problems, problemCount }: Extract<RegistryImportResult, { ok: false }>): object {
  const things = problemCount === 1 ? 'thing is' : 'things are';
  const message = `Nothing was imported: ${problemCount} ${things} wrong.`;
  return { code: 'not_importable', message, problemCount, problems };
}

function parseQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues
    .map((issue) => `${issue.path.join('.') || 'The query'}: ${issue.message}`)
    .join('; ');
  throw new BodyError(400, 'malformed_query', `${message}.`);
}
