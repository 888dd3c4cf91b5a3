import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OfferRefusal } from '../base/iceSessions.ts';
import { parseContentType, textOf } from './contentType.ts';
import { BodyError } from './requestBody.ts';

/** Of an offer and of its answer (WHIP: RFC 9725; WHEP: draft-ietf-wish-whep). */
export const offerType = 'application/sdp';
/** Of trickled candidates and ICE restarts (RFC 8840). */
export const fragmentType = 'application/trickle-ice-sdpfrag';
/** An offer of a browser with all its codecs has about 8 KiB. */
const maxBodyBytes = 64 * 1024;

/** Reads the bodies of WHIP and WHEP as texts, and answers what cannot be read. */
export function takeOfferBodies(http: FastifyInstance): void {
  http.removeAllContentTypeParsers();
  http.addContentTypeParser(
    [offerType, fragmentType],
    { parseAs: 'buffer', bodyLimit: maxBodyBytes },
    (request, body: Buffer, parsed) => {
      try {
        parsed(null, textOf(body, parseContentType(request.headers['content-type']).charset));
      } catch (error) {
        parsed(error as Error, undefined);
      }
    },
  );
  http.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  http.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.statusCode === 413) {
      const message = `The body is larger than ${maxBodyBytes / 1024} KiB. An offer of one picture and one sound is enough.`;
      return refuseOffer(reply, 413, 'body_too_large', message);
    }
    if (error instanceof BodyError) return refuseOffer(reply, error.statusCode, error.code, error.message);
    if (error.statusCode === 415) return refuseOfferType(request, reply);
    throw error;
  });
}

/** The text of a request's body; undefined when it is not of that type. */
export function offerTextOf(request: FastifyRequest, type: string): string | undefined {
  const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return given === type && typeof request.body === 'string' ? request.body : undefined;
}

export function refuseOffer(
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
): FastifyReply {
  return reply.code(status).type('application/json').send({ error: { code, message } });
}

export function refuseOfferAs(
  reply: FastifyReply,
  { status, code, message, retryAfterSeconds = status === 503 ? 1 : undefined }: OfferRefusal,
): FastifyReply {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  return refuseOffer(reply, status, code, message);
}

export function refuseOfferType(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const type = request.method === 'PATCH' ? fragmentType : offerType;
  reply.header(request.method === 'PATCH' ? 'accept-patch' : 'accept-post', type);
  return refuseOffer(reply, 415, 'wrong_type', `Send the body with "Content-Type: ${type}".`);
}
