import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { longestWaitMs } from '../../../../../../src-sfu/media/sources/rtsp/readRounds.ts';
import {
  RtspConnection,
  type RtspResponse,
} from '../../../../../../src-sfu/media/sources/rtsp/rtspConnection.ts';
import {
  startScriptedCamera,
  type ScriptedCamera,
  type ScriptedConnection,
  type ScriptedRequest,
} from '../../../../../support/scriptedCamera.ts';

const responseMs = 300;

/** This process does nothing else for so long, as a hub whose disk or processor is taken by something else. */
function standStill(durationMs: number): void {
  const untilMs = performance.now() + durationMs;
  while (performance.now() < untilMs);
}

let camera: ScriptedCamera;
let connection: RtspConnection;

async function connected(onRequest: (from: ScriptedConnection, request: ScriptedRequest) => void) {
  camera = await startScriptedCamera(onRequest);
  connection = new RtspConnection({
    target: { host: '127.0.0.1', port: camera.port },
    digestOnly: false,
    connectMs: responseMs,
    responseMs,
    onDigestTaken: () => undefined,
    mayWait: () => false,
    onInterleaved: () => undefined,
    onMediaLost: () => undefined,
    onEnded: () => undefined,
  });
}
const describeCamera = async (): Promise<RtspResponse> => {
  await connection.open();
  return connection.request('DESCRIBE', camera.url);
};

afterEach(async () => {
  connection.close();
  await camera.close();
});

describe('the time limits of a request to a camera', () => {
  it('do not end while an answer that came during a standstill of the hub is not read yet', async () => {
    await connected((from, request) => {
      from.answer(request, '200 OK');
      standStill(3 * responseMs);
    });
    expect((await describeCamera()).status).toBe(200);
  });

  it.each([5, 60, 200, 240])(
    'do not end when they fall %d ms before the end of the standstill',
    async (beforeEndMs) => {
      await connected((from, request) => {
        from.answer(request, '200 OK');
        standStill(responseMs + beforeEndMs);
      });
      expect((await describeCamera()).status).toBe(200);
    },
  );

  it.each([5, 60, 200, 240])(
    'of a connection do not end when they fall %d ms before the end of the standstill',
    async (beforeEndMs) => {
      await connected((from, request) => from.answer(request, '200 OK'));
      const opened = connection.open();
      standStill(responseMs + beforeEndMs);
      await expect(opened).resolves.toBeUndefined();
    },
  );

  it('do not end while media waits in front of the answer', async () => {
    const frame = Buffer.alloc(4 + 1_400, 0x80);
    frame.set([0x24, 0, 1_400 >> 8, 1_400 & 0xff]);
    const media = Buffer.concat(Array.from({ length: 700 }, () => frame));
    await connected((from, request) => {
      from.socket.write(media);
      from.answer(request, '200 OK');
      standStill(responseMs + 100);
    });
    expect((await describeCamera()).status).toBe(200);
  });

  it('do not end while a connection that was made during a standstill is not noticed yet', async () => {
    await connected((from, request) => from.answer(request, '200 OK'));
    const opened = connection.open();
    standStill(3 * responseMs);
    await expect(opened).resolves.toBeUndefined();
  });

  it('end for a camera that says nothing, after a standstill too', async () => {
    let stood = false;
    await connected(() => {
      if (!stood) standStill(3 * responseMs);
      stood = true;
    });
    await expect(describeCamera()).rejects.toMatchObject({ failure: 'timeout' });
  });
});

describe('a camera that nobody watches', () => {
  const packetOf = (mark: number): Buffer => Buffer.from([0x80, ...Array<number>(11).fill(mark)]);
  const marks: number[] = [];
  let isWatched = false;
  let from: ScriptedConnection | undefined;

  const came = async (count: number): Promise<void> => {
    while (marks.length < count) await setImmediate();
  };

  beforeEach(async () => {
    marks.length = 0;
    isWatched = false;
    camera = await startScriptedCamera((answering, request) => {
      from = answering;
      answering.answer(request, '200 OK');
    });
    connection = new RtspConnection({
      target: { host: '127.0.0.1', port: camera.port },
      digestOnly: false,
      connectMs: 5_000,
      responseMs: 5_000,
      onDigestTaken: () => undefined,
      mayWait: () => !isWatched,
      onInterleaved: (_channel, data) => marks.push(data[11] ?? 0),
      onMediaLost: () => undefined,
      onEnded: () => undefined,
    });
    await describeCamera();
    connection.setChannel(0, 'rtp');
    from?.frame(0, packetOf(1));
    vi.advanceTimersByTime(longestWaitMs);
    await came(1);
  });
  // The rounds stand still; only what is read without them arrives. One clock for all tests, as all connections share the rounds.
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterAll(() => {
    vi.useRealTimers();
  });

  it('is read again with the next round, everything at once', async () => {
    from?.frame(0, packetOf(2));
    from?.frame(0, packetOf(3));
    // Another connection's bytes have come by now; these were not read.
    await describeNothing();
    expect(marks).toEqual([1]);
    vi.advanceTimersByTime(longestWaitMs);
    await came(3);
    expect(marks).toEqual([1, 2, 3]);
  });

  it('is read at once when somebody begins to watch, and then without rounds', async () => {
    isWatched = true;
    connection.readNow();
    from?.frame(0, packetOf(2));
    await came(2);
    from?.frame(0, packetOf(3));
    await came(3);
  });

  it('answers a request without waiting for the round', async () => {
    expect((await connection.request('OPTIONS', camera.url, {})).status).toBe(200);
  });
});

/** A round trip over a connection of its own. */
async function describeNothing(): Promise<void> {
  const other = await startScriptedCamera((answering, request) => answering.answer(request, '200 OK'));
  const asking = new RtspConnection({
    target: { host: '127.0.0.1', port: other.port },
    digestOnly: false,
    connectMs: 5_000,
    responseMs: 5_000,
    onDigestTaken: () => undefined,
    mayWait: () => false,
    onInterleaved: () => undefined,
    onMediaLost: () => undefined,
    onEnded: () => undefined,
  });
  await asking.open();
  await asking.request('OPTIONS', other.url, {});
  asking.close();
  await other.close();
}
