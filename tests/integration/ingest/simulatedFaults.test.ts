import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultInput } from '../../../src-sim/cameras/faults.ts';
import { createSimulator } from '../../../src-sim/simulator.ts';
import type { Simulator } from '../../../src-sim/simulatorReports.ts';
import { decodePicture } from '../../support/decodePicture.ts';
import { attemptIngest, recordingOutput, type IngestAttempt } from '../../support/ingestAttempt.ts';
import { eventually } from '../../support/processes.ts';

/** Cameras of the city used here; each test has one of its own, so that no fault meets another's session. */
const cameraCount = 24;

let city: Simulator;
const attempts: IngestAttempt[] = [];

beforeAll(async () => {
  city = await createSimulator({ sites: 12, cameras: cameraCount });
});
afterEach(() => {
  for (const attempt of attempts.splice(0)) attempt.close();
});
afterAll(async () => {
  await city.close();
});

/** The camera of this number; `watch` starts an attempt at its sub stream. */
function camera(number: number) {
  const record = city.registry().cameras[number];
  if (record === undefined) throw new Error(`the city has no camera ${number}`);
  const { externalId: id, username = '', password = '', streams } = record;
  return {
    id,
    setFault: (fault: FaultInput) => void city.setFault(id, fault),
    watch(options: Parameters<typeof attemptIngest>[1] & { stream?: 'main' | 'sub' } = {}): IngestAttempt {
      const { stream = 'sub', ...others } = options;
      const { url } = streams[stream] ?? streams.main;
      const attempt = attemptIngest(url, { username, password, ...others });
      attempts.push(attempt);
      return attempt;
    },
  };
}

function expectDecodable({ output }: IngestAttempt, width = 640): void {
  const picture = output.keyPicture();
  if (picture === undefined) throw new Error('no key picture is kept');
  expect(decodePicture(picture.annexB).width).toBe(width);
}

describe('a healthy simulated camera', () => {
  it.each([
    ['Basic', 5],
    ['Digest with SHA-256', 11],
    ['absolute control URLs', 3],
    ['sound', 0],
  ])('is live: %s', async (_, number) => {
    const watched = camera(number).watch();
    await watched.event('live');
    expectDecodable(watched);
  });

  it('gives its main stream over UDP', async () => {
    const watched = camera(1).watch({ lowerTransport: 'udp', stream: 'main' });
    await watched.event('live');
    expectDecodable(watched, 1280);
    expect(watched.output.statistics().lostPackets).toBe(0);
  });
});

describe('a camera that refuses', () => {
  it('for its password', async () => {
    const { setFault, watch } = camera(2);
    setFault({ kind: 'wrongPassword' });
    expect(await watch().event('ended')).toMatchObject({ cause: 'unauthorized' });
  });

  it.each([
    [403, 'unauthorized'],
    [404, 'notFound'],
    [453, 'refused'],
    [503, 'refused'],
  ] as const)('with status %d, reported as %s', async (status, cause) => {
    const { setFault, watch } = camera(4);
    setFault({ kind: 'refuse', status });
    const ended = await watch().event('ended');
    expect(ended.cause).toBe(cause);
    expect(ended.message).toContain(String(status));
  });

  it('by hanging up', async () => {
    const { setFault, watch } = camera(6);
    setFault({ kind: 'refuse', hangUp: true });
    expect(await watch().event('ended')).toMatchObject({ cause: 'closedByCamera' });
  });

  it('with bytes that are no description', async () => {
    const { setFault, watch } = camera(7);
    setFault({ kind: 'garbage', in: 'description' });
    const { cause } = await watch({ timeouts: { responseMs: 1_500 } }).event('ended');
    expect(['protocolError', 'closedByCamera', 'timeout']).toContain(cause);
  });
});

describe('a camera that stops', () => {
  it.each([
    ['media', 8],
    ['requests', 9],
  ] as const)('falls silent (%s): the attempt ends soon after the time allowed', async (of, number) => {
    const { setFault, watch } = camera(number);
    const watched = watch({ timeouts: { silenceMs: 1_000 } });
    await watched.event('live');
    setFault({ kind: 'silence', of });
    expect(await watched.event('ended', 4_000)).toMatchObject({ cause: 'silent' });
  });

  it('breaks off amid a packet: another attempt goes on where it stopped, with no half picture', async () => {
    const { setFault, watch } = camera(10);
    setFault({ kind: 'dropMidPacket', afterSeconds: 1.5 });
    const recording = recordingOutput();
    const first = watch({ recording });
    expect(await first.event('ended')).toMatchObject({ cause: 'closedByCamera' });
    setFault({ kind: 'none' });
    const second = watch({ recording });
    await second.event('live');
    expectDecodable(second);
    expect(recording.output.statistics().lostPackets).toBe(0);
  });

  it('freezes: pictures come, and the time of the last change stands still', async () => {
    const { setFault, watch } = camera(12);
    const watched = watch();
    await watched.event('live');
    await eventually('its picture changes', () => {
      const { framesReceived, lastPictureChangeAtMs } = watched.output.statistics();
      return framesReceived > 20 && Date.now() - (lastPictureChangeAtMs ?? 0) < 200;
    });
    setFault({ kind: 'frozen' });
    await eventually('the change is 2 s ago', () => {
      const { lastFrameAtMs = 0, lastPictureChangeAtMs = 0 } = watched.output.statistics();
      return lastFrameAtMs - lastPictureChangeAtMs > 2_000;
    });
    setFault({ kind: 'none' });
    await eventually('it moves again', () => {
      const { lastFrameAtMs = 0, lastPictureChangeAtMs = 0 } = watched.output.statistics();
      return lastFrameAtMs - lastPictureChangeAtMs < 100;
    });
  });
});

describe('a camera with odd media', () => {
  it.each([
    ['description', 13],
    ['stream', 14],
  ] as const)('lacks parameter sets in its %s', async (place, number) => {
    const { setFault, watch } = camera(number);
    setFault({ kind: 'missingParameterSets', in: place });
    const watched = watch();
    await watched.event('live');
    expectDecodable(watched);
  });

  it('loses packets: the gaps stay gaps, and only whole key pictures are kept', async () => {
    const { setFault, watch } = camera(15);
    setFault({ kind: 'packetLoss', percent: 3 });
    const watched = watch();
    await watched.event('live', 15_000);
    await eventually('packets are lost', () => watched.output.statistics().lostPackets > 2);
    expectDecodable(watched);
    const numbers = watched.video.map((packet) => packet.readUInt16BE(2));
    const missing = numbers
      .slice(1)
      .reduce((sum, number, index) => sum + ((number - (numbers[index] ?? 0) - 1) & 0xffff), 0);
    expect(missing).toBeGreaterThan(0);
    expect(missing).toBeLessThanOrEqual(watched.output.statistics().lostPackets);
  });

  it('sends a key picture every 4 s', async () => {
    const { setFault, watch } = camera(16);
    setFault({ kind: 'longGop' });
    await watch().event('live', 8_000);
  });

  it('sends H.265, which is changed to H.264', async () => {
    const { setFault, watch } = camera(17);
    setFault({ kind: 'h265' });
    const watched = watch();
    await watched.event('live', 15_000);
    expect(await watched.event('described')).toMatchObject({ video: { codec: 'H265' } });
    expectDecodable(watched);
  });

  it('sends garbage between its packets: its pictures go on', async () => {
    const { setFault, watch } = camera(18);
    const watched = watch();
    await watched.event('live');
    setFault({ kind: 'garbage', in: 'media', everySeconds: 0.2 });
    const { keyPictures } = watched.output.statistics();
    await eventually(
      'three more whole key pictures',
      () => watched.output.statistics().keyPictures >= keyPictures + 3,
    );
    expectDecodable(watched);
    expect(watched.events.some(({ type }) => type === 'ended')).toBe(false);
  });
});

describe('a camera with a short session', () => {
  it('is kept alive for longer than its timeout', async () => {
    const { setFault, watch } = camera(19);
    setFault({ kind: 'shortSessionTimeout', seconds: 2 });
    const watched = watch();
    await watched.event('live');
    const framesAtLive = watched.output.statistics().framesReceived;
    await eventually('4 s of pictures', () => watched.output.statistics().framesReceived > framesAtLive + 60);
    expect(watched.events.some(({ type }) => type === 'ended')).toBe(false);
  });
});
