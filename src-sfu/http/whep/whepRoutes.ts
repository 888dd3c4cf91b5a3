import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../../../src-shared/session/principal.ts';
import type { WhepSessions } from '../../features/whep/whepSessions.ts';
import type { Admit } from '../httpServer.ts';
import {
  fragmentType,
  offerTextOf,
  offerType,
  refuseOffer,
  refuseOfferAs,
  refuseOfferType,
  takeOfferBodies,
} from '../offerBodies.ts';

/** A camera as another system finds it. */
export interface OfferedCamera {
  cameraId: string;
  cameraName: string;
  siteId: string;
  siteName: string;
  district: string;
}

export interface WhepRoutesOptions {
  sessions: Pick<WhepSessions, 'start' | 'patch' | 'end'>;
  /** The cameras that a key may take. */
  cameras(principal: Principal): OfferedCamera[];
  mayTake(principal: Principal, cameraId: string): boolean;
  admit: Admit;
}

/** Of one key: a system that opens all its cameras at once stays below. */
const requestsPerSecond = 50;

/**
 * `/whep` lists the cameras that a key may take; `/whep/<camera>` takes one (WHEP: draft-ietf-wish-whep, as MediaMTX and go2rtc
 * speak it): the client offers SDP, and its answer is the hub's. Only a key in `Authorization: Bearer` is let in, never a cookie,
 * so pages of other hosts may ask.
 */
export function createWhepRoutes(options: WhepRoutesOptions): FastifyPluginCallback {
  const { sessions, cameras, mayTake, admit } = options;
  const requests = new RateLimiterMemory({ points: requestsPerSecond, duration: 1 });
  const admitKey = admit('cameras:relay');

  const openToPages = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply
      .header('access-control-allow-origin', '*')
      .header('access-control-expose-headers', 'Location, ETag, Accept-Patch, Retry-After');
  };
  /** After the key is checked, and before a body is read. */
  const slowDown = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (request.method === 'OPTIONS') return undefined;
    try {
      await requests.consume(askerOf(request).accountId);
      return undefined;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      reply.header('retry-after', String(Math.max(1, Math.ceil(error.msBeforeNext / 1000))));
      const message = `This key asks more than ${requestsPerSecond} times a second. Wait and ask again.`;
      return refuseOffer(reply, 429, 'rate_limited', message);
    }
  };
  const askerOf = ({ principal }: FastifyRequest): Principal => {
    if (principal === undefined) throw new Error('a WHEP request came past its check');
    return principal;
  };

  return (http, _options, done) => {
    http.addHook('onRoute', (route) => {
      route.config = { ...route.config, answersAnyHost: true };
    });
    http.addHook('onRequest', openToPages);
    http.addHook('preParsing', slowDown);
    takeOfferBodies(http);

    for (const [url, allow] of [
      ['/whep/:cameraId', 'OPTIONS, POST'],
      ['/whep/:cameraId/:sessionId', 'OPTIONS, PATCH, DELETE'],
    ] as const) {
      http.options(url, (_request, reply) =>
        reply
          .code(204)
          .header('allow', allow)
          .header('accept-post', offerType)
          .header('access-control-allow-methods', allow)
          .header('access-control-allow-headers', 'Authorization, Content-Type, If-Match')
          .header('access-control-max-age', '600')
          .send(),
      );
    }
    http.get('/whep', { onRequest: admitKey }, (request, reply) =>
      reply.send({ cameras: cameras(askerOf(request)) }),
    );
    http.post('/whep/:cameraId', { onRequest: admitKey }, async (request, reply) => {
      const offer = offerTextOf(request, offerType);
      if (offer === undefined) return refuseOfferType(request, reply);
      const principal = askerOf(request);
      const { cameraId } = request.params as { cameraId: string };
      const { stream = 'sub' } = request.query as { stream?: unknown };
      if (stream !== 'sub' && stream !== 'main') {
        return refuseOffer(reply, 400, 'unknown_stream', '"stream" is "sub" (small) or "main" (large).');
      }
      // A camera of another district is answered as one that does not exist: a key learns nothing of the others.
      if (!mayTake(principal, cameraId)) {
        const message = 'This key may take no such camera. GET /whep lists those that it may take.';
        return refuseOffer(reply, 404, 'unknown_camera', message);
      }
      const started = await sessions.start(principal, { cameraId, stream, offer });
      if (!started.ok) return refuseOfferAs(reply, started);
      return reply
        .code(201)
        .header('location', `/whep/${encodeURIComponent(cameraId)}/${started.sessionId}`)
        .header('etag', started.etag)
        .header('accept-patch', fragmentType)
        .type(offerType)
        .send(started.answer);
    });
    http.patch('/whep/:cameraId/:sessionId', { onRequest: admitKey }, async (request, reply) => {
      const fragment = offerTextOf(request, fragmentType);
      if (fragment === undefined) return refuseOfferType(request, reply);
      const { sessionId } = request.params as { sessionId: string };
      const patched = await sessions.patch(askerOf(request), sessionId, {
        ifMatch: request.headers['if-match'],
        fragment,
      });
      if (!patched.ok) return refuseOfferAs(reply, patched);
      reply.header('etag', patched.etag);
      if (patched.fragment === undefined) return reply.code(204).send();
      return reply.code(200).type(fragmentType).send(patched.fragment);
    });
    http.delete('/whep/:cameraId/:sessionId', { onRequest: admitKey }, (request, reply) => {
      const { sessionId } = request.params as { sessionId: string };
      const ended = sessions.end(askerOf(request), sessionId);
      return ended.ok ? reply.code(200).send() : refuseOfferAs(reply, ended);
    });
    done();
  };
}
