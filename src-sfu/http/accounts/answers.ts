import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { refuse, type Ack, type AckCode } from '../../../src-shared/protocol/define.ts';

const statuses: Record<AckCode, number> = {
  bad_request: 400,
  unknown_request: 404,
  forbidden: 403,
  not_joined: 401,
  not_found: 404,
  conflict: 409,
  too_many: 429,
  unavailable: 503,
  unsupported: 400,
  timeout: 504,
  internal: 500,
};

/** Bodies about accounts are short: whatever is longer is refused before it is read. Bytes. */
export const accountBodyLimit = 16 * 1024;

/** Answers over HTTP as a request over the socket is answered: the data, or `{ error: { code, reason, parameters, message } }`. */
export function answer<T>(reply: FastifyReply, ack: Ack<T>, status = 200): FastifyReply {
  reply.header('cache-control', 'no-store');
  if (ack.ok) return reply.code(status).send(ack.data);
  const { code, reason, parameters = {}, message } = ack;
  const { seconds } = parameters as { seconds?: number };
  if (seconds !== undefined) reply.header('retry-after', String(seconds));
  return reply.code(statuses[code]).send({ error: { code, reason, parameters, message } });
}

/** The body of a request, or the refusal of one that does not fit. */
export function bodyOf<Schema extends z.ZodType>(
  schema: Schema,
  { body }: FastifyRequest,
): Ack<z.output<Schema>> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return { ok: true, data: parsed.data };
  const first = parsed.error.issues[0];
  const message = `${first?.path.join('.') || 'The body'}: ${first?.message ?? 'does not fit'}.`;
  return refuse('bad_request', message, { reason: 'accounts.malformed' });
}
