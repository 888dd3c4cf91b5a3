import { commandOf } from '../../base/commandIds.ts';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { newWhipDeviceSchema, type WhipDevice } from '../../../src-shared/bodycam/whip.protocol.ts';
import { nowhere, worksForSquad, type Scope } from '../../../src-shared/session/principal.ts';
import { asRequest, nameOfAsker } from '../asRequest.ts';
import type { Admit } from '../httpServer.ts';
import type { WhipDevices } from '../../features/bodycam/whipDevices.ts';

export interface WhipAdminRoutesOptions {
  make: WhipDevices['make'];
  /** Those of the squads in the scope. */
  list(scope: Scope): WhipDevice[];
  remove(deviceId: string, actor: string): Promise<void>;
  squadOfMember(memberId: string): string | undefined;
  admit: Admit;
}

const deviceParams = z.object({ deviceId: z.string().min(1).max(64) });

/** For the command line: recorders and encoders made, listed, removed. */
export function createWhipAdminRoutes(options: WhipAdminRoutesOptions): FastifyPluginCallback {
  const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
    reply.code(status).send({ error: { code, message } });
  return (http, _options, done) => {
    const { admit } = options;
    const lists = { onRequest: admit(...asRequest('whip:listDevices')) };
    const makes = { onRequest: admit(...asRequest('whip:makeDevice')) };
    const removes = { onRequest: admit(...asRequest('whip:removeDevice')) };
    const listFor = ({ principal }: FastifyRequest): WhipDevice[] =>
      options.list(principal?.scope ?? nowhere);
    http.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    http.get('/api/v1/whip-devices', lists, (request) => ({ devices: listFor(request) }));
    http.post('/api/v1/whip-devices', makes, async (request, reply) => {
      const parsed = newWhipDeviceSchema.strict().safeParse(request.body);
      if (!parsed.success) {
        const message = 'Send {"name", "memberId"}: a name of 1 to 40 characters, and the id of a member.';
        return refuse(reply, 400, 'malformed_device', message);
      }
      const squadId = options.squadOfMember(parsed.data.memberId);
      if (!worksForSquad(request.principal?.scope ?? nowhere, squadId)) return request.outsideScope();
      const { commandId, ...device } = parsed.data;
      const command = commandOf(request.principal, commandId);
      const made = await options.make(device, nameOfAsker(request), command);
      if (made.ok) return reply.code(201).send(made.data);
      return refuse(reply, made.code === 'not_found' ? 404 : 409, made.code, made.message);
    });
    http.delete('/api/v1/whip-devices/:deviceId', removes, async (request, reply) => {
      const parsed = deviceParams.safeParse(request.params);
      // Of another squad's recorder it is not said that there is one.
      const known = listFor(request).some(({ deviceId }) => deviceId === parsed.data?.deviceId);
      if (!parsed.success || !known) return refuse(reply, 404, 'not_found', 'There is no such device.');
      await options.remove(parsed.data.deviceId, nameOfAsker(request));
      return { devices: listFor(request) };
    });
    done();
  };
}
