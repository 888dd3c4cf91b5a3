import { afterEach, describe, expect, it } from 'vitest';
import { decodePicture } from '../../support/decodePicture.ts';
import {
  gstreamerCredentials,
  startGstreamerServer,
  type GstreamerServer,
} from '../../support/gstreamerRtspServer.ts';
import {
  attemptIngest,
  oneTranscoder,
  recordingOutput,
  type IngestAttempt,
} from '../../support/ingestAttempt.ts';
import { eventually } from '../../support/processes.ts';

const servers: GstreamerServer[] = [];
const attempts: IngestAttempt[] = [];

async function serve(...parameters: Parameters<typeof startGstreamerServer>): Promise<GstreamerServer> {
  const server = await startGstreamerServer(...parameters);
  servers.push(server);
  return server;
}

function watch(...parameters: Parameters<typeof attemptIngest>): IngestAttempt {
  const attempt = attemptIngest(...parameters);
  attempts.push(attempt);
  return attempt;
}

afterEach(async () => {
  for (const attempt of attempts.splice(0)) attempt.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

function expectDecodableKeyPicture({ output }: IngestAttempt): void {
  const picture = output.keyPicture();
  if (picture === undefined) throw new Error('no key picture is kept');
  expect(picture).toMatchObject({ width: 640, height: 360 });
  expect(picture.codecString).toMatch(/^avc1\.[0-9a-f]{6}$/);
  const { width, height, luma } = decodePicture(picture.annexB);
  expect({ width, height }).toEqual({ width: 640, height: 360 });
  // The test picture is a white ball on black: both are there, and no grey of a decoder that lacks a reference.
  expect(luma.reduce((most, value) => Math.max(most, value), 0)).toBeGreaterThan(200);
  expect(luma.reduce((least, value) => Math.min(least, value), 255)).toBeLessThan(40);
}

/** Steps from each packet's 16-bit sequence number to the next. */
function sequenceSteps(packets: readonly Buffer[]): number[] {
  const numbers = packets.map((packet) => packet.readUInt16BE(2));
  return numbers.slice(1).map((number, index) => (number - (numbers[index] ?? 0)) & 0xffff);
}

describe('an RTSP server that is not ours: GStreamer’s', () => {
  it.each(['tcp', 'udp'] as const)('gives H.264 and sound over %s', async (lowerTransport) => {
    const server = await serve();
    const watched = watch(`${server.url}/h264`, { lowerTransport });
    await watched.event('live');
    expect(watched.events[0]).toMatchObject({
      type: 'described',
      video: { codec: 'H264', width: 640, height: 360 },
      audio: { codec: 'PCMA' },
    });
    expectDecodableKeyPicture(watched);
    await eventually('pictures go on', () => watched.output.statistics().framesReceived > 20);
    await eventually('sound comes', () => watched.audio.length > 5);
    expect(watched.output.statistics().lostPackets).toBe(0);
    expect(watched.video.every((packet) => packet.length <= 1412)).toBe(true);
  });

  it('is asked over UDP when it refuses TCP, and over TCP when it refuses UDP', async () => {
    const server = await serve();
    await Promise.all([
      watch(`${server.url}/h264udp`, { lowerTransport: 'tcp' }).event('live'),
      watch(`${server.url}/h264tcp`, { lowerTransport: 'udp' }).event('live'),
    ]);
  });

  it('has its sound left out when a browser could not play it', async () => {
    const server = await serve();
    const watched = watch(`${server.url}/h264aac`);
    await watched.event('live');
    expect(watched.audio).toHaveLength(0);
  });

  it.each(['digest', 'basic'] as const)(
    'lets in by %s, and reports a wrong password as such',
    async (scheme) => {
      const server = await serve({ authentication: scheme });
      const url = `${server.url}/h264`;
      const { username, password } = gstreamerCredentials;
      const wrong = watch(url, { username, password: 'other' });
      const none = watch(url);
      await watch(url, { username, password }).event('live');
      expect(await wrong.event('ended')).toMatchObject({ cause: 'unauthorized' });
      expect(await none.event('ended')).toMatchObject({ cause: 'unauthorized' });
      expect(wrong.events).toHaveLength(1);
    },
  );

  it('takes user and password out of the address as well', async () => {
    const server = await serve({ authentication: 'digest' });
    const { username, password } = gstreamerCredentials;
    await watch(`rtsp://${username}:${password}@127.0.0.1:${server.port}/h264`).event('live');
  });

  it('says notFound for a path it does not have, and unsupported for a codec nobody shows', async () => {
    const server = await serve();
    expect(await watch(`${server.url}/cellar`).event('ended')).toMatchObject({ cause: 'notFound' });
    expect(await watch(`${server.url}/vp8`).event('ended')).toMatchObject({
      cause: 'unsupported',
      codec: 'VP8',
    });
  });

  it.each(['h265', 'jpeg'])('has its %s changed to H.264 while watched, within the budget', async (path) => {
    const server = await serve();
    const transcoder = oneTranscoder();
    const watched = watch(`${server.url}/${path}`, { transcoder });
    await watched.event('live', 20_000);
    expect(transcoder.running()).toBe(1);
    expect(await watch(`${server.url}/${path}`, { transcoder }).event('ended')).toMatchObject({
      cause: 'transcodeBudget',
    });
    expectDecodableKeyPicture(watched);
    watched.close();
    expect(transcoder.running()).toBe(0);
  });

  it('is live again within 3 s of its return, in the same unbroken stream', async () => {
    const recording = recordingOutput();
    const server = await serve();
    const url = `${server.url}/h264`;
    const first = watch(url, { recording });
    await first.event('live');
    await server.stop();
    expect(await first.event('ended')).toMatchObject({ cause: 'closedByCamera' });
    expect(await watch(url, { recording }).event('ended')).toMatchObject({ cause: 'unreachable' });

    await serve({ port: server.port });
    const backAtMs = performance.now();
    await watch(url, { recording }).event('live');
    expect(performance.now() - backAtMs).toBeLessThan(3_000);
    expect(new Set(sequenceSteps(recording.video))).toEqual(new Set([1]));
    const times = recording.video.map((packet) => packet.readUInt32BE(4));
    expect(times.slice(1).every((time, index) => ((time - (times[index] ?? 0)) | 0) >= 0)).toBe(true);
  });
});
