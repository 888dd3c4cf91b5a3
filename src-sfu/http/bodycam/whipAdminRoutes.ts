import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { newWhipDeviceSchema, type WhipDevice } from '../../../src-shared/bodycam/whip.protocol.ts';
import type { WhipDevices } from '../../features/bodycam/whipDevices.ts';

export interface WhipAdminRoutesOptions {
  make: WhipDevices['make'];
  list(): WhipDevice[];
  remove(deviceId: string, actor: string): Promise<void>;
  /** Refuses callers without the capability. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const deviceParams = z.object({ deviceId: z.string().min(1).max(64) });
const actor = 'http';

/** For the command line: recorders and encoders made, listed, removed. */
export function createWhipAdminRoutes(options: WhipAdminRoutesOptions): FastifyPluginCallback {
  const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
    reply.code(status).send({ error: { code, message } });
  return (http, _options, done) => {
    http.addHook('onRequest', options.admit);
    http.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    http.get('/api/v1/whip-devices', () => ({ devices: options.list() }));
    http.post('/api/v1/whip-devices', async (request, reply) => {
      const parsed = newWhipDeviceSchema.strict().safeParse(request.body);
      if (!parsed.success) {
        const message = 'Send {"name", "memberId"}: a name of 1 to 40 characters, and the id of a member.';
        return refuse(reply, 400, 'malformed_device', message);
      }
      const made = await options.make(parsed.data, actor);
      if (made.ok) return reply.code(201).send(made.data);
      return refuse(reply, made.code === 'not_found' ? 404 : 409, made.code, made.message);
    });
    http.delete('/api/v1/whip-devices/:deviceId', async (request, reply) => {
      const parsed = deviceParams.safeParse(request.params);
      const known = options.list().some(({ deviceId }) => deviceId === parsed.data?.deviceId);
      if (!parsed.success || !known) return refuse(reply, 404, 'not_found', 'There is no such device.');
      await options.remove(parsed.data.deviceId, actor);
      return { devices: options.list() };
    });
    done();
  };
}
