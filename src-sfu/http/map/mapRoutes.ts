import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { parseByteRange } from '../byteRange.ts';

export interface MapRoutesOptions {
  basemapPath: string | undefined;
  /** GeoJSON text. */
  districts: string | undefined;
  /** Refuses callers without the capability. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

/**
 * `GET /map/basemap.pmtiles` with Range requests, and `GET /map/districts.geojson`: the operator's map. A map asks for
 * pieces of an archive that may have gigabytes; an archive that is replaced during use is recognised by its ETag.
 */
export function createMapRoutes({ basemapPath, districts, admit }: MapRoutesOptions): FastifyPluginCallback {
  const districtsTag = `"${createHash('sha256')
    .update(districts ?? '')
    .digest('hex')
    .slice(0, 16)}"`;
  const missing = (reply: FastifyReply, what: string): FastifyReply =>
    reply.code(404).send({
      error: { code: 'not_found', message: `This hub has no ${what} of its own: see assets/map/README.md.` },
    });

  return (http, _options, done) => {
    // A HEAD of its own would read the whole archive to throw it away.
    const options = { onRequest: admit, exposeHeadRoute: false };
    http.get('/map/basemap.pmtiles', options, async (request, reply) => {
      if (basemapPath === undefined) return missing(reply, 'basemap');
      const file = await open(basemapPath, 'r').catch(() => undefined);
      if (file === undefined) return missing(reply, 'basemap');
      let streaming = false;
      try {
        const { size, mtimeMs } = await file.stat();
        const tag = `"${Math.floor(mtimeMs).toString(36)}-${size.toString(36)}"`;
        reply
          .header('accept-ranges', 'bytes')
          .header('etag', tag)
          .header('cache-control', 'private, no-cache');
        reply.type('application/vnd.pmtiles');
        const { range: asked, 'if-range': ifRange, 'if-none-match': known } = request.headers;
        if (known === tag) return await reply.code(304).send();
        const range = ifRange === undefined || ifRange === tag ? parseByteRange(asked, size) : undefined;
        if (range === 'unsatisfiable') {
          return await reply.code(416).header('content-range', `bytes */${size}`).send();
        }
        const { start, end } = range ?? { start: 0, end: size - 1 };
        if (range !== undefined) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
        reply.header('content-length', end - start + 1);
        streaming = true;
        return await reply.send(file.createReadStream({ start, end }));
      } finally {
        // A stream closes its file itself.
        if (!streaming) await file.close();
      }
    });

    http.get('/map/districts.geojson', { onRequest: admit }, async (request, reply) => {
      if (districts === undefined) return missing(reply, 'districts');
      reply.header('etag', districtsTag).header('cache-control', 'private, no-cache');
      if (request.headers['if-none-match'] === districtsTag) return reply.code(304).send();
      return reply.type('application/geo+json; charset=utf-8').send(districts);
    });
    done();
  };
}
