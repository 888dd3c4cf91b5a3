import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { addPerson } from '../../support/accountBrowser.ts';
import { administratorCookie } from '../../support/testAccount.ts';
import { addSquads, granted, openDesk, signIn, type Desk, type Phone } from '../talk/talkHub.ts';

const crowd = 500;

describe('a hub whose doors are asked in ways that no browser knows', () => {
  let hub: HubProcess;
  let desk: Desk;
  let phone: Phone;
  let host: string;
  /** Connections that send a byte now and then, and never a whole head. */
  const slow: Socket[] = [];
  let dripping: NodeJS.Timeout;

  beforeAll(async () => {
    hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1', MINGCHU_HTTPS: 'false' } });
    ({ host } = new URL(hub.url));
    for (let count = 0; count < crowd; count += 1) {
      const socket = open();
      socket.write('GET /healthz HTTP/1.1\r\nX-Slow: ');
      slow.push(socket);
    }
    dripping = setInterval(() => {
      for (const socket of slow) if (socket.writable) socket.write('x');
    }, 1_000);
    desk = await openDesk(hub);
    await addSquads(desk);
    phone = await signIn(hub, desk, 'ann', { hasVoice: false });
  });
  afterAll(async () => {
    clearInterval(dripping);
    for (const socket of slow) socket.destroy();
    desk.close();
    phone.close();
    await hub.stop();
  });

  const open = (): Socket => {
    const { hostname, port } = new URL(hub.url);
    return connect(Number(port), hostname).on('error', () => undefined);
  };
  /** What the hub answers to these bytes until it closes, or until `isEnough`. */
  const answerTo = (bytes: string | Buffer, isEnough: (text: string) => boolean = () => false) =>
    new Promise<string>((resolve) => {
      const socket = open();
      let text = '';
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        if (isEnough(text)) socket.destroy();
      });
      socket.once('close', () => resolve(text));
      socket.write(bytes);
    });
  const statusesIn = (text: string): number[] =>
    [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  const head = (target: string, hosts: readonly string[], more: readonly string[] = []): string =>
    [
      `GET ${target} HTTP/1.1`,
      ...hosts.map((one) => `Host: ${one}`),
      'Connection: close',
      ...more,
      '',
      '',
    ].join('\r\n');

  const malformed = (): [what: string, target: string, hosts: string[]][] => [
    ['two names', '', [host, host]],
    ['a foreign name after its own', '', [host, 'evil.example']],
    ['nothing', '', ['']],
    ['a path', '', [`${host}/x`]],
    ['user information', '', [`127.0.0.1@evil.example`]],
    ['user information before its own name', '', [`user@${host}`]],
    ['two names in one header', '', [`${host}, evil.example`]],
    ['a scheme', '', [`http://${host}`]],
    ['another name in the target', 'http://evil.example', [host]],
    ['user information in the target', `http://user@${host}`, [host]],
  ];

  it('refuses a request that does not say which host it is for, on every kind of route', async () => {
    const targets = ['/healthz', '/wall.html', '/trust', '/api/v1/alerts', '/nothing-here'];
    for (const [what, before, hosts] of malformed()) {
      for (const target of targets) {
        const answer = await answerTo(head(`${before}${target}`, hosts));
        expect([what, target, statusesIn(answer)]).toEqual([what, target, [400]]);
      }
    }
    expect(statusesIn(await answerTo(head(`http://${host}/healthz`, [host])))).toEqual([200]);
    expect(statusesIn(await answerTo(head('/healthz', [])))).toEqual([400]);
  });

  it('gives such a request no WebSocket', async () => {
    const upgrade = [
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    const ask = (target: string, hosts: readonly string[]): Promise<string> => {
      const lines = [`GET ${target} HTTP/1.1`, ...hosts.map((one) => `Host: ${one}`), ...upgrade, '', ''];
      return answerTo(lines.join('\r\n'), (text) => text.includes('101'));
    };
    const path = '/socket.io/?EIO=4&transport=websocket';
    for (const [what, before, hosts] of malformed()) {
      // A target in absolute form is none that opens a WebSocket, whatever it names.
      if (before !== '') continue;
      expect([what, statusesIn(await ask(path, hosts))]).toEqual([what, [400]]);
    }
    expect(statusesIn(await ask(path, [host]))).toEqual([101]);
  });

  it('answers a hundred requests that come in one packet, each once and in their order', async () => {
    const one = (number: number): string =>
      `GET /${number === 99 ? 'nothing-here' : 'healthz'} HTTP/1.1\r\nHost: ${host}\r\n${number === 99 ? 'Connection: close\r\n' : ''}\r\n`;
    const answer = await answerTo(Array.from({ length: 100 }, (_, number) => one(number)).join(''));
    expect(statusesIn(answer)).toEqual([...Array<number>(99).fill(200), 404]);
  });

  it.each([
    ['both ways of saying its length', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
    ['the same in the other order', 'Transfer-Encoding: chunked\r\nContent-Length: 5'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6'],
    ['a space before the colon', 'Transfer-Encoding : chunked\r\nContent-Length: 5'],
    ['a coding that is none', 'Transfer-Encoding: xchunked'],
    ['chunks that are not the last coding', 'Transfer-Encoding: chunked, identity'],
    ['a folded header', 'Transfer-Encoding:\r\n chunked\r\nContent-Length: 5'],
  ])('takes no second request out of a body with %s', async (_what, lengths) => {
    const inner = `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const answer = await answerTo(
      `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${lengths}\r\n\r\n0\r\n\r\n${inner}`,
    );
    const statuses = statusesIn(answer);
    expect(statuses.filter((status) => status < 400)).toEqual([]);
    expect(statuses.length).toBeLessThanOrEqual(1);
  });

  it('reads no megabyte of chunk extensions', async () => {
    const answer = await answerTo(
      `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(1024 * 1024)}\r\n{}\r\n0\r\n\r\n`,
    );
    expect(statusesIn(answer)).toEqual([400]);
  });

  it('lets an SOS through a crowd of connections that send a byte a second, and ends them', async () => {
    expect(slow.filter(({ destroyed }) => !destroyed).length).toBeGreaterThan(crowd / 2);
    granted(await phone.request('squads:raiseEmergency', { emergencyId: 'sos-slow', ageMs: 0, press: 1 }));
    await eventually('the SOS at the desk', () =>
      desk.noticesOf('squads:emergencyChanged').some(({ emergency }) => emergency.emergencyId === 'sos-slow'),
    );
    await eventually('the end of the crowd', () => slow.every(({ destroyed }) => destroyed), 40_000);
  });

  it('gives one account its share over all connections, and everybody else the rest', async () => {
    const other = await addPerson(hub, { name: '陈刚', role: 'supervisor' });
    const begin = (): Socket => {
      const socket = open();
      // A body that is announced and does not come: the request stays under way.
      const lines = ['POST /api/v1/accounts HTTP/1.1', `Host: ${host}`, `Cookie: ${administratorCookie}`];
      const body = ['Content-Type: application/json', 'Content-Length: 1000'];
      socket.write(`${[...lines, ...body].join('\r\n')}\r\n\r\n`);
      return socket;
    };
    const sockets = Array.from({ length: 80 }, begin);
    const refused = new Set<Socket>();
    for (const socket of sockets) {
      socket.on('data', (bytes: Buffer) => {
        if (bytes.toString('latin1').startsWith('HTTP/1.1 429 ')) refused.add(socket);
      });
    }
    await eventually('those above 64 refused', () => refused.size === 16);
    const ask = () => fetch(`${hub.url}/api/v1/session`, { headers: { cookie: administratorCookie } });
    const answer = await ask();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await answer.json()) as object).toMatchObject({ error: { code: 'too_many' } });
    // Others are not held up, nor are the sockets of the same account.
    expect((await other.ask('GET', 'session')).status).toBe(200);
    expect((await fetch(`${hub.url}/sign-in.html`)).status).not.toBe(429);
    expect(await desk.request('session:checkLink', {})).toMatchObject({ ok: true });
    for (const socket of sockets) socket.destroy();
    await eventually('room again', async () => (await ask()).status === 200);
  });
});
