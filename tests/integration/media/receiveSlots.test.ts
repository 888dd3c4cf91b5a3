import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { types } from 'mediasoup';
import { dataOf } from '../../../src-renderer/media/signalling.ts';
import type { SurfaceMedia } from '../../../src-sfu/features/media/media.ports.ts';
import { createLogger } from '../../../src-sfu/logger.ts';
import { createSurfaceMedia } from '../../../src-sfu/media/surfaceMedia.ts';
import type { WorkerPool } from '../../../src-sfu/media/workerPool.ts';
import { eventually, mediaWorkerBinary } from '../../support/processes.ts';

/** What a browser of ours receives, as far as cameras go. */
const rtpCapabilities = {
  codecs: [
    {
      kind: 'video' as const,
      mimeType: 'video/H264',
      preferredPayloadType: 102,
      clockRate: 90_000,
      parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
      rtcpFeedback: [{ type: 'nack' }],
    },
  ],
  headerExtensions: [{ kind: 'video' as const, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', preferredId: 1 }],
};

describe('a surface that has negotiated receivers beforehand', () => {
  let pool: WorkerPool;
  let media: SurfaceMedia;
  let transportId: string;
  let transport: types.Transport | undefined;
  let producers: types.Producer[];
  let caughtUp: string[];
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
    caughtUp = [];
    const worker = pool.leastLoaded();
    const plain = await worker.router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    });
    producers = await Promise.all(
      [1, 2].map((ssrc) =>
        plain.produce({
          kind: 'video',
          rtpParameters: {
            codecs: [
              {
                mimeType: 'video/H264',
                payloadType: 102,
                clockRate: 90_000,
                parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
              },
            ],
            encodings: [{ ssrc }],
          },
        }),
      ),
    );
    media = createSurfaceMedia(
      pool,
      {
        find: (streamId) =>
          Promise.resolve({ worker, producerId: producers[streamId === 'one:sub' ? 0 : 1]!.id }),
        listen: () => () => undefined,
        catchUp: (streamId) => void caughtUp.push(streamId),
      },
      { consumersClosed: () => undefined },
      () => Date.now(),
    );
    worker.router.observer.once('newtransport', (made) => void (transport = made));
    ({ transportId } = dataOf(await media.createTransport({ workerId: worker.workerId })));
  });
  afterEach(() => media.close());

  const consume = async (streamId: string, slot: { mid?: string; mayFlow?: boolean } = {}) =>
    dataOf(await media.consume({ streamId, transportId, kind: 'video', rtpCapabilities, ...slot }));

  it('gets a stream under the name of a free one, flowing at once and from its last key picture where it may', async () => {
    const paused = await consume('one:sub', { mid: 's1' });
    expect(paused).toMatchObject({ isSlotted: true, isFlowing: false, rtpParameters: { mid: 's1' } });
    expect(caughtUp).toEqual([]);
    const flowing = await consume('other:sub', { mid: 's2', mayFlow: true });
    expect(flowing).toMatchObject({ isSlotted: true, isFlowing: true, rtpParameters: { mid: 's2' } });
    // Packets that are sent before the transport is connected are dropped.
    expect(caughtUp).toEqual([]);
    (transport as types.WebRtcTransport).emit('dtlsstatechange', 'connected');
    await eventually('it catches up', () => caughtUp.includes('other:sub'));
  });

  it('never gets two streams under one name: the second comes under one of its own, and waits', async () => {
    const first = await consume('one:sub', { mid: 's1', mayFlow: true });
    const second = await consume('other:sub', { mid: 's1', mayFlow: true });
    expect(second.rtpParameters.mid).not.toBe('s1');
    expect(second.isFlowing).toBe(false);
    await media.closeConsumers([first.consumerId]);
    expect((await consume('other:sub', { mid: 's1' })).rtpParameters.mid).toBe('s1');
  });

  it('never gets two streams under one name, also when it asks for both at once', async () => {
    const both = await Promise.all([
      consume('one:sub', { mid: 's1', mayFlow: true }),
      consume('other:sub', { mid: 's1', mayFlow: true }),
    ]);
    expect(both.filter(({ rtpParameters }) => rtpParameters.mid === 's1')).toHaveLength(1);
    expect(both.filter(({ isFlowing }) => isFlowing)).toHaveLength(1);
    expect(new Set(both.map(({ rtpParameters }) => rtpParameters.mid)).size).toBe(2);
  });

  it('gets every camera under the same codecs and header extensions', async () => {
    const shape = async (streamId: string) => {
      const { rtpParameters } = await consume(streamId);
      return [rtpParameters.codecs, rtpParameters.headerExtensions];
    };
    expect(await shape('one:sub')).toEqual(await shape('other:sub'));
  });

  it('gets no packets at once without a name to receive them under', async () => {
    expect((await consume('one:sub', { mayFlow: true })).isFlowing).toBe(false);
  });
});
