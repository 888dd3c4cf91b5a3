import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { closeOutlet, openOutlet } from '../../../src-sfu/media/cameraOutlet.ts';
import { followConsumers } from '../../../src-sfu/media/consumerDemand.ts';
import { routerCodecs } from '../../../src-sfu/media/routerCodecs.ts';
import type { MediaWorker, WorkerPool } from '../../../src-sfu/media/workerPool.ts';
import { mediaWorkerBinary } from '../../support/processes.ts';

let worker: types.Worker;

beforeAll(async () => {
  worker = await mediasoup.createWorker({ logLevel: 'error', workerBin: mediaWorkerBinary() });
});
afterAll(() => worker.close());

async function plainTransport(router: types.Router): Promise<types.PlainTransport> {
  return router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
    comedia: true,
  });
}

/** A pool of one router, a producer on it, and what was reported of it. */
async function setUp() {
  const routers: types.Router[] = [await worker.createRouter({ mediaCodecs: routerCodecs })];
  const asWorker = (router: types.Router) => ({ router }) as MediaWorker;
  let replaced: Parameters<WorkerPool['onWorkerReplaced']>[0] = () => undefined;
  const demand = followConsumers({
    list: () => routers.map(asWorker),
    onWorkerReplaced: (listener) => (replaced = listener),
  });
  const produceOn = async (router: types.Router) => {
    const transport = await plainTransport(router);
    const producer = await transport.produce({
      kind: 'audio',
      rtpParameters: {
        codecs: [{ mimeType: 'audio/PCMA', payloadType: 8, clockRate: 8000, channels: 1 }],
        encodings: [{ ssrc: 7 }],
      },
    });
    const reported: boolean[] = [];
    const stop = demand.watch(producer.id, (isConsumed) => reported.push(isConsumed));
    const consumeOn = (receiver: types.PlainTransport, paused: boolean) =>
      receiver.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities, paused });
    return { transport, producer, reported, stop, consumeOn };
  };
  return {
    router: routers[0]!,
    produceOn,
    replaceBy: (router: types.Router) => replaced(asWorker(routers[0]!), asWorker(router)),
  };
}

it('a producer is consumed from its first consumer that is not paused to the end of the last', async () => {
  const { router, produceOn } = await setUp();
  const { reported, consumeOn } = await produceOn(router);
  const [near, far] = [await plainTransport(router), await plainTransport(router)];
  const first = await consumeOn(near, true);
  expect(reported).toEqual([]);
  await first.resume();
  expect(reported).toEqual([true]);
  const second = await consumeOn(far, false);
  await first.pause();
  expect(reported).toEqual([true]);
  second.close();
  expect(reported).toEqual([true, false]);
  await first.resume();
  await first.resume();
  expect(reported).toEqual([true, false, true]);
  near.close();
  expect(reported).toEqual([true, false, true, false]);
  router.close();
});

it('a producer that is paused is not consumed, and consumers of others do not count', async () => {
  const { router, produceOn } = await setUp();
  const { producer, reported, consumeOn, stop } = await produceOn(router);
  const other = await produceOn(router);
  const receiver = await plainTransport(router);
  const consumer = await consumeOn(receiver, false);
  expect([reported, other.reported]).toEqual([[true], []]);
  const paused = new Promise<void>((resolve) => consumer.once('producerpause', resolve));
  await producer.pause();
  await paused;
  expect(reported).toEqual([true, false]);
  stop();
  router.close();
  expect(reported).toEqual([true, false]);
});

it('a worker that took the place of a dead one is followed as well', async () => {
  const { produceOn, replaceBy } = await setUp();
  const successor = await worker.createRouter({ mediaCodecs: routerCodecs });
  replaceBy(successor);
  const { reported, consumeOn } = await produceOn(successor);
  await consumeOn(await plainTransport(successor), false);
  expect(reported).toEqual([true]);
  successor.close();
  expect(reported).toEqual([true, false]);
});

it('the stream of a camera is asked for a key picture when a viewer wants one', async () => {
  const router = await worker.createRouter({ mediaCodecs: routerCodecs });
  const wanted = vi.fn();
  const outlet = await openOutlet({ router } as MediaWorker, 7, wanted);
  const receiver = await plainTransport(router);
  const consumer = await receiver.consume({
    producerId: outlet.video.id,
    rtpCapabilities: router.rtpCapabilities,
  });
  // The worker asks a stream only once it knows it: after its first packet.
  outlet.socket.send(Buffer.from('80e6000100000001000000076588840021', 'hex'));
  await vi.waitFor(async () => {
    await consumer.requestKeyFrame();
    expect(wanted).toHaveBeenCalled();
  }, 5_000);
  closeOutlet(outlet);
  router.close();
});
