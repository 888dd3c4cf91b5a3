import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';

/** Short, although a picture never changes: a cache must not show for long what a curtain covers. */
export const stillCache = 'public, max-age=10, immutable';

const nameSchema = /^[\w-]{27}\.jpg$/;

/**
 * Answers with a softened still. Its name belongs to this picture for ever, so that any cache may keep it; a curtain takes the name
 * out of every answer, and the picture from here.
 */
export async function sendStill(
  reply: FastifyReply,
  name: string,
  read: (name: string) => Buffer | undefined,
): Promise<FastifyReply> {
  const jpeg = nameSchema.test(name) ? read(name) : undefined;
  if (jpeg === undefined) {
    const error = { code: 'not_found', message: 'There is no such picture (any more).' };
    return reply.code(404).header('cache-control', 'no-store').send({ error });
  }
  reply.header('cache-control', stillCache);
  return reply.type('image/jpeg').send(jpeg);
}

const segmentSchema = /^[\w-]{27}\.(?:mp4|m4s)$/;

/** Answers with a part of moving pictures, as `sendStill`. */
export async function sendSegment(
  reply: FastifyReply,
  name: string,
  read: (name: string) => Buffer | undefined,
): Promise<FastifyReply> {
  const bytes = segmentSchema.test(name) ? read(name) : undefined;
  if (bytes === undefined) {
    const error = { code: 'not_found', message: 'There is no such picture (any more).' };
    return reply.code(404).header('cache-control', 'no-store').send({ error });
  }
  reply.header('cache-control', stillCache);
  return reply.type('video/mp4').send(bytes);
}

/** `GET /public/stills/:name`, for screens that show visitors what the public sees. */
export function createStillRoutes(options: {
  read(name: string): Buffer | undefined;
  /** Refuses callers who may not. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}): FastifyPluginCallback {
  return (http, _options, done) => {
    http.get<{ Params: { name: string } }>(
      '/public/stills/:name',
      { onRequest: options.admit },
      async (request, reply) => sendStill(reply, request.params.name, options.read),
    );
    done();
  };
}
