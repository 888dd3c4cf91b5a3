import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { collectGarbage } from '../../support/collectGarbage.ts';
import { attemptIngest, recordingOutput, type IngestAttempt } from '../../support/ingestAttempt.ts';
import { eventually } from '../../support/processes.ts';
import {
  answerPolitely,
  startScriptedCamera,
  type ScriptedCamera,
  type ScriptedConnection,
} from '../../support/scriptedCamera.ts';
import { pps, rtp, slice, sps640x360 } from '../../unit/sfu/media/ingest/rtpBuilders.ts';

const timeouts = { connectMs: 500, responseMs: 300, firstPictureMs: 1_500, silenceMs: 1_500 };
const steps = ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY'] as const;
const goodbye = Buffer.from([0x81, 203, 0, 1, 1, 2, 3, 4]);
const attempts: IngestAttempt[] = [];
const cameras: ScriptedCamera[] = [];

afterEach(async () => {
  for (const attempt of attempts.splice(0)) attempt.close();
  await Promise.all(cameras.splice(0).map((camera) => camera.close()));
});

async function camera(...parameters: Parameters<typeof startScriptedCamera>): Promise<ScriptedCamera> {
  const started = await startScriptedCamera(...parameters);
  cameras.push(started);
  return started;
}

function watch(url: string, options: Parameters<typeof attemptIngest>[1] = {}): IngestAttempt {
  const started = attemptIngest(url, { timeouts, ...options });
  attempts.push(started);
  return started;
}

function keyPicture(bytes = 900, sequence = 0): Buffer[] {
  return [sps640x360, pps, slice('idr', bytes)].map((payload, index) =>
    rtp({ sequence: sequence + index, timestamp: 1, payload, marker: index === 2 }),
  );
}

function sendKeyPicture(connection: ScriptedConnection): void {
  for (const packet of keyPicture()) connection.frame(0, packet);
}

/** What keeps a process running, by kind. Timers that were released (`unref`) do not count. */
function openHandles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  const { TCPSocketWrap = 0, UDPWrap = 0, Timeout = 0, ProcessWrap = 0 } = counts;
  return { TCPSocketWrap, UDPWrap, Timeout, ProcessWrap };
}

/** Bytes in use on the heap and beside it, after garbage was collected. */
function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('a camera that breaks a session off', () => {
  it.each(steps)('by closing at %s is notified, once', async (method) => {
    const { url } = await camera((connection, request) => {
      if (request.method === method) connection.socket.destroy();
      else answerPolitely(connection, request);
    });
    const watched = watch(url);
    expect(await watched.event('ended')).toMatchObject({ cause: 'closedByCamera' });
    await delay(50);
    expect(watched.events.filter(({ type }) => type === 'ended')).toHaveLength(1);
  });

  it.each(steps)('by silence at %s is notified', async (method) => {
    const { url } = await camera((connection, request) => {
      if (request.method !== method) answerPolitely(connection, request);
    });
    const ended = await watch(url).event('ended');
    expect(ended.cause).toBe('timeout');
    expect(ended.message).toContain(method);
  });

  it('by a goodbye in the same bytes as its answer to PLAY leaves nothing behind', async () => {
    const before = openHandles();
    const started = await startScriptedCamera((connection, request) => {
      connection.socket.cork();
      answerPolitely(connection, request);
      if (request.method === 'PLAY') connection.frame(1, goodbye);
      connection.socket.uncork();
    });
    // Several, because timers of the test runner itself come and go.
    const watched = Array.from({ length: 8 }, () => attemptIngest(started.url, { timeouts }));
    for (const { event } of watched) expect(await event('ended')).toMatchObject({ cause: 'closedByCamera' });
    await started.close();
    await eventually('all is released', () => sameHandles(openHandles(), before), 3_000);
  });

  it('while it is set up over UDP leaves no socket behind', async () => {
    const before = openHandles();
    const started = await startScriptedCamera((connection, request) => {
      if (request.method === 'SETUP') connection.socket.destroy();
      else answerPolitely(connection, request);
    });
    const watched = attemptIngest(started.url, { timeouts, lowerTransport: 'udp' });
    expect(await watched.event('ended')).toMatchObject({ cause: 'closedByCamera' });
    await started.close();
    await eventually('all is released', () => sameHandles(openHandles(), before), 3_000);
  });
});

function sameHandles(now: Record<string, number>, before: Record<string, number>): boolean {
  return Object.entries(before).every(([kind, count]) => (now[kind] ?? 0) <= count);
}

describe('a camera that keeps a session in its own way', () => {
  it('refuses GET_PARAMETER though it lists it: OPTIONS keeps it awake from then on', async () => {
    const { url, requests } = await camera((connection, request) => {
      if (request.method === 'GET_PARAMETER') connection.answer(request, '451 Parameter Not Understood');
      else answerPolitely(connection, request, { session: 'abc;timeout=1', media: sendKeyPicture });
    });
    const watched = watch(url, { timeouts: { ...timeouts, silenceMs: 5_000 } });
    await watched.event('live');
    await eventually(
      'OPTIONS within the session',
      () => requests.some(({ method, headers }) => method === 'OPTIONS' && headers.get('session') === 'abc'),
      4_000,
    );
    expect(requests.filter(({ method }) => method === 'GET_PARAMETER')).toHaveLength(1);
    expect(watched.events.some(({ type }) => type === 'ended')).toBe(false);
  });

  it('answers keep-alives late or never: it plays on while pictures come', async () => {
    const { url, requests } = await camera((connection, request) => {
      if (request.method === 'GET_PARAMETER') return;
      answerPolitely(connection, request, {
        session: 'abc;timeout=1',
        media() {
          let sequence = 0;
          const timer = setInterval(() => {
            for (const packet of keyPicture(900, sequence)) connection.frame(0, packet);
            sequence += 3;
          }, 50);
          connection.socket.on('close', () => clearInterval(timer));
        },
      });
    });
    const watched = watch(url, { timeouts: { ...timeouts, responseMs: 1_000 } });
    await watched.event('live');
    await eventually(
      'two were asked',
      () => requests.filter(({ method }) => method === 'GET_PARAMETER').length >= 2,
      5_000,
    );
    expect(watched.events.some(({ type }) => type === 'ended')).toBe(false);
  });

  it('no longer knows the session: the attempt ends, to start again', async () => {
    const { url } = await camera((connection, request) => {
      if (request.method === 'GET_PARAMETER') connection.answer(request, '454 Session Not Found');
      else answerPolitely(connection, request, { session: 'abc;timeout=1', media: sendKeyPicture });
    });
    const ended = await watch(url, { timeouts: { ...timeouts, silenceMs: 5_000 } }).event('ended');
    expect(ended.message).toContain('454');
  });

  it('goes on with sound alone: the picture is missed', async () => {
    const { url } = await camera((connection, request) =>
      answerPolitely(connection, request, {
        media() {
          sendKeyPicture(connection);
          const timer = setInterval(() => connection.frame(2, Buffer.alloc(172, 0x80)), 20);
          connection.socket.on('close', () => clearInterval(timer));
        },
      }),
    );
    expect(await watch(url).event('ended')).toMatchObject({ cause: 'silent' });
  });

  it('is not called silent for a minute by which the hub’s clock was set forward', async () => {
    const realNowMs = Date.now;
    let aheadMs = 0;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => realNowMs() + aheadMs);
    const { url } = await camera((connection, request) =>
      answerPolitely(connection, request, { media: sendKeyPicture }),
    );
    const watched = watch(url);
    await watched.event('live');
    aheadMs = 60_000;
    const ended = await watched.event('ended');
    clock.mockRestore();
    expect(ended.message).toMatch(/nothing for [12] s/);
  });

  it('sends pictures before it answers PLAY', async () => {
    const { url } = await camera((connection, request) => {
      if (request.method === 'PLAY') sendKeyPicture(connection);
      answerPolitely(connection, request);
    });
    await watch(url).event('live');
  });

  it('sends a key picture of 60 KB in one frame: it leaves in packets that every path takes', async () => {
    const { url } = await camera((connection, request) =>
      answerPolitely(connection, request, {
        media: () => {
          for (const packet of keyPicture(60_000)) connection.frame(0, packet);
        },
      }),
    );
    const watched = watch(url);
    await watched.event('live');
    expect(watched.video.length).toBeGreaterThan(40);
    expect(Math.max(...watched.video.map((packet) => packet.length))).toBeLessThanOrEqual(1412);
  });

  it('is reached over IPv6, its media over UDP, and strangers’ datagrams are not taken for its own', async () => {
    const sender = createSocket('udp6');
    sender.bind(0, '::1');
    await once(sender, 'listening');
    const stranger = createSocket('udp4');
    const { port } = await camera((connection, request) => {
      const clientPort = Number(/client_port=(\d+)/.exec(request.headers.get('transport') ?? '')?.[1]);
      if (request.method !== 'SETUP') {
        answerPolitely(connection, request);
        return;
      }
      connection.answer(request, '200 OK', {
        Session: 's',
        Transport: `RTP/AVP;unicast;client_port=${clientPort}-${clientPort + 1};server_port=${sender.address().port}-1`,
      });
      stranger.send(
        rtp({ sequence: 40_000, timestamp: 9, payload: slice('idr', 99) }),
        clientPort,
        '127.0.0.1',
      );
      for (const packet of [Buffer.from('keep open'), ...keyPicture()])
        sender.send(packet, clientPort, '::1');
    }, '::1');
    const watched = watch(`rtsp://[::1]:${port}/kitchen`, { lowerTransport: 'udp' });
    await watched.event('live');
    expect(watched.output.statistics().packets).toBe(3);
    sender.close();
    stranger.close();
  });
});

describe('two hundred attempts at hostile cameras', () => {
  it('leave no handle open and no memory taken', { timeout: 60_000 }, async () => {
    const evil: Parameters<typeof startScriptedCamera>[0][] = [
      ({ socket }) => socket.destroy(),
      ({ socket }) => socket.end('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 60000\r\n\r\nhalf'),
      ({ socket }) => socket.write(Buffer.alloc(200_000, 0x41)),
      (connection, request) => {
        if (request.method === 'DESCRIBE')
          connection.answer(request, '200 OK', {}, 'a=fmtp:96 x\r\n'.repeat(5_000));
        else answerPolitely(connection, request);
      },
      (connection, request) => {
        // Answers to its own questions come in as well.
        if (request.method.startsWith('RTSP')) return;
        connection.socket.write('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'.repeat(500));
        if (request.method === 'PLAY') connection.socket.destroy();
        else answerPolitely(connection, request);
      },
      (connection, request) => {
        answerPolitely(connection, request, {
          media() {
            for (const packet of keyPicture(50_000)) connection.frame(0, packet);
            connection.socket.end(Buffer.from([0x24, 0, 0xff, 0xff, 1, 2, 3]));
          },
        });
      },
    ];
    const servers = await Promise.all(evil.map((script) => startScriptedCamera(script)));
    const recording = recordingOutput();
    const attack = async (count: number): Promise<void> => {
      for (let round = 0; round < count; round += 10) {
        const batch = Array.from({ length: 10 }, (_, index) => {
          const { url } = servers[(round + index) % servers.length] ?? servers[0]!;
          return attemptIngest(url, { timeouts, recording, lowerTransport: index % 2 === 0 ? 'tcp' : 'udp' });
        });
        await Promise.all(batch.map((attempt) => attempt.event('ended')));
        for (const attempt of batch) {
          expect(attempt.events.filter(({ type }) => type === 'ended')).toHaveLength(1);
          attempt.close();
        }
        recording.video.length = 0;
        for (const { requests } of servers) requests.length = 0;
      }
    };
    const before = openHandles();
    await attack(60);
    await delay(700);
    const usedBefore = usedBytes();
    await attack(200);
    await eventually('every handle is released', () => sameHandles(openHandles(), before), 5_000);
    expect(usedBytes() - usedBefore).toBeLessThan(4 * 1024 * 1024);
    await Promise.all(servers.map((server) => server.close()));
  });
});
