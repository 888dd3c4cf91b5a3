import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import type { PublicKitchensPage, PublicSitePage } from '../../../src-shared/public/publicPage.ts';
import { clientAddressOf, noteForwardedAddress } from '../../base/clientAddress.ts';
import { databaseRefusalOf } from '../../base/databaseTrouble.ts';
import { createPublicLimits } from './publicLimits.ts';
import { wantedHeader } from './front/frontHeaders.ts';
import { isPagePath, isPublicFile } from './publicPaths.ts';
import { answerQuickly, camerasForFront, publicHeaders, refusalHeaders } from './quickAnswers.ts';
import { sendSegment, sendStill, stillCache } from './stillRoutes.ts';

export interface PublicServerOptions {
  /**
   * The page of the site with this code, with moving pictures of its camera of this number; undefined for a code of no site that agreed.
   * Where it is not `wanted`, it has the pictures that are there, and no new ones are made because of it.
   */
  sitePage(code: string, asked: { moving?: number; isWanted: boolean }): PublicSitePage | undefined;
  /** The cameras that the public sees now of the site with this code; empty for a code of no site. */
  camerasOf(code: string): readonly string[];
  kitchensPage(): PublicKitchensPage;
  readStill(name: string): Buffer | undefined;
  readSegment(name: string): Buffer | undefined;
  /** Adds a listener that is called when somebody may see less: no answer of before is given any more. */
  onHidden(listener: () => void): void;
  /** The hub has no time for the public. */
  onBusy?(): void;
  isProxy(address: string): boolean;
  /** Folder of the built surfaces. */
  surfacesDir: string;
  nowMs(): number;
}

/** Connections at one time; more are closed at once. */
const maxConnections = 4_000;
/** An answer is made once in this time, for all who ask; the front keeps it as long again. Milliseconds. */
const answerLifeMs = 250;
const kitchensLifeMs = 5_000;
/** Answers that are kept for this time. */
const maxAnswers = 2_000;
/** A camera of a site by its number. */
const movingSchema = /^\d{1,2}$/;
const codeSchema = /^[\dA-Za-z-]{12,16}$/;

/** What phones ask for again and again, as the page writes it. */
const sitePath = /^\/public\/sites\/([\dA-Za-z-]{12,16})(?:\?moving=(\d{1,2}))?$/;
const stillPath = /^\/public\/stills\/([\w-]{27}\.jpg)$/;
const siteType = 'application/json; charset=utf-8';
const siteCache = 'public, max-age=1';

interface Answer {
  atMs: number;
  /** Whether the hub was made to ask for the pictures in it. */
  isWanted: boolean;
  body: Buffer | undefined;
  small?: Promise<Buffer>;
}

const gzipped = promisify(gzip);

/**
 * What answers the public: a server of its own with a port of its own. It knows no sign-in and reads no cookie; a body is read by the route of
 * citizens' reports alone (publicReports.ts), which has a budget of its own. It has no route of the hub. It is shed first: while the hub is busy, what
 * is live is answered 503; the page itself is not, and asks again.
 */
export async function createPublicServer(options: PublicServerOptions): Promise<FastifyInstance> {
  const { nowMs } = options;
  const limits = createPublicLimits({
    nowMs,
    ...(options.onBusy === undefined ? {} : { onBusy: options.onBusy }),
  });
  const http = Fastify({
    bodyLimit: 1,
    forceCloseConnections: true,
    // A photograph from a phone on a slow network takes as long.
    requestTimeout: 30_000,
    keepAliveTimeout: 15_000,
    http: { headersTimeout: 5_000, maxHeaderSize: 8_192 },
  });
  http.server.maxConnections = maxConnections;
  http.removeAllContentTypeParsers();

  http.addHook('onRequest', async (request, reply) => {
    noteForwardedAddress(request.raw, options.isProxy);
    const part = isPagePath(request.url) ? 'page' : 'live';
    const refusal = limits.refusal(clientAddressOf(request.raw), part);
    if (refusal === undefined) return;
    const error = { code: refusal.code, message: refusal.message };
    await reply.code(refusal.status).headers(refusalHeaders).send({ error });
  });
  http.addHook('onSend', async (_request, reply) => {
    reply.headers(publicHeaders);
  });
  http.addHook('onClose', async () => limits.close());
  http.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const refusal = databaseRefusalOf(error);
    if (refusal !== undefined) {
      // The public learns nothing of the hub's disk.
      return void reply
        .code(503)
        .header('retry-after', String(refusal.retryAfterSeconds))
        .send({ error: { code: 'not_answered' } });
    }
    void reply.code(error.statusCode ?? 500).send({ error: { code: 'not_answered' } });
  });

  /** Of an address the front may have decided already, as it answers most of its requests. */
  const mayWant = (request: IncomingMessage, cameras: readonly string[]): boolean =>
    request.headers[wantedHeader] !== '0' && limits.mayWant(clientAddressOf(request), cameras);
  const answers = new Map<string, Answer>();
  options.onHidden(() => answers.clear());
  const freshAnswer = (
    key: string,
    { lifeMs, isWanted }: { lifeMs: number; isWanted: boolean },
  ): Answer | undefined => {
    const known = answers.get(key);
    const isFresh = known !== undefined && nowMs() - known.atMs < lifeMs && (known.isWanted || !isWanted);
    return isFresh ? known : undefined;
  };
  /** One answer for all who ask within `lifeMs`. One that made the hub ask for no pictures does not count for those who may. */
  const answered = (
    key: string,
    { lifeMs, isWanted }: { lifeMs: number; isWanted: boolean },
    make: () => object | undefined,
  ): Answer => {
    const known = freshAnswer(key, { lifeMs, isWanted });
    if (known !== undefined) return known;
    const made = make();
    const body = made === undefined ? undefined : Buffer.from(JSON.stringify(made));
    if (answers.size >= maxAnswers) answers.clear();
    const answer = { atMs: nowMs(), isWanted, body };
    answers.set(key, answer);
    return answer;
  };
  http.get<{ Params: { code: string }; Querystring: { moving?: string } }>(
    '/public/sites/:code',
    async (request, reply) => {
      const { code } = request.params;
      const key = code.toUpperCase();
      const moving = movingSchema.exec(request.query.moving ?? '')?.[0];
      const number = moving === undefined ? undefined : Number(moving);
      const isCode = codeSchema.test(code);
      const cameras = isCode ? options.camerasOf(code) : [];
      const isWanted = mayWant(request.raw, cameras);
      reply.headers(camerasForFront(request.raw, cameras));
      const asked = { isWanted, ...(number === undefined ? {} : { moving: number }) };
      const { body } = isCode
        ? answered(`${key}?${moving ?? ''}`, { lifeMs: answerLifeMs, isWanted }, () =>
            options.sitePage(code, asked),
          )
        : { body: undefined };
      if (body === undefined) {
        const error = { code: 'not_found', message: 'There is no kitchen of this code.' };
        return reply.code(404).header('cache-control', 'public, max-age=1').send({ error });
      }
      return reply.type(siteType).header('cache-control', siteCache).send(body);
    },
  );
  answerQuickly(http.server, {
    find(request) {
      const { url = '' } = request;
      const name = stillPath.exec(url)?.[1];
      const jpeg = name === undefined ? undefined : options.readStill(name);
      if (jpeg !== undefined) return { body: jpeg, type: 'image/jpeg', cache: stillCache };
      const [, code, moving = ''] = sitePath.exec(url) ?? [];
      if (code === undefined) return undefined;
      noteForwardedAddress(request, options.isProxy);
      const key = code.toUpperCase();
      const cameras = options.camerasOf(code);
      const isWanted = mayWant(request, cameras);
      const body = freshAnswer(`${key}?${moving}`, { lifeMs: answerLifeMs, isWanted })?.body;
      return body === undefined ? undefined : { body, type: siteType, cache: siteCache, cameras };
    },
    refusal(request) {
      noteForwardedAddress(request, options.isProxy);
      return limits.refusal(clientAddressOf(request), 'live');
    },
  });
  http.get('/public/kitchens', async (request, reply) => {
    const answer = answered('', { lifeMs: kitchensLifeMs, isWanted: false }, options.kitchensPage);
    reply.type('application/json').header('cache-control', 'public, max-age=5');
    reply.header('vary', 'accept-encoding');
    if (!/\bgzip\b/.test(String(request.headers['accept-encoding']))) return reply.send(answer.body);
    // Some 330 kB of a city, made small once for all who ask.
    answer.small ??= gzipped(answer.body ?? Buffer.alloc(0));
    return reply.header('content-encoding', 'gzip').send(await answer.small);
  });
  http.get<{ Params: { name: string } }>('/public/stills/:name', async (request, reply) =>
    sendStill(reply, request.params.name, options.readStill),
  );
  http.get<{ Params: { name: string } }>('/public/segments/:name', async (request, reply) =>
    sendSegment(reply, request.params.name, options.readSegment),
  );
  // What a QR code holds is short, and the same for ever.
  http.get<{ Params: { code: string } }>('/k/:code', async (request, reply) => {
    const { code } = request.params;
    return reply.redirect(`/public.html${codeSchema.test(code) ? `#${code}` : ''}`);
  });
  http.get('/', async (_request, reply) => reply.redirect('/public.html'));
  if (existsSync(options.surfacesDir)) {
    await http.register(fastifyStatic, {
      root: options.surfacesDir,
      index: false,
      allowedPath: (path) => isPublicFile(path),
      // The build has the page's files small, too (electron.vite.config.ts).
      preCompressed: true,
      setHeaders(reply, path) {
        const lasts = path.includes('/assets/');
        void reply.header('cache-control', lasts ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  return http;
}
