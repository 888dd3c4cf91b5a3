import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraHealth } from '../../../src-shared/cameras/cameras.protocol.ts';
import {
  eventually,
  registerCity,
  setFault,
  startHubProcess,
  startSimulatorProcess,
  temporaryFolder,
  type HubProcess,
  type SimulatorProcess,
} from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

const looking = {
  MINGCHU_HEALTH_MAX_RUNNING: '8',
  MINGCHU_HEALTH_INTERVAL_MS: '10000',
  MINGCHU_HEALTH_MAX_PER_HOST: '8',
};

let city: SimulatorProcess;
let hub: HubProcess;
let desk: SurfaceClient;
/** The hub's id of each camera, by the city's. */
let idOf: Map<string, string>;
const dataDir = temporaryFolder('mingchu-health-');

const connectDesk = async (): Promise<void> => {
  desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
  const directory = await desk.request('cameras:readDirectory', {});
  if (!directory.ok) throw new Error(directory.message);
  idOf = new Map(directory.data.cameras.map(({ externalId, cameraId }) => [externalId, cameraId]));
};

beforeAll(async () => {
  city = await startSimulatorProcess({ settings: { MINGCHU_SIM_CAMERAS: '8', MINGCHU_SIM_SITES: '5' } });
  for (let number = 1; number <= 8; number += 1) await setFault(city.controlUrl, `cam-000${number}`, 'none');
  hub = await startHubProcess({ dataDir, settings: looking });
  await registerCity(hub.url, city.controlUrl);
  await connectDesk();
});
afterAll(async () => {
  desk.close();
  await hub.stop();
  await city.stop();
});

const healthOf = async (externalId: string): Promise<CameraHealth | undefined> => {
  const answer = await desk.request('cameras:readHealth', {});
  if (!answer.ok) throw new Error(answer.message);
  return answer.data.health.find(({ cameraId }) => cameraId === idOf.get(externalId));
};
const becomes = (externalId: string, condition: CameraHealth['condition'], withinMs = 40_000) =>
  eventually(
    `${externalId} ${condition}`,
    async () => {
      const health = await healthOf(externalId);
      return health?.condition === condition ? health : undefined;
    },
    withinMs,
  );
const idIn = (externalId: string): string => idOf.get(externalId) ?? '';

describe('the hub probes the cameras that nobody watches', () => {
  it('and knows of each its condition, codec, size, frame rate and last picture', async () => {
    const seen = await eventually('every camera online with a poster', async () => {
      const answer = await desk.request('cameras:readHealth', {});
      const health = answer.ok ? answer.data.health : [];
      return (
        health.length === 8 && health.every(({ posterAtMs, frameRate }) => posterAtMs && frameRate) && health
      );
    });
    for (const health of seen) {
      expect(health).toMatchObject({ condition: 'online', codec: 'H264', width: 640, height: 360 });
      expect(health.frameRate).toBeGreaterThan(10);
      expect(health.frameRate).toBeLessThan(20);
    }
  });

  it('in turn, for no longer than a probe takes', async () => {
    await eventually('no stream runs between two probes', async () => {
      const metrics = await (await hubFetch(`${hub.url}/metrics`)).text();
      return /mingchu_camera_streams\{state="live"\} 0\n/.test(metrics);
    });
  });

  it('and finds a changed password and a refusal, and their end', async () => {
    await setFault(city.controlUrl, 'cam-0001', 'wrongPassword');
    await setFault(city.controlUrl, 'cam-0002', 'refuse', { status: 503 });
    const unauthorized = await becomes('cam-0001', 'unauthorized');
    expect(unauthorized.message).toMatch(/password/i);
    const offline = await becomes('cam-0002', 'offline');
    expect(offline.sinceMs).toBeLessThanOrEqual(offline.checkedAtMs ?? 0);
    await setFault(city.controlUrl, 'cam-0001', 'none');
    await setFault(city.controlUrl, 'cam-0002', 'none');
    await becomes('cam-0001', 'online');
    await becomes('cam-0002', 'online');
  });

  it('and notifies the desk', async () => {
    await setFault(city.controlUrl, 'cam-0003', 'refuse', { status: 404 });
    await becomes('cam-0003', 'offline');
    await eventually('the desk was notified', () =>
      desk
        .noticesOf('cameras:healthChanged')
        .some(({ changed }) =>
          changed.some(({ cameraId, condition }) => cameraId === idIn('cam-0003') && condition === 'offline'),
        ),
    );
    await setFault(city.controlUrl, 'cam-0003', 'none');
    await becomes('cam-0003', 'online');
  });

  it('and finds a picture that stands still, until it moves again', async () => {
    await setFault(city.controlUrl, 'cam-0004', 'frozen');
    const frozen = await becomes('cam-0004', 'frozen', 60_000);
    expect(frozen.posterAtMs).toBeDefined();
    await setFault(city.controlUrl, 'cam-0004', 'none');
    await becomes('cam-0004', 'online', 60_000);
  });

  it('and sees H.265, with a place for changing it to H.264 left free', async () => {
    await setFault(city.controlUrl, 'cam-0007', 'h265');
    const seen = await eventually(
      'H.265 seen',
      async () => {
        const health = await healthOf('cam-0007');
        return health?.codec === 'H265' ? health : undefined;
      },
      40_000,
    );
    expect(seen.condition).toBe('online');
  });

  it('and keeps the last picture for who asks, as it is and as a JPEG', async () => {
    const poster = await desk.request('cameras:getPoster', { cameraId: idIn('cam-0005') });
    expect(poster.ok && poster.data.keyPicture).toMatchObject({ width: 640, height: 360 });
    const url = `${hub.url}/api/v1/cameras/${idIn('cam-0005')}/poster.jpg`;
    const answers = await Promise.all(Array.from({ length: 12 }, () => hubFetch(url)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    const jpeg = Buffer.from((await answers[0]?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const again = await hubFetch(url, {
      headers: { 'if-none-match': answers[0]?.headers.get('etag') ?? '' },
    });
    expect([200, 304]).toContain(again.status);
  });

  it.each([
    ['a camera nobody registered', 'nobody'],
    ['a path', '..%2f..%2fkeys'],
    ['an id of 10 KB', 'x'.repeat(10_000)],
  ])('has no picture of %s', async (_what, cameraId) => {
    const answer = await hubFetch(`${hub.url}/api/v1/cameras/${cameraId}/poster.jpg`);
    expect([403, 404, 414]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('and notifies nobody who may not list the cameras', async () => {
    const wall = await connectSurface(hub.url);
    await wall.request('session:join', { surface: 'wall' });
    expect(await wall.request('cameras:readHealth', {})).toMatchObject({ ok: false, code: 'forbidden' });
    expect(await wall.request('cameras:readDirectory', {})).toMatchObject({ ok: false, code: 'forbidden' });
    expect(await wall.request('cameras:getPoster', { cameraId: 'nobody' })).toMatchObject({
      ok: false,
      code: 'not_found',
    });
    expect(await wall.requestAnything('cameras:getPoster', { cameraId: 'x'.repeat(65) })).toMatchObject({
      ok: false,
      code: 'bad_request',
    });
    expect(wall.noticesOf('cameras:healthChanged')).toEqual([]);
    wall.close();
  });

  it('and remembers over kill -9 since when one is out of order, and its last picture', async () => {
    await setFault(city.controlUrl, 'cam-0006', 'wrongPassword');
    const before = await becomes('cam-0006', 'unauthorized');
    await eventually('the desk was notified, so that it is saved', () =>
      desk
        .noticesOf('cameras:healthChanged')
        .some(({ changed }) =>
          changed.some(({ cameraId, condition }) => cameraId === idIn('cam-0006') && condition !== 'online'),
        ),
    );
    await hub.kill();
    hub = await startHubProcess({ dataDir, settings: { MINGCHU_HEALTH_MAX_RUNNING: '0' } });
    await connectDesk();
    expect(await healthOf('cam-0006')).toMatchObject({
      condition: 'unauthorized',
      sinceMs: before.sinceMs,
      message: before.message,
    });
    const opened = await desk.request('cameras:openStream', { cameraId: idIn('cam-0006'), stream: 'sub' });
    expect(opened.ok && opened.data.keyPicture?.width).toBe(640);
  });

  it('and no password is in its files, its notices or its log', () => {
    const registry = JSON.stringify(desk.notices);
    for (const name of readdirSync(join(dataDir, 'posters'))) expect(name).toMatch(/^[\w-]+\.poster$/);
    for (const text of [
      registry,
      hub.output(),
      readFileSync(join(dataDir, 'mingchu.sqlite')).toString('latin1'),
    ]) {
      expect(text).not.toMatch(/rtsp:\/\/[^/\s"]*:[^/\s"@]*@/);
    }
  });
});

describe('the directory', () => {
  it('holds every site and camera with its pinyin, and no address of a camera', async () => {
    const directory = await desk.request('cameras:readDirectory', {});
    if (!directory.ok) throw new Error(directory.message);
    const { sites, cameras } = directory.data;
    expect(cameras).toHaveLength(8);
    for (const { siteName, sitePinyin } of sites) {
      expect(sitePinyin.split(' ')).toHaveLength([...siteName].length);
    }
    expect(JSON.stringify(directory.data)).not.toMatch(/rtsp:|password|username/);
  });

  it('is notified again after an import, with a higher revision', async () => {
    const before = await desk.request('cameras:readDirectory', {});
    await registerCity(hub.url, city.controlUrl);
    const notice = await eventually('the directory changed', () =>
      desk.noticesOf('cameras:directoryChanged').at(-1),
    );
    expect(notice.revision).toBeGreaterThan(before.ok ? before.data.revision : Number.POSITIVE_INFINITY);
    const after = await desk.request('cameras:readDirectory', {});
    expect(after.ok && after.data.revision).toBe(notice.revision);
  });
});
