import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DatagramPortOptions } from '../../../../../../src-sfu/media/datagramReceiver.ts';
import {
  openMediaSocket,
  type MediaSocketOptions,
} from '../../../../../../src-sfu/media/sources/gb28181/mediaSocket.ts';

// Platforms send from media servers of their own, and recorders behind a router name an address of their own network.

const device = '10.77.0.9';
const named = '10.77.0.20';
const common = {
  host: '127.0.0.1',
  ports: { first: 40_930, last: 40_939 },
  onClosed: () => undefined,
} satisfies Partial<MediaSocketOptions>;

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** A port by UDP whose datagrams are in the hands of the test. */
async function stage(comesFromNamed = false) {
  const first: boolean[] = [];
  const opened: DatagramPortOptions[] = [];
  let open = 0;
  const came: number[] = [];
  const socket = await openMediaSocket({
    ...common,
    way: 'udp',
    from: device,
    comesFromNamed,
    onFirst: (isFromNamed) => first.push(isFromNamed),
    onPacket: (packet) => came.push(packet.readUInt16BE(2)),
    openPort(options) {
      opened.push(options);
      open += 1;
      return Promise.resolve({ close: () => void (open -= 1) });
    },
  });
  const packet = (sequence: number): Buffer => {
    const bytes = Buffer.alloc(20);
    bytes[0] = 0x80;
    bytes.writeUInt16BE(sequence, 2);
    return bytes;
  };
  return {
    socket,
    first,
    came,
    from: () => opened.map(({ from }) => from),
    open: () => open,
    arrive: (sequence: number) => opened.at(-1)?.onDatagram(packet(sequence)),
  };
}

it('listens where the device is, then at the address that its answer names, in turn until something comes', async () => {
  const { socket, from, open, came, first, arrive } = await stage();
  socket.answered(15_060, named);
  await vi.advanceTimersByTimeAsync(1_400);
  expect(from()).toEqual([device]);
  await vi.advanceTimersByTimeAsync(200);
  expect(from()).toEqual([device, named]);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(from()).toEqual([device, named, device]);
  await vi.advanceTimersByTimeAsync(1_500);
  arrive(1);
  arrive(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(from()).toEqual([device, named, device, named]);
  expect(came).toEqual([1, 2]);
  expect(first).toEqual([true]);
  expect(open()).toBe(1);
  socket.close();
  expect(open()).toBe(0);
});

it('listens at once at the named address of a device whose packets came from there last, and where it is if none comes', async () => {
  const { socket, from, first, arrive } = await stage(true);
  socket.answered(15_060, named);
  await vi.advanceTimersByTimeAsync(0);
  expect(from()).toEqual([device, named]);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(from()).toEqual([device, named, device]);
  arrive(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(from()).toHaveLength(3);
  expect(first).toEqual([false]);
  socket.close();
});

it('stays with a device from which something came, or that names itself, and opens nothing once it is closed', async () => {
  const behindRouter = await stage();
  behindRouter.socket.answered(15_060, '192.168.1.64');
  behindRouter.arrive(1);
  const itself = await stage();
  itself.socket.answered(15_060, device);
  const silent = await stage();
  silent.socket.answered(15_060);
  const over = await stage();
  over.socket.answered(15_060, named);
  over.socket.close();
  await vi.advanceTimersByTimeAsync(60_000);
  for (const one of [behindRouter, itself, silent, over]) expect(one.from()).toEqual([device]);
  for (const { socket } of [behindRouter, itself, silent]) socket.close();
});

it('takes a connection from the address that the answer names, and from no other', async () => {
  vi.useRealTimers();
  const packets: Buffer[] = [];
  const socket = await openMediaSocket({
    ...common,
    ...{ way: 'tcpPassive', from: '127.0.0.3', onPacket: (packet) => packets.push(Buffer.from(packet)) },
  });
  const framed = Buffer.alloc(2 + 20);
  framed.writeUInt16BE(20, 0);
  framed[2] = 0x80;
  const dial = async (localAddress: string): Promise<Socket> => {
    const made = connect({ host: '127.0.0.1', port: socket.port, localAddress });
    made.on('error', () => undefined);
    await once(made, 'connect');
    made.write(Buffer.concat([framed, framed, framed]));
    return made;
  };
  try {
    // Before the answer, and one that it does not name.
    await once(await dial('127.0.0.2'), 'close');
    socket.answered(15_060, '127.0.0.2');
    await once(await dial('127.0.0.4'), 'close');
    expect(packets).toEqual([]);
    const server = await dial('127.0.0.2');
    await vi.waitFor(() => expect(packets.length).toBeGreaterThan(0));
    server.destroy();
  } finally {
    socket.close();
  }
});
