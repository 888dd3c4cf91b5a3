import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { KeyPicture } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';

export interface PosterRoutesOptions {
  /** Whether who asks may see this camera; one that he may not see is answered as one that is not there. */
  mayView(request: FastifyRequest, cameraId: string): boolean;
  hasCamera(cameraId: string): boolean;
  poster(cameraId: string): Promise<KeyPicture | undefined>;
  /** A moment of the hub's own time by today's date. Unix milliseconds. */
  toShownMs(ownMs: number): number;
  /** A key picture as a JPEG; rejects with an error that may say `isBusy`. */
  toJpeg(annexB: Uint8Array): Promise<Buffer>;
  /** A person or a site is sent the picture. */
  onOpened(asker: Principal, cameraId: string): void;
  /** Refuses callers without the capability. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const paramsSchema = z.object({ cameraId: z.string().min(1).max(64) });
/** JPEGs kept for the next who asks; 640×360 takes about 40 KiB. */
const cacheBytes = 32 * 1024 * 1024;

interface CachedJpeg {
  capturedAtMs: number;
  jpeg: Promise<Buffer>;
  bytes: number;
}

/** `GET /api/v1/cameras/:cameraId/poster.jpg`: the last picture that is kept of a camera, with its time. */
export function createPosterRoutes(options: PosterRoutesOptions): FastifyPluginCallback {
  const cache = new Map<string, CachedJpeg>();
  let cachedBytes = 0;

  const drop = (cameraId: string): void => {
    cachedBytes -= cache.get(cameraId)?.bytes ?? 0;
    cache.delete(cameraId);
  };

  /** One conversion for all who ask for the same picture. */
  const jpegOf = (cameraId: string, picture: KeyPicture): Promise<Buffer> => {
    const known = cache.get(cameraId);
    if (known?.capturedAtMs === picture.capturedAtMs) return known.jpeg;
    drop(cameraId);
    const made: CachedJpeg = {
      capturedAtMs: picture.capturedAtMs,
      jpeg: options.toJpeg(picture.annexB),
      bytes: 0,
    };
    cache.set(cameraId, made);
    made.jpeg.then(
      ({ length }) => {
        if (cache.get(cameraId) !== made) return;
        made.bytes = length;
        cachedBytes += length;
        for (const oldest of cache.keys()) {
          if (cachedBytes <= cacheBytes) break;
          drop(oldest);
        }
      },
      () => {
        if (cache.get(cameraId) === made) drop(cameraId);
      },
    );
    return made.jpeg;
  };

  return (http, _options, done) => {
    http.get('/api/v1/cameras/:cameraId/poster.jpg', { onRequest: options.admit }, async (request, reply) => {
      const refuse = (status: number, code: string, message: string): FastifyReply =>
        reply.code(status).header('cache-control', 'no-store').send({ error: { code, message } });
      const parsed = paramsSchema.safeParse(request.params);
      const cameraId = parsed.success ? parsed.data.cameraId : '';
      if (!options.hasCamera(cameraId) || !options.mayView(request, cameraId)) {
        return refuse(404, 'not_found', 'There is no such camera in the registry.');
      }
      const picture = await options.poster(cameraId);
      if (picture === undefined) {
        return refuse(
          404,
          'no_picture',
          'No picture of this camera was ever received. See its condition under camera health.',
        );
      }
      const tag = `"${picture.capturedAtMs.toString(36)}"`;
      reply.header('etag', tag);
      reply.header('last-modified', new Date(options.toShownMs(picture.capturedAtMs)).toUTCString());
      reply.header('cache-control', 'private, no-cache');
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      try {
        const jpeg = await jpegOf(cameraId, picture);
        const { principal } = request;
        if (principal?.kind === 'person' || principal?.kind === 'site') options.onOpened(principal, cameraId);
        return await reply.type('image/jpeg').send(jpeg);
      } catch (error) {
        const { message } = error as Error;
        if ((error as { isBusy?: boolean }).isBusy === true) reply.header('retry-after', '1');
        return refuse(503, 'no_jpeg', message);
      }
    });
    done();
  };
}
