import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { parseByteRange } from '../../../../src-sfu/http/byteRange.ts';
import { createMapRoutes, type MapRoutesOptions } from '../../../../src-sfu/http/map/mapRoutes.ts';
import { temporaryFolder } from '../../../support/processes.ts';

const folder = temporaryFolder('mingchu-map-');
const content = Buffer.from(Array.from({ length: 1_000 }, (_unused, index) => index % 256));
const servers: FastifyInstance[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options: Partial<MapRoutesOptions> = {}): Promise<FastifyInstance> {
  const basemapPath = join(folder, 'city.pmtiles');
  writeFileSync(basemapPath, content);
  const http = Fastify();
  servers.push(http);
  await http.register(
    createMapRoutes({ basemapPath, districts: '{}', admit: () => Promise.resolve(), ...options }),
  );
  return http;
}

describe('GET /map/basemap.pmtiles', () => {
  it('answers a range with just its bytes', async () => {
    const http = await serve();
    const answer = await http.inject({ url: '/map/basemap.pmtiles', headers: { range: 'bytes=10-19' } });
    expect(answer.statusCode).toBe(206);
    expect(answer.headers['content-range']).toBe('bytes 10-19/1000');
    expect(answer.rawPayload).toEqual(content.subarray(10, 20));
  });

  it('answers the whole file to who asks for no range', async () => {
    const http = await serve();
    const whole = await http.inject({ url: '/map/basemap.pmtiles' });
    expect(whole.statusCode).toBe(200);
    expect(whole.headers['accept-ranges']).toBe('bytes');
    expect(whole.rawPayload).toEqual(content);
  });

  it('says that a range lies outside of the file', async () => {
    const http = await serve();
    const answer = await http.inject({ url: '/map/basemap.pmtiles', headers: { range: 'bytes=1000-' } });
    expect(answer.statusCode).toBe(416);
    expect(answer.headers['content-range']).toBe('bytes */1000');
  });

  it('gives the whole file when the range is of another version of it', async () => {
    const http = await serve();
    const headers = { range: 'bytes=0-9', 'if-range': '"other"' };
    const answer = await http.inject({ url: '/map/basemap.pmtiles', headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload).toHaveLength(1_000);
  });

  it('answers 404 where there is none, or none any more', async () => {
    for (const basemapPath of [undefined, '/nowhere/city.pmtiles']) {
      const http = await serve({ basemapPath });
      expect((await http.inject({ url: '/map/basemap.pmtiles' })).statusCode).toBe(404);
    }
  });

  it('is only for who is let in', async () => {
    const http = await serve({ admit: async (_request, reply) => void (await reply.code(401).send({})) });
    for (const url of ['/map/basemap.pmtiles', '/map/districts.geojson']) {
      expect((await http.inject({ url })).statusCode).toBe(401);
    }
  });
});

it.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=990-2000', { start: 990, end: 999 }],
  ['bytes=-10', { start: 990, end: 999 }],
  ['bytes=-5000', { start: 0, end: 999 }],
  ['bytes=5-', { start: 5, end: 999 }],
  ['bytes=1000-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=9-3', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,4-5', undefined],
  ['bytes=1e3-2e3', undefined],
  ['lines=1-2', undefined],
  [undefined, undefined],
])('understands the range %s of a thousand bytes', (header, range) => {
  expect(parseByteRange(header, 1_000)).toEqual(range);
});
