import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registryImportSchema } from '../../../src-shared/cameras/registryImport.ts';
import type { RecorderReport } from '../../../src-sim/gb28181/demoRecorders.ts';
import type { OnvifReport } from '../../../src-sim/onvif/demoOnvif.ts';
import { createSimulator } from '../../../src-sim/simulator.ts';
import type { Simulator } from '../../../src-sim/simulatorReports.ts';
import { freePort } from '../../support/freePort.ts';

const entry = fileURLToPath(new URL('../../../src-sim/index.ts', import.meta.url));

describe('the control interface', () => {
  let city: Simulator;

  beforeAll(async () => {
    city = await createSimulator({ sites: 3, cameras: 6 });
  });
  afterAll(() => city.close());

  async function ask(
    method: string,
    path: string,
    body?: string,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${city.controlUrl}${path}`, {
      method,
      ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: await response.json() };
  }
  const put = (path: string, body: unknown) => ask('PUT', path, JSON.stringify(body));

  it('gives the registry in the import format, with URLs of this server', async () => {
    const registry = registryImportSchema.parse((await ask('GET', '/registry.json')).body);
    expect(registry.sites).toHaveLength(3);
    expect(registry.cameras).toHaveLength(6);
    for (const camera of registry.cameras) expect(camera.streams.main.url).toContain(city.rtspUrl);
  });

  it('says that it is there, and what time it is', async () => {
    expect(await ask('GET', '/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
    expect((await ask('GET', '/clock')).body).toMatchObject({
      epochMs: 0,
      framesPerSecond: 15,
      loopFrames: 300,
    });
  });

  it('sets a fault with its usual parameters, and a scene, and reports them', async () => {
    expect((await put('/cameras/cam-0002/fault', { kind: 'packetLoss' })).status).toBe(200);
    expect((await put('/cameras/cam-0002/scene', { show: 'black' })).status).toBe(200);
    expect((await put('/cameras/cam-0002/authentication', { scheme: 'none' })).status).toBe(200);
    const { cameras } = (await ask('GET', '/cameras')).body as { cameras: { id: string }[] };
    expect(cameras.find(({ id }) => id === 'cam-0002')).toMatchObject({
      fault: { kind: 'packetLoss', percent: 5 },
      show: 'black',
      scheme: 'none',
      clients: { main: 0, sub: 0 },
    });
  });

  it('takes the cameras of sites that come by ONVIF out of the registry, and shows and changes their devices', async () => {
    const other = await createSimulator({ sites: 30, cameras: 48, onvifSites: 1 });
    try {
      const at = async (method: string, path: string, body?: unknown) => {
        const headers = { 'content-type': 'application/json' };
        const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
        const answer = await fetch(`${other.controlUrl}${path}`, { method, ...sent });
        return { status: answer.status, body: (await answer.json()) as { devices: OnvifReport[] } };
      };
      const [first, ...others] = (await at('GET', '/onvif')).body.devices;
      const lenses = [first, ...others].flatMap((device) => device?.places ?? []).length;
      expect(lenses).toBeGreaterThanOrEqual(2);
      expect(other.registry().cameras).toHaveLength(48 - lenses);
      expect(other.registry().sites).toHaveLength(30);
      expect([first?.poses.length, ...others.map(({ poses }) => poses.length)]).toEqual([
        1,
        ...others.map(() => 0),
      ]);
      const path = `/onvif/${first?.serial}`;
      expect((await at('PUT', `${path}/habits`, { stop: 'unknown' })).body).toMatchObject({
        habits: { stop: 'unknown' },
      });
      expect((await at('POST', `${path}/events`, { kind: 'motion' })).status).toBe(200);
      const refused = [
        await at('PUT', `${path}/habits`, { mood: 'bad' }),
        await at('POST', `${path}/events`, { kind: 'fire' }),
        await at('PUT', '/onvif/nobody/habits', {}),
      ];
      expect(refused.map(({ status }) => status)).toEqual([400, 400, 404]);
    } finally {
      await other.close();
    }
  });

  it('shows how a recorder deviates from the norm, and changes it', async () => {
    // Nobody answers at that port: they go on trying.
    const other = await createSimulator({ sites: 8, cameras: 12, recorders: 2, recorderPort: 9 });
    try {
      const at = async (method: string, path: string, body?: unknown) => {
        const headers = { 'content-type': 'application/json' };
        const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
        const answer = await fetch(`${other.controlUrl}${path}`, { method, ...sent });
        return { status: answer.status, body: (await answer.json()) as { recorders: RecorderReport[] } };
      };
      const [first, second] = (await at('GET', '/recorders')).body.recorders;
      expect([first, second]).toMatchObject([
        { habits: {}, calls: 0 },
        { habits: { ear: 'needsTalk' }, calls: 0 },
      ]);
      const path = `/recorders/${first?.recorderId}/habits`;
      const habits = { sipOver: 'tcp', brokenMap: 'crc', refusedWays: { ways: ['udp'], status: 488 } };
      expect((await at('PUT', path, habits)).body).toMatchObject({ habits });
      // The others stay as they are, and what is left out is as the norm says.
      expect((await at('PUT', path, { folders: true })).body).toMatchObject({ habits: { folders: true } });
      expect((await at('GET', '/recorders')).body.recorders.map((one) => one.habits)).toEqual([
        { folders: true },
        { ear: 'needsTalk' },
      ]);
      const refused = [
        await at('PUT', path, { mood: 'bad' }),
        await at('PUT', path, { keepaliveEveryMs: 0 }),
        await at('PUT', '/recorders/nobody/habits', {}),
      ];
      expect(refused.map(({ status }) => status)).toEqual([400, 400, 404]);
    } finally {
      await other.close();
    }
  });

  it('has a platform above the hub where it is asked for, and platforms below it among the recorders', async () => {
    expect((await ask('GET', '/upper')).status).toBe(404);
    const port = await freePort();
    const other = await createSimulator({ sites: 3, cameras: 6, upperPort: port, lowerPlatforms: 1 });
    try {
      const at = async (method: string, path: string, body?: unknown) => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${other.controlUrl}${path}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      };
      expect((await at('GET', '/upper')).body).toMatchObject({ port, isRegistered: false, calls: [] });
      const deviceId = '42120000001320000001';
      const refused = [
        await at('GET', '/upper/catalogue'),
        await at('POST', '/upper/calls', { deviceId }),
        await at('POST', '/upper/calls', { deviceId: 'x' }),
        await at('POST', '/upper/turns', { deviceId, command: 'left' }),
        await at('DELETE', '/upper/calls/none'),
      ];
      expect(refused.map(({ status }) => status)).toEqual([409, 409, 400, 400, 404]);
      const { recorders, ...ofSites } = (await at('GET', '/recorders.json')).body;
      expect(recorders).toEqual([
        { recorderId: '42122200002000000001', name: '通城县平台（演示）', password: 'Demo-lower-1' },
      ]);
      // No site has one, and none of their cameras is named as the one that turns.
      expect(ofSites).toEqual({ sites: 0 });
    } finally {
      await other.close();
    }
  });

  it.each([
    ['PUT', '/cameras/cam-9999/fault', '{"kind":"none"}', 404, /cam-9999/],
    ['PUT', '/cameras/cam-0001/mood', '{}', 404, /nothing at/],
    ['GET', '/', undefined, 404, /nothing at/],
    ['PUT', '/cameras/cam-0001/fault', '{"kind":"toothache"}', 400, /kind/],
    ['PUT', '/cameras/cam-0001/fault', '{"kind":"packetLoss","percent":200}', 400, /percent/],
    ['PUT', '/cameras/cam-0001/fault', '{"kind":"none","severity":1}', 400, /severity/],
    ['PUT', '/cameras/cam-0001/fault', 'kind=none', 400, /JSON/],
    ['PUT', '/cameras/cam-0001/scene', '{"show":"party"}', 400, /show/],
    ['PUT', '/cameras/%E0%A4%A/scene', '{"show":"black"}', 400, /URI/],
    ['POST', '/clock', '{}', 405, /GET/],
    ['GET', '/cameras/cam-0001/fault', undefined, 405, /PUT/],
    ['PUT', '/cameras/cam-0001/fault', ' '.repeat(70_000), 413, /larger/],
  ])('answers %s %s %s with %i', async (method, path, body, status, message) => {
    const answer = await ask(method, path, body);
    expect(answer.status).toBe(status);
    expect((answer.body as { error: string }).error).toMatch(message);
  });

  /** As a browser sends it for a page: `fetch` would set these headers itself. */
  const askAs = (headers: Record<string, string>, method = 'PUT', path = '/cameras/cam-0003/fault') =>
    new Promise<{ status: number; error: string }>((resolve, reject) => {
      const asked = request(`${city.controlUrl}${path}`, { method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          const { error = '' } = JSON.parse(text) as { error?: string };
          resolve({ status: response.statusCode ?? 0, error });
        });
      });
      asked.once('error', reject);
      asked.end(method === 'GET' ? undefined : '{"kind":"packetLoss"}');
    });
  const faultOf = (cameraId: string) => city.cameras().find(({ id }) => id === cameraId)?.fault;

  it.each([
    ['text/plain'],
    ['text/plain; application/json'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['application/jsonp'],
    [''],
  ])('refuses a body of the type "%s", which any page may send without being asked', async (type) => {
    for (const [method, path] of [
      ['POST', '/alerts'],
      ['PUT', '/cameras/cam-0003/fault'],
    ] as const) {
      const answer = await askAs({ 'content-type': type }, method, path);
      expect(answer).toEqual({ status: 415, error: expect.stringMatching(/application\/json/) as string });
    }
    expect(faultOf('cam-0003')).toMatchObject({ kind: 'none' });
  });

  it('takes JSON whatever its charset and case', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    expect((await askAs(headers, 'PUT', '/cameras/cam-0004/fault')).status).toBe(200);
  });

  it.each([['http://evil.example'], ['null'], ['https://127.0.0.1.evil.example'], ['http://127.0.0.1:1']])(
    'refuses the page of the origin %s, also when it only reads',
    async (origin) => {
      const headers = { origin, 'content-type': 'application/json' };
      expect(await askAs(headers)).toMatchObject({ status: 403, error: expect.stringMatching(/Origin/) });
      expect(await askAs({ origin }, 'GET', '/registry.json')).toMatchObject({ status: 403 });
      expect(faultOf('cam-0003')).toMatchObject({ kind: 'none' });
    },
  );

  it.each([['evil.example'], ['localhost.evil.example'], ['203.0.113.9'], ['127.0.0.1@evil.example']])(
    'refuses the host name "%s", under which a rebound page comes, with the same origin',
    async (name) => {
      const host = `${name}:${new URL(city.controlUrl).port}`;
      const headers = { host, origin: `http://${host}`, 'content-type': 'application/json' };
      expect((await askAs(headers)).status).toBe(403);
      expect((await askAs({ host }, 'GET', '/registry.json')).status).toBe(403);
      expect(faultOf('cam-0003')).toMatchObject({ kind: 'none' });
    },
  );

  it('takes its own page', async () => {
    const headers = { origin: city.controlUrl, 'content-type': 'application/json' };
    expect((await askAs(headers, 'PUT', '/cameras/cam-0005/fault')).status).toBe(200);
    const { port } = new URL(city.controlUrl);
    expect((await askAs({ host: `localhost:${port}` }, 'GET', '/cameras')).status).toBe(200);
    expect((await askAs({ host: `[::1]:${port}` }, 'GET', '/cameras')).status).toBe(200);
  });

  it('refuses a show that the scene does not have, and names those it has', async () => {
    const camera = city.cameras().find(({ shows }) => !shows.includes('rat'));
    const answer = await put(`/cameras/${camera?.id}/scene`, { show: 'rat' });
    expect(answer.status).toBe(409);
    expect((answer.body as { error: string }).error).toContain('normal');
  });
});

describe('the simulator as a process', () => {
  interface Started {
    child: ChildProcess;
    line: Promise<Record<string, unknown>>;
    errors: () => string;
  }

  function start(environment: Record<string, string>): Started {
    const child = fork(entry, [], {
      execArgv: [],
      silent: true,
      env: { ...process.env, MINGCHU_SIM_RTSP_PORT: '0', MINGCHU_SIM_CONTROL_PORT: '0', ...environment },
    });
    let errors = '';
    child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
    const line = new Promise<Record<string, unknown>>((resolve, reject) => {
      child.stdout?.once('data', (text: Buffer) =>
        resolve(JSON.parse(text.toString()) as Record<string, unknown>),
      );
      child.once('exit', () => reject(new Error(errors)));
    });
    return { child, line, errors: () => errors };
  }

  it('prints one line with its addresses and ends at SIGTERM', async () => {
    const { child, line } = start({});
    const ready = await line;
    expect(ready).toMatchObject({ level: 30, msg: 'simulator ready' });
    expect((await fetch(`${String(ready['controlUrl'])}/healthz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends when the process that started it is gone', async () => {
    const { child, line } = start({ MINGCHU_PARENT_PIPE: '1' });
    await line;
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says which setting is wrong', async () => {
    const { child, line } = start({ MINGCHU_SIM_CAMERAS: 'lots' });
    await expect(line).rejects.toThrow(/MINGCHU_SIM_CAMERAS=lots/);
    expect(child.exitCode).toBe(1);
  });

  it('says when its port is taken', async () => {
    const first = start({});
    const port = new URL(String((await first.line)['rtspUrl'])).port;
    const second = start({ MINGCHU_SIM_RTSP_PORT: port });
    await expect(second.line).rejects.toThrow(/EADDRINUSE.*MINGCHU_SIM_RTSP_PORT/);
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
  });
});
