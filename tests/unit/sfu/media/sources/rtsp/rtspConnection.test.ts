import { afterEach, describe, expect, it } from 'vitest';
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
