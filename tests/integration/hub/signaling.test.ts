import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { protocolVersion } from '../../../src-shared/protocol/index.ts';
import { repositoryRoot, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

describe('the hub’s signalling', () => {
  let hub: HubProcess;
  const clients: SurfaceClient[] = [];
  beforeAll(async () => {
    hub = await startHubProcess({ settings: { MINGCHU_MAX_SURFACES: '3' } });
  });
  afterAll(() => hub.stop());
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    // The hub has only three places here: the next test waits until it has noticed that these are free.
    await expect
      .poll(async () => (await hubFetch(`${hub.url}/metrics`)).text())
      .toContain('mingchu_surfaces 0\n');
  });

  const connect = async (...rest: [Record<string, unknown>?, Record<string, string>?]) => {
    const client = await connectSurface(hub.url, ...rest);
    clients.push(client);
    return client;
  };
  const joined = async (surface: 'wall' | 'desk' | 'field' | 'showcase' = 'wall') => {
    const client = await connect();
    const answer = await client.request('session:join', { surface });
    if (!answer.ok) throw new Error(answer.message);
    return { client, ...answer.data };
  };
  const refusalOf = (promise: Promise<unknown>): Promise<{ code: string; message: string }> =>
    promise.then(
      () => ({ code: 'admitted', message: '' }),
      (error: { data?: { code: string; message: string }; message: string }) =>
        error.data ?? { code: 'none', message: error.message },
    );

  it('gives a surface that joins one snapshot', async () => {
    const { snapshot, sequence } = await joined();
    expect(sequence).toBe(0);
    expect(snapshot.role).toBe('screen');
    expect(snapshot.workers.length).toBeGreaterThan(0);
    expect(snapshot.wall).toMatchObject({ screenId: 'main', tiles: [], counts: { sites: 0, cameras: 0 } });
  });

  it('gives a visitor nothing of the wall', async () => {
    const { snapshot } = await joined('showcase');
    for (const name of ['wall', 'registry', 'squads', 'alerts', 'orders', 'talk'] as const)
      expect(snapshot[name]).toBeUndefined();
    // Softened copies come from the media workers.
    expect(snapshot.workers).not.toEqual([]);
  });

  it('refuses another protocol version and names its own', async () => {
    const refusal = await refusalOf(connect({ protocolVersion: protocolVersion + 1 }));
    expect(refusal).toMatchObject({ code: 'version_mismatch', hubProtocolVersion: protocolVersion });
  });

  it('turns a handshake away that it does not understand', async () => {
    expect((await refusalOf(connect({ protocolVersion: 'one' }))).code).toBe('bad_handshake');
    expect((await refusalOf(connect({}))).code).toBe('bad_handshake');
  });

  it('turns a page of another origin away', async () => {
    const refusal = await refusalOf(connect({ protocolVersion }, { origin: 'http://evil.example' }));
    expect(refusal.code).toBe('wrong_origin');
  });

  it('says when it is full, and takes surfaces again when one left', async () => {
    const first = await connect();
    await connect();
    await connect();
    expect((await refusalOf(connect())).code).toBe('hub_full');
    first.close();
    await expect.poll(async () => (await refusalOf(connect())).code).toBe('admitted');
  });

  it('answers nothing before the surface joined', async () => {
    const client = await connect();
    const answer = await client.request('cameras:openStream', { cameraId: 'x', stream: 'sub' });
    expect(answer).toMatchObject({ ok: false, code: 'not_joined' });
  });

  it('refuses what the role may not do', async () => {
    const { client } = await joined('wall');
    const drive = await client.request('wall:showCameras', {
      commandId: '1',
      screenId: 'main',
      cameraIds: [],
    });
    expect(drive).toMatchObject({ ok: false, code: 'forbidden' });
    const { client: visitor } = await joined('showcase');
    const open = await visitor.request('cameras:openStream', { cameraId: 'x', stream: 'sub' });
    expect(open).toMatchObject({ ok: false, code: 'forbidden' });
  });

  it('refuses unknown messages and wrong types, and goes on', async () => {
    const { client } = await joined();
    expect(await client.requestUnknown('wall:explode', {})).toMatchObject({
      ok: false,
      code: 'unknown_request',
    });
    expect(await client.requestUnknown('__proto__', {})).toMatchObject({
      ok: false,
      code: 'unknown_request',
    });
    expect(await client.requestUnknown('constructor', {})).toMatchObject({
      ok: false,
      code: 'unknown_request',
    });
    const wrong: unknown[] = [
      undefined,
      null,
      7,
      'x',
      [],
      { cameraId: 7, stream: 'sub' },
      { cameraId: 'a', stream: 'big' },
    ];
    for (const input of wrong) {
      expect(await client.requestAnything('cameras:openStream', input)).toMatchObject({
        ok: false,
        code: 'bad_request',
      });
    }
    expect(await client.requestAnything('cameras:openStream')).toMatchObject({
      ok: false,
      code: 'bad_request',
    });
    expect(await client.request('cameras:openStream', { cameraId: 'nobody', stream: 'sub' })).toMatchObject({
      ok: false,
      code: 'not_found',
    });
  });

  it('answers for each stream of a page by itself, and refuses a page that is none', async () => {
    const { client: visitor } = await joined('showcase');
    const page = { streams: [{ cameraId: 'x', stream: 'sub' as const }] };
    expect(await visitor.request('cameras:openStreams', page)).toMatchObject({ code: 'forbidden' });

    const { client } = await joined();
    const wish = { cameraId: 'nobody', stream: 'sub' };
    const wrong: unknown[] = [
      undefined,
      null,
      [],
      {},
      { streams: [] },
      { streams: 'all' },
      { streams: Array(33).fill(wish) },
      { streams: [wish], receiver: { rtpCapabilities: {}, transports: [{ workerId: 'w' }] } },
    ];
    for (const input of wrong) {
      expect(await client.requestAnything('cameras:openStreams', input)).toMatchObject({
        code: 'bad_request',
      });
    }
    const streams = [
      wish,
      7,
      null,
      { cameraId: 'x'.repeat(65), stream: 'sub' },
      { cameraId: 'nul \u0000', stream: 'sub' },
      { cameraId: 'a', stream: 'big' },
      wish,
    ];
    const answer = await client.requestAnything('cameras:openStreams', { streams });
    const codes = (answer as { data: { answers: { code: string }[] } }).data.answers.map(({ code }) => code);
    expect(codes).toEqual(['not_found', ...Array<string>(5).fill('bad_request'), 'not_found']);
  });

  it('refuses media requests that do not fit what is there', async () => {
    const { client, snapshot } = await joined();
    const workerId = snapshot.workers[0]?.workerId ?? '';
    expect(await client.request('media:createTransport', { workerId: 'nobody' })).toMatchObject({
      code: 'not_found',
    });
    const [first, second] = await Promise.all([
      client.request('media:createTransport', { workerId }),
      client.request('media:createTransport', { workerId }),
    ]);
    expect([first, second].filter((answer) => answer.ok)).toHaveLength(1);
    const made = first.ok ? first : second;
    if (!made.ok) throw new Error('no transport');
    const { transportId } = made.data;
    const next = await client.request('media:createTransport', { workerId, replaces: transportId });
    expect(next).toMatchObject({ ok: true });
    // Two are there now, so that neither may be replaced before the other is closed.
    expect(await client.request('media:createTransport', { workerId, replaces: transportId })).toMatchObject({
      code: 'conflict',
    });
    expect(
      await client.request('media:consume', {
        streamId: 'nobody:sub',
        transportId,
        kind: 'video',
        rtpCapabilities: {},
      }),
    ).toMatchObject({ code: 'not_found' });
    expect(
      await client.requestAnything('media:connectTransport', {
        transportId,
        dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: '00:11' }] },
      }),
    ).toMatchObject({ ok: false, code: 'bad_request' });
    expect(await client.request('media:resumeConsumers', { consumerIds: ['x'] })).toMatchObject({
      ok: true,
      data: { missing: ['x'] },
    });
  });

  it('drops a connection that sends more than any surface would, and lives on', async () => {
    const { client } = await joined();
    const gone = new Promise<string>((resolve) => client.socket.once('disconnect', resolve));
    client.socket.emit(
      'cameras:openStream',
      { cameraId: 'x'.repeat(300_000), stream: 'sub' },
      () => undefined,
    );
    expect(await gone).toMatch(/transport/);
    expect((await joined()).snapshot.role).toBe('screen');
  });

  it('slows down a surface that asks without end', async () => {
    const { client } = await joined();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () =>
        client.requestAnything('media:resumeConsumers', { consumerIds: [] }),
      ),
    );
    expect(answers.some((answer) => !answer.ok && answer.code === 'too_many')).toBe(true);
    expect(answers.some((answer) => answer.ok)).toBe(true);
  });

  it('reports its health and its figures', async () => {
    const health = await fetch(`${hub.url}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: 'ok', cameras: 0 });
    expect(await (await hubFetch(`${hub.url}/metrics`)).text()).toMatch(/^mingchu_media_workers \d/m);
  });

  it('gives a key for monitoring every figure that the dashboard, the rules and the document name, and nothing else', async () => {
    const made = await hubFetch(`${hub.url}/api/v1/alert-keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'prometheus', purpose: 'monitoring' }),
    });
    const { secret } = (await made.json()) as { secret: string };
    const headers = { authorization: `Bearer ${secret}` };
    const metrics = await (await fetch(`${hub.url}/metrics`, { headers })).text();
    const given = new Set([...metrics.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    for (const path of [
      'assets/monitoring/dashboard.json',
      'assets/monitoring/rules.yml',
      'docs/monitoring.md',
    ]) {
      const text = await readFile(join(repositoryRoot, path), 'utf8');
      const named = [...text.matchAll(/\bmingchu_\w*\w\b/g)].map(([name]) => name.replace(/_bucket$/, ''));
      expect(named.length).toBeGreaterThan(10);
      expect({ path, missing: named.filter((name) => !given.has(name) && !name.endsWith('_')) }).toEqual({
        path,
        missing: [],
      });
    }
    expect((await fetch(`${hub.url}/api/v1/alerts.csv`, { headers })).status).toBe(403);
    expect((await fetch(`${hub.url}/metrics`)).status).toBe(401);
  });

  it('answers bad HTTP with a clear error', async () => {
    const post = (body: string, type = 'application/json') =>
      hubFetch(`${hub.url}/api/v1/registry/import`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      });
    expect((await post('{"sites": [')).status).toBe(422);
    expect((await post('x', 'image/png')).status).toBe(415);
    const wrong = await post('{"sites":[{"externalId":""}],"cameras":[]}');
    expect(wrong.status).toBe(422);
    expect(await wrong.json()).toMatchObject({ error: { code: 'not_importable' } });
    expect((await hubFetch(`${hub.url}/../../etc/passwd`)).status).toBe(404);
    expect((await hubFetch(`${hub.url}/nothing`)).status).toBe(404);
  });

  it('keeps passwords out of its log', () => {
    expect(hub.output()).not.toMatch(/password"?:"?[^*"]/);
  });
});

describe('a hub that cannot start', () => {
  it('says that its configuration is broken', async () => {
    await expect(startHubProcess({ settings: { MINGCHU_PORT: 'seventy' } })).rejects.toThrow(
      /ended with 2.*"port" \(MINGCHU_PORT\)/s,
    );
  });

  it('says that its port is taken', async () => {
    const first = await startHubProcess();
    const port = Number(new URL(first.url).port);
    await expect(startHubProcess({ port })).rejects.toThrow(/Port \d+ is taken.*MINGCHU_PORT/s);
    await first.stop();
  });

  it('says that its media port is taken', async () => {
    // Below the ports that systems give away by themselves, so that no other test has it by chance.
    const mediaPort = String(20_000 + Math.floor(Math.random() * 10_000));
    const settings = { MINGCHU_RTC_PORT: mediaPort, MINGCHU_MEDIA_WORKERS: '1' };
    const first = await startHubProcess({ settings });
    await expect(startHubProcess({ settings })).rejects.toThrow(`Media port ${mediaPort} is taken`);
    await first.stop();
  });

  it('says that its database is damaged, and leaves the file as it is', async () => {
    const { mkdtemp, readFile, writeFile, rm } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const folder = await mkdtemp(join(tmpdir(), 'mingchu-damaged-'));
    const path = join(folder, 'mingchu.sqlite');
    await writeFile(path, 'this is not a database, but somebody may want it back');
    await expect(startHubProcess({ dataDir: folder })).rejects.toThrow(/mingchu\.sqlite cannot be opened/);
    expect(await readFile(path, 'utf8')).toMatch(/want it back/);
    await rm(folder, { recursive: true });
  });
});
