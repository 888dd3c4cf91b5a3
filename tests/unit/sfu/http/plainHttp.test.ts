import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteForwardedAddress, readProxies } from '../../../../src-sfu/base/clientAddress.ts';
import { createDoors } from '../../../../src-sfu/base/doors.ts';
import { createHostGuard } from '../../../../src-sfu/http/hostGuard.ts';
import { createHttpServer } from '../../../../src-sfu/http/httpServer.ts';
import { createMetrics } from '../../../../src-sfu/http/metrics.ts';
import { createPlainHttp } from '../../../../src-sfu/http/plainHttp.ts';
import { createTrustRoutes } from '../../../../src-sfu/http/trust/trustRoutes.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';

interface Asked {
  remoteAddress?: string;
  encrypted?: boolean;
  host?: string;
  url?: string;
  forwardedFor?: string;
}
function asked({ remoteAddress = '10.0.0.9', encrypted = false, host = 'hub:7400', ...rest }: Asked) {
  const { url = '/desk.html?lang=en', forwardedFor } = rest;
  return {
    url,
    headers: { host, ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }) },
    socket: { remoteAddress, encrypted },
  } as unknown as IncomingMessage;
}

describe('plain HTTP', () => {
  const plainHttp = createPlainHttp(() => 7443);

  it('from another machine belongs to HTTPS at the same name and path', () => {
    expect(plainHttp(asked({}))).toEqual({ address: 'https://hub:7443/desk.html?lang=en' });
    expect(plainHttp(asked({ host: '192.0.2.7' }))?.address).toBe('https://192.0.2.7:7443/desk.html?lang=en');
  });

  it.each(['//evil.example/x', '/\\evil.example', 'http://evil.example/', '*', ''])(
    'is not led elsewhere by the path %j',
    (url) => {
      expect(plainHttp(asked({ url }))?.address ?? 'https://hub:7443/').toMatch(/^https:\/\/hub:7443\/$/);
    },
  );

  it.each(['', 'hub/..', 'a b', 'user@hub'])('names no address for the host %j', (host) => {
    expect(plainHttp(asked({ host }))).toEqual({ address: undefined });
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])('is for the machine itself (%s)', (remoteAddress) => {
    expect(plainHttp(asked({ remoteAddress }))).toBeUndefined();
  });

  it('is for a proxy that the settings name, and for nobody who only says so', () => {
    const passed = asked({ remoteAddress: '10.0.0.2', forwardedFor: '203.0.113.5' });
    expect(plainHttp(passed)).toBeDefined();
    noteForwardedAddress(passed, readProxies('10.0.0.2'));
    expect(plainHttp(passed)).toBeUndefined();
  });

  it('is for everybody where the hub has no HTTPS, and HTTPS always is', () => {
    expect(createPlainHttp(() => undefined)(asked({}))).toBeUndefined();
    expect(plainHttp(asked({ encrypted: true }))).toBeUndefined();
  });
});

describe('a hub with HTTPS, asked over plain HTTP from another machine', () => {
  let http: Awaited<ReturnType<typeof createHttpServer>>;
  beforeAll(async () => {
    http = await createHttpServer({
      guard: createHostGuard(undefined, () => 7443),
      doors: createDoors([]),
      metrics: createMetrics([]),
      routes: () => [
        createTrustRoutes({ tls: () => undefined, plainPort: () => 7400 }),
        (app, _options, done) => {
          app.post('/api/v1/session', () => ({ signedIn: true }));
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
  const inject = (method: 'GET' | 'POST', url: string, remoteAddress = '10.0.0.9') =>
    http.inject({ method, url, remoteAddress, headers: { host: 'hub:7400' } });

  it.each(['/', '/desk.html', '/healthz', '/metrics', '/api/v1/registry/export', '/nothing'])(
    'answers %s with the way to HTTPS only',
    async (url) => {
      const answer = await inject('GET', url);
      expect([answer.statusCode, answer.headers.location]).toEqual([308, `https://hub:7443${url}`]);
    },
  );

  it('takes no password there, and does not have it sent again by itself', async () => {
    const answer = await inject('POST', '/api/v1/session');
    expect(answer.statusCode).toBe(403);
    expect(answer.headers.location).toBeUndefined();
    expect(answer.json()).toMatchObject({ error: { code: 'https_needed' } });
    expect((await inject('POST', '/api/v1/session', '127.0.0.1')).json()).toEqual({ signedIn: true });
  });

  it('answers the page by which phones come to trust it', async () => {
    // 404: this hub has no certificate to trust. What matters is that its own route answers.
    expect((await inject('GET', '/trust')).statusCode).toBe(404);
    expect((await inject('GET', '/trust/mingchu.crt')).statusCode).toBe(404);
  });
});
