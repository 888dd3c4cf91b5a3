import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { types } from 'mediasoup';
import { afterEach, expect, it } from 'vitest';
import { createPacketBundler, takesBundles } from '../../../../src-sfu/media/packetBundles.ts';

/** A connected socket that keeps copies of the datagrams it is given. */
function recordingSocket(): { datagrams: Buffer[]; send: Socket['send'] } {
  const datagrams: Buffer[] = [];
  return { datagrams, send: (datagram: Buffer) => void datagrams.push(Buffer.from(datagram)) };
}

/** The packets of a datagram, by the layout that the media worker reads. */
function packetsOf(datagram: Buffer): Buffer[] {
  if (datagram.toString('latin1', 0, 4) !== 'MCB1') return [datagram];
  const packets: Buffer[] = [];
  for (let at = 4; at < datagram.length;) {
    const bytes = datagram.readUInt16BE(at);
    packets.push(datagram.subarray(at + 2, at + 2 + bytes));
    at += 2 + bytes;
  }
  return packets;
}

function packet(seed: number, bytes = 100 + seed): Buffer {
  return Buffer.alloc(bytes, seed);
}

async function turnOfEventLoop(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

it('the packets of one turn of the event loop leave in one datagram, and a single one as it is', async () => {
  const socket = recordingSocket();
  const bundler = createPacketBundler();
  const packets = [packet(1), packet(2), packet(3)];
  for (const each of packets) bundler.send(socket, each);
  expect(socket.datagrams).toEqual([]);
  await turnOfEventLoop();
  expect(socket.datagrams).toHaveLength(1);
  expect(packetsOf(socket.datagrams[0]!)).toEqual(packets);
  bundler.send(socket, packet(4));
  await turnOfEventLoop();
  expect(socket.datagrams[1]).toEqual(packet(4));
  await turnOfEventLoop();
  expect(socket.datagrams).toHaveLength(2);
});

it('the bytes given may be used again at once', async () => {
  const socket = recordingSocket();
  const bundler = createPacketBundler();
  const bytes = packet(1);
  bundler.send(socket, bytes);
  bytes.fill(9);
  bundler.send(socket, bytes);
  await turnOfEventLoop();
  expect(packetsOf(socket.datagrams[0]!)).toEqual([packet(1), packet(9, 101)]);
});

it('each stream has its own datagrams, with its packets in order', async () => {
  const [first, second] = [recordingSocket(), recordingSocket()];
  const bundler = createPacketBundler();
  for (let round = 0; round < 10; round += 1) {
    bundler.send(first, packet(round));
    bundler.send(first, packet(round + 50));
    bundler.send(second, packet(round + 100));
  }
  await turnOfEventLoop();
  expect(first.datagrams.flatMap(packetsOf).map((each) => each[0])).toEqual(
    Array.from({ length: 10 }, (_, round) => [round, round + 50]).flat(),
  );
  expect(second.datagrams.flatMap(packetsOf).map((each) => each[0])).toEqual(
    Array.from({ length: 10 }, (_, round) => round + 100),
  );
});

it('a picture larger than a datagram takes several, none larger than UDP carries', async () => {
  const socket = recordingSocket();
  const bundler = createPacketBundler();
  const packets = Array.from({ length: 200 }, (_, index) => packet(index, 1_400));
  for (const each of packets) bundler.send(socket, each);
  await turnOfEventLoop();
  expect(socket.datagrams.length).toBeLessThan(8);
  expect(Math.max(...socket.datagrams.map(({ length }) => length))).toBeLessThanOrEqual(65_507);
  expect(socket.datagrams.flatMap(packetsOf)).toEqual(packets);
});

it('what waits is sent at once when a socket is about to be closed, and nothing comes after it', async () => {
  const socket = recordingSocket();
  const bundler = createPacketBundler();
  bundler.send(socket, packet(1));
  bundler.flush();
  bundler.flush();
  expect(socket.datagrams).toEqual([packet(1)]);
  await turnOfEventLoop();
  expect(socket.datagrams).toHaveLength(1);
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
    close: () => undefined,
  };
  return { createPlainTransport: () => Promise.resolve(transport as never) };
}

it('a media worker that counts a bundle as one packet is sent none', async () => {
  expect(await takesBundles(await routerWithoutBundles())).toBe(false);
});
