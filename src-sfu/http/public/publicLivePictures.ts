import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { clientAddressOf } from '../../base/clientAddress.ts';
import type { PublicLive } from '../../features/public/publicLive.service.ts';
import {
  offerTextOf,
  offerType,
  refuseOffer,
  refuseOfferAs,
  refuseOfferType,
  takeOfferBodies,
} from '../offerBodies.ts';

export interface PublicLiveOptions {
  live: Pick<PublicLive, 'hasPlace' | 'start' | 'end'>;
  /** The camera of a site by its number on the site's page; undefined where the public sees none. */
  cameraOf(code: string, number: number): string | undefined;
}

/** Where a live picture is asked for; the code of the site and the number of its camera follow. */
export const livePath = '/public/live/';

const codeSchema = /^[\dA-Za-z-]{12,16}$/;
const numberSchema = /^\d{1,2}$/;
const sessionSchema = /^[\w-]{24}$/;

/**
 * `POST /public/live/CODE/NUMBER` with an SDP offer gives one softened copy by WebRTC, as WHEP does; `DELETE Location` ends it. Without a
 * place it is refused before the body is read. Only the page itself asks: there is no answer for pages of other hosts.
 */
export function createPublicLivePictures({ live, cameraOf }: PublicLiveOptions): FastifyPluginCallback {
  const cameraOfRequest = ({ params }: FastifyRequest): string | undefined => {
    const { code, number } = params as { code: string; number: string };
    return codeSchema.test(code) && numberSchema.test(number) ? cameraOf(code, Number(number)) : undefined;
  };
  return (http, _options, done) => {
    takeOfferBodies(http);
    http.post(
      `${livePath}:code/:number`,
      {
        async onRequest(request, reply) {
          const cameraId = cameraOfRequest(request);
          if (cameraId === undefined)
            return refuseOffer(reply, 404, 'not_found', 'There is no such picture (any more).');
          if (live.hasPlace(cameraId)) return undefined;
          reply.header('retry-after', '60');
          return refuseOffer(reply, 503, 'no_place', 'All places for live pictures are taken.');
        },
      },
      async (request, reply) => {
        const offer = offerTextOf(request, offerType);
        if (offer === undefined) return refuseOfferType(request, reply);
        const cameraId = cameraOfRequest(request) ?? '';
        const started = await live.start(clientAddressOf(request.raw), cameraId, offer);
        if (!started.ok) return refuseOfferAs(reply, started);
        return reply
          .code(201)
          .header('location', `${livePath}${started.sessionId}`)
          .type(offerType)
          .send(started.answer);
      },
    );
    // The name of a session is secret: only the page that opened it was sent it.
    http.delete<{ Params: { sessionId: string } }>(`${livePath}:sessionId`, async (request, reply) => {
      const { sessionId } = request.params;
      if (sessionSchema.test(sessionId)) live.end(sessionId);
      return reply.code(204).send();
    });
    done();
  };
}
