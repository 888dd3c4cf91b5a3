import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { types } from 'mediasoup';
import { afterEach, expect, it, vi } from 'vitest';
import {
  createPacketBundler,
  packetBundlerOf,
  takesBundles,
  type BundleTarget,
} from '../../../../src-sfu/media/packetBundles.ts';

/** A transport's socket that keeps copies of the datagrams it is given. */
function recordingTarget(port: number, datagrams: Buffer[] = []): BundleTarget & { datagrams: Buffer[] } {
  const send = (datagram: Buffer): void => void datagrams.push(Buffer.from(datagram));
  return { port, datagrams, socket: { send } };
}

interface Bundled {
  port: number;
  bytes: Buffer;
}

/** The number and the packets of a datagram, by the layout that the media worker reads. */
function read(datagram: Buffer): { number: number; packets: Bundled[] } {
  expect(datagram.toString('latin1', 0, 4)).toBe('MCB2');
  const packets: Bundled[] = [];
  for (let at = 8; at < datagram.length;) {
    const end = at + 4 + datagram.readUInt16BE(at + 2);
    packets.push({ port: datagram.readUInt16BE(at), bytes: datagram.subarray(at + 4, end) });
    at = end;
  }
  return { number: datagram.readUInt32BE(4), packets };
}

function bytesOf(datagrams: readonly Buffer[]): Buffer[] {
  return datagrams.flatMap((datagram) => read(datagram).packets.map(({ bytes }) => bytes));
}

function packet(seed: number, bytes = 100 + seed): Buffer {
  return Buffer.alloc(bytes, seed);
}

async function turnOfEventLoop(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

it('the packets of one turn of the event loop leave in one datagram', async () => {
  const target = recordingTarget(40_001);
  let now = 0;
  const bundler = createPacketBundler(() => now);
  const packets = [packet(1), packet(2), packet(3)];
  for (const each of packets) bundler.send(target, each);
  expect(target.datagrams).toEqual([]);
  await turnOfEventLoop();
  expect(target.datagrams.map(read)).toEqual([
    { number: 0, packets: packets.map((bytes) => ({ port: 40_001, bytes })) },
  ]);
  now = 50;
  bundler.send(target, packet(4));
  await turnOfEventLoop();
  expect(read(target.datagrams[1]!)).toEqual({ number: 1, packets: [{ port: 40_001, bytes: packet(4) }] });
  await turnOfEventLoop();
  expect(target.datagrams).toHaveLength(2);
});

it('the bytes given may be used again at once', async () => {
  const target = recordingTarget(40_001);
  const bundler = createPacketBundler();
  const bytes = packet(1);
  bundler.send(target, bytes);
  bytes.fill(9);
  bundler.send(target, bytes);
  await turnOfEventLoop();
  expect(bytesOf(target.datagrams)).toEqual([packet(1), packet(9, 101)]);
});

it('streams share a datagram, in which each packet names its transport, in the order in which they came', async () => {
  const datagrams: Buffer[] = [];
  const [first, second] = [recordingTarget(40_001, datagrams), recordingTarget(65_535, datagrams)];
  const bundler = createPacketBundler();
  const sent: Bundled[] = [];
  for (let round = 0; round < 10; round += 1) {
    for (const [target, seed] of [
      [first, round],
      [first, round + 50],
      [second, round + 100],
    ] as const) {
      bundler.send(target, packet(seed));
      sent.push({ port: target.port, bytes: packet(seed) });
    }
  }
  await turnOfEventLoop();
  expect(datagrams.map(read)).toEqual([{ number: 0, packets: sent }]);
});

it('a datagram goes through the socket of its first packet', async () => {
  const [first, second] = [recordingTarget(40_001), recordingTarget(40_002)];
  let now = 0;
  const bundler = createPacketBundler(() => now);
  for (const target of [first, second]) bundler.send(target, packet(1));
  await turnOfEventLoop();
  now = 50;
  for (const target of [second, first]) bundler.send(target, packet(2));
  await turnOfEventLoop();
  expect(bytesOf(first.datagrams)).toEqual([packet(1), packet(1)]);
  expect(bytesOf(second.datagrams)).toEqual([packet(2), packet(2)]);
});

it('what comes within 2 ms after a datagram waits for the end of them, and a picture after a rest does not', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
  try {
    const target = recordingTarget(40_001);
    let now = 0;
    const bundler = createPacketBundler(() => now);
    const pass = (ms: number): void => {
      now += ms;
      vi.advanceTimersByTime(ms);
    };
    bundler.send(target, packet(1));
    pass(0);
    expect(target.datagrams).toHaveLength(1);
    bundler.send(target, packet(2));
    pass(0);
    pass(1);
    bundler.send(target, packet(3));
    expect(target.datagrams).toHaveLength(1);
    pass(1);
    expect(target.datagrams).toHaveLength(2);
    expect(bytesOf(target.datagrams)).toEqual([packet(1), packet(2), packet(3)]);
    pass(60);
    bundler.send(target, packet(4));
    pass(0);
    expect(target.datagrams).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});

it('a picture larger than a datagram takes several, none larger than UDP carries', async () => {
  const target = recordingTarget(40_001);
  const bundler = createPacketBundler();
  const packets = Array.from({ length: 200 }, (_, index) => packet(index, 1_400));
  for (const each of packets) bundler.send(target, each);
  bundler.flush();
  expect(target.datagrams.length).toBeLessThan(8);
  expect(Math.max(...target.datagrams.map(({ length }) => length))).toBeLessThanOrEqual(65_507);
  expect(bytesOf(target.datagrams)).toEqual(packets);
  expect(target.datagrams.map((datagram) => read(datagram).number)).toEqual(
    target.datagrams.map((_, index) => index),
  );
});

it('what waits is sent at once when a socket is about to be closed, and nothing comes after it', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
  try {
    const target = recordingTarget(40_001);
    const bundler = createPacketBundler();
    bundler.send(target, packet(1));
    bundler.flush();
    bundler.flush();
    expect(bytesOf(target.datagrams)).toEqual([packet(1)]);
    vi.runAllTimers();
    expect(target.datagrams).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

it('whichever parts of the hub send to a worker, their datagrams have one count, and those to another worker their own', () => {
  const [worker, other] = [{}, {}];
  const [cameras, copies] = [recordingTarget(40_001), recordingTarget(40_002)];
  const sendTo = (to: object, target: BundleTarget): void => {
    packetBundlerOf(to).send(target, packet(1));
    packetBundlerOf(to).flush();
  };
  sendTo(worker, cameras);
  sendTo(worker, copies);
  sendTo(worker, cameras);
  sendTo(other, copies);
  expect(cameras.datagrams.map((datagram) => read(datagram).number)).toEqual([0, 2]);
  expect(copies.datagrams.map((datagram) => read(datagram).number)).toEqual([1, 0]);
});

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

/** A router whose transports count what they receive as a published media worker does: by datagrams. */
async function routerWithoutBundles(): Promise<Pick<types.Router, 'createPlainTransport'>> {
  const socket = createSocket('udp4');
  opened.push(socket);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let bytesReceived = 0;
  socket.on('message', ({ length }) => (bytesReceived += length));
  const transport = {
    tuple: { localPort: socket.address().port },
    getStats: () => Promise.resolve([{ bytesReceived }]),
    connect: () => Promise.resolve(),
    close: () => undefined,
  };
  return { createPlainTransport: () => Promise.resolve(transport as never) };
}

it('a media worker that counts a bundle as one packet is sent none', async () => {
  expect(await takesBundles(await routerWithoutBundles())).toBe(false);
});
