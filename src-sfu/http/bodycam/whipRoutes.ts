import { clientAddressOf } from '../../base/clientAddress.ts';
import type { Denial } from '../../base/denial.ts';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { WhipDeviceRecord } from '../../features/bodycam/whip.repository.ts';
import type { WhipDevices } from '../../features/bodycam/whipDevices.ts';
import type { WhipSessions } from '../../features/bodycam/whipSessions.ts';
import {
  fragmentType,
  offerTextOf,
  offerType,
  refuseOffer,
  refuseOfferAs,
  refuseOfferType,
  takeOfferBodies,
} from '../offerBodies.ts';

export interface WhipRoutesOptions {
  devices: Pick<WhipDevices, 'device' | 'opens' | 'used'>;
  sessions: Pick<WhipSessions, 'start' | 'patch' | 'end'>;
  /** A token was missing or wrong, or the device is not known. */
  denied(denial: Denial): void;
}

/** Of one address: a start of several encoders with all their trickled candidates stays below. */
const requestsPerSecond = 50;
/** Wrong tokens of one address; who has the right one is never held up by them. */
const failuresPerMinute = 30;

/** `/whip/<device>` and its sessions (RFC 9725): offers of recorders and encoders, answered in SDP. */
export function createWhipRoutes({ devices, sessions, denied }: WhipRoutesOptions): FastifyPluginCallback {
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
      await refuseOffer(reply, 429, 'rate_limited', message);
      return false;
    }
  };

  /** Only devices that there are have a name in the log: whoever guesses must not fill it with names. */
  const record = (request: FastifyRequest, deviceId: string | undefined, code: string): void =>
    denied({
      actor: '',
      subject: `/whip/${deviceId ?? ':deviceId'}`,
      code,
      address: clientAddressOf(request.raw),
    });

  /** Refuses unauthorized callers before the body is read. */
  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (request.method === 'OPTIONS') return undefined;
    const slower = `This address asks more than ${requestsPerSecond} times a second. Wait and ask again.`;
    if (!(await isWithin(requests, request, reply, slower))) return reply;
    const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      record(request, undefined, 'no_token');
      reply.header('www-authenticate', 'Bearer realm="mingchu"');
      return refuseOffer(
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
    record(request, device?.deviceId, device === undefined ? 'unknown_device' : 'wrong_token');
    const message = 'Too many wrong tokens came from this address. Wait, and check device and token.';
    if (!(await isWithin(failures, request, reply, message))) return reply;
    if (device === undefined) {
      return refuseOffer(
        reply,
        404,
        'unknown_device',
        'There is no such device: it was removed, or the address is wrong.',
      );
    }
    reply.header('www-authenticate', 'Bearer realm="mingchu", error="invalid_token"');
    return refuseOffer(
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

  return (http, _options, done) => {
    http.addHook('onRoute', (route) => {
      route.config = { ...route.config, answersAnyHost: true };
    });
    takeOfferBodies(http);
    http.addHook('onRequest', admit);

    http.options('/whip/:deviceId', (_request, reply) =>
      reply.code(204).header('accept-post', offerType).header('allow', 'OPTIONS, POST').send(),
    );
    http.options('/whip/:deviceId/:sessionId', (_request, reply) =>
      reply.code(204).header('accept-patch', fragmentType).header('allow', 'OPTIONS, PATCH, DELETE').send(),
    );
    http.post('/whip/:deviceId', async (request, reply) => {
      const offer = offerTextOf(request, offerType);
      if (offer === undefined) return refuseOfferType(request, reply);
      const device = deviceOf(request);
      const started = await sessions.start(device, offer);
      if (!started.ok) return refuseOfferAs(reply, started);
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
      const fragment = offerTextOf(request, fragmentType);
      if (fragment === undefined) return refuseOfferType(request, reply);
      const { sessionId } = request.params as { sessionId: string };
      const patched = await sessions.patch(deviceOf(request), sessionId, {
        ifMatch: request.headers['if-match'],
        fragment,
      });
      if (!patched.ok) return refuseOfferAs(reply, patched);
      reply.header('etag', patched.etag);
      if (patched.fragment === undefined) return reply.code(204).send();
      return reply.code(200).type(fragmentType).send(patched.fragment);
    });
    http.delete('/whip/:deviceId/:sessionId', (request, reply) => {
      const { sessionId } = request.params as { sessionId: string };
      const ended = sessions.end(deviceOf(request), sessionId);
      if (!ended.ok) return refuseOfferAs(reply, ended);
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
          refuseOffer(reply.header('allow', allow), 405, 'method_not_allowed', `Here one may: ${allow}.`),
      });
    }
    done();
  };
}
