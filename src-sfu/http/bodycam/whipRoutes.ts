import { clientAddressOf } from '../../base/clientAddress.ts';
import type { FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { WhipDeviceRecord } from '../../features/bodycam/whip.repository.ts';
import type { WhipDevices } from '../../features/bodycam/whipDevices.ts';
import type { WhipRefusal, WhipSessions } from '../../features/bodycam/whipSessions.ts';
import { parseContentType, textOf } from '../contentType.ts';
import { BodyError } from '../requestBody.ts';

export interface WhipRoutesOptions {
  devices: Pick<WhipDevices, 'device' | 'opens' | 'used'>;
  sessions: Pick<WhipSessions, 'start' | 'patch' | 'end'>;
}

const offerType = 'application/sdp';
const fragmentType = 'application/trickle-ice-sdpfrag';
/** An offer of a browser with all its codecs has about 8 KiB. */
const maxBodyBytes = 64 * 1024;
/** Of one address: a start of several encoders with all their trickled candidates stays below. */
const requestsPerSecond = 50;
/** Wrong tokens of one address; who has the right one is never held up by them. */
const failuresPerMinute = 30;

/** `/whip/<device>` and its sessions (RFC 9725): offers of recorders and encoders, answered in SDP. */
export function createWhipRoutes({ devices, sessions }: WhipRoutesOptions): FastifyPluginCallback {
  const requests = new RateLimiterMemory({ points: requestsPerSecond, duration: 1 });
  const failures = new RateLimiterMemory({ points: failuresPerMinute, duration: 60 });
  const admitted = new WeakMap<FastifyRequest, WhipDeviceRecord>();

  /** Whether it is within the limit; if not, it was answered. */
  const isWithin = async (
    limiter: RateLimiterMemory,
    request: FastifyRequest,
    reply: FastifyReply,
    message: string,
  ): Promise<boolean> => {
    try {
      await limiter.consume(clientAddressOf(request.raw));
      return true;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      reply.header('retry-after', String(Math.max(1, Math.ceil(error.msBeforeNext / 1000))));
      await refuse(reply, 429, 'rate_limited', message);
      return false;
    }
  };

  /** Refuses unauthorized callers before the body is read. */
  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (request.method === 'OPTIONS') return undefined;
    const slower = `This address asks more than ${requestsPerSecond} times a second. Wait and ask again.`;
    if (!(await isWithin(requests, request, reply, slower))) return reply;
    const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      reply.header('www-authenticate', 'Bearer realm="mingchu"');
      return refuse(
        reply,
        401,
        'no_token',
        'Send "Authorization: Bearer TOKEN" with the token of the device.',
      );
    }
    const { deviceId } = request.params as { deviceId: string };
    const device = devices.device(deviceId);
    if (device !== undefined && devices.opens(device, token)) {
      admitted.set(request, device);
      return undefined;
    }
    const message = 'Too many wrong tokens came from this address. Wait, and check device and token.';
    if (!(await isWithin(failures, request, reply, message))) return reply;
    if (device === undefined) {
      return refuse(
        reply,
        404,
        'unknown_device',
        'There is no such device: it was removed, or the address is wrong.',
      );
    }
    reply.header('www-authenticate', 'Bearer realm="mingchu", error="invalid_token"');
    return refuse(
      reply,
      401,
      'wrong_token',
      'That is not the token of this device, or it has expired. Make a new device.',
    );
  };
  const deviceOf = (request: FastifyRequest): WhipDeviceRecord => {
    const device = admitted.get(request);
    if (device === undefined) throw new Error('a WHIP request came past its check');
    return device;
  };
  const refuseAs = (reply: FastifyReply, { status, code, message }: WhipRefusal): FastifyReply => {
    if (status === 503) reply.header('retry-after', '1');
    return refuse(reply, status, code, message);
  };

  return (http, _options, done) => {
    http.addHook('onRoute', (route) => {
      route.config = { ...route.config, answersAnyHost: true };
    });
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
    http.addHook('onRequest', admit);
    http.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    http.setErrorHandler((error: FastifyError, request, reply) => {
      if (error.statusCode === 413) {
        const message = `The body is larger than ${maxBodyBytes / 1024} KiB. An offer of one picture and one sound is enough.`;
        return refuse(reply, 413, 'body_too_large', message);
      }
      if (error instanceof BodyError) return refuse(reply, error.statusCode, error.code, error.message);
      if (error.statusCode === 415) return refuseType(request, reply);
      throw error;
    });

    http.options('/whip/:deviceId', (_request, reply) =>
      reply.code(204).header('accept-post', offerType).header('allow', 'OPTIONS, POST').send(),
    );
    http.options('/whip/:deviceId/:sessionId', (_request, reply) =>
      reply.code(204).header('accept-patch', fragmentType).header('allow', 'OPTIONS, PATCH, DELETE').send(),
    );
    http.post('/whip/:deviceId', async (request, reply) => {
      if (!hasType(request, offerType) || typeof request.body !== 'string') return refuseType(request, reply);
      const device = deviceOf(request);
      const started = await sessions.start(device, request.body);
      if (!started.ok) return refuseAs(reply, started);
      devices.used(device.deviceId, clientAddressOf(request.raw));
      return reply
        .code(201)
        .header('location', `/whip/${device.deviceId}/${started.sessionId}`)
        .header('etag', started.etag)
        .header('accept-patch', fragmentType)
        .type(offerType)
        .send(started.answer);
    });
    http.patch('/whip/:deviceId/:sessionId', async (request, reply) => {
      if (!hasType(request, fragmentType) || typeof request.body !== 'string')
        return refuseType(request, reply);
      const { sessionId } = request.params as { sessionId: string };
      const patched = await sessions.patch(deviceOf(request), sessionId, {
        ifMatch: request.headers['if-match'],
        fragment: request.body,
      });
      if (!patched.ok) return refuseAs(reply, patched);
      reply.header('etag', patched.etag);
      if (patched.fragment === undefined) return reply.code(204).send();
      return reply.code(200).type(fragmentType).send(patched.fragment);
    });
    http.delete('/whip/:deviceId/:sessionId', (request, reply) => {
      const { sessionId } = request.params as { sessionId: string };
      const ended = sessions.end(deviceOf(request), sessionId);
      if (!ended.ok) return refuseAs(reply, ended);
      return reply.code(200).send();
    });
    for (const [url, allow, method] of [
      ['/whip/:deviceId', 'OPTIONS, POST', ['GET', 'PUT', 'PATCH', 'DELETE']],
      ['/whip/:deviceId/:sessionId', 'OPTIONS, PATCH, DELETE', ['GET', 'POST', 'PUT']],
    ] as const) {
      http.route({
        url,
        method: [...method],
        handler: (_request, reply) =>
          refuse(reply.header('allow', allow), 405, 'method_not_allowed', `Here one may: ${allow}.`),
      });
    }
    done();
  };
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).type('application/json').send({ error: { code, message } });
}

function refuseType(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const type = request.method === 'PATCH' ? fragmentType : offerType;
  reply.header(request.method === 'PATCH' ? 'accept-patch' : 'accept-post', type);
  return refuse(reply, 415, 'wrong_type', `Send the body with "Content-Type: ${type}".`);
}

function hasType(request: FastifyRequest, type: string): boolean {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() === type;
}
