import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraImport } from '../../../src-shared/cameras/registryImport.ts';
import { frameAgeMs, loopFrames } from '../../../src-shared/simulation/frameStrip.ts';
import { createSimulator } from '../../../src-sim/simulator.ts';
import type { Simulator } from '../../../src-sim/simulatorReports.ts';
import { probe, record, urlWithPassword } from './foreignClient.ts';
import { RawClient, h264TypeOf, readRtp, waitFor } from './rawClient.ts';

let city: Simulator;

beforeAll(async () => {
  city = await createSimulator({ sites: 8, cameras: 16 });
});
afterAll(() => city.close());

function cameraWhere(matches: (report: ReturnType<Simulator['cameras']>[number]) => boolean): CameraImport {
  const report = city.cameras().find(matches);
  const camera = city.registry().cameras.find(({ externalId }) => externalId === report?.id);
  if (!camera) throw new Error('the city has no such camera');
  return camera;
}

const digestCamera = () => cameraWhere((report) => report.scheme === 'digest-md5' && !report.hasAudio);

describe('a foreign client', () => {
  it.each([
    ['main', 1_280, 720],
    ['sub', 640, 360],
  ] as const)('finds the %s stream of %i × %i with 15 frames a second', async (stream, width, height) => {
    const { streams } = await probe(urlWithPassword(digestCamera(), stream));
    expect(streams).toHaveLength(1);
    expect(streams[0]).toMatchObject({
      codec_name: 'h264',
      width,
      height,
      avg_frame_rate: '15/1',
      has_b_frames: 0,
    });
  });

  it('finds A-law sound on a camera that has it', async () => {
    const camera = cameraWhere((report) => report.hasAudio && report.scheme === 'digest-md5');
    const { streams } = await probe(urlWithPassword(camera, 'sub'));
    expect(streams.map((stream) => stream['codec_name'])).toEqual(['h264', 'pcm_alaw']);
    expect(streams[1]).toMatchObject({ sample_rate: '8000', channels: 1 });
  });

  it.each(['tcp', 'udp'] as const)(
    'decodes the running picture over %s, frame after frame',
    async (transport) => {
      const { indices, errors } = await record(urlWithPassword(digestCamera(), 'sub'), { transport });
      expect(indices).toHaveLength(30);
      expect(indices).not.toContain(undefined);
      const steps = indices
        .slice(1)
        .map((index, at) => ((index ?? 0) - (indices[at] ?? 0) + loopFrames) % loopFrames);
      expect(steps).toEqual(steps.map(() => 1));
      expect(errors).not.toContain('error while decoding');
    },
  );

  it('reads the strip in the main stream too', async () => {
    const { indices } = await record(urlWithPassword(digestCamera(), 'main'), {
      stream: 'main',
      pictures: 16,
    });
    expect(indices).not.toContain(undefined);
  });

  it('gets in where Basic is asked for, and not with a wrong password', async () => {
    const basic = cameraWhere((report) => report.scheme === 'basic');
    expect((await probe(urlWithPassword(basic, 'sub'))).streams).not.toHaveLength(0);
    const refused = await probe(urlWithPassword(digestCamera(), 'sub', 'guess'));
    expect(refused.errors).toContain('401');
  });
});

describe('the clock', () => {
  it('decides the picture: what arrives is less than a fifth of a second old', async () => {
    const camera = digestCamera();
    const client = await RawClient.open(city.rtspUrl);
    await client.play(camera);
    const before = await waitFor(() => client.packets.get(0)?.at(-1), 'a packet');
    // The RTP clock and the sender report tie the picture to wall-clock time.
    const report = await waitFor(() => client.packets.get(1)?.[0], 'a sender report');
    const ntpMs =
      (report.readUInt32BE(8) - 2_208_988_800) * 1_000 + (report.readUInt32BE(12) / 2 ** 32) * 1_000;
    const behindMs = ((readRtp(before).timestamp - report.readUInt32BE(16)) / 90_000) * 1_000;
    expect(Math.abs(Date.now() - (ntpMs + behindMs))).toBeLessThan(200);
    client.close();
  });

  it('lets a reader who knows the phase compute the age of a picture', async () => {
    const camera = digestCamera();
    const phase = city.cameras().find(({ id }) => id === camera.externalId)?.phase ?? 0;
    const { epochMs } = city.clock();
    const { indices } = await record(urlWithPassword(camera, 'sub'), { pictures: 20 });
    const ageMs = frameAgeMs({ epochMs, phase }, indices.at(-1) ?? 0, Date.now());
    // ffmpeg decodes, writes and ends before we look; a wrong phase would be seconds off on average.
    expect(ageMs).toBeLessThan(2_000);
  });

  it('shows two cameras of one scene different frames', () => {
    const phases = city.cameras().map((report) => report.phase);
    expect(new Set(phases).size).toBe(phases.length);
  });
});

describe('a session', () => {
  it('begins in the middle of a GOP, as on a real camera, with marked and gapless packets', async () => {
    const camera = digestCamera();
    const begins: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const client = await RawClient.open(city.rtspUrl);
      await client.play(camera);
      const packets = await waitFor(() => {
        const seen = client.packets.get(0) ?? [];
        return seen.length >= 40 && seen.map(readRtp);
      }, '40 packets');
      begins.push(h264TypeOf(packets[0]?.payload ?? Buffer.alloc(1)));
      packets.slice(1).forEach((packet, at) => {
        expect(packet.sequence).toBe(((packets[at]?.sequence ?? 0) + 1) & 0xffff);
        const isNewPicture = packets[at]?.marker === true;
        expect(packet.timestamp !== packets[at]?.timestamp).toBe(isNewPicture);
      });
      client.close();
    }
    expect(begins).toContain(1);
  });

  it('repeats SPS and PPS before every key picture', async () => {
    const client = await RawClient.open(city.rtspUrl);
    await client.play(digestCamera());
    await waitFor(
      () =>
        (client.packets.get(0) ?? []).filter((packet) => h264TypeOf(readRtp(packet).payload) === 7).length >=
        2,
      'two key pictures',
    );
    const types = (client.packets.get(0) ?? []).map((packet) => h264TypeOf(readRtp(packet).payload));
    types.forEach((type, at) => {
      if (type === 5 && types[at - 1] !== 5 && at >= 2) expect(types.slice(at - 2, at)).toEqual([7, 8]);
    });
    client.close();
  });

  it('can be paused, played again and torn down', async () => {
    const camera = digestCamera();
    const url = camera.streams.sub?.url ?? '';
    const client = await RawClient.open(city.rtspUrl);
    const id = (await client.play(camera)).split(';')[0] ?? '';
    await waitFor(() => client.packets.get(0), 'a packet');
    expect((await client.authorizedRequest(camera, 'PAUSE', url, { Session: id })).status).toBe(200);
    const atPause = client.packets.get(0)?.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(client.packets.get(0)?.length).toBe(atPause);
    const played = await client.authorizedRequest(camera, 'PLAY', url, { Session: id });
    expect(played.headers.get('rtp-info')).toMatch(/^url=rtsp:.*trackID=0;seq=\d+;rtptime=\d+$/);
    await waitFor(() => (client.packets.get(0)?.length ?? 0) > (atPause ?? 0), 'more packets');
    expect((await client.authorizedRequest(camera, 'TEARDOWN', url, { Session: id })).status).toBe(200);
    expect((await client.authorizedRequest(camera, 'PLAY', url, { Session: id })).status).toBe(454);
    client.close();
  });

  it('answers what it cannot do with the status that says so', async () => {
    const camera = digestCamera();
    const url = camera.streams.sub?.url ?? '';
    const client = await RawClient.open(city.rtspUrl);
    expect((await client.request('OPTIONS', '*')).headers.get('public')).toContain('GET_PARAMETER');
    expect((await client.request('DESCRIBE', `${city.rtspUrl}/cam-9999/sub`)).status).toBe(404);
    expect((await client.request('ANNOUNCE', url)).status).toBe(501);
    expect((await client.request('DESCRIBE', url)).status).toBe(401);
    const multicast = { Transport: 'RTP/AVP;multicast' };
    expect((await client.authorizedRequest(camera, 'SETUP', `${url}/trackID=0`, multicast)).status).toBe(461);
    client.send('nonsense\r\n\r\n');
    await waitFor(() => client.isClosed, 'the connection to be closed');
  });

  it('asks for SHA-256 where the camera does', async () => {
    const camera = cameraWhere((report) => report.scheme === 'digest-sha256');
    const client = await RawClient.open(city.rtspUrl);
    const url = camera.streams.sub?.url ?? '';
    expect((await client.request('DESCRIBE', url)).headers.get('www-authenticate')).toContain('SHA-256');
    expect((await client.authorizedRequest(camera, 'DESCRIBE', url)).status).toBe(200);
    client.close();
  });
});
