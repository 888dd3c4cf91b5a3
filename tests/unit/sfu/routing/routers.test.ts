import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createRouterClient, RouterError } from '../../../../src-sfu/routing/routerClient.ts';
import { createRouter, decodePolyline, withFewerPoints } from '../../../../src-sfu/routing/routers.ts';
import { maxRoadPoints } from '../../../../src-shared/orders/orderWay.ts';
import fc from '../../../support/properties.ts';

const here = { latitude: 29.85, longitude: 114.3 };
const place = { latitude: 29.86, longitude: 114.32 };
const servers: Server[] = [];
let asked: {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}[];

/** A router on this machine that answers with this; `body` is what was sent to it. */
async function serve(answer: RequestListener): Promise<string> {
  asked = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      asked.push({ method: request.method, url: request.url, headers: request.headers, body });
      answer(request, response);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const json =
  (value: unknown): RequestListener =>
  (_request, response) =>
    response.end(JSON.stringify(value));

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

const osrmRoute = {
  code: 'Ok',
  routes: [
    {
      distance: 2_640.5,
      duration: 301.2,
      geometry: {
        type: 'LineString',
        coordinates: [
          [114.3, 29.85],
          [114.31, 29.855],
          [114.32, 29.86],
        ],
      },
    },
  ],
};
/** `_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI` of the documents of encoded polylines, with six digits: 38.5,-120.2 … */
const shape = '_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI';

describe('OSRM', () => {
  it('answers a road, asked for longitude first', async () => {
    const url = await serve(json(osrmRoute));
    const road = await createRouter({ kind: 'osrm', url: `${url}/routing/` }).road(here, place, 2_000);
    expect(road).toMatchObject({ distanceM: 2_640.5, durationMs: 301_200 });
    expect(road.line).toHaveLength(3);
    expect(asked[0]?.url).toBe(
      '/routing/route/v1/driving/114.300000,29.850000;114.320000,29.860000?overview=simplified&geometries=geojson&steps=false',
    );
  });
  it('answers the times from many places, and none where no road leads', async () => {
    const url = await serve(json({ code: 'Ok', durations: [[60], [null]], distances: [[500], [null]] }));
    const times = await createRouter({ kind: 'osrm', url }).times([here, place], place, 2_000);
    expect(times).toEqual([{ durationMs: 60_000, distanceM: 500 }, undefined]);
    expect(asked[0]?.url).toContain('?sources=0;1&destinations=2&annotations=duration,distance');
  });
});

describe('Valhalla', () => {
  it('answers a road', async () => {
    const url = await serve(json({ trip: { summary: { length: 2.6, time: 300 }, legs: [{ shape }] } }));
    const road = await createRouter({ kind: 'valhalla', url }).road(here, place, 2_000);
    expect(road).toMatchObject({ distanceM: 2_600, durationMs: 300_000 });
    expect(road.line[0]).toEqual([-120.2, 38.5]);
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      costing: 'auto',
      locations: [
        { lat: 29.85, lon: 114.3 },
        { lat: 29.86, lon: 114.32 },
      ],
    });
  });
  it('answers the times from many places', async () => {
    const url = await serve(
      json({ sources_to_targets: [[{ time: 60, distance: 0.5 }], [{ time: null, distance: null }]] }),
    );
    const times = await createRouter({ kind: 'valhalla', url }).times([here, place], place, 2_000);
    expect(times).toEqual([{ durationMs: 60_000, distanceM: 500 }, undefined]);
    expect(asked[0]).toMatchObject({ method: 'POST', url: '/sources_to_targets' });
  });
  it('reads any line that can be written, and refuses one that cannot', () => {
    expect(decodePolyline(shape)).toEqual([
      [-120.2, 38.5],
      [-120.95, 40.7],
      [-126.453, 43.252],
    ]);
    for (const wrong of ['', '_', '_izlhA', '_izlhA~rlgdF', '\u0000\u0001', '~'.repeat(500)]) {
      expect(() => decodePolyline(wrong)).toThrow(RouterError);
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        try {
          for (const [east, north] of decodePolyline(text)) {
            expect(Math.abs(east)).toBeLessThanOrEqual(180);
            expect(Math.abs(north)).toBeLessThanOrEqual(90);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RouterError);
        }
      }),
    );
  });
});

describe('an answer that is not usable is refused', () => {
  const wrong: [string, unknown][] = [
    ['no road', { code: 'NoRoute', routes: [] }],
    ['an empty object', {}],
    ['null', null],
    ['a list', [1, 2]],
    ['a negative time', { code: 'Ok', routes: [{ ...osrmRoute.routes[0], duration: -1 }] }],
    ['a time that is a word', { code: 'Ok', routes: [{ ...osrmRoute.routes[0], duration: 'soon' }] }],
    ['a road of a year', { code: 'Ok', routes: [{ ...osrmRoute.routes[0], duration: 31_536_000 }] }],
    [
      'a line of one point',
      { code: 'Ok', routes: [{ ...osrmRoute.routes[0], geometry: { coordinates: [[1, 2]] } }] },
    ],
    [
      'a line off the earth',
      {
        code: 'Ok',
        routes: [
          {
            ...osrmRoute.routes[0],
            geometry: {
              coordinates: [
                [1, 2],
                [999, 2],
              ],
            },
          },
        ],
      },
    ],
  ];
  it.each(wrong)('%s', async (_what, answer) => {
    const url = await serve(json(answer));
    await expect(createRouter({ kind: 'osrm', url }).road(here, place, 2_000)).rejects.toThrow(RouterError);
    await expect(createRouter({ kind: 'valhalla', url }).road(here, place, 2_000)).rejects.toThrow(
      RouterError,
    );
  });
  it('times about other places than were asked for', async () => {
    const url = await serve(json({ code: 'Ok', durations: [[1]], distances: [[1]] }));
    await expect(createRouter({ kind: 'osrm', url }).times([here, place], place, 2_000)).rejects.toThrow(
      'other places',
    );
  });
});

describe('a router that misbehaves', () => {
  const ask = (url: string, timeoutMs = 2_000, options = {}) =>
    createRouterClient({ url, ...options }).ask('x', { timeoutMs });

  it('is not believed when it answers something that is not JSON', async () => {
    await expect(ask(await serve((_request, response) => response.end('<html>')))).rejects.toThrow(
      RouterError,
    );
  });
  it('is not followed to another address, not even of its own', async () => {
    let reached = 0;
    const other = await serve((_request, response) => {
      reached += 1;
      response.end('{}');
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const url = await serve((_request, response) =>
        response.writeHead(status, { location: `${other}/elsewhere` }).end(),
      );
      await expect(ask(url)).rejects.toThrow(RouterError);
    }
    const own = await serve((request, response) => {
      if (request.url === '/own') reached += 1;
      response.writeHead(302, { location: '/own' }).end();
    });
    await expect(ask(own)).rejects.toThrow(RouterError);
    expect(reached).toBe(0);
  });
  it('is cut off when the answer is too large, also when it says another length or sends it small', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(200_000) });
    const plain = await serve((_request, response) => response.end(large));
    await expect(ask(plain, 2_000, { maxBytes: 100_000 })).rejects.toThrow('too large');
    const packed = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(large)),
    );
    await expect(ask(packed, 2_000, { maxBytes: 100_000 })).rejects.toThrow('too large');
    let isClosed: Promise<unknown> = Promise.resolve();
    const endless = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      isClosed = once(response, 'close');
      response.on('drain', more);
      more();
    });
    await expect(ask(endless, 5_000, { maxBytes: 100_000 })).rejects.toThrow('too large');
    await isClosed;
  });
  it('is not waited for when it is silent, or sends a little at a time', async () => {
    await expect(ask(await serve(() => undefined), 100)).rejects.toThrow('in time');
    const slow = await serve((_request, response) => {
      response.write('{');
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    await expect(ask(slow, 150)).rejects.toThrow('in time');
  });
  it('is refused when it reports a fault, and when nobody listens there', async () => {
    const fault = await serve((_request, response) => response.writeHead(500).end('{}'));
    await expect(ask(fault)).rejects.toThrow('500');
    await expect(ask('http://127.0.0.1:1')).rejects.toThrow(RouterError);
  });
  it('is asked by so many at one time, and those who wait too long are sent away', async () => {
    let running = 0;
    let most = 0;
    const held: (() => void)[] = [];
    const url = await serve((_request, response) => {
      running += 1;
      most = Math.max(most, running);
      held.push(() => {
        running -= 1;
        response.end('{}');
      });
      if (held.length === 1) return;
      for (const let_ of held.splice(0)) let_();
    });
    const client = createRouterClient({ url, maxRunning: 2, maxWaiting: 2 });
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () => client.ask('x', { timeoutMs: 3_000 })),
    );
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(most).toBe(2);
    // The place of one that gave up is free again.
    const silent = await serve(() => undefined);
    const other = createRouterClient({ url: silent, maxRunning: 1, maxWaiting: 1 });
    const late = await Promise.allSettled([
      other.ask('x', { timeoutMs: 100 }),
      other.ask('x', { timeoutMs: 50 }),
    ]);
    expect(late.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(other.ask('x', { timeoutMs: 50 })).rejects.toThrow('in time');
  });
  it('gets the name and password of its address as a header, and never in the address', async () => {
    const url = (await serve(json({}))).replace('http://', 'http://name:p%40ss@');
    await ask(url);
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('name:p@ss').toString('base64')}`);
    expect(asked[0]?.url).toBe('/x');
  });
});

describe('a long line', () => {
  it('is shortened evenly, and keeps its ends', () => {
    const line = Array.from({ length: 5_000 }, (_unused, index): [number, number] => [index / 100, 30]);
    const thin = withFewerPoints(line);
    expect(thin).toHaveLength(maxRoadPoints);
    expect([thin[0], thin.at(-1)]).toEqual([line[0], line.at(-1)]);
    expect(withFewerPoints(line.slice(0, 2))).toEqual(line.slice(0, 2));
  });
});
