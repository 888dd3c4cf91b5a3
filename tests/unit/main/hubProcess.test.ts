import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hubEnvironment } from '../../../scripts/start/hubEnvironment.mjs';
import { probeHub } from '../../../src-main/hub/hubProbe.ts';
import { hubCommand, parseReadyLine, startHubProcess } from '../../../src-main/hub/hubProcess.ts';

const readyLine = '{"level":30,"url":"http://127.0.0.1:7400","msg":"hub ready"}';

/** Runs a script in place of the hub and collects what it tells. */
function runScript(script: string) {
  const lines: string[] = [];
  const ready = Promise.withResolvers<unknown>();
  const ended = Promise.withResolvers<string>();
  const process_ = startHubProcess(
    { command: process.execPath, args: ['-e', script], environment: process.env },
    { onReady: ready.resolve, onEnded: ended.resolve, onLine: (line) => lines.push(line) },
  );
  return { process: process_, ready: ready.promise, ended: ended.promise, lines };
}

describe('the line by which a hub says that it is ready', () => {
  it('gives its address here, with the key of the link for other machines', () => {
    expect(parseReadyLine(readyLine)).toEqual({ origin: 'http://127.0.0.1:7400' });
  });

  it.each(['hub ready', '{"msg":"hub ready"}', '{"msg":"hub ready","url":7}', '{"msg":', '{"msg":"other"}'])(
    'is not %s',
    (line) => expect(parseReadyLine(line)).toBeUndefined(),
  );
});

describe('a hub that was started', () => {
  it('reports its address and its log, and ends when its channel closes', async () => {
    const hub = runScript(`process.on('SIGTERM', () => {});
      process.on('disconnect', () => process.exit());
      setInterval(() => {}, 1000);
      console.log(${JSON.stringify(readyLine)});`);
    expect(await hub.ready).toEqual({ origin: 'http://127.0.0.1:7400' });
    expect(hub.lines).toEqual([readyLine]);
    await hub.process.stop();
    expect(await hub.ended).toBe('ended with code 0');
  });

  it('says why it did not start', async () => {
    const hub = runScript(`console.error('The hub did not start. The port is in use.'); process.exit(2);`);
    expect(await hub.ended).toBe('The hub did not start. The port is in use.');
    await hub.process.stop();
  });

  it('is distinguished from one that cannot be run at all', async () => {
    const ended = Promise.withResolvers<string>();
    const hub = startHubProcess(
      { command: '/nowhere/node', args: [], environment: {} },
      { onReady() {}, onEnded: ended.resolve, onLine() {} },
    );
    expect(await ended.promise).toContain('ENOENT');
    await hub.stop();
  });
});

describe('the command of a hub', () => {
  const options = { directory: '/app' };

  it('runs the sources with the project’s own Node first on the path', () => {
    const environment = { PATH: '/usr/bin', MEDIASOUP_WORKER_BIN: '/cache/worker' };
    const command = hubCommand({ ...options, isPackaged: false, environment });
    expect(command).toMatchObject({ command: 'node', args: [join('/app', 'src-sfu', 'index.ts')] });
    expect(command.environment).toMatchObject({
      PATH: '/app/node_modules/.bin:/usr/bin',
      MINGCHU_PARENT_PIPE: '1',
    });
  });

  it.each([true, false])('keeps the memory of a hub small, unless it is set otherwise: %s', (isPackaged) => {
    const asked = (environment: NodeJS.ProcessEnv) =>
      hubCommand({ ...options, isPackaged, environment }).environment;
    expect(asked({})).toMatchObject(hubEnvironment);
    expect(asked({ MALLOC_ARENA_MAX: '8' }).MALLOC_ARENA_MAX).toBe('8');
  });

  it('lets the set-up find a media worker where none is named', () => {
    const { args } = hubCommand({ ...options, isPackaged: false, environment: {} });
    expect(args).toEqual([join('/app', 'scripts', 'hub.mjs')]);
  });

  it('runs the bundled hub by the Node beside it when packaged, and Electron never as Node', () => {
    const command = hubCommand({ ...options, isPackaged: true, environment: {} });
    expect(command.command).toBe(join('/app', 'hub', 'bin', 'node'));
    expect(command.args).toEqual([join('/app', 'hub', 'src-sfu', 'index.ts')]);
    expect(command.environment.MEDIASOUP_WORKER_BIN).toBe(join('/app', 'hub', 'bin', 'mediasoup-worker'));
    expect(command.environment.ELECTRON_RUN_AS_NODE).toBeUndefined();
  });
});

describe('asking for a hub', () => {
  const closers: (() => void)[] = [];
  afterEach(() => closers.splice(0).forEach((close) => close()));

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('finds one, healthy or not', async () => {
    const healthy = await serve((_request, response) => response.end('{"status":"ok"}'));
    const ailing = await serve((_request, response) => {
      response.writeHead(503).end('{"status":"unhealthy"}');
    });
    expect(await probeHub(healthy)).toBeUndefined();
    expect(await probeHub(ailing)).toBeUndefined();
  });

  it('knows another program', async () => {
    const stranger = await serve((_request, response) => response.end('<h1>It works!</h1>'));
    expect(await probeHub(stranger)).toEqual({ kind: 'notAHub', origin: stranger });
  });

  it('says why nothing answers', async () => {
    const origin = await serve(() => undefined);
    closers.pop()?.();
    expect(await probeHub(origin)).toEqual({
      kind: 'unreachable',
      origin,
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
