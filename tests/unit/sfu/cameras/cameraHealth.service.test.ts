import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CameraHealth, KeyPicture } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { ProbeLimits } from '../../../../src-shared/cameras/healthSchedule.ts';
import { createCameraDirectory } from '../../../../src-sfu/features/cameras/cameraDirectory.ts';
import type {
  CameraHealthRepository,
  HealthRecord,
  PosterRepository,
} from '../../../../src-sfu/features/cameras/cameraHealth.repository.ts';
import {
  createCameraHealthService,
  type CameraHealthService,
} from '../../../../src-sfu/features/cameras/cameraHealth.service.ts';
import {
  createCamerasService,
  type CamerasService,
} from '../../../../src-sfu/features/cameras/cameras.service.ts';
import { scriptedMedia, twoCameras, viewer, type ScriptedEvent } from './scriptedCameras.ts';

/** A store that forgets nothing, and refuses when the test says so. */
function memoryStore() {
  const saved = new Map<string, HealthRecord>();
  const pictures = new Map<string, KeyPicture>();
  const state = { refuses: false };
  const repository: CameraHealthRepository = {
    readAll: () => Promise.resolve([...saved.values()]),
    save(records) {
      if (state.refuses) return Promise.reject(new Error('the disk is full'));
      for (const record of records) saved.set(record.cameraId, record);
      return Promise.resolve();
    },
    remove(cameraIds) {
      for (const cameraId of cameraIds) saved.delete(cameraId);
      return Promise.resolve();
    },
  };
  const posters: PosterRepository = {
    times: () => new Map([...pictures].map(([cameraId, { capturedAtMs }]) => [cameraId, capturedAtMs])),
    save(cameraId, picture) {
      pictures.set(cameraId, picture);
      return Promise.resolve();
    },
    find: (cameraId) => Promise.resolve(pictures.get(cameraId)),
    remove(cameraIds) {
      for (const cameraId of cameraIds) pictures.delete(cameraId);
      return Promise.resolve();
    },
  };
  return { repository, posters, saved, pictures, state };
}

const usualLimits: ProbeLimits = {
  intervalMs: 300_000,
  maxRunning: 1,
  maxPerSecond: 10,
  maxRunningPerHost: 0,
};

describe('the hub probes its cameras', () => {
  let script: ReturnType<typeof scriptedMedia>;
  let store: ReturnType<typeof memoryStore>;
  let cameras: CamerasService;
  let health: CameraHealthService;
  let notices: CameraHealth[][];

  const startHub = async (limits = usualLimits): Promise<void> => {
    const nowMs = (): number => Date.now();
    const logger = pino({ level: 'silent' });
    const directory = createCameraDirectory(twoCameras, nowMs);
    await directory.reload();
    script = scriptedMedia();
    cameras = createCamerasService({
      directory,
      repository: twoCameras,
      media: script.media,
      logger,
      lingerMs: 10_000,
      nowMs,
      random: () => 0.5,
    });
    health = createCameraHealthService({ directory, cameras, ...store, limits, logger, nowMs });
    notices = [];
    health.onChanged((changed) => notices.push(changed));
    await health.load();
    health.start();
  };

  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    store = memoryStore();
    await startHub();
  });
  afterEach(async () => {
    await health.close();
    cameras.close();
    vi.useRealTimers();
  });

  const healthOf = (cameraId = 'cam-1'): CameraHealth | undefined =>
    health.read().find((entry) => entry.cameraId === cameraId);
  const report = (event: ScriptedEvent): void => script.attempts.at(-1)?.report(event);
  /** Pictures come at 10 a second for a while; they change or not. */
  const picturesCome = async (forMs: number, { changing }: { changing: boolean }): Promise<void> => {
    for (let elapsedMs = 0; elapsedMs < forMs; elapsedMs += 100) {
      script.statistics.framesReceived += 1;
      script.statistics.lastFrameAtMs = Date.now();
      if (changing) script.statistics.lastPictureChangeAtMs = Date.now();
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  /** The running probe receives its first picture. */
  const firstPictureComes = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(100);
    script.statistics.lastFrameAtMs = Date.now();
    script.statistics.lastPictureChangeAtMs = Date.now();
    report({ type: 'described', codec: 'H264', transcoded: false });
    report({ type: 'live' });
  };

  it('and says what is to be known of the device behind a camera, once when it changes', async () => {
    const notes = new Map([['cam-1', { announcedAt: '10.0.0.9:80' }]]);
    health.setDeviceNotes(notes);
    health.setDeviceNotes(new Map(notes));
    expect(healthOf()?.device).toEqual({ announcedAt: '10.0.0.9:80' });
    await vi.advanceTimersByTimeAsync(1_000);
    const announced = notices.flat().filter(({ device }) => device !== undefined);
    expect(announced.map(({ cameraId }) => cameraId)).toEqual(['cam-1']);
    health.setDeviceNotes(new Map());
    expect(healthOf()).not.toHaveProperty('device');
  });

  it('and knows condition, codec, size, frame rate and a poster within about two seconds of pictures', async () => {
    await firstPictureComes();
    await picturesCome(1_500, { changing: true });
    expect(healthOf()).toMatchObject({
      condition: 'online',
      sinceMs: 1_700_000_000_100,
      codec: 'H264',
      width: 640,
      height: 360,
      frameRate: 10,
    });
    expect(store.pictures.get('cam-1')?.annexB).toEqual(new Uint8Array([0, 0, 0, 1]));
    expect(healthOf()?.posterAtMs).toBe(store.pictures.get('cam-1')?.capturedAtMs);
  });

  it('without a place on a media worker and without a linger', async () => {
    await firstPictureComes();
    await picturesCome(1_500, { changing: true });
    expect(script.attempts[0]?.closed).toBe(true);
    expect(script.sources.places).toBe(0);
  });

  it('one at a time where one is set, and again within the interval', async () => {
    await firstPictureComes();
    expect(script.attempts).toHaveLength(1);
    await picturesCome(1_500, { changing: true });
    expect(script.attempts).toHaveLength(2);
    report({ type: 'described', codec: 'H264', transcoded: false });
    report({ type: 'live' });
    await picturesCome(1_500, { changing: true });
    expect(healthOf('cam-2')?.condition).toBe('online');
    await vi.advanceTimersByTimeAsync(300_000);
    expect(script.attempts.length).toBeGreaterThanOrEqual(3);
  });

  it('and a viewer who comes meanwhile gets the stream that runs, with a place', async () => {
    await firstPictureComes();
    expect(await cameras.openStream(viewer('wall'), 'cam-1', 'sub')).toMatchObject({ ok: true });
    expect(script.sources.places).toBe(1);
    await picturesCome(1_500, { changing: true });
    expect(script.attempts[0]?.closed).toBe(false);
    expect(healthOf()?.condition).toBe('online');
  });

  it('not at one that is watched: what is seen there counts', async () => {
    await firstPictureComes();
    await picturesCome(1_500, { changing: true });
    report({ type: 'ended', cause: 'unreachable', message: 'No route.' });
    void cameras.openStream(viewer('wall'), 'cam-1', 'sub');
    await vi.advanceTimersByTimeAsync(0);
    const before = script.attempts.length;
    report({ type: 'live' });
    await picturesCome(5_000, { changing: true });
    expect(script.attempts.slice(before).filter(({ sparing }) => sparing)).toEqual([]);
  });

  it('and takes no place for changing codecs that a viewer may want', async () => {
    await vi.advanceTimersByTimeAsync(100);
    expect(script.attempts[0]?.sparing).toBe(true);
    report({ type: 'ended', cause: 'transcodeBudget', message: 'All places are taken.', codec: 'H265' });
    expect(healthOf()).toMatchObject({ condition: 'online', codec: 'H265' });
    void cameras.openStream(viewer('wall'), 'cam-1', 'sub');
    await vi.advanceTimersByTimeAsync(0);
    expect(script.attempts.at(-1)?.sparing).toBe(false);
  });

  it.each([
    ['unauthorized', 'unauthorized'],
    ['unsupported', 'unsupported'],
    ['unreachable', 'offline'],
    ['silent', 'offline'],
  ] as const)('one that ends with %s is %s, and the tour goes on without it', async (cause, condition) => {
    await vi.advanceTimersByTimeAsync(100);
    report({ type: 'ended', cause, message: 'What to do.' });
    expect(healthOf()).toMatchObject({ condition, message: 'What to do.' });
    expect(health.isOnline('cam-1')).toBe(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(script.attempts[0]?.closed).toBe(true);
  });

  it('longer at one whose picture does not change, until it is known to be frozen', async () => {
    await firstPictureComes();
    await picturesCome(7_000, { changing: false });
    expect(script.attempts[0]?.closed).toBe(false);
    expect(healthOf()?.condition).toBe('online');
    await picturesCome(2_000, { changing: false });
    expect(healthOf()).toMatchObject({ condition: 'frozen' });
    expect(script.attempts[0]?.closed).toBe(true);
  });

  it('and a frozen one is online again only once its picture was seen to change', async () => {
    await firstPictureComes();
    await picturesCome(9_000, { changing: false });
    const since = healthOf()?.sinceMs;
    void cameras.openStream(viewer('wall'), 'cam-1', 'sub');
    await firstPictureComes();
    expect(healthOf()).toMatchObject({ condition: 'frozen', sinceMs: since });
    await vi.advanceTimersByTimeAsync(100);
    await picturesCome(1_000, { changing: true });
    expect(healthOf()?.condition).toBe('online');
  });

  it('and announces changes about once a second', async () => {
    await firstPictureComes();
    await picturesCome(2_000, { changing: true });
    expect(notices.length).toBeLessThanOrEqual(3);
    expect(notices.at(-1)?.find(({ cameraId }) => cameraId === 'cam-1')?.condition).toBe('online');
  });

  it('remembers over a restart since when a camera is failing, and probes it soon', async () => {
    await vi.advanceTimersByTimeAsync(100);
    report({ type: 'ended', cause: 'unauthorized', message: 'Wrong password.' });
    const before = healthOf();
    await vi.advanceTimersByTimeAsync(1_000);
    // As after kill -9: nothing is closed, only what was saved is there.
    await startHub();
    expect(healthOf()).toEqual(before);
    expect(health.isOnline('cam-1')).toBe(false);
    await vi.advanceTimersByTimeAsync(80_000);
    expect(script.attempts.length).toBeGreaterThan(0);
  });

  it('saves again what the store refused', async () => {
    store.state.refuses = true;
    await firstPictureComes();
    await picturesCome(1_500, { changing: true });
    expect(store.saved.size).toBe(0);
    store.state.refuses = false;
    await health.close();
    expect(store.saved.get('cam-1')?.condition.condition).toBe('online');
  });

  it('forgets the pictures and the health of cameras that are no longer registered', async () => {
    const picture = { annexB: new Uint8Array([1]), codec: 'avc1', width: 1, height: 1, capturedAtMs: 1 };
    store.pictures.set('gone', picture);
    store.saved.set('gone', {
      cameraId: 'gone',
      condition: { condition: 'online', sinceMs: 1, failures: 0 },
      checkedAtMs: 1,
    });
    await startHub();
    expect(store.pictures.has('gone')).toBe(false);
    expect(store.saved.has('gone')).toBe(false);
  });

  it('and probes none where no probe is allowed', async () => {
    await startHub({ ...usualLimits, maxRunning: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(script.attempts).toEqual([]);
    expect(healthOf()?.condition).toBe('unknown');
  });
});
