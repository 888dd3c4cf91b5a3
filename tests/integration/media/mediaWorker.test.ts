import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOnPath } from '../../../scripts/setup/systemPackages.mjs';
import {
  createPacketBundler,
  takesBundles,
  type BundleTarget,
} from '../../../src-sfu/media/packetBundles.ts';
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
  portOfRouter = localPort;
  sendAll = async () => {
    for (let sequence = 0; sequence < packetsOfStream; sequence += 1) {
      for (let stream = 0; stream < streams; stream += 1) {
        source.send(rtpPacket(stream, sequence), localPort, '127.0.0.1');
      }
      // Room for the sockets between two bursts.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const toRouter: BundleTarget = {
    port: localPort,
    socket: { send: (datagram: Buffer) => source.send(datagram, localPort, '127.0.0.1') },
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
let portOfRouter = 0;
let sendAllBundled: () => Promise<void>;
let sendOne: (datagram: Buffer) => Promise<void>;
let sendAll: () => Promise<void>;

const additions = fileURLToPath(new URL('../../../scripts/media-worker/additions', import.meta.url));
/** Gives bundles of one packet each to `BundleOrder` and prints what it hands on; `|` is the end of a poll. */
const orderProgram = `
#include "PacketBundle.hpp"
#include <cstdio>
using namespace mingchu;
static void Print(uint16_t port, const uint8_t* packet, size_t len, size_t, int64_t)
{
	std::printf("%u:%.*s ", port, static_cast<int>(len), reinterpret_cast<const char*>(packet));
}
static void Take(uint32_t number, uint8_t port, char letter)
{
	const uint8_t bundle[]{ 'M', 'C', 'B', '2', uint8_t(number >> 24), uint8_t(number >> 16), uint8_t(number >> 8),
		                      uint8_t(number), 0, port, 0, 1, uint8_t(letter) };
	if (IsBundle(bundle, sizeof(bundle))) BundleOrder::OfThread().Take(bundle, sizeof(bundle), 0, Print);
}
static void Begin()
{
	BundleOrder::OfThread().BeginPoll();
}
static void End()
{
	BundleOrder::OfThread().EndPoll();
	std::printf("| ");
}
static void Poll()
{
	Begin(); End();
}
int main()
{
	Take(0, 7, 'a'); Take(1, 9, 'b'); std::puts("");
	Take(3, 7, 'd'); Take(2, 9, 'c'); End(); std::puts("");
	Begin(); Take(5, 7, 'f'); Take(4, 7, 'e'); Take(7, 9, 'h'); Take(8, 7, 'i'); Take(9, 7, 'j'); Take(6, 9, 'g'); End();
	std::puts(BundleOrder::OfThread().HasWaiting() ? "waits" : "");
	Begin(); Take(11, 7, 'l'); End(); std::puts(BundleOrder::OfThread().HasWaiting() ? "waits" : "");
	Begin(); Take(10, 9, 'k'); End(); std::puts(BundleOrder::OfThread().HasWaiting() ? "waits" : "");
	Begin(); Take(14, 7, 'o'); Take(13, 7, 'n'); End(); Poll(); Poll(); Take(12, 7, 'm'); std::puts("");
	Begin(); Take(16, 7, 'q'); End(); Begin(); Take(19, 7, 't'); Take(18, 7, 's'); Take(17, 7, 'r'); End(); std::puts("");
	Begin(); Take(22, 7, 'w'); End(); Begin(); Take(21, 7, 'v'); Take(24, 7, 'x'); End(); Poll(); std::puts("");
	Begin(); for (uint32_t i = 90; i > 25; --i) Take(i, 7, 'a' + i % 26); std::puts("");
	Begin(); Take(0x7fffffff, 7, 'n'); End(); Poll(); Begin(); Take(0xfffffffe, 7, 'o'); End(); Poll();
	Begin(); Take(0, 7, 'q'); Take(0xffffffff, 7, 'p'); Take(1, 7, 'r'); End(); std::puts("");
}
`;

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

  it('hands the packets of one datagram to the transports that they name, in the order of the datagrams', async () => {
    const router = await worker.createRouter({ mediaCodecs: routerCodecs });
    // As in the hub, where this comes first: the worker counts its polls once a socket was closed or something was sent.
    expect(await takesBundles(router)).toBe(true);
    const places = [await openPlace(router, 0), await openPlace(router, 1), await openPlace(router, 2)];
    const [suite] = suites;
    const receiver = await openReceiver(
      router,
      places.map(({ producer }) => producer),
      suite.cryptoSuite,
      suite.keyBytes,
    );
    let through = 0;
    const bundler = createPacketBundler();
    for (let sequence = 0; sequence < packetsOfStream; sequence += 1) {
      // Each datagram through another socket, as hundreds of cameras share them.
      for (let place = 0; place < places.length; place += 1) {
        const stream = (through + place) % places.length;
        bundler.send(places[stream]!.target, rtpPacket(stream, sequence));
      }
      through += 1;
      bundler.flush();
      if (sequence % 5 === 4) await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually('all packets', () => receiver.received() >= places.length * packetsOfStream);
    for (const sequences of receiver.streams().values())
      expect(sequences).toEqual(Array.from({ length: packetsOfStream }, (_, sequence) => sequence));
    expect(receiver.damaged()).toBe(0);
    router.close();
  });

  it.skipIf(!isOnPath('c++'))(
    'brings bundles of one poll and the next into order, and passes on late ones and those behind a lost one',
    () => {
      const directory = mkdtempSync(join(tmpdir(), 'bundle-order-'));
      try {
        const program = join(directory, 'order');
        writeFileSync(`${program}.cpp`, orderProgram);
        execFileSync('c++', ['-std=c++17', `-I${additions}`, `${program}.cpp`, '-o', program]);
        const lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
        expect(lines.map((line) => line.trim())).toEqual([
          // Before anybody says when a poll begins, nothing waits.
          '7:a 9:b',
          '7:d 9:c |',
          // In order, in pairs that changed places, and one that comes last of all.
          '7:e 7:f 9:g 9:h 7:i 7:j |',
          // Its socket was found readable before k was sent, and that of k is read in the next poll.
          '| waits',
          '9:k 7:l |',
          // m is lost: what is behind it goes on at the end of the next poll, and m itself when it comes later.
          '| 7:n 7:o | | 7:m',
          // p is lost: what was read with what comes after it is in order too, and needs no poll of its own.
          '| 7:q 7:r 7:s 7:t |',
          // u is lost: v, which came later than w, is before it; x waits for its own poll.
          '| 7:v 7:w | 7:x |',
          // So many cannot wait; the earliest goes on.
          Array.from({ length: 65 }, (_, index) => `7:${String.fromCharCode(97 + (index % 26))}`).join(' '),
          // The count goes around.
          '| 7:n | | 7:o | 7:p 7:q 7:r |',
        ]);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  );

  it('takes bundles only from the socket that a transport is connected to', async () => {
    const router = await worker.createRouter({ mediaCodecs: routerCodecs });
    const [own, other] = [await openPlace(router, 0), await openPlace(router, 1)];
    const [suite] = suites;
    const receiver = await openReceiver(
      router,
      [own.producer, other.producer],
      suite.cryptoSuite,
      suite.keyBytes,
    );
    const stranger = await openSocket();
    const toOwn = (datagram: Buffer): void => stranger.send(datagram, own.target.port, '127.0.0.1');
    const forged = createPacketBundler();
    for (const { port } of [own.target, other.target])
      forged.send({ port, socket: { send: toOwn } }, rtpPacket(port === own.target.port ? 0 : 1, 7));
    forged.flush();
    const bundler = createPacketBundler();
    bundler.send(own.target, rtpPacket(0, 1));
    bundler.send(other.target, rtpPacket(1, 1));
    bundler.flush();
    await eventually('the real packets', () => receiver.received() >= 2);
    expect([...receiver.streams().values()]).toEqual([[1], [1]]);
    router.close();
  });

  it('survives bundles that are cut off, empty, or hold bundles and other nonsense', async () => {
    const router = await worker.createRouter({ mediaCodecs: routerCodecs });
    const source = await openSocket();
    const producers = await produceStreams(router, source);
    const mark = Buffer.from('MCB2');
    const head = Buffer.concat([mark, Buffer.alloc(4)]);
    const toItself = Buffer.alloc(2);
    toItself.writeUInt16BE(portOfRouter);
    const of = (...parts: (Buffer | number[])[]) =>
      Buffer.concat([head, ...parts.map((part) => Buffer.from(part))]);
    const whole = [toItself, [0, 8], head];
    const hostile = [
      mark,
      mark.subarray(0, 3),
      head,
      head.subarray(0, 7),
      of([0]),
      of(toItself),
      of(toItself, [0]),
      of(toItself, [0, 0, 1, 2, 3]),
      of(toItself, [0xff, 0xff, 0x80]),
      of(...whole, ...whole),
      of(toItself, [0, 1, 0x80], toItself, [0, 2, 0x80, 111]),
      // Nobody receives at these ports.
      of([0, 0, 0, 1, 0x80], [0, 1, 0, 1, 0x80], [0xff, 0xff, 0, 1, 0x80]),
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

/** One stream with a transport and a socket of its own, as each camera has them. */
async function openPlace(
  router: types.Router,
  stream: number,
): Promise<{ target: BundleTarget; producer: types.Producer }> {
  const socket = await openSocket();
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
    comedia: false,
  });
  const port = transport.tuple.localPort;
  await transport.connect({ ip: '127.0.0.1', port: socket.address().port });
  const producer = await transport.produce({
    kind: 'audio',
    rtpParameters: {
      mid: `s${stream}`,
      codecs: [{ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType }],
      encodings: [{ ssrc: 0x1000 + stream }],
    },
  });
  // Only a connected socket is done with the bytes when `send` returns.
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return { producer, target: { port, socket } };
}

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
