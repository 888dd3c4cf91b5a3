import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { protocolVersion } from '../../../src-shared/protocol/version.ts';
import { command } from '../../support/accountBrowser.ts';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import { openRawSurface, UpgradeRefused } from '../../support/rawSurface.ts';
import { connectSurface } from '../../support/surfaceClient.ts';
import { administratorCookie } from '../../support/testAccount.ts';

describe('pages of other hosts in a browser on the hub’s own machine', () => {
  let hub: HubProcess;
  let port: string;
  beforeAll(async () => {
    hub = await startHubProcess({
      settings: {
        MINGCHU_HOST: '0.0.0.0',
        MINGCHU_TLS_NAMES: 'hub.example.cn,*.wall.example.cn',
        MINGCHU_HOST_NAMES: 'proxy.example.cn',
        MINGCHU_RTC_ADDRESSES: '127.0.0.1=192.0.2.7',
      },
    });
    ({ port } = new URL(hub.url));
  });
  afterAll(() => hub.stop());

  const ask = (
    path: string,
    headers: Record<string, string>,
    method = 'GET',
  ): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const asked = request(`${hub.url}${path}`, { method, headers }, (answer) => {
        let body = '';
        answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      });
      asked.once('error', reject);
      asked.end();
    });
  const foreignNames = [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'wall.example.cn',
    'a.b.wall.example.cn',
    'hub.example.cn.evil.example',
    '203.0.113.9',
  ];
  const privatePaths = [
    '/api/v1/registry/export',
    '/metrics',
    '/healthz',
    '/wall.html',
    '/desk.html',
    '/',
    '/api/v1/alert-keys',
    '/api/v1/cameras/x/poster.jpg',
    '/map/districts.geojson',
    '/nothing-here',
  ];

  it.each(foreignNames)('get nothing over HTTP under the name %s', async (name) => {
    const host = `${name}:${port}`;
    for (const path of privatePaths) {
      for (const headers of [{ host }, { host, origin: `http://${host}` }]) {
        const answer = await ask(path, headers as Record<string, string>);
        expect([path, answer.status]).toEqual([path, 421]);
        expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'wrong_host' } });
      }
    }
    const made = await ask('/api/v1/alert-keys', { host, origin: `http://${host}` }, 'POST');
    expect(made.status).toBe(421);
  });

  it.each(foreignNames)('get no WebSocket under the name %s', async (name) => {
    const host = `${name}:${port}`;
    for (const origin of [`http://${host}`, hub.url]) {
      const refused = await openRawSurface(hub.url, { headers: { host, origin } }).catch(
        (error: unknown) => error,
      );
      expect(refused).toBeInstanceOf(UpgradeRefused);
      expect((refused as UpgradeRefused).body).not.toMatch(/sid|0\{/);
    }
    await expect(
      connectSurface(hub.url, { protocolVersion }, { host, origin: `http://${host}` }),
    ).rejects.toThrow();
  });

  it('get no WebSocket for long polling either', async () => {
    const answer = await ask('/socket.io/?EIO=4&transport=polling', { host: `evil.example:${port}` });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await ask('/socket.io/?EIO=4&transport=polling', {})).status).toBeGreaterThanOrEqual(400);
  });

  it.each(['http://evil.example', 'null', 'https://127.0.0.1.evil.example', 'http://127.0.0.1:1', 'file://'])(
    'of the origin %s are given the reason and read no further',
    async (origin) => {
      const surface = await openRawSurface(hub.url, { headers: { origin } });
      await surface.ended;
      expect(surface.received().toString('latin1')).toContain('wrong_origin');
      expect(surface.received().toString('latin1')).not.toContain('snapshot');
      expect((await ask('/api/v1/registry/export', { origin })).status).toBe(403);
    },
  );

  it('are given the reason, though they send what would end another connection first', async () => {
    const surface = await openRawSurface(hub.url, { headers: { origin: 'http://evil.example' } });
    surface.send(Buffer.alloc(1_000, 0x91));
    await surface.ended;
    expect(surface.received().toString('latin1')).toContain('wrong_origin');
  });

  it('are not let in by a wrong key, and a right key is one at the upgrade', async () => {
    const opened = await command(hub, { command: 'openKey', purpose: 'squads' });
    const { key } = opened['data'] as unknown as { key: string };
    const shown = (secret: string) => ({ authorization: `Bearer ${secret}`, cookie: '' });
    const wrong = await openRawSurface(hub.url, { headers: shown('wrong') });
    await wrong.ended;
    expect(wrong.received().toString('latin1')).toContain('access_denied');
    const right = await openRawSurface(hub.url, {
      headers: { ...shown(key), 'sec-websocket-protocol': 'mingchu' },
    });
    expect(right.headers['sec-websocket-protocol']).toBe('mingchu');
    right.close();
    const client = await connectSurface(hub.url, { protocolVersion }, shown(key));
    expect(await client.request('session:join', { surface: 'desk' })).toMatchObject({ ok: true });
    client.close();
    await expect(connectSurface(hub.url, { protocolVersion }, { cookie: '' })).rejects.toMatchObject({
      data: { code: 'access_denied' },
    });
  });

  it('do not hinder the hub’s own names', async () => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const addresses = own.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
    const names = [
      ...[
        '127.0.0.1',
        'localhost',
        'LOCALHOST',
        'localhost.',
        '[::1]',
        '127.0.0.2',
        'hub.example.cn',
        'HUB.example.cn',
      ],
      ...['one.wall.example.cn', 'proxy.example.cn', '192.0.2.7', ...addresses],
    ];
    for (const name of names) {
      for (const host of [name, `${name}:${port}`]) {
        expect([host, (await ask('/healthz', { host })).status]).toEqual([host, 200]);
        const surface = await openRawSurface(hub.url, { headers: { host, origin: `http://${host}` } });
        surface.close();
      }
    }
  });

  it('do not hinder a proxy that asks under the hub’s address for a page of its own name', async () => {
    const origin = 'https://proxy.example.cn';
    expect((await ask('/api/v1/registry/export', { origin, cookie: administratorCookie })).status).toBe(200);
    const client = await connectSurface(hub.url, { protocolVersion }, { origin });
    expect(await client.request('session:join', { surface: 'desk' })).toMatchObject({ ok: true });
    client.close();
  });

  it('do not hinder platforms and encoders, which prove who they are under any name', async () => {
    const host = 'nat.example.cn';
    expect((await ask('/api/v1/alerts', { host }, 'POST')).status).toBe(401);
    expect((await ask('/whip/x', { host }, 'POST')).status).toBe(401);
    expect((await ask('/trust', { host })).status).toBe(200);
  });
});
