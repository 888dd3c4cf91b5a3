import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AttemptEvent } from '../../../src-sfu/features/cameras/cameras.ports.ts';
import { createLogger } from '../../../src-sfu/logger.ts';
import { createCameraMedia } from '../../../src-sfu/media/cameraMedia.ts';
import { createSoftenedMedia, softenedAddress } from '../../../src-sfu/media/softenedMedia.ts';
import { createSegmentSink, type PictureSegment } from '../../../src-sfu/media/mp4/segmentSink.ts';
import { createSoftenedBodyCams, softenedBodyCamAddress } from '../../../src-sfu/media/softenedBodyCams.ts';
import { fileSources } from '../../../src-sfu/media/sources/file/fileSource.ts';
import type { WorkerPool } from '../../../src-sfu/media/workerPool.ts';
import { softenedBox } from '../../../src-shared/public/softening.ts';
import { oneTranscoder } from '../../support/ingestAttempt.ts';
import { eventually, mediaWorkerBinary } from '../../support/processes.ts';

const file = new URL(
  '../../cases/cameras/samples/base.h264?picturesPerSecond=30&repeats=true',
  import.meta.url,
);
const logger = createLogger('silent');
let pool: WorkerPool;

beforeAll(async () => {
  // Read when mediasoup is loaded.
  process.env.MEDIASOUP_WORKER_BIN = mediaWorkerBinary();
  const { startWorkerPool } = await import('../../../src-sfu/media/workerPool.ts');
  pool = await startWorkerPool({ count: 1, addresses: [{ ip: '127.0.0.1' }], rtcPort: 0, logger });
});
afterAll(() => pool.close());

function setUp(limit = 2) {
  const transcoder = oneTranscoder();
  const options = { pool, logger, nowMs: Date.now };
  const cameraMedia = createCameraMedia({
    ...options,
    transcoder,
    sparingTranscoder: transcoder,
    sources: [fileSources()],
  });
  const softened = createSoftenedMedia({
    ...options,
    cameraMedia,
    ffmpegPath: 'ffmpeg',
    maxConcurrent: limit,
  });
  const camera = cameraMedia.openSource('cam-1:sub');
  camera.startAttempt({ stream: 'sub', url: file.href }, () => undefined, { sparing: false });
  const open = async (headPercent?: number) => {
    const source = softened.openSource('public:cam-1');
    await source.takePlace();
    const events: AttemptEvent[] = [];
    const attempt = source.startAttempt(
      { stream: 'sub', url: softenedAddress('cam-1', headPercent) },
      (event) => void events.push(event),
      { sparing: false },
    );
    return { source, attempt, events };
  };
  return { cameraMedia, softened, camera, open };
}

it('sends pictures in which a head has no more elements than the rule says, and no sound', async () => {
  const { softened, camera, open } = setUp();
  for (const headPercent of [undefined, 20]) {
    const { source, attempt, events } = await open(headPercent);
    await eventually('a softened picture', () => events.some(({ type }) => type === 'live'), 20_000);
    const picture = await source.keyPicture();
    const box = softenedBox(headPercent);
    expect(picture?.width).toBeLessThanOrEqual(box.width);
    expect(picture?.height).toBeLessThanOrEqual(box.height);
    expect(picture?.width).toBeGreaterThan(box.width / 2);
    const found = await softened.find('public:cam-1', 'video');
    expect(found?.producerId).toBeDefined();
    expect(await softened.find('public:cam-1', 'audio')).toBeUndefined();
    attempt.close();
    source.close();
    expect(await softened.find('public:cam-1', 'video')).toBeUndefined();
  }
  camera.close();
});

it('comes in segments that begin with a key picture, follow one another, and are decoded by themselves', async () => {
  const { softened, camera, open } = setUp();
  const { source, attempt } = await open();
  const segments: PictureSegment[] = [];
  await eventually(
    'a copy to attach to',
    () =>
      softened.attach(
        'public:cam-1',
        createSegmentSink((one) => void segments.push(one)),
      ) !== undefined,
  );
  await eventually('three segments', () => segments.length >= 3, 20_000);
  attempt.close();
  source.close();
  camera.close();
  const [first, second] = segments;
  expect(second?.startMs).toBe((first?.startMs ?? 0) + (first?.durationMs ?? 0));
  expect(first?.durationMs).toBeGreaterThan(500);
  expect(first?.codec).toMatch(/^avc1\.42[0-9a-f]{4}$/);
  for (const { init, bytes } of segments.slice(0, 2)) {
    const { stdout } = spawnSync(
      'ffmpeg',
      ['-v', 'error', '-xerror', '-i', 'pipe:0', '-f', 'framemd5', 'pipe:1'],
      { input: Buffer.concat([init, bytes]), encoding: 'utf8' },
    );
    expect(stdout).toContain('#dimensions 0: 320x');
    // 8 pictures a second.
    expect(stdout.split('\n').filter((line) => /^0,/.test(line)).length).toBeGreaterThanOrEqual(6);
  }
});

it('softens a body-worn camera further, ends with it, and has none of one that sends nothing', async () => {
  const { cameraMedia, camera } = setUp();
  await camera.takePlace();
  const bodyCams = createSoftenedBodyCams({
    pool,
    logger,
    nowMs: Date.now,
    ffmpegPath: 'ffmpeg',
    maxConcurrent: 1,
    sending: {
      find: (streamId) => cameraMedia.find(streamId === 'bodycam:ann' ? 'cam-1:sub' : 'none', 'video'),
    },
  });
  const openOf = (memberId: string) => {
    const source = bodyCams.openSource(`softened:${memberId}`);
    const place = source.takePlace();
    const events: AttemptEvent[] = [];
    const address = { stream: 'sub' as const, url: softenedBodyCamAddress(memberId) };
    const attempt = source.startAttempt(address, (event) => void events.push(event), { sparing: false });
    return { source, attempt, events, place };
  };
  const nobody = openOf('nobody');
  await eventually('its end', () => nobody.events.at(-1)?.type === 'ended');
  nobody.source.close();
  const ann = openOf('ann');
  await eventually('a softened picture', () => ann.events.some(({ type }) => type === 'live'), 20_000);
  const picture = await ann.source.keyPicture();
  expect([picture?.width, picture?.height]).toEqual([96, 54]);
  // Somebody receives it, as a screen does.
  const found = await bodyCams.find('softened:ann', 'video');
  const transport = await found?.worker.router.createDirectTransport();
  const consumer = await transport?.consume({
    producerId: found?.producerId ?? '',
    rtpCapabilities: found?.worker.router.rtpCapabilities ?? {},
  });
  let packets = 0;
  consumer?.on('rtp', () => (packets += 1));
  bodyCams.catchUp('softened:ann', 0);
  await eventually('packets', () => packets > 8, 10_000);
  camera.close();
  await eventually('its end', () => ann.events.at(-1)?.type === 'ended');
  ann.attempt.close();
  ann.source.close();
});

it('makes no copy of a camera that is not open, and none beyond the budget', async () => {
  const { camera, open } = setUp(0);
  const beyond = await open();
  await eventually('its end', () => beyond.events.at(-1)?.type === 'ended');
  beyond.source.close();
  camera.close();
  const closed = await open();
  await eventually('its end', () => closed.events.at(-1)?.type === 'ended');
  expect(await closed.source.keyPicture()).toBeUndefined();
  closed.source.close();
});
