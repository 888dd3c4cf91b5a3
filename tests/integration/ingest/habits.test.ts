import { afterEach, describe, expect, it } from 'vitest';
import { attemptIngest, type IngestAttempt } from '../../support/ingestAttempt.ts';
import { eventually } from '../../support/processes.ts';
import {
  answerPolitely,
  startScriptedCamera,
  type ScriptedCamera,
  type ScriptedConnection,
  type ScriptedRequest,
} from '../../support/scriptedCamera.ts';
import { pps, rtp, slice, sps640x360 } from '../../unit/sfu/media/ingest/rtpBuilders.ts';

const timeouts = { connectMs: 500, responseMs: 900, firstPictureMs: 4_000, silenceMs: 6_000 };
const attempts: IngestAttempt[] = [];
const cameras: ScriptedCamera[] = [];

afterEach(async () => {
  for (const attempt of attempts.splice(0)) attempt.close();
  await Promise.all(cameras.splice(0).map((camera) => camera.close()));
});

async function camera(onRequest: Parameters<typeof startScriptedCamera>[0]): Promise<ScriptedCamera> {
  const started = await startScriptedCamera(onRequest);
  cameras.push(started);
  return started;
}

function watch(url: string): IngestAttempt {
  const started = attemptIngest(url, { timeouts });
  attempts.push(started);
  return started;
}

/** Key pictures, 20 a second, for as long as the connection lasts. */
function sendPictures(connection: ScriptedConnection): void {
  let sequence = 0;
  const timer = setInterval(() => {
    for (const [index, payload] of [sps640x360, pps, slice('idr', 900, { seed: sequence })].entries()) {
      connection.frame(
        0,
        rtp({ sequence, timestamp: Math.floor(sequence / 3) * 4_500, payload, marker: index === 2 }),
      );
      sequence += 1;
    }
  }, 50);
  connection.socket.on('close', () => clearInterval(timer));
}

const withSound = [
  'v=0',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=control:track1',
  'm=audio 0 RTP/AVP 8',
  'a=control:track2',
  '',
].join('\r\n');

describe('a camera that numbers its answers in its own way', () => {
  it.each([
    ['0 always', () => '0'],
    ['1 always', () => '1'],
    ['a word', () => 'x'],
    ['the number twice', (sequence: string) => `${sequence}, ${sequence}`],
    ['one behind', (sequence: string) => String(Math.max(1, Number(sequence) - 1))],
  ])('with %s plays', async (_what, number) => {
    const { url } = await camera((connection, request) =>
      answerPolitely(connection, { ...request, sequence: number(request.sequence) }, { media: sendPictures }),
    );
    await watch(url).event('live');
  });

  it('by leaving the number out plays', async () => {
    const { url } = await camera((connection, request) => {
      const without: ScriptedConnection = {
        ...connection,
        answer(asked, status, headers = {}, body = '') {
          const all = { 'Content-Length': String(body.length), ...headers };
          const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
          connection.socket.write(`RTSP/1.0 ${status}\r\n${lines.join('')}\r\n${body}`);
        },
      };
      answerPolitely(without, request, { media: () => sendPictures(connection) });
    });
    await watch(url).event('live');
  });

  it('by answering twice is not misunderstood', async () => {
    const { url, requests } = await camera((connection, request) => {
      answerPolitely(connection, request);
      answerPolitely(connection, request, { media: sendPictures });
    });
    await watch(url).event('live');
    expect(requests.map(({ method }) => method).slice(0, 4)).toEqual([
      'OPTIONS',
      'DESCRIBE',
      'SETUP',
      'PLAY',
    ]);
  });
});

describe('a camera whose sound cannot be had', () => {
  const refuseSound =
    (
      refuse: (connection: ScriptedConnection, request: ScriptedRequest) => void,
    ): Parameters<typeof startScriptedCamera>[0] =>
    (connection, request) => {
      if (request.method === 'DESCRIBE') connection.answer(request, '200 OK', {}, withSound);
      else if (request.method === 'SETUP' && request.url.endsWith('track2')) refuse(connection, request);
      else answerPolitely(connection, request, { media: sendPictures });
    };

  it.each([
    '400 Bad Request',
    '401 Unauthorized',
    '403 Forbidden',
    '404 Not Found',
    '453 Not Enough Bandwidth',
    '461 Unsupported Transport',
    '500 Internal Server Error',
  ])('because it answers %s shows its picture, and says why there is no sound', async (status) => {
    const { url } = await camera(refuseSound((connection, request) => connection.answer(request, status)));
    const watched = watch(url);
    await watched.event('live');
    expect(watched.events.filter(({ type }) => type === 'described').at(-1)).toMatchObject({
      soundFault: { cause: 'refused', codec: 'PCMA/8000' },
    });
  });

  it('because it does not answer shows its picture', async () => {
    const { url } = await camera(refuseSound(() => undefined));
    await watch(url).event('live');
  });

  it('because it answers too late shows its picture', async () => {
    const { url } = await camera(
      refuseSound((connection, request) => {
        setTimeout(() => connection.answer(request, '200 OK', { Session: 'abc' }), timeouts.responseMs + 100);
      }),
    );
    await watch(url).event('live');
  });

  it('because it hangs up over it shows its picture with the next attempt, which does not ask', async () => {
    const { url, requests } = await camera(refuseSound(({ socket }) => socket.destroy()));
    const first = watch(url);
    expect(await first.event('ended')).toMatchObject({ cause: 'closedByCamera' });
    expect(first.events.filter(({ type }) => type === 'described').at(-1)).toMatchObject({
      soundFault: { cause: 'refused' },
    });
    const second = attemptIngest(url, { timeouts, withoutSound: true });
    attempts.push(second);
    requests.length = 0;
    await second.event('live');
    expect(requests.some(({ url: asked }) => asked.endsWith('track2'))).toBe(false);
  });

  it.each([
    ['PCMA/16000', ['a=rtpmap:8 PCMA/16000']],
    ['PCMA/8000/2', ['a=rtpmap:8 PCMA/8000/2']],
    ['MPEG4-GENERIC/16000', ['a=rtpmap:8 MPEG4-GENERIC/16000']],
    ['G726-32/8000', ['a=rtpmap:8 G726-32/8000']],
    ['L16/44100/2', ['a=rtpmap:8 L16/44100/2']],
  ])('because it is %s is not asked for it, and says what it is', async (codec, lines) => {
    const { url, requests } = await camera((connection, request) => {
      if (request.method !== 'DESCRIBE') return answerPolitely(connection, request, { media: sendPictures });
      connection.answer(request, '200 OK', {}, `${withSound}${lines.join('\r\n')}\r\n`);
    });
    const watched = watch(url);
    await watched.event('live');
    const described = await watched.event('described');
    expect(described).toMatchObject({ soundFault: { cause: 'unsupported', codec } });
    expect(described.audio).toBeUndefined();
    expect(requests.some(({ url: asked }) => asked.endsWith('track2'))).toBe(false);
  });
});

describe('a camera that wants to hear from its viewer', () => {
  it('gets receiver reports over TCP, on the channel of its RTCP', async () => {
    const frames: { channel: number; type: number }[] = [];
    const { url } = await camera((connection, request) => {
      answerPolitely(connection, request, {
        media() {
          connection.socket.on('data', (chunk) => {
            if (chunk[0] === 0x24) frames.push({ channel: chunk[1] ?? -1, type: chunk[5] ?? 0 });
          });
          sendPictures(connection);
        },
      });
    });
    const watched = watch(url);
    await watched.event('live');
    await eventually('two reports', () => frames.length >= 2, 12_000);
    expect(frames.every(({ channel, type }) => channel === 1 && type === 201)).toBe(true);
  });
});
