import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyPluginCallback,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { RefusalReason } from '../../src-shared/protocol/refusals.ts';
import type { HubLevel } from '../../src-shared/diagnostics/hubTroubles.ts';
import { findUnstorable } from '../../src-shared/protocol/storableText.ts';
import { may, type Principal } from '../../src-shared/session/principal.ts';
import type { Capability } from '../../src-shared/session/roles.ts';
import { databaseRefusalOf } from '../base/databaseTrouble.ts';
import type { Denial } from '../base/denial.ts';
import { askedBy } from '../base/asking.ts';
import { visitOf, type Doors } from '../base/doors.ts';
import { wholeCityThing } from '../base/requestScopes.ts';
import type { Logger } from '../logger.ts';
import { parseContentType, textOf } from './contentType.ts';
import type { HostGuard } from './hostGuard.ts';
import type { Metrics } from './metrics.ts';
import { createOpenRequests } from './openRequests.ts';
import { connectionsCheckMs, headersTimeoutMs, requestTimeoutMs } from './rawConnections.ts';
import {
  createPrincipalBudget,
  httpRequestsPerSecondOfPrincipal,
  httpRequestsUnderWayOfPrincipal,
} from './principalBudget.ts';
import { BodyError } from './requestBody.ts';

/**
 * What the surfaces may load: only what this hub serves. `wasm-unsafe-eval` is left out; styles in attributes are React's.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "connect-src 'self' ws: wss:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** Why somebody may not do what is asked, in the words of `refusals.*`, by the standing of the sign-in. */
const reasonOf = {
  open: 'session.forbidden',
  locked: 'accounts.locked',
  unfinished: 'accounts.steps_first',
} as const satisfies Record<'open' | NonNullable<Principal['standing']>, RefusalReason>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set where the route is only for some (`Admit`). */
    principal: Principal | undefined;
    /** Refuses what is about another part of the city than the asker's, and records it; set as `principal` is. */
    outsideScope(): Promise<void>;
  }
  interface FastifyContextConfig {
    /**
     * The route answers under any name and to pages of other hosts: it asks for a signature or a token of its own and never
     * trusts an address, or it says only what everybody may know.
     */
    answersAnyHost?: boolean;
    /** The route answers over plain HTTP also where the hub has HTTPS: a phone asks it that does not trust the hub yet. */
    answersInTheClear?: boolean;
  }
}

/** Makes the hook of a route that only callers with the capability may use; it refuses all others. */
export type Admit = (
  capability: Capability,
  /** `city`: only for those who work for all districts and squads. Without it, the route answers with what the asker may see. */
  scope?: 'city',
  /** As in the definition of a request (protocol/define.ts). */
  needs?: 'step_up',
) => (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export interface HttpServerOptions {
  guard: Pick<HostGuard, 'malformed' | 'foreign' | 'needsHttps'>;
  doors: Doors;
  /** A request was refused for lack of a right. */
  onDenied(denial: Denial): void;
  metrics: Metrics;
  /** Routes of the features. */
  routes(admit: Admit): FastifyPluginCallback[];
  /** Folder of the built surfaces. */
  surfacesDir: string;
  health(): { level: HubLevel; detail: object };
  logger: Logger;
}

/** In place of Fastify's own compilers, whose loading takes a tenth of the hub's start. */
function noSchemas(): never {
  throw new Error('Routes of the hub have no schemas: what comes in is parsed with zod.');
}

/** The hub over HTTP: surfaces, health, metrics, and routes for other systems. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { guard, doors, metrics, logger } = options;
  const http = Fastify({
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: connectionsCheckMs },
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });

  http.decorateRequest('principal');
  http.decorateRequest('outsideScope');
  const openRequests = createOpenRequests();
  doors.onRevoked(openRequests.end);

  // Without promises, which would cost each request a turn: what is answered here goes no further.
  http.addHook('onRequest', (request, reply, done) => {
    const malformed = guard.malformed(request.raw);
    if (malformed !== undefined) return void reply.code(400).send({ error: malformed });
    if (request.routeOptions.config?.answersAnyHost === true) return done();
    const foreign = guard.foreign(request.raw);
    if (foreign === undefined) return done();
    // 421: this server is not the one that the request is for (RFC 9110, 15.5.20).
    reply.code(foreign.code === 'wrong_host' ? 421 : 403).send({ error: foreign });
  });

  http.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config?.answersInTheClear === true) return done();
    const needsHttps = guard.needsHttps(request.raw);
    if (needsHttps === undefined) return done();
    const { address } = needsHttps;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && address !== undefined) return void reply.redirect(address, 308);
    // Whatever was sent has been read by others on the way: it is not to be sent again by itself.
    const message = `This hub is asked over HTTPS${address === undefined ? '' : `: ${address}`}.`;
    reply.code(403).send({ error: { code: 'https_needed', message } });
  });

  const budget = createPrincipalBudget();
  http.addHook('onRequest', (request, reply, done) => {
    // Before a body is read. Routes for other systems count by their own keys.
    if (request.routeOptions.config?.answersAnyHost === true) return done();
    const principal = doors.principalOf(visitOf(request.raw));
    if (principal === undefined) return done();
    void budget.begin(principal).then((end) => {
      if (end === undefined) return tooMany(reply);
      reply.raw.once('close', end);
      done();
    }, done);
  });
  const tooMany = (reply: FastifyReply): void => {
    const message = `More than ${httpRequestsPerSecondOfPrincipal} requests in a second, or ${httpRequestsUnderWayOfPrincipal} at one time, from all your connections. Slow down.`;
    const error = { code: 'too_many', reason: 'session.too_many_requests', parameters: {}, message };
    reply.code(429).header('retry-after', '1').send({ error });
  };

  // Fastify's own parser decodes as UTF-8 whatever was declared, and replaces bytes that are not UTF-8.
  const parseJson = http.getDefaultJsonParser('error', 'error');
  http.removeContentTypeParser('application/json');
  http.addContentTypeParser(
    /^application\/json\b/i,
    { parseAs: 'buffer' },
    (request, body: Buffer, parsed) => {
      try {
        const { charset } = parseContentType(request.headers['content-type']);
        void parseJson(request, textOf(body, charset), (error, value) => {
          const unstorable = error === null ? findUnstorable(value) : undefined;
          if (unstorable === undefined) return parsed(error, value);
          const message = `${unstorable.path || 'The body'}: ${unstorable.message}.`;
          return parsed(new BodyError(400, 'unstorable_text', message), undefined);
        });
      } catch (error) {
        parsed(error as Error, undefined);
      }
    },
  );

  http.addHook('preHandler', (request, _reply, done) => {
    if (request.principal === undefined) done();
    else askedBy(request.principal, done);
  });

  http.addHook('onSend', (_request, reply, _payload, done) => {
    // What somebody else made is served with a stricter policy of its route.
    if (!reply.hasHeader('content-security-policy')) {
      reply.header('content-security-policy', contentSecurityPolicy);
    }
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    done();
  });

  http.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = databaseRefusalOf(error);
    if (refusal !== undefined) {
      logger.warn({ err: error, url: request.url }, 'an HTTP request was not carried out by the database');
      const { reason, message, retryAfterSeconds } = refusal;
      return void reply
        .code(503)
        .header('retry-after', String(retryAfterSeconds))
        .send({ error: { code: 'unavailable', reason, parameters: {}, message } });
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ err: error, url: request.url }, 'an HTTP request failed');
    const message = status >= 500 ? 'The hub failed at this request. See the log of the hub.' : error.message;
    void reply.code(status).send({ error: { code: error.code ?? 'internal', message } });
  });

  const admit: Admit = (capability, scope, needs) => async (request, reply) => {
    const visit = visitOf(request.raw);
    const principal = doors.principalOf(visit);
    const denied = (code: string): void => {
      const subject = `${request.method} ${request.routeOptions.url ?? ''}`;
      options.onDenied({ actor: principal?.name ?? '', subject, code, address: visit.address, principal });
    };
    const refuse = async (
      status: number,
      code: string,
      reason: RefusalReason,
      message: string,
    ): Promise<void> =>
      // What is sent along, such as a file, stays unread.
      void (await reply.code(status).send({ error: { code, reason, parameters: {}, message } }));
    if (principal === undefined) {
      denied('access_denied');
      const message = 'Sign in at /sign-in.html, or send "Authorization: Bearer KEY" with a key of this hub.';
      return refuse(401, 'access_denied', 'accounts.signed_out', message);
    }
    if (!may(principal, capability)) {
      denied('forbidden');
      const message = `The role ${principal.role} may not do this. It needs ${capability}.`;
      return refuse(403, 'forbidden', reasonOf[principal.standing ?? 'open'], message);
    }
    request.outsideScope = () => {
      denied('outside_scope');
      const message = 'This is about another part of the city than the districts and squads of your account.';
      return refuse(403, 'outside_scope', 'session.outside_scope', message);
    };
    if (scope === 'city' && !may(principal, capability, wholeCityThing)) return request.outsideScope();
    if (needs === 'step_up' && !doors.isConfirmed(principal)) {
      const message = 'Enter your password or a code again first.';
      return refuse(403, 'forbidden', 'accounts.confirm_first', message);
    }
    request.principal = principal;
    openRequests.begin(principal.sessionId, request.raw, reply.raw);
  };

  http.get('/healthz', async (_request, reply) => {
    const { level, detail } = options.health();
    // 503 only where something that is asked is refused: a hub that needs attention is not to be taken out of service.
    return reply.code(level === 'failing' ? 503 : 200).send({ status: level, ...detail });
  });

  http.get('/metrics', { preHandler: admit('hub:monitor', 'city') }, async (_request, reply) => {
    reply.header('content-type', metrics.registry.contentType);
    return metrics.registry.metrics();
  });

  for (const routes of options.routes(admit)) await http.register(routes);

  if (existsSync(options.surfacesDir)) {
    await http.register(fastifyStatic, {
      root: options.surfacesDir,
      index: false,
      setHeaders(reply, path) {
        // File names of assets contain a hash of their content; the pages themselves must be requested again each time.
        void reply.header(
          'cache-control',
          /\/assets\//.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  }
  http.get('/', async (_request, reply) => reply.redirect('/wall.html'));
  http.setNotFoundHandler((request, reply) => {
    const isSurface = /^\/\w+\.html/.test(request.url);
    const message = isSurface
      ? 'The surfaces are not built. Run "npm run build" and start the hub again.'
      : 'There is nothing at this address.';
    void reply.code(404).send({ error: { code: 'not_found', message } });
  });
  return http;
}
