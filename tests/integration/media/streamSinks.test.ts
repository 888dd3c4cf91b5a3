import { once } from 'node:events';
import type { types } from 'mediasoup';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AttemptEvent } from '../../../src-sfu/features/cameras/cameras.ports.ts';
import { createLogger } from '../../../src-sfu/logger.ts';
import { createCameraMedia } from '../../../src-sfu/media/cameraMedia.ts';
import { fileSources } from '../../../src-sfu/media/sources/file/fileSource.ts';
import type { WorkerPool } from '../../../src-sfu/media/workerPool.ts';
import { oneTranscoder } from '../../support/ingestAttempt.ts';
import { mediaWorkerBinary } from '../../support/processes.ts';

const file = new URL(
  '../../cases/cameras/samples/base.h264?picturesPerSecond=30&repeats=true',
  import.meta.url,
);
let pool: WorkerPool;

beforeAll(async () => {
  // Read when mediasoup is loaded.
  process.env.MEDIASOUP_WORKER_BIN = mediaWorkerBinary();
  const { startWorkerPool } = await import('../../../src-sfu/media/workerPool.ts');
  pool = await startWorkerPool({
    count: 1,
    addresses: [{ ip: '127.0.0.1' }],
    rtcPort: 0,
    logger: createLogger('silent'),
  });
});
afterAll(() => pool.close());

function setUp() {
  const transcoder = oneTranscoder();
  const media = createCameraMedia({
    pool,
    transcoder,
    sparingTranscoder: transcoder,
    sources: [fileSources()],
    logger: createLogger('silent'),
    nowMs: Date.now,
  });
  const source = media.openSource('cam-1:main');
  const start = () =>
    new Promise<Extract<AttemptEvent, { type: 'live' }>>((resolve, reject) => {
      source.startAttempt(
        { stream: 'main', url: file.href },
        (event) => {
          if (event.type === 'live') resolve(event);
          if (event.type === 'ended') reject(new Error(event.message));
        },
        { sparing: false },
      );
    });
  return { media, source, start };
}

/** Resolves with the packets of a sink once it has got so many. */
function collect(media: ReturnType<typeof setUp>['media'], count: number): Promise<Buffer[]> {
  const packets: Buffer[] = [];
  return new Promise((resolve) => {
    const detach = media.attach('cam-1:main', {
      writeVideo(packet) {
        packets.push(Buffer.from(packet));
        if (packets.length !== count) return;
        detach?.();
        resolve(packets);
      },
      writeAudio: () => undefined,
    });
  });
}

it('a stream goes to a second sink beside the media worker', async () => {
  const { media, source, start } = setUp();
  const place = await source.takePlace();
  expect(place).toEqual({ workerId: pool.list()[0]?.workerId });
  await start();
  const found = await media.find('cam-1:main', 'video');
  const router = found?.worker.router;
  const receiver = await router?.createDirectTransport();
  const consumer = await receiver?.consume({
    producerId: found?.producerId ?? '',
    rtpCapabilities: router?.rtpCapabilities as types.RtpCapabilities,
  });
  const collected = collect(media, 60);
  const received = once(consumer as types.Consumer, 'rtp');
  media.catchUp('cam-1:main', 0);
  await received;
  const packets = await collected;
  const sequences = packets.map((packet) => packet.readUInt16BE(2));
  expect(sequences.map((sequence) => (sequence - (sequences[0] ?? 0)) & 0xffff)).toEqual(
    sequences.map((_, index) => index),
  );
  source.close();
  receiver?.close();
});

it('a stream without any viewer goes to its sink all the same', async () => {
  const { media, source, start } = setUp();
  const collected = collect(media, 30);
  const { statistics } = await start();
  expect(statistics.framesReceived).toBeGreaterThan(0);
  expect(await collected).toHaveLength(30);
  expect(await source.keyPicture()).toMatchObject({ codec: expect.stringMatching(/^avc1\./) as string });
  source.close();
});

it('what is measured of open sources is pushed, until the last one is closed', async () => {
  const { media, source, start } = setUp();
  const measured = new Promise((resolve) =>
    media.onMeasured((statistics) => resolve(statistics.get('cam-1:main')?.framesReceived)),
  );
  await start();
  expect(await measured).toBeGreaterThanOrEqual(0);
  source.close();
  expect(
    media.attach('cam-1:main', { writeVideo: () => undefined, writeAudio: () => undefined }),
  ).toBeUndefined();
});
