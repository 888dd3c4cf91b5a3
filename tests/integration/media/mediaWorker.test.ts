import { once } from 'node:events';
import { createSocket, type Socket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPacketBundler, takesBundles } from '../../../src-sfu/media/packetBundles.ts';
import { routerCodecs } from '../../../src-sfu/media/routerCodecs.ts';
import { eventually, mediaWorkerBinary } from '../../support/processes.ts';

const suites = [
  { cryptoSuite: 'AEAD_AES_256_GCM', keyBytes: 44 },
  { cryptoSuite: 'AEAD_AES_128_GCM', keyBytes: 28 },
  { cryptoSuite: 'AES_CM_128_HMAC_SHA1_80', keyBytes: 30 },
] as const;
const payloadType = 111;
const streams = 40;
const packetsOfStream = 60;

let worker: types.Worker;
const sockets: Socket[] = [];

beforeAll(async () => {
  worker = await mediasoup.createWorker({ logLevel: 'error', workerBin: mediaWorkerBinary() });
});
afterAll(() => {
  worker.close();
  for (const socket of sockets) socket.close();
});

async function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 8 * 1024 * 1024 });
  sockets.push(socket);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Payloads as pictures are cut: packets of one size and a smaller last one; some as small as sound. */
function payloadOf(stream: number, sequence: number): Buffer {
  const bytes = sequence % 5 === 4 ? 90 + ((stream * 37 + sequence) % 700) : 1_000;
  const payload = Buffer.alloc(bytes, (stream * 131 + sequence * 7) % 251);
  payload.writeUInt16BE(stream, 0);
  payload.writeUInt16BE(sequence, 2);
  return payload;
}

function rtpPacket(stream: number, sequence: number): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  header[1] = payloadType;
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(90_000 + Math.floor(sequence / 5) * 6_000, 4);
  header.writeUInt32BE(0x1000 + stream, 8);
  return Buffer.concat([header, payloadOf(stream, sequence)]);
}

async function produceStreams(router: types.Router, source: Socket): Promise<types.Producer[]> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1', recvBufferSize: 8 * 1024 * 1024 },
    rtcpMux: true,
    comedia: false,
  });
  await transport.connect({ ip: '127.0.0.1', port: source.address().port });
  const producers = await Promise.all(
    Array.from({ length: streams }, (_, stream) =>
      transport.produce({
        // Of sound any bytes are passed on; a picture would have to begin with a key picture.
        kind: 'audio',
        rtpParameters: {
          mid: `s${stream}`,
          codecs: [{ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType }],
          encodings: [{ ssrc: 0x1000 + stream }],
        },
      }),
    ),
  );
  const { localPort } = transport.tuple;
  sendAll = async () => {
    for (let sequence = 0; sequence < packetsOfStream; sequence += 1) {
      for (let stream = 0; stream < streams; stream += 1) {
        source.send(rtpPacket(stream, sequence), localPort, '127.0.0.1');
      }
      // Room for the sockets between two bursts.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const toRouter: Pick<Socket, 'send'> = {
    send: (datagram: Buffer) => source.send(datagram, localPort, '127.0.0.1'),
  };
  sendOne = (datagram) =>
    new Promise((resolve) => source.send(datagram, localPort, '127.0.0.1', () => resolve()));
  sendAllBundled = async () => {
    for (let sequence = 0; sequence < packetsOfStream; sequence += 5) {
      for (let stream = 0; stream < streams; stream += 1) {
        const bundler = createPacketBundler();
        for (let next = sequence; next < sequence + 5; next += 1)
          bundler.send(toRouter, rtpPacket(stream, next));
        bundler.flush();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return producers;
}
let sendAllBundled: () => Promise<void>;
let sendOne: (datagram: Buffer) => Promise<void>;
let sendAll: () => Promise<void>;

describe('the media worker that is built here', () => {
  it('takes bundles of packets apart, and passes them on as if each had come alone', async () => {
    const router = await worker.createRouter({ mediaCodecs: routerCodecs });
    expect(await takesBundles(router)).toBe(true);
    const source = await openSocket();
    const producers = await produceStreams(router, source);
    const [suite] = suites;
    const receiver = await openReceiver(router, producers, suite.cryptoSuite, suite.keyBytes);
    await sendAllBundled();
    await eventually('all packets', () => receiver.received() >= streams * packetsOfStream);
    for (const sequences of receiver.streams().values()) {
      expect(sequences).toEqual(Array.from({ length: packetsOfStream }, (_, sequence) => sequence));
    }
    expect(receiver.damaged()).toBe(0);
    router.close();
  });

  it('survives bundles that are cut off, empty, or hold bundles and other nonsense', async () => {
    const router = await worker.createRouter({ mediaCodecs: routerCodecs });
    const source = await openSocket();
    const producers = await produceStreams(router, source);
    const mark = Buffer.from('MCB1');
    const whole = Buffer.concat([Buffer.from([0, 4]), mark]);
    const hostile = [
      mark,
      mark.subarray(0, 3),
      Buffer.concat([mark, Buffer.from([0])]),
      Buffer.concat([mark, Buffer.from([0, 0, 1, 2, 3])]),
      Buffer.concat([mark, Buffer.from([0xff, 0xff, 0x80])]),
      Buffer.concat([mark, whole, whole]),
      Buffer.concat([mark, Buffer.from([0, 1, 0x80, 0, 2, 0x80, 111])]),
    ];
    for (const datagram of hostile) await sendOne(datagram);
    const { cryptoSuite, keyBytes } = suites[1];
    const receiver = await openReceiver(router, producers, cryptoSuite, keyBytes);
    await sendAll();
    await eventually('all packets', () => receiver.received() >= streams * packetsOfStream);
    expect(receiver.damaged()).toBe(0);
    router.close();
  });
});

describe.each(suites)('the media worker with $cryptoSuite', ({ cryptoSuite, keyBytes }) => {
  it('passes every packet of many streams on to each receiver, whole and in order', async () => {
    const router = await worker.createRouter({ mediaCodecs: routerCodecs });
    const source = await openSocket();
    const producers = await produceStreams(router, source);
    const receivers = await Promise.all(
      Array.from({ length: 3 }, () => openReceiver(router, producers, cryptoSuite, keyBytes)),
    );
    await sendAll();
    for (const receiver of receivers) {
      await eventually('all packets', () => receiver.received() >= streams * packetsOfStream);
      for (const [stream, sequences] of receiver.streams()) {
        expect({ stream, sequences }).toEqual({
          stream,
          sequences: Array.from({ length: packetsOfStream }, (_, sequence) => sequence),
        });
      }
      expect(receiver.damaged()).toBe(0);
    }
    router.close();
  });
});

interface Receiver {
  received(): number;
  /** Sequence numbers as they came, by stream. */
  streams(): Map<number, number[]>;
  damaged(): number;
}

/**
 * A receiver whose packets go through another transport of the same worker, which decrypts them: what one side
 * encrypts, the other must be able to read.
 */
async function openReceiver(
  router: types.Router,
  producers: types.Producer[],
  cryptoSuite: (typeof suites)[number]['cryptoSuite'],
  keyBytes: number,
): Promise<Receiver> {
  const listenInfo = { protocol: 'udp', ip: '127.0.0.1', recvBufferSize: 8 * 1024 * 1024 } as const;
  const options = {
    listenInfo,
    rtcpMux: true,
    comedia: false,
    enableSrtp: true,
    srtpCryptoSuite: cryptoSuite,
  };
  const sending = await router.createPlainTransport(options);
  const farRouter = await worker.createRouter({ mediaCodecs: routerCodecs });
  const receiving = await farRouter.createPlainTransport(options);
  const srtpParameters = { cryptoSuite, keyBase64: randomBytes(keyBytes).toString('base64') };
  const backward = { cryptoSuite, keyBase64: randomBytes(keyBytes).toString('base64') };
  // Each names the key with which it encrypts; the key of the other side is passed to it.
  const own = sending.srtpParameters ?? backward;
  const far = receiving.srtpParameters ?? srtpParameters;
  await sending.connect({ ip: '127.0.0.1', port: receiving.tuple.localPort, srtpParameters: far });
  await receiving.connect({ ip: '127.0.0.1', port: sending.tuple.localPort, srtpParameters: own });

  const streamOrder = new Map<number, number[]>();
  let count = 0;
  let damaged = 0;
  const direct = await farRouter.createDirectTransport();
  for (const [stream, producer] of producers.entries()) {
    const consumer = await sending.consume({
      producerId: producer.id,
      rtpCapabilities: router.rtpCapabilities,
    });
    const relayed = await receiving.produce({ kind: 'audio', rtpParameters: consumer.rtpParameters });
    const reader = await direct.consume({
      producerId: relayed.id,
      rtpCapabilities: farRouter.rtpCapabilities,
    });
    reader.on('rtp', (packet) => {
      const headerBytes = headerLength(packet);
      const payload = packet.subarray(headerBytes);
      const sequence = payload.readUInt16BE(2);
      count += 1;
      if (payload.readUInt16BE(0) !== stream || !payload.equals(payloadOf(stream, sequence))) damaged += 1;
      streamOrder.set(stream, [...(streamOrder.get(stream) ?? []), sequence]);
    });
  }
  return { received: () => count, streams: () => streamOrder, damaged: () => damaged };
}

/** RFC 3550, 5.1 and 5.3.1. */
function headerLength(packet: Buffer): number {
  const sources = (packet[0] ?? 0) & 0x0f;
  const hasExtension = ((packet[0] ?? 0) & 0x10) !== 0;
  const fixed = 12 + sources * 4;
  return hasExtension ? fixed + 4 + packet.readUInt16BE(fixed + 2) * 4 : fixed;
}
