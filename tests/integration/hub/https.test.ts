import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import * as messagePackParser from 'socket.io-msgpack-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineCode, examineHub } from '../../../src-main/hub/hubExamination.ts';
import { createHubTrust } from '../../../src-main/hub/hubTrust.ts';
import { makeConnectionCode, readConnectionCode } from '../../../src-shared/network/connectionCode.ts';
import { protocolVersion } from '../../../src-shared/protocol/version.ts';
import {
  mediaWorkerBinary,
  startHubProcess,
  startProcess,
  temporaryFolder,
  type HubProcess,
} from '../../support/processes.ts';
import { command } from '../../support/accountBrowser.ts';
import { administratorCookie } from '../../support/testAccount.ts';

const missing = { address: '0.0.0.0', port: 0, fingerprintStart: '' };

describe('the hub over HTTPS', () => {
  let hub: HubProcess;
  let secureUrl: string;
  let authority: string;
  beforeAll(async () => {
    hub = await startHubProcess({ settings: { MINGCHU_TLS_NAMES: 'hub.example.cn' } });
    secureUrl = String(hub.ready.secureUrl);
    const served = await fetch(`${hub.url}/trust/mingchu.crt`);
    authority = new X509Certificate(new Uint8Array(await served.arrayBuffer())).toString();
  });
  afterAll(() => hub.stop());

  /** As a phone that trusts `ca` and nothing else. */
  const get = (path: string, ca: string | undefined, host?: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const headers = host === undefined ? {} : { host };
      const trusted = ca === undefined ? {} : { ca };
      // A session that is taken up again checks no certificate.
      const agent = new Agent({ maxCachedSessions: 0 });
      const options = { ...trusted, headers, agent, servername: 'localhost' };
      request(`${secureUrl}${path}`, options, (answer) => {
        let body = '';
        answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      })
        .once('error', reject)
        .end();
    });

  it('answers who trusts its authority, with the same routes as over HTTP', async () => {
    const answer = await get('/healthz', authority);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 'ok' });
    expect((await get('/nothing-here', authority)).status).toBe(404);
  });

  it('is not believed by who does not', async () => {
    await expect(get('/healthz', undefined)).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/),
    });
  });

  it('takes surfaces', async () => {
    const socket = io(secureUrl, {
      parser: messagePackParser,
      transports: ['websocket'],
      reconnection: false,
      auth: { protocolVersion },
      extraHeaders: { cookie: administratorCookie },
      ca: authority,
    } as Parameters<typeof io>[1]);
    const answer = await new Promise((resolve, reject) => {
      socket.once('connect', () => {
        socket.emit('session:join', { surface: 'wall' }, resolve);
      });
      socket.once('connect_error', reject);
    });
    expect(answer).toMatchObject({ ok: true, data: { snapshot: { role: 'screen' } } });
    socket.disconnect();
  });

  it('explains to a phone in two languages what to do, with a QR code', async () => {
    const chinese = await (await fetch(`${hub.url}/trust`)).text();
    expect(chinese).toContain('手机首次使用');
    expect(chinese).toContain('<svg');
    expect(chinese).toContain(new X509Certificate(authority).fingerprint256);
    const english = await (await fetch(`${hub.url}/trust?lang=en`)).text();
    expect(english).toContain('Install a CA certificate');
  });

  it('names the host a phone came by only when the certificate is good for it', async () => {
    const addresses = async (host: string) =>
      JSON.parse((await get('/trust/addresses', authority, host)).body) as Record<string, string>;
    const { port } = new URL(secureUrl);
    expect(await addresses('hub.example.cn')).toMatchObject({
      fieldUrl: `https://hub.example.cn:${port}/field.html`,
    });
    expect((await addresses('evil.example.org')).fieldUrl).not.toContain('evil');
    const hostile = await get('/trust/addresses', authority, '"><script>');
    expect(hostile.status).toBe(400);
    expect(hostile.body).not.toContain('<script');
  });

  it('gives iPhones a profile with the authority in it', async () => {
    const answer = await fetch(`${hub.url}/trust/mingchu.mobileconfig`);
    expect(answer.headers.get('content-type')).toContain('application/x-apple-aspen-config');
    expect(await answer.text()).toContain(new X509Certificate(authority).raw.toString('base64'));
  });

  it('is recognised at a wall’s machine by its authority, or by its connection code', async () => {
    const fingerprint = new X509Certificate(authority).fingerprint256;
    const recognised = { kind: 'hub', origin: secureUrl, authority: { pem: authority, fingerprint } };
    expect(await examineHub(`${secureUrl}/wall.html`)).toEqual(recognised);
    const at = { address: '127.0.0.1', port: Number(new URL(secureUrl).port) };
    const code = makeConnectionCode({ ...at, fingerprint }) ?? '';
    expect(await examineCode(readConnectionCode(code) ?? missing)).toEqual(recognised);
    const other = { ...at, fingerprintStart: '0'.repeat(17) };
    expect(await examineCode(other)).toEqual({ kind: 'fault', fault: 'otherFingerprint' });
    // Its own address in the network stands in the code that it prints itself.
    const status: object = await command(hub, { command: 'tls', action: 'status' });
    const { connectionCode } = (status as { data: { connectionCode?: string } }).data;
    if (connectionCode !== undefined)
      expect(readConnectionCode(connectionCode)).toMatchObject({ port: at.port });

    const trust = createHubTrust({ origin: secureUrl }, { hub: secureUrl, hubAuthority: authority });
    expect(await trust.probe(secureUrl)).toBeUndefined();
    expect(trust.keyDigest()).toMatch(/^[\w+/]{43}=$/);
    const shown = readFileSync(join(hub.dataDir, 'tls', 'server.crt'), 'utf8');
    expect(trust.isCertificate(shown, '127.0.0.1')).toBe(true);
    expect(trust.isCertificate(shown, 'other.example')).toBe(false);
    expect(trust.isCertificate(authority, '127.0.0.1')).toBe(false);
    const stranger = createHubTrust({ origin: secureUrl }, {});
    expect(await stranger.probe(secureUrl)).toEqual({ kind: 'otherCertificate', origin: secureUrl });
    expect(stranger.isCertificate(shown, '127.0.0.1')).toBe(false);
    expect(JSON.parse(await trust.readHealth())).toHaveProperty('status');
    await expect(stranger.readHealth()).rejects.toThrow();
  });

  it('rotates its certificate while it runs, and prepares another authority for phones', async () => {
    const tls = (action: string) =>
      command(hub, { command: 'tls', action }) as Promise<{ ok?: boolean; message?: string }>;
    expect(await tls('finish')).toMatchObject({ ok: false, message: expect.stringContaining('tls -- next') });
    const before = readFileSync(join(hub.dataDir, 'tls', 'server.crt'), 'utf8');
    expect(await tls('rotate')).toMatchObject({ ok: true });
    expect(readFileSync(join(hub.dataDir, 'tls', 'server.crt'), 'utf8')).not.toBe(before);
    expect((await get('/healthz', authority)).status).toBe(200);
    expect(await tls('next')).toMatchObject({ ok: true });
    const next = new X509Certificate(await (await fetch(`${hub.url}/trust/mingchu-next.crt`)).bytes());
    expect(await (await fetch(`${hub.url}/trust`)).text()).toContain(next.fingerprint256);
    const addresses = await (await fetch(`${hub.url}/trust/addresses`)).json();
    const fingerprints = [new X509Certificate(authority).fingerprint256, next.fingerprint256];
    expect(addresses).toMatchObject({ fingerprints });
    expect((await get('/healthz', authority)).status).toBe(200);
  });

  it('keeps its authority over a restart, for phones that trust it', async () => {
    const again = await startHubProcess({ dataDir: hub.dataDir });
    try {
      expect(readFileSync(join(hub.dataDir, 'tls', 'authority.crt'), 'utf8').trim()).toBe(authority.trim());
    } finally {
      await again.stop();
    }
  });

  it('takes the prepared authority into use while it runs: phones need it from then on', async () => {
    const tls = (action: string) => command(hub, { command: 'tls', action });
    expect(await tls('status')).toMatchObject({
      ok: true,
      data: {
        authority: { fingerprint: new X509Certificate(authority).fingerprint256, isConstrained: true },
        nextAuthority: { isConstrained: true },
        forbiddenNames: [],
      },
    });
    const served = await fetch(`${hub.url}/trust/mingchu-next.crt`);
    const next = new X509Certificate(new Uint8Array(await served.arrayBuffer()));
    expect(await tls('finish')).toMatchObject({ ok: true, data: { done: 'finish' } });
    expect((await get('/healthz', next.toString())).status).toBe(200);
    // A wall's machine that compared the one before does not follow by itself.
    const wall = createHubTrust({ origin: secureUrl }, { hub: secureUrl, hubAuthority: authority });
    expect(await wall.probe(secureUrl)).toEqual({ kind: 'otherCertificate', origin: secureUrl });
    await expect(get('/healthz', authority)).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO|SIGNATURE/),
    });
    expect((await fetch(`${hub.url}/trust/mingchu-next.crt`)).status).toBe(404);
    expect(await (await fetch(`${hub.url}/trust`)).text()).toContain(next.fingerprint256);
    expect(await tls('finish')).toMatchObject({ ok: false, message: expect.stringContaining('tls -- next') });
    for (const line of [{ action: 'drop' }, { action: 'status', force: true }, {}]) {
      expect(await command(hub, { command: 'tls', ...line })).toMatchObject({
        ok: false,
        message: expect.any(String),
      });
    }
  });

  it('does not start with a certificate and a key that do not belong together', async () => {
    const folder = join(hub.dataDir, 'tls');
    await expect(
      startProcess('src-sfu/index.ts', 'hub ready', {
        MEDIASOUP_WORKER_BIN: mediaWorkerBinary(),
        MINGCHU_PORT: '0',
        MINGCHU_RTC_PORT: '0',
        MINGCHU_DATA_DIR: temporaryFolder('mingchu-own-'),
        MINGCHU_TLS_CERTIFICATE: join(folder, 'server.crt'),
        MINGCHU_TLS_KEY: join(folder, 'authority.key'),
      }),
    ).rejects.toThrow(/does not belong to the certificate/);
  });
});
