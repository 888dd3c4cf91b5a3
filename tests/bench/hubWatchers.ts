/**
 * Loaded into a hub under test by `NODE_OPTIONS=--import`: plays a viewer of every camera stream when it is asked over the
 * IPC channel. The viewers are receiving ends of 64 consumers, as a wall’s page, that get SRTP with the suite browsers
 * agree on; the datagrams go to ports that nobody reads (packetSink.ts), where the kernel drops them. The hub itself knows nothing of it.
 */
import { randomBytes } from 'node:crypto';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { cameraCapabilities } from '../../src-sfu/media/cameraCapabilities.ts';

/**
 * What a bench sends to the hub: UDP ports of 127.0.0.1 that nobody reads, one for each 64 streams of each worker. Viewers
 * for whom there is no port are not connected: the hub sends the stream to its worker, which drops it.
 */
export interface WatchRequest {
  watchEverything: number[];
}
/** The hub's answer: how many streams have a viewer now. */
export interface WatchAnswer {
  watching: number;
}

const consumersPerReceiver = 64;
/** The suite that Chromium and mediasoup agree on by DTLS; the length of its key and salt. */
const srtp = { cryptoSuite: 'AEAD_AES_256_GCM', keyBytes: 44 } as const;
/** Producers that have no viewer of ours yet. */
const producersOf = new Map<types.Router, Set<types.Producer>>();
let consumers = 0;

mediasoup.observer.on('newworker', (worker) => {
  worker.observer.on('newrouter', (router) => {
    const producers = new Set<types.Producer>();
    producersOf.set(router, producers);
    router.observer.on('newtransport', (transport) => {
      transport.observer.on('newproducer', (producer) => {
        if (producer.kind !== 'video') return;
        producers.add(producer);
        producer.observer.once('close', () => producers.delete(producer));
      });
    });
  });
});

process.on('message', (message) => {
  if (!isRequest(message)) return;
  void watchAll(message.watchEverything).then((consumers) => process.send?.({ watching: consumers }));
});
// Only who has something to say keeps a process running: without this the channel of a hub without a parent would.
process.channel?.unref();

function isRequest(message: unknown): message is WatchRequest {
  return typeof message === 'object' && message !== null && 'watchEverything' in message;
}

async function watchAll(ports: number[]): Promise<number> {
  const unused = [...ports];
  for (const [router, producers] of producersOf) {
    const rtpCapabilities = cameraCapabilities(router.rtpCapabilities);
    let receiver: types.PlainTransport | undefined;
    let free = 0;
    for (const producer of [...producers]) {
      producers.delete(producer);
      if (receiver === undefined || free === 0) {
        receiver = await openReceiver(router, unused.pop());
        free = consumersPerReceiver;
      }
      free -= 1;
      // As the surfaces do it: made while it is paused, then resumed.
      const consumer = await receiver.consume({ producerId: producer.id, rtpCapabilities, paused: true });
      await consumer.resume();
      consumers += 1;
      consumer.observer.once('close', () => (consumers -= 1));
    }
  }
  return consumers;
}

async function openReceiver(router: types.Router, port: number | undefined): Promise<types.PlainTransport> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
    comedia: false,
    enableSrtp: true,
    srtpCryptoSuite: srtp.cryptoSuite,
  });
  if (port === undefined) return transport;
  await transport.connect({
    ip: '127.0.0.1',
    port,
    srtpParameters: {
      cryptoSuite: srtp.cryptoSuite,
      keyBase64: randomBytes(srtp.keyBytes).toString('base64'),
    },
  });
  return transport;
}
