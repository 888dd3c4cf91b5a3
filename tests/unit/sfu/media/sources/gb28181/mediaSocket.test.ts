import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  openMediaSocket,
  type MediaSocket,
  type MediaSocketOptions,
} from '../../../../../../src-sfu/media/sources/gb28181/mediaSocket.ts';

// A platform sends from a media server of its own, or through its router from where it is itself: either may come, and late.

/** On Linux all of 127.0.0.0/8 is this machine. */
const device = '127.0.0.3';
const named = '127.0.0.2';
const stranger = '127.0.0.4';
const common = {
  host: '127.0.0.1',
  ports: { first: 10_930, last: 10_989 },
  onClosed: () => undefined,
} satisfies Partial<MediaSocketOptions>;

const senders: Datagrams[] = [];
let socket: MediaSocket;
let came: number[];
let first: boolean[];

beforeEach(async () => {
  came = [];
  first = [];
  socket = await openMediaSocket({
    ...common,
    ...{ way: 'udp', from: device },
    onFirst: (isFromNamed) => first.push(isFromNamed),
    onPacket: (packet) => came.push(packet.readUInt16BE(2)),
  });
});
afterEach(() => {
  socket.close();
  for (const sender of senders.splice(0)) sender.close();
});

/** Sends an RTP packet of this number from an address of this machine. */
async function send(address: string, sequence: number): Promise<void> {
  const sender = createSocket('udp4');
  senders.push(sender);
  sender.bind(0, address);
  await once(sender, 'listening');
  const bytes = Buffer.alloc(20);
  bytes[0] = 0x80;
  bytes.writeUInt16BE(sequence, 2);
  await new Promise((resolve) => sender.send(bytes, socket.port, common.host, resolve));
}
const cameAll = (...numbers: number[]): Promise<void> => vi.waitFor(() => expect(came).toEqual(numbers));

it('takes a device from its own place although its answer names another, and then nobody else', async () => {
  socket.answered(15_060, named);
  await send(stranger, 1);
  await send(device, 1);
  await cameAll(1);
  await send(named, 2);
  await send(device, 2);
  await send(device, 3);
  await cameAll(1, 2, 3);
  expect(first).toEqual([false]);
});

it('takes a media server from the address that is named, and then nobody else', async () => {
  socket.answered(15_060, named);
  await send(named, 7);
  await cameAll(7);
  await send(device, 8);
  await send(stranger, 8);
  await send(named, 8);
  await send(named, 9);
  await cameAll(7, 8, 9);
  expect(first).toEqual([true]);
});

it('takes the device alone where no address is named', async () => {
  socket.answered(15_060);
  await send(named, 1);
  await send(device, 5);
  await cameAll(5);
  expect(first).toEqual([false]);
});

it('takes a connection from the address that the answer names, and from no other', async () => {
  const packets: Buffer[] = [];
  const door = await openMediaSocket({
    ...common,
    ...{ way: 'tcpPassive', from: '127.0.0.3', onPacket: (packet) => packets.push(Buffer.from(packet)) },
  });
  const framed = Buffer.alloc(2 + 20);
  framed.writeUInt16BE(20, 0);
  framed[2] = 0x80;
  const dial = async (localAddress: string): Promise<Socket> => {
    const made = connect({ host: '127.0.0.1', port: door.port, localAddress });
    made.on('error', () => undefined);
    await once(made, 'connect');
    made.write(Buffer.concat([framed, framed, framed]));
    return made;
  };
  try {
    // Before the answer, and one that it does not name.
    await once(await dial('127.0.0.2'), 'close');
    door.answered(15_060, '127.0.0.2');
    await once(await dial('127.0.0.4'), 'close');
    expect(packets).toEqual([]);
    const server = await dial('127.0.0.2');
    await vi.waitFor(() => expect(packets.length).toBeGreaterThan(0));
    server.destroy();
  } finally {
    door.close();
  }
});
