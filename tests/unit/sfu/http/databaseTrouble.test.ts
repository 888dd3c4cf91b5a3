import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDoors } from '../../../../src-sfu/base/doors.ts';
import { createHostGuard } from '../../../../src-sfu/http/hostGuard.ts';
import { createHttpServer } from '../../../../src-sfu/http/httpServer.ts';
import { createMetrics } from '../../../../src-sfu/http/metrics.ts';
import { offerType, takeOfferBodies } from '../../../../src-sfu/http/offerBodies.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';

const failing = (request: { headers: Record<string, unknown> }): Promise<never> =>
  Promise.reject(Object.assign(new Error('as thrown'), { code: String(request.headers['x-code']) }));

describe('an HTTP request that the database does not carry out', () => {
  let http: Awaited<ReturnType<typeof createHttpServer>>;
  beforeAll(async () => {
    http = await createHttpServer({
      guard: createHostGuard(undefined, () => undefined),
      doors: createDoors([]),
      metrics: createMetrics([]),
      routes: () => [
        (app, _options, done) => {
          app.put('/api/v1/thing', failing);
          done();
        },
        (app, _options, done) => {
          takeOfferBodies(app);
          app.post('/whip/offer', failing);
          done();
        },
      ],
      surfacesDir: '/nonexistent',
      health: () => ({ level: 'ok' as const, detail: {} }),
      onDenied: () => undefined,
      logger: createLogger('silent'),
    });
    await http.ready();
  });
  afterAll(() => http.close());

  const routes = [
    ['PUT', '/api/v1/thing', 'application/json', '{}'],
    ['POST', '/whip/offer', offerType, 'v=0'],
  ] as const;
  type Route = ['PUT' | 'POST', url: string, type: string, payload: string];
  const ask = ([method, url, type, payload]: Route, code: string) =>
    http.inject({
      method,
      url,
      payload,
      headers: { 'content-type': type, 'x-code': code, host: '127.0.0.1' },
    });

  it.each(routes)('is one to be sent again, with when and why: %s %s', async (...route) => {
    const answer = await ask(route, 'SQLITE_BUSY');
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.json()).toMatchObject({
      error: { code: 'unavailable', reason: 'session.database_busy', parameters: {} },
    });
    const full = await ask(route, 'SQLITE_FULL');
    expect([full.statusCode, full.headers['retry-after']]).toEqual([503, '30']);
    expect(full.json()).toMatchObject({ error: { reason: 'session.database_full' } });
  });

  it.each(routes)('is not mixed up with a fault of the program: %s %s', async (...route) => {
    const answer = await ask(route, 'SQLITE_CONSTRAINT_CHECK');
    expect(answer.statusCode).toBe(500);
    expect(answer.headers['retry-after']).toBeUndefined();
  });
});
