import type { FastifyPluginCallback, FastifyReply } from 'fastify';
import { z } from 'zod';
import { newWhipDeviceSchema, type WhipDevice } from '../../../src-shared/bodycam/whip.protocol.ts';
import type { Admit } from '../httpServer.ts';
import type { WhipDevices } from '../../features/bodycam/whipDevices.ts';

export interface WhipAdminRoutesOptions {
  make: WhipDevices['make'];
  list(): WhipDevice[];
  remove(deviceId: string, actor: string): Promise<void>;
  admit: Admit;
}

const deviceParams = z.object({ deviceId: z.string().min(1).max(64) });
const actor = 'http';

/** For the command line: recorders and encoders made, listed, removed. */
export function createWhipAdminRoutes(options: WhipAdminRoutesOptions): FastifyPluginCallback {
  const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
    reply.code(status).send({ error: { code, message } });
  return (http, _options, done) => {
    const confirmed = { onRequest: options.admit('squads:manage', 'city', 'step_up') };
    http.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    http.get('/api/v1/whip-devices', { onRequest: options.admit('squads:manage', 'city') }, () => ({
      devices: options.list(),
    }));
    http.post('/api/v1/whip-devices', confirmed, async (request, reply) => {
      const parsed = newWhipDeviceSchema.strict().safeParse(request.body);
      if (!parsed.success) {
        const message = 'Send {"name", "memberId"}: a name of 1 to 40 characters, and the id of a member.';
        return refuse(reply, 400, 'malformed_device', message);
      }
      const made = await options.make(parsed.data, actor);
      if (made.ok) return reply.code(201).send(made.data);
      return refuse(reply, made.code === 'not_found' ? 404 : 409, made.code, made.message);
    });
    http.delete('/api/v1/whip-devices/:deviceId', confirmed, async (request, reply) => {
      const parsed = deviceParams.safeParse(request.params);
      const known = options.list().some(({ deviceId }) => deviceId === parsed.data?.deviceId);
      if (!parsed.success || !known) return refuse(reply, 404, 'not_found', 'There is no such device.');
      await options.remove(parsed.data.deviceId, actor);
      return { devices: options.list() };
    });
    done();
  };
}
