import { commandOf } from '../../base/commandIds.ts';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { alertKindSchema, type AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import {
  keyPurposes,
  longestKeyLifeDays,
  neededForPurpose,
  purposesOfDistricts,
  usualKeyLifeDays,
} from '../../../src-shared/session/keyPurposes.ts';
import { type Principal, may, nowhere, type Scope } from '../../../src-shared/session/principal.ts';
import type { MessageDates } from '../../base/messageDates.ts';
import { filterInScope, isAlertInScope } from '../../features/alerts/alertScope.ts';
import type { SnapshotFiles } from '../../features/alerts/alertPictures.ts';
import type { AlertsRepository } from '../../features/alerts/alerts.repository.ts';
import type { ApiKeysService } from '../../features/alerts/apiKeys.service.ts';
import { asRequest, nameOfAsker } from '../asRequest.ts';
import type { RecordExport } from '../exportLog.ts';
import type { Admit } from '../httpServer.ts';
import { alertsCsvHeader, alertsCsvRows, csvQuerySchema, filterOfQuery } from './alertsCsv.ts';
import { encodeText } from '../../features/cameras/textEncoding.ts';

export interface AlertAdminRoutesOptions {
  keys: ApiKeysService;
  kinds(): AlertKind[];
  saveKind(kind: AlertKind, actor: string): Promise<AlertKind[]>;
  alert(alertId: string): Promise<Alert | undefined>;
  repository: Pick<AlertsRepository, 'slice' | 'history'>;
  files: Pick<SnapshotFiles, 'read'>;
  dates: MessageDates;
  /** Makes the hook that refuses callers without the capability. */
  admit: Admit;
  recordExport: RecordExport;
  /** Somebody was sent the snapshot of an alert. */
  onSnapshotOpened(asker: Principal, alertId: string): void;
}

const newKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(80),
    purpose: z.enum(keyPurposes).default('alerts'),
    /** Names of districts; left out, the key is for the whole city. */
    districts: z
      .union([z.literal('all'), z.array(z.string().trim().min(1).max(64)).min(1).max(100)])
      .default('all'),
    lifeDays: z.number().int().min(1).max(longestKeyLifeDays).default(usualKeyLifeDays),
    alertsPerSecond: z.number().int().min(1).max(10_000).default(2_000),
    /** Made by the sender: a repeat gives the same key with a new secret, as long as it was not used. */
    commandId: z
      .string()
      .regex(/^[\w-]{1,40}$/)
      .optional(),
  })
  .refine(({ purpose, districts }) => districts === 'all' || purposesOfDistricts.includes(purpose), {
    path: ['districts'],
    message: 'a key of the registry is for the whole city',
  });
const keyParams = z.object({ keyId: z.string().min(1).max(64) });
const alertParams = z.object({ alertId: z.string().min(1).max(64) });

/**
 * For the desk and the command line: keys of other systems, own kinds, the export of history, checked snapshots.
 */
export function createAlertAdminRoutes(options: AlertAdminRoutesOptions): FastifyPluginCallback {
  const { keys, repository, dates, admit } = options;
  const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
    reply.code(status).header('cache-control', 'no-store').send({ error: { code, message } });

  return (http, _options, done) => {
    const manages = { onRequest: admit(...asRequest('alerts:saveKind', 'city')) };
    const views = { onRequest: admit(...asRequest('alerts:read')) };
    const exports = { onRequest: admit('alerts:viewDetails', undefined, 'step_up') };
    const makesKeys = { onRequest: admit('alerts:manage', 'city', 'step_up') };
    http.addHook('preSerialization', (_request, _reply, payload, serialized) =>
      serialized(null, dates.shown(payload)),
    );

    http.get('/api/v1/alert-keys', manages, (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ keys: keys.list() }),
    );
    http.post('/api/v1/alert-keys', makesKeys, async (request, reply) => {
      const parsed = newKeySchema.safeParse(request.body);
      if (!parsed.success) return refuse(reply, 400, 'malformed_key', sentenceOf(parsed.error));
      const needed = neededForPurpose[parsed.data.purpose];
      if (request.principal === undefined || !may(request.principal, needed)) {
        const message = `Such a key may do what you may not: it needs ${needed}. Ask an administrator.`;
        return refuse(reply, 403, 'beyond_own_rights', message);
      }
      const { commandId, ...chosen } = parsed.data;
      const command = commandOf(request.principal, commandId);
      const asker = nameOfAsker(request);
      const made = await (command === undefined
        ? keys.make(chosen, asker)
        : keys.makeOnce(chosen, asker, command));
      if (made === undefined) {
        const message = 'This key is made already, and its secret was shown. Revoke it and make another one.';
        return refuse(reply, 409, 'key_exists', message);
      }
      return reply.code(201).header('cache-control', 'no-store').send(made);
    });
    http.delete('/api/v1/alert-keys/:keyId', makesKeys, async (request, reply) => {
      const parsed = keyParams.safeParse(request.params);
      const revoked = parsed.success && (await keys.revoke(parsed.data.keyId, nameOfAsker(request)));
      if (!revoked) return refuse(reply, 404, 'not_found', 'There is no such key.');
      return reply.send({ keys: keys.list() });
    });

    http.get('/api/v1/alert-kinds', manages, () => ({ kinds: options.kinds() }));
    http.put('/api/v1/alert-kinds', manages, async (request, reply) => {
      const parsed = alertKindSchema.safeParse(request.body);
      if (!parsed.success) return refuse(reply, 400, 'malformed_kind', sentenceOf(parsed.error));
      return { kinds: await options.saveKind(parsed.data, nameOfAsker(request)) };
    });

    http.get('/api/v1/alerts/:alertId', views, async (request, reply) => {
      const parsed = alertParams.safeParse(request.params);
      const alert = parsed.success ? await options.alert(parsed.data.alertId) : undefined;
      if (alert === undefined || !isAlertInScope(alert, scopeOf(request)))
        return refuse(reply, 404, 'not_found', 'There is no such alert.');
      reply.header('cache-control', 'no-store');
      return { alert, history: await repository.history(alert.alertId) };
    });
    http.get('/api/v1/alerts/:alertId/snapshot.jpg', views, async (request, reply) => {
      const parsed = alertParams.safeParse(request.params);
      const alert = parsed.success ? await options.alert(parsed.data.alertId) : undefined;
      if (alert === undefined || !isAlertInScope(alert, scopeOf(request)))
        return refuse(reply, 404, 'not_found', 'There is no such alert.');
      const { snapshot } = alert;
      const jpeg = snapshot?.state === 'ready' ? await options.files.read(snapshot.hash) : undefined;
      if (snapshot === undefined || jpeg === undefined) {
        return refuse(reply, 404, 'no_snapshot', 'This alert has no snapshot that can be shown.');
      }
      if (request.principal !== undefined) options.onSnapshotOpened(request.principal, alert.alertId);
      const tag = `"${snapshot.hash}"`;
      reply.header('etag', tag).header('cache-control', 'private, no-cache');
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      return reply.type('image/jpeg').send(Buffer.from(jpeg));
    });

    http.get('/api/v1/alerts.csv', exports, async (request, reply) => {
      const parsed = csvQuerySchema.safeParse(request.query);
      if (!parsed.success) return refuse(reply, 400, 'malformed_query', sentenceOf(parsed.error));
      const { language, encoding, ...query } = parsed.data;
      const filter = filterInScope(dates.own(filterOfQuery(query)), scopeOf(request));
      await options.recordExport(request, { action: 'alerts:exportCsv', detail: query });
      const kinds = new Map(options.kinds().map((kind) => [kind.kindId, kind]));
      reply.header('content-type', `text/csv; charset=${encoding}`);
      reply.header('content-disposition', 'attachment; filename="alerts.csv"');
      reply.header('cache-control', 'no-store');
      async function* rows(): AsyncGenerator<Buffer> {
        yield encodeText(alertsCsvHeader(language), encoding);
        if (filter === undefined) return;
        let cursor: string | undefined;
        // To the end of history, however long: the rows come from the newest to the oldest, a slice at a time.
        for (;;) {
          const slice = await repository.slice(filter, cursor);
          const alerts = slice.alerts.map(dates.shown);
          // A mark of the encoding stands at the beginning only.
          if (alerts.length > 0) {
            yield withoutMark(encodeText(alertsCsvRows(alerts, kinds, language), encoding));
          }
          cursor = slice.next;
          if (cursor === undefined) return;
          // The store answers within the same turn: what came in meanwhile is served between two slices.
          await nextTurn();
        }
      }
      return reply.send(Readable.from(rows()));
    });
    done();
  };
}

function scopeOf({ principal }: FastifyRequest): Scope {
  return principal?.scope ?? nowhere;
}

function withoutMark(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes);
  return buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? buffer.subarray(3) : buffer;
}

function sentenceOf(error: z.ZodError): string {
  const sentences = error.issues.map(({ path, message }) => `${path.join('.') || 'The body'}: ${message}`);
  return `${sentences.slice(0, 10).join('; ')}.`;
}
