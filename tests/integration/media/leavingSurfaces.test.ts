import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SurfaceMedia } from '../../../src-sfu/features/media/media.ports.ts';
import { createLogger } from '../../../src-sfu/logger.ts';
import { createSendingMedia, type SendingMedia } from '../../../src-sfu/media/sendingMedia.ts';
import type { ProducerDirectory } from '../../../src-sfu/media/producerDirectory.ts';
import { createSurfaceMedia } from '../../../src-sfu/media/surfaceMedia.ts';
import { createVoices, type Voices } from '../../../src-sfu/media/voices.ts';
import type { WorkerPool } from '../../../src-sfu/media/workerPool.ts';
import { mediaWorkerBinary } from '../../support/processes.ts';

const opus = (ssrc: number) => ({
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc }],
  rtcp: { cname: 'a' },
});
const h264 = (ssrc: number) => ({
  codecs: [
    {
      mimeType: 'video/H264',
      payloadType: 102,
      clockRate: 90_000,
      parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
    },
  ],
  encodings: [{ ssrc }],
  rtcp: { cname: 'a' },
});

describe('a surface that leaves while something is made for it', () => {
  let pool: WorkerPool;
  let voices: Voices;
  let sending: SendingMedia;
  let live: string[];
  /** Ends of streams that are listened to. */
  let listening: number;
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
  beforeEach(async () => {
    live = [];
    listening = 0;
    voices = createVoices({ pool, logger: createLogger('silent'), nowMs: () => Date.now() });
    sending = createSendingMedia(voices, {
      bodyCamKinds: (memberId) => live.push(memberId),
      bodyCamLost: (memberId) => (live = live.filter((one) => one !== memberId)),
      bodyCamStalled: () => undefined,
      bodyCamTakenOver: () => undefined,
      pathChanged: () => undefined,
    });
    // Talk has a transport of its own from now on.
    await voices.group('all');
  });

  const worker = () => pool.leastLoaded();
  const transportsOnWorker = async (): Promise<number> => {
    const { transportIds } = (await worker().router.dump()) as { transportIds: string[] };
    return transportIds.length;
  };
  const openMedia = (producers: Partial<ProducerDirectory> = {}): SurfaceMedia =>
    createSurfaceMedia(
      pool,
      {
        find: () => Promise.resolve(undefined),
        listen: () => {
          listening += 1;
          return () => void (listening -= 1);
        },
        catchUp: () => undefined,
        ...producers,
      },
      { consumersClosed: () => undefined },
      () => Date.now(),
    );
  /** Lets pass so many turns of what is under way. */
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  it('leaves no receive transport, however late the worker answers', async () => {
    const before = await transportsOnWorker();
    const media = openMedia();
    const made = media.createTransport({ workerId: worker().workerId });
    media.close();
    expect(await made).toMatchObject({ ok: false, code: 'unavailable' });
    expect(await transportsOnWorker()).toBe(before);
  });

  it('leaves none either when it asks again after it left', async () => {
    const before = await transportsOnWorker();
    const media = openMedia();
    media.close();
    expect(await media.createTransport({ workerId: worker().workerId })).toMatchObject({
      ok: false,
      reason: 'session.connection_ended',
    });
    expect(await transportsOnWorker()).toBe(before);
  });

  it.each([0, 1, 2, 3, 5, 8])('leaves no sending transport when it leaves %i turns later', async (count) => {
    const before = await transportsOnWorker();
    const opened = sending.open('surface');
    await turns(count);
    sending.surfaceLeft('surface');
    await opened;
    expect(await transportsOnWorker()).toBe(before);
    expect(
      await sending.connect('surface', { transportId: 'any', dtlsParameters: { fingerprints: [] } }),
    ).toMatchObject({ ok: false, reason: 'media.transport_was_closed' });
  });

  it('keeps one sending transport, the newest, of a surface that asks twice', async () => {
    const before = await transportsOnWorker();
    const [first, second] = await Promise.all([sending.open('surface'), sending.open('surface')]);
    expect(first).toMatchObject({ ok: false, code: 'conflict' });
    expect(second.ok).toBe(true);
    expect(await transportsOnWorker()).toBe(before + 1);
    sending.surfaceLeft('surface');
    expect(await transportsOnWorker()).toBe(before);
  });

  it.each([0, 1, 2, 3, 5])('leaves no body cam that is live when it leaves %i turns later', async (count) => {
    const opened = await sending.open('phone');
    if (!opened.ok) throw new Error(opened.message);
    const { transportId } = opened.data.transport;
    const produced = sending.produceBodyCam('phone', 'ann', {
      transportId,
      kind: 'video',
      rtpParameters: h264(1_000 + count),
    });
    await turns(count);
    sending.surfaceLeft('phone');
    await produced;
    expect(live).toEqual([]);
    expect(sending.bodyCamSender('ann')).toBe(undefined);
    expect(await sending.find('bodycam:ann', 'video')).toBe(undefined);
  });

  it.each([0, 1, 2, 3, 5])('leaves no voice when it leaves %i turns later', async (count) => {
    const opened = await sending.open('phone');
    if (!opened.ok) throw new Error(opened.message);
    const { transportId } = opened.data.transport;
    const produced = sending.produceVoice('phone', { transportId, rtpParameters: opus(2_000 + count) });
    await turns(count);
    sending.surfaceLeft('phone');
    await produced;
    expect(voices.hasVoice('phone')).toBe(false);
  });

  it.each([0, 1, 2, 3, 5])('listens to nothing any more when it leaves %i turns later', async (count) => {
    const group = await voices.group('all');
    if (group === undefined) throw new Error('the group has no media');
    const media = openMedia({ find: () => Promise.resolve(group) });
    const transport = await media.createTransport({ workerId: worker().workerId });
    if (!transport.ok) throw new Error(transport.message);
    const consumed = media.consume({
      streamId: 'talk:all',
      transportId: transport.data.transportId,
      kind: 'audio',
      rtpCapabilities: worker().router.rtpCapabilities as never,
    });
    await turns(count);
    media.close();
    await consumed;
    expect(listening).toBe(0);
  });
});
