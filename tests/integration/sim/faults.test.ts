import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CameraImport } from '../../../src-shared/cameras/registryImport.ts';
import { loopFrames } from '../../../src-shared/simulation/frameStrip.ts';
import { createSimulator } from '../../../src-sim/simulator.ts';
import type { Simulator } from '../../../src-sim/simulatorReports.ts';
import { probe, record, urlWithPassword } from './foreignClient.ts';
import { RawClient, h264TypeOf, readRtp, waitFor } from './rawClient.ts';

let city: Simulator;
let camera: CameraImport;
let client: RawClient;

beforeAll(async () => {
  city = await createSimulator({ sites: 8, cameras: 16 });
  const report = city.cameras().find(({ scheme, hasAudio }) => scheme === 'digest-md5' && !hasAudio);
  const found = city.registry().cameras.find(({ externalId }) => externalId === report?.id);
  if (!found) throw new Error('the city has no plain camera');
  camera = found;
});
afterAll(() => city.close());
afterEach(() => {
  client?.close();
  city.setFault(camera.externalId, { kind: 'none' });
  city.setScene(camera.externalId, 'normal');
});

const url = () => camera.streams.sub?.url ?? '';
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const videoPackets = () => (client.packets.get(0) ?? []).map(readRtp);
const describeIt = () => client.authorizedRequest(camera, 'DESCRIBE', url());

async function playing(): Promise<string> {
  client = await RawClient.open(city.rtspUrl);
  const session = await client.play(camera);
  await waitFor(() => videoPackets().length > 3, 'packets');
  return session;
}

describe('wrongPassword', () => {
  it('ends what runs and answers 401 to the right password, until it is over', async () => {
    await playing();
    city.setFault(camera.externalId, { kind: 'wrongPassword' });
    await waitFor(() => client.isClosed, 'the session to end');
    client = await RawClient.open(city.rtspUrl);
    expect((await describeIt()).status).toBe(401);
    city.setFault(camera.externalId, { kind: 'none' });
    expect((await describeIt()).status).toBe(200);
  });
});

describe('refuse', () => {
  it('answers every request with the status asked for', async () => {
    city.setFault(camera.externalId, { kind: 'refuse', status: 453 });
    client = await RawClient.open(city.rtspUrl);
    expect((await client.request('OPTIONS', url())).status).toBe(453);
    expect((await client.request('DESCRIBE', url())).status).toBe(453);
  });

  it('can hang up at the first request instead', async () => {
    city.setFault(camera.externalId, { kind: 'refuse', hangUp: true });
    client = await RawClient.open(city.rtspUrl);
    client.send(`OPTIONS ${url()} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
    await waitFor(() => client.isClosed, 'the connection to be closed');
    expect(client.received).toHaveLength(0);
  });
});

describe('silence', () => {
  it('stops the media and keeps the session; afterwards the media goes on', async () => {
    const session = await playing();
    city.setFault(camera.externalId, { kind: 'silence' });
    await pause(100);
    const before = client.received.length;
    await pause(500);
    expect(client.received.length).toBe(before);
    const alive = await client.authorizedRequest(camera, 'GET_PARAMETER', url(), {
      Session: session.split(';')[0] ?? '',
    });
    expect(alive.status).toBe(200);
    const count = videoPackets().length;
    city.setFault(camera.externalId, { kind: 'none' });
    await waitFor(() => videoPackets().length > count, 'the media to go on');
  });

  it('can be of requests too: nothing is answered', async () => {
    city.setFault(camera.externalId, { kind: 'silence', of: 'requests' });
    client = await RawClient.open(city.rtspUrl);
    await expect(client.request('DESCRIBE', url(), {}, 500)).rejects.toThrow(/waited/);
    expect(client.isClosed).toBe(false);
  });
});

describe('frozen', () => {
  it('keeps the stream running at its rate with a picture that does not change', async () => {
    city.setFault(camera.externalId, { kind: 'frozen' });
    await pause(1_100); // the picture stays from the next key picture on
    const { indices, prints, errors } = await record(urlWithPassword(camera, 'sub'), { pictures: 40 });
    expect(indices).toHaveLength(40);
    expect(new Set(indices).size).toBe(1);
    expect(indices[0]).toBeDefined();
    expect(new Set(prints).size).toBe(1);
    expect(errors).toBe('');
  });

  it('moves on where the clock is when it is over', async () => {
    await playing();
    city.setFault(camera.externalId, { kind: 'frozen' });
    await pause(1_200);
    city.setFault(camera.externalId, { kind: 'none' });
    const { indices } = await record(urlWithPassword(camera, 'sub'), { pictures: 10 });
    expect(new Set(indices).size).toBe(10);
  });
});

describe('missingParameterSets', () => {
  it('leaves them out of the description, or out of the stream', async () => {
    client = await RawClient.open(city.rtspUrl);
    expect((await describeIt()).body).toContain('sprop-parameter-sets=');
    city.setFault(camera.externalId, { kind: 'missingParameterSets' });
    expect((await describeIt()).body).not.toContain('sprop-parameter-sets');
    expect((await record(urlWithPassword(camera, 'sub'), { pictures: 5 })).indices).toHaveLength(5);

    city.setFault(camera.externalId, { kind: 'missingParameterSets', in: 'stream' });
    expect((await describeIt()).body).toContain('sprop-parameter-sets=');
    client.close();
    await playing();
    await waitFor(() => videoPackets().some(({ payload }) => h264TypeOf(payload) === 5), 'a key picture');
    expect(videoPackets().map(({ payload }) => h264TypeOf(payload))).not.toContain(7);
  });
});

describe('packetLoss', () => {
  it('loses about the share of packets asked for, and says so by gaps in the sequence', async () => {
    city.setFault(camera.externalId, { kind: 'packetLoss', percent: 30 });
    await playing();
    await waitFor(() => videoPackets().length >= 120, '120 packets', 20_000);
    const packets = videoPackets();
    const sent = ((packets.at(-1)?.sequence ?? 0) - (packets[0]?.sequence ?? 0) + 65_536) % 65_536;
    const lost = 1 - packets.length / (sent + 1);
    expect(lost).toBeGreaterThan(0.12);
    expect(lost).toBeLessThan(0.5);
  });
});

describe('longGop', () => {
  it('sends a key picture every four seconds only', async () => {
    city.setFault(camera.externalId, { kind: 'longGop' });
    await playing();
    const keyTimes = await waitFor(
      () => {
        const keys = videoPackets().filter(({ payload }) => h264TypeOf(payload) === 7);
        return keys.length >= 2 && keys.map(({ timestamp }) => timestamp);
      },
      'two key pictures',
      12_000,
    );
    expect((((keyTimes[1] ?? 0) - (keyTimes[0] ?? 0) + 2 ** 32) % 2 ** 32) / 90_000).toBeCloseTo(4, 5);
  });
});

describe('h265', () => {
  it.each(['tcp', 'udp'] as const)('is what a foreign client then decodes over %s', async (transport) => {
    city.setFault(camera.externalId, { kind: 'h265' });
    const { streams } = await probe(urlWithPassword(camera, 'sub'), transport);
    expect(streams[0]).toMatchObject({ codec_name: 'hevc', width: 640, height: 360 });
    // What comes before the first key picture is decoded from nothing and not looked at.
    const { indices } = await record(urlWithPassword(camera, 'sub'), { transport, pictures: 30 });
    const first = indices.at(-12) ?? Number.NaN;
    expect(indices.slice(-12)).toEqual(
      Array.from({ length: 12 }, (_unused, step) => (first + step) % loopFrames),
    );
  });
});

describe('shortSessionTimeout', () => {
  it('ends a session without requests, and not one that is kept alive', async () => {
    city.setFault(camera.externalId, { kind: 'shortSessionTimeout', seconds: 1 });
    const session = await playing();
    expect(session).toMatch(/;timeout=1$/);
    for (let round = 0; round < 5; round += 1) {
      await pause(400);
      const headers = { Session: session.split(';')[0] ?? '' };
      expect((await client.authorizedRequest(camera, 'GET_PARAMETER', url(), headers)).status).toBe(200);
    }
    expect(client.isClosed).toBe(false);
    await waitFor(() => client.isClosed, 'the session to end', 4_000);
  });

  it('can keep quiet about it', async () => {
    city.setFault(camera.externalId, { kind: 'shortSessionTimeout', seconds: 1, announced: false });
    expect(await playing()).not.toContain('timeout');
  });
});

describe('dropMidPacket', () => {
  it('cuts the connection inside an interleaved packet', async () => {
    city.setFault(camera.externalId, { kind: 'dropMidPacket', afterSeconds: 0.5 });
    await playing();
    await waitFor(() => client.isClosed, 'the cut');
    expect(client.unparsedBytes).toBeGreaterThan(4);
    const rest = client.received.subarray(client.received.length - client.unparsedBytes);
    expect(rest[0]).toBe(0x24);
    expect(rest.readUInt16BE(2) + 4).toBeGreaterThan(rest.length);
  });
});

describe('garbage', () => {
  it('stands between the packets of the media', async () => {
    city.setFault(camera.externalId, { kind: 'garbage', everySeconds: 0.2 });
    client = await RawClient.open(city.rtspUrl);
    await client.play(camera);
    await waitFor(() => client.unparsedBytes > 2_000, 'bytes that are no packet');
  });

  it('can be the answer to DESCRIBE', async () => {
    city.setFault(camera.externalId, { kind: 'garbage', in: 'description' });
    client = await RawClient.open(city.rtspUrl);
    await expect(client.authorizedRequest(camera, 'DESCRIBE', url())).rejects.toThrow(/waited/);
    expect(client.received.length).toBeGreaterThan(200);
  });
});

describe('what a scene shows', () => {
  it('changes at a key picture, while the frames count on', async () => {
    const entry = city.cameras().find(({ shows }) => shows.includes('missingHat'));
    const other = city.registry().cameras.find(({ externalId }) => externalId === entry?.id);
    if (!other) throw new Error('no camera of the city can show a missing hat');
    const usual = await record(urlWithPassword(other, 'sub'), { pictures: 15 });
    city.setScene(other.externalId, 'missingHat');
    await pause(1_100);
    const changed = await record(urlWithPassword(other, 'sub'), { pictures: 15 });
    city.setScene(other.externalId, 'normal');
    expect(changed.indices).not.toContain(undefined);
    expect(changed.errors).toBe('');
    expect(usual.prints).not.toEqual(changed.prints);
  });

  it('is dark behind a covered lens, and the strip is still read', async () => {
    const usual = await record(urlWithPassword(camera, 'sub'), { pictures: 3 });
    city.setScene(camera.externalId, 'black');
    await pause(1_100);
    const black = await record(urlWithPassword(camera, 'sub'), { pictures: 8 });
    expect(Math.min(...usual.brightness)).toBeGreaterThan(60);
    expect(Math.max(...black.brightness)).toBeLessThan(32);
    expect(new Set(black.indices).size).toBe(8);
    expect(black.indices.every((index) => index !== undefined && index < loopFrames)).toBe(true);
  });
});
