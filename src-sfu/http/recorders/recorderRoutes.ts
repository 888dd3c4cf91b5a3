import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import { recorderPasswordSchema } from '../../../src-shared/recorders/recorders.protocol.ts';
import type { RecordersService } from '../../features/recorders/recorders.service.ts';
import { nameOfAsker } from '../asRequest.ts';
import type { Admit } from '../httpServer.ts';

const recorderId = z.string().regex(/^\d{20}$/);
const newRecorder = z.strictObject({
  recorderId,
  name: z.string().trim().min(1).max(60),
  password: recorderPasswordSchema.optional(),
});
const recorderParams = z.object({ recorderId });

/** For the command line: recorders of GB/T 28181 entered, listed, removed. */
export function createRecorderRoutes({
  recorders,
  admit,
}: {
  recorders: RecordersService;
  admit: Admit;
}): FastifyPluginCallback {
  return (http, _options, done) => {
    const confirmed = { onRequest: admit('recorders:manage', 'city', 'step_up') };
    http.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    http.get('/api/v1/recorders', { onRequest: admit('recorders:manage', 'city') }, () => recorders.list());
    http.post('/api/v1/recorders', confirmed, async (request, reply) => {
      const parsed = newRecorder.safeParse(request.body);
      if (!parsed.success) {
        const message =
          'Send {"recorderId", "name"} and, if wanted, "password": an id of 20 digits, a name of 1 to 60 characters, and 8 to 32 letters, digits and marks.';
        return reply.code(400).send({ error: { code: 'malformed_recorder', message } });
      }
      return reply.code(201).send(await recorders.add(parsed.data, nameOfAsker(request)));
    });
    http.delete('/api/v1/recorders/:recorderId', confirmed, async (request, reply) => {
      const parsed = recorderParams.safeParse(request.params);
      if (parsed.success && (await recorders.remove(parsed.data.recorderId, nameOfAsker(request))))
        return recorders.list();
      return reply.code(404).send({ error: { code: 'not_found', message: 'There is no such recorder.' } });
    });
    done();
  };
}
