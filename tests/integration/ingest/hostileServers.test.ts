import { afterEach, describe, expect, it } from 'vitest';
import { collectGarbage } from '../../support/collectGarbage.ts';
import { attemptIngest, type IngestAttempt } from '../../support/ingestAttempt.ts';
import { eventually } from '../../support/processes.ts';
import {
  answerPolitely,
  scriptedConnection,
  startScriptedCamera,
  type ScriptedConnection,
  type ScriptedCamera,
} from '../../support/scriptedCamera.ts';
import { pps, rtp, slice, sps640x360 } from '../../unit/sfu/media/ingest/rtpBuilders.ts';

const timeouts = { connectMs: 500, responseMs: 600, firstPictureMs: 900, silenceMs: 900 };
const attempts: IngestAttempt[] = [];
const servers: ScriptedCamera[] = [];

afterEach(async () => {
  for (const attempt of attempts.splice(0)) attempt.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function server(
  script: Partial<Record<'onRequest', Parameters<typeof startScriptedCamera>[0]>>,
  host?: string,
): Promise<ScriptedCamera> {
  const started = await startScriptedCamera(script.onRequest ?? (() => undefined), host);
  servers.push(started);
  return started;
}

function attempt(url: string, options: Parameters<typeof attemptIngest>[1] = {}): IngestAttempt {
  const started = attemptIngest(url, { timeouts, ...options });
  attempts.push(started);
  return started;
}

/** The end that a camera with this script comes to, with its connection gone. */
async function endOf(onRequest: Parameters<typeof startScriptedCamera>[0]) {
  const camera = await server({ onRequest });
  const ended = await attempt(camera.url).event('ended');
  await eventually('the connection is gone', () => camera.open() === 0, 3_000);
  return ended;
}

/** A key picture with its sets, on channel 0. */
function sendKeyPicture(connection: ScriptedConnection, sequence = 0): void {
  const payloads = [sps640x360, pps, slice('idr', 900)];
  for (const [index, payload] of payloads.entries()) {
    connection.frame(0, rtp({ sequence: sequence + index, timestamp: 1, payload, marker: index === 2 }));
  }
}

describe('a server that is no good camera', () => {
  it.each([
    ['bytes without sense', Buffer.from([1, 2, 3, 250, 251]), /neither RTSP nor a media frame/],
    ['a web page', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /web server/],
    [
      'headers without end',
      Buffer.from(`RTSP/1.0 200 OK\r\nX: ${'x'.repeat(200_000)}`),
      /more than 16384 bytes/,
    ],
    [
      'ten thousand headers',
      Buffer.from(`RTSP/1.0 200 OK\r\n${'a: b\r\n'.repeat(2000)}\r\n`),
      /too many headers/,
    ],
    [
      'a body of 4 GB',
      Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 4294967296\r\n\r\n'),
      /Content-Length that is no number/,
    ],
    [
      'a body of 100 MB',
      Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 100000000\r\n\r\n'),
      /announced a body of 100000000 bytes/,
    ],
  ])('that answers with %s', async (_name, bytes, message) => {
    const ended = await endOf(({ socket }) => socket.write(bytes));
    expect(ended).toMatchObject({
      cause: 'protocolError',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['ten thousand lines', 'a=x:y\r\n'.repeat(9_000)],
    ['five hundred tracks', 'm=video 0 RTP/AVP 96\r\n'.repeat(380)],
    ['a line of 60 KB', `a=fmtp:96 ${'A'.repeat(60_000)}`],
    ['no line at all', 'nothing'],
  ])('whose description is %s', async (_name, body) => {
    const ended = await endOf((connection, request) => {
      if (request.method === 'DESCRIBE') connection.answer(request, '200 OK', {}, body);
      else answerPolitely(connection, request);
    });
    expect(ended).toMatchObject({
      cause: 'protocolError',
      message: expect.stringMatching(/session description/) as string,
    });
  });

  it('that answers another question than the one asked', async () => {
    const ended = await endOf((connection, request) =>
      connection.answer({ ...request, sequence: '99' }, '200 OK'),
    );
    expect(ended).toMatchObject({
      cause: 'protocolError',
      message: 'The camera answered request 99 when request 1 was the last one.',
    });
  });

  it('that never gets to the end of its answer', async () => {
    const timers: NodeJS.Timeout[] = [];
    const ended = await endOf(({ socket }) => {
      socket.write('RTSP/1.0 200 OK\r\nX: ');
      timers.push(setInterval(() => socket.write('x'), 20));
    });
    for (const timer of timers) clearInterval(timer);
    expect(ended).toMatchObject({ cause: 'timeout' });
  });

  it('that sends from one address to the next without end', async () => {
    const ended = await endOf((connection, request) => {
      if (request.method !== 'DESCRIBE') answerPolitely(connection, request);
      else connection.answer(request, '302 Moved', { Location: request.url.replace('/ch', '/ch1') });
    });
    expect(ended).toMatchObject({
      cause: 'refused',
      message: expect.stringMatching(/without end/) as string,
    });
  });

  it('that floods with the largest frames there are, at no cost of memory', async () => {
    const frame = Buffer.concat([Buffer.from([0x24, 0, 0xff, 0xff]), Buffer.alloc(65_535, 0x80)]);
    const camera = await server({
      onRequest: (connection, request) =>
        answerPolitely(connection, request, {
          media: ({ socket }) => {
            const more = (): void => {
              while (socket.writable && socket.write(frame));
            };
            socket.on('drain', more);
            more();
          },
        }),
    });
    const flooded = attempt(camera.url, { timeouts: { ...timeouts, firstPictureMs: 2_500 } });
    await flooded.event('described');
    collectGarbage();
    const before = process.memoryUsage();
    const ended = await flooded.event('ended');
    collectGarbage();
    const after = process.memoryUsage();
    expect(ended).toMatchObject({
      cause: 'silent',
      message: expect.stringMatching(/no whole key picture/) as string,
    });
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(16 * 1024 * 1024);
    expect(flooded.video).toHaveLength(0);
  });
});

describe('a camera with habits', () => {
  it('is understood when it sends one byte at a time', async () => {
    const camera = await server({
      onRequest(connection, request) {
        const slowly = Object.create(connection.socket, {
          write: {
            value: (text: string) => {
              for (const byte of text) connection.socket.write(byte);
            },
          },
        }) as ScriptedConnection['socket'];
        answerPolitely(scriptedConnection(slowly), request, { media: () => sendKeyPicture(connection) });
      },
    });
    await attempt(camera.url).event('live');
  });

  it('may put media on channels of its own choice, and ask questions itself', async () => {
    let answered = '';
    const camera = await server({
      onRequest(connection, request) {
        if (request.method === 'SETUP') {
          connection.answer(request, '200 OK', {
            Session: 's1',
            Transport: 'RTP/AVP/TCP;unicast;interleaved=6-7',
          });
          return;
        }
        answerPolitely(connection, request, {
          session: 's1',
          media() {
            connection.socket.on('data', (chunk) => (answered += chunk.toString()));
            connection.socket.write(
              'OPTIONS * RTSP/1.0\r\nCSeq: 41\r\n\r\nREDIRECT x RTSP/1.0\r\nCSeq: 42\r\n\r\n',
            );
            sendKeyPicture({ ...connection, frame: (_channel, data) => connection.frame(6, data) });
          },
        });
      },
    });
    await attempt(camera.url).event('live');
    await eventually('both questions are answered', () => answered.includes('42'), 2_000);
    expect(answered).toContain('RTSP/1.0 200 OK\r\nCSeq: 41');
    expect(answered).toContain('RTSP/1.0 501 Not Implemented\r\nCSeq: 42');
  });

  it('is kept awake at half its session’s timeout', async () => {
    const camera = await server({
      onRequest: (connection, request) =>
        answerPolitely(connection, request, { session: 'abc;timeout=2', media: sendKeyPicture }),
    });
    await attempt(camera.url, { timeouts: { ...timeouts, silenceMs: 5_000 } }).event('live');
    await eventually(
      'it was asked to stay',
      () =>
        camera.requests.some(
          ({ method, headers }) => method === 'GET_PARAMETER' && headers.get('session') === 'abc',
        ),
      1_000,
    );
  });

  it('may make its nonce stale at any time', async () => {
    let nonce = 1;
    const camera = await server({
      onRequest(connection, request) {
        const given = /nonce="(\d+)"/.exec(request.headers.get('authorization') ?? '')?.[1];
        if (given === String(nonce)) {
          nonce += request.method === 'DESCRIBE' || request.method === 'SETUP' ? 1 : 0;
          answerPolitely(connection, request, { media: sendKeyPicture });
          return;
        }
        const stale = given === undefined ? '' : ', stale=true';
        connection.answer(request, '401 Unauthorized', {
          'WWW-Authenticate': `Digest realm="r", nonce="${nonce}", qop="auth"${stale}`,
        });
      },
    });
    await attempt(camera.url, { username: 'u', password: 'p' }).event('live');
  });

  it('that refuses a password is asked with it once, before an account is locked', async () => {
    const camera = await server({
      onRequest: (connection, request) =>
        connection.answer(request, '401 Unauthorized', {
          'WWW-Authenticate': `Digest realm="r", nonce="${Math.random()}"`,
        }),
    });
    const ended = await attempt(camera.url, { username: 'u', password: 'secret' }).event('ended');
    expect(ended.cause).toBe('unauthorized');
    expect(ended.message).not.toContain('secret');
    expect(camera.requests.filter(({ headers }) => headers.has('authorization'))).toHaveLength(1);
  });

  it('that sends to another host gets no password carried there', async () => {
    const other = await server(
      {
        onRequest: (connection, request) =>
          connection.answer(request, '401 Unauthorized', { 'WWW-Authenticate': 'Basic realm="bait"' }),
      },
      '127.0.0.2',
    );
    const camera = await server({
      onRequest(connection, request) {
        if (request.method === 'DESCRIBE') connection.answer(request, '302 Moved', { Location: other.url });
        else answerPolitely(connection, request);
      },
    });
    const ended = await attempt(camera.url, { username: 'u', password: 'p' }).event('ended');
    expect(ended.cause).toBe('unauthorized');
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.some(({ headers }) => headers.has('authorization'))).toBe(false);
  });

  it('that sends to another port of its own host gets no password carried there', async () => {
    const other = await server({
      onRequest: (connection, request) =>
        connection.answer(request, '401 Unauthorized', { 'WWW-Authenticate': 'Basic realm="bait"' }),
    });
    const camera = await server({
      onRequest(connection, request) {
        if (request.method === 'DESCRIBE') connection.answer(request, '302 Moved', { Location: other.url });
        else answerPolitely(connection, request);
      },
    });
    const ended = await attempt(camera.url, { username: 'u', password: 'p' }).event('ended');
    expect(ended.cause).toBe('unauthorized');
    expect(other.requests.some(({ headers }) => headers.has('authorization'))).toBe(false);
  });

  it('that asks for Digest and then for Basic does not get the password in clear', async () => {
    const camera = await server({
      onRequest: (connection, request) =>
        connection.answer(request, '401 Unauthorized', {
          'WWW-Authenticate':
            request.headers.get('authorization') === undefined && request.method === 'OPTIONS'
              ? 'Digest realm="r", nonce="n"'
              : 'Basic realm="r"',
        }),
    });
    await attempt(camera.url, { username: 'u', password: 'secret' }).event('ended');
    const sent = camera.requests.map(({ headers }) => headers.get('authorization') ?? '');
    expect(sent.some((header) => header.startsWith('Digest'))).toBe(true);
    expect(sent.some((header) => header.startsWith('Basic'))).toBe(false);
  });

  it('that took Digest once is not answered with Basic, and the end says why and what to do', async () => {
    const script = (challenge: string): Parameters<typeof startScriptedCamera>[0] => {
      return (connection, request) => {
        if (request.headers.has('authorization'))
          answerPolitely(connection, request, { media: sendKeyPicture });
        else connection.answer(request, '401 Unauthorized', { 'WWW-Authenticate': challenge });
      };
    };
    const digest = await server({ onRequest: script('Digest realm="r", nonce="n"') });
    const first = attempt(digest.url, { username: 'u', password: 'secret' });
    await first.event('tookDigest');
    const basic = await server({ onRequest: script('Basic realm="r"') });
    const ended = await attempt(basic.url, { username: 'u', password: 'secret', digestOnly: true }).event(
      'ended',
    );
    expect(ended).toMatchObject({
      cause: 'unauthorized',
      message: expect.stringMatching(/in clear \(Basic\).*allowBasic/) as string,
    });
    expect(basic.requests.some(({ headers }) => headers.has('authorization'))).toBe(false);
    // A camera that only knows Basic is not shut out: nothing else was ever heard of it.
    await attempt(basic.url, { username: 'u', password: 'secret' }).event('live');
  });

  it('is asked for an odd path as written, without user and password', async () => {
    const camera = await server({
      onRequest: (connection, request) => answerPolitely(connection, request, { media: sendKeyPicture }),
    });
    const odd = `/后厨 1/ch#2?user=a&x=[1]'"`;
    const url = `rtsp://ad min:p@ss/w:rd%@127.0.0.1:${camera.port}${odd}`;
    await attempt(url).event('live');
    expect(camera.requests[0]?.url).toBe(`rtsp://127.0.0.1:${camera.port}/%E5%90%8E%E5%8E%A8%201/ch`);
    expect(
      JSON.stringify(camera.requests.map((request) => [request.url, ...request.headers.values()])),
    ).not.toMatch(/ss\/w|ad min/);
  });

  it('that says goodbye has ended, and so has one that only falls silent', async () => {
    const goodbye = await server({
      onRequest: (connection, request) =>
        answerPolitely(connection, request, {
          media() {
            sendKeyPicture(connection);
            connection.frame(1, Buffer.from([0x81, 203, 0, 1, 0xab, 0xad, 0xca, 0xfe]));
          },
        }),
    });
    expect(await attempt(goodbye.url).event('ended')).toMatchObject({ cause: 'closedByCamera' });
    const silent = await server({
      onRequest: (connection, request) => answerPolitely(connection, request, { media: sendKeyPicture }),
    });
    expect(await attempt(silent.url).event('ended')).toMatchObject({ cause: 'silent' });
  });
});

describe('an attempt that is closed', () => {
  it.each(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY'])(
    'at %s says nothing more and leaves nothing open',
    async (method) => {
      const camera = await server({
        onRequest(connection, request) {
          if (request.method === method) started.close();
          answerPolitely(connection, request, { media: sendKeyPicture });
        },
      });
      const started = attempt(camera.url);
      await eventually('the connection came', () => camera.requests.length > 0, 2_000);
      await eventually('the connection is gone', () => camera.open() === 0, 3_000);
      expect(started.events.map(({ type }) => type)).not.toContain('ended');
      expect(started.events.map(({ type }) => type)).not.toContain('live');
      if (method === 'PLAY') expect(camera.requests.at(-1)?.method).toBe('TEARDOWN');
    },
  );

  it('before the camera answers at all', async () => {
    const camera = await server({});
    const started = attempt(camera.url);
    await eventually('the connection came', () => camera.open() === 1, 2_000);
    started.close();
    await eventually('the connection is gone', () => camera.open() === 0, 2_000);
    expect(started.events).toEqual([]);
  });
});
