import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { nodeHeaders } from '../../../../scripts/datagramReceiver.mjs';
import {
  compiledReceiver,
  openByNode,
  openDatagramPort,
  type DatagramPortOptions,
  type OpenDatagramPort,
} from '../../../../src-sfu/media/datagramReceiver.ts';
import { isOnPath } from '../../../../scripts/setup/systemPackages.mjs';
import { mediaWorkerBinary } from '../../../support/processes.ts';

const worker = mediaWorkerBinary();
const beside = join(dirname(worker), 'datagram-receiver.node');
/** Where a set-up can make it. */
const isExpected = process.platform === 'linux' && nodeHeaders() !== undefined && isOnPath('c++');
const receiveBufferBytes = 256 * 1024;
const us = '127.0.0.1';
/** On Linux all of 127.0.0.0/8 is this machine. */
const stranger = '127.0.0.2';

let device: Socket;
let other: Socket;
const sender = async (address: string): Promise<Socket> => {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
};
beforeAll(async () => {
  device = await sender(us);
  other = await sender(stranger);
});
afterAll(() => {
  device.close();
  other.close();
});

const send = (socket: Socket, bytes: Buffer, port: number): Promise<void> =>
  new Promise((resolve, reject) =>
    socket.send(bytes, port, us, (error) => (error === null ? resolve() : reject(error))),
  );

/** A port that nobody has at this moment. */
async function freePort(): Promise<number> {
  const socket = await sender(us);
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

describe('ports whose media worker has no compiled receiver beside it', () => {
  it('are those of Node', () => {
    expect(compiledReceiver(undefined)).toBeUndefined();
    expect(compiledReceiver('')).toBeUndefined();
    expect(compiledReceiver('/nowhere/mediasoup-worker')).toBeUndefined();
  });

  it('name their way when the first is opened, and not again', async () => {
    vi.stubEnv('MEDIASOUP_WORKER_BIN', '/nowhere/mediasoup-worker');
    const ways: string[] = [];
    for (let opened = 0; opened < 2; opened += 1) {
      const port = await openDatagramPort({
        ...{ host: us, port: await freePort(), from: us, receiveBufferBytes },
        onDatagram: () => undefined,
        onWay: (way) => ways.push(way),
      });
      port.close();
    }
    expect(ways).toEqual(['node']);
    vi.unstubAllEnvs();
  });
});

const compiled = existsSync(beside) ? compiledReceiver(worker) : undefined;

it.skipIf(!isExpected)('the set-up put the compiled receiver beside the media worker, and it starts', () => {
  expect(existsSync(beside)).toBe(true);
  expect(compiled).toBeDefined();
});

describe.each<[string, OpenDatagramPort | undefined]>([
  ['Node', openByNode],
  ['the compiled receiver', compiled],
])('ports of %s', (_name, open) => {
  const skips = open === undefined;

  /** A port whose datagrams are copied into a list. */
  async function listen(more: Partial<DatagramPortOptions> = {}): Promise<{
    port: number;
    heard: Buffer[];
    came(count: number): Promise<void>;
    hear(address: string): void;
    close(): void;
  }> {
    const port = await freePort();
    const heard: Buffer[] = [];
    let wake = (): void => undefined;
    const opened = await open!({
      host: us,
      port,
      from: us,
      receiveBufferBytes,
      ...more,
      onDatagram(datagram, isOther) {
        heard.push(Buffer.from(datagram));
        more.onDatagram?.(datagram, isOther);
        wake();
      },
    });
    onTestFinished(() => opened.close());
    const came = async (count: number): Promise<void> => {
      while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve));
    };
    return { port, heard, came, hear: (address) => opened.hear(address), close: () => opened.close() };
  }

  it.skipIf(skips)(
    'hear datagrams of every size whole and in order, and none that is empty or of another address',
    async () => {
      const { port, heard, came } = await listen();
      const sent = [1, 12, 1_412, 9_000, 65_000].map((bytes, index) => Buffer.alloc(bytes, index + 1));
      await send(other, Buffer.from('a stranger'), port);
      await send(device, Buffer.alloc(0), port);
      for (const bytes of sent) await send(device, bytes, port);
      await came(sent.length);
      expect(heard).toEqual(sent);
    },
  );

  it.skipIf(skips)('hear all of what came to several of them while nobody read', async () => {
    const ports = await Promise.all([listen(), listen(), listen()]);
    const sent = ports.map(({ port }, number) =>
      Array.from({ length: 70 }, (_, index) => Buffer.from(`${port} ${number} ${index}`.padEnd(700, '.'))),
    );
    for (let index = 0; index < 70; index += 1)
      await Promise.all(ports.map(({ port }, number) => send(device, sent[number]![index]!, port)));
    await Promise.all(ports.map(({ came }) => came(70)));
    expect(ports.map(({ heard }) => heard)).toEqual(sent);
  });

  it.skipIf(skips)(
    'let the rest of the hub have its turn while very much waits at many of them',
    async () => {
      const ports = await Promise.all(Array.from({ length: 8 }, () => listen()));
      const senders = await Promise.all(
        ports.map(async ({ port }) => {
          const socket = await sender(us);
          onTestFinished(() => void socket.close());
          socket.connect(port, us);
          await once(socket, 'connect');
          return socket;
        }),
      );
      // A connected socket hands the bytes to the kernel before `send` returns.
      for (let index = 0; index < 250; index += 1)
        for (const socket of senders) socket.send(Buffer.from([index]));
      const heardAll = (): number => ports.reduce((sum, { heard }) => sum + heard.length, 0);
      const turns: number[] = [];
      let before = 0;
      while (heardAll() < 8 * 250) {
        await new Promise((resolve) => setImmediate(resolve));
        turns.push(heardAll() - before);
        before = heardAll();
      }
      expect(Math.max(...turns)).toBeLessThan(1_024 + 256);
      const all = Array.from({ length: 250 }, (_, index) => Buffer.from([index]));
      expect(ports.map(({ heard }) => heard)).toEqual(ports.map(() => all));
    },
  );

  it.skipIf(skips)(
    'hear a second address once it is named, and say from which of both each came',
    async () => {
      const fromOther: boolean[] = [];
      const { port, heard, came, hear } = await listen({
        onDatagram: (_, isOther) => fromOther.push(isOther),
      });
      await send(other, Buffer.from('too soon'), port);
      await send(device, Buffer.from('1'), port);
      await came(1);
      hear(stranger);
      await send(other, Buffer.from('2'), port);
      await came(2);
      await send(device, Buffer.from('3'), port);
      await came(3);
      expect(heard.map(String)).toEqual(['1', '2', '3']);
      expect(fromOther).toEqual([false, true, false]);
    },
  );

  it.skipIf(skips)('hear nothing once they are closed, also amid datagrams that came together', async () => {
    let close = (): void => undefined;
    const first = await listen({ onDatagram: () => close() });
    close = first.close;
    const second = await listen();
    for (let index = 0; index < 5; index += 1) await send(device, Buffer.from([index]), first.port);
    await send(device, Buffer.from('last'), second.port);
    await second.came(1);
    expect(first.heard).toEqual([Buffer.from([0])]);
    // The port is free again, and another listener has it.
    const third = await listen({ port: first.port });
    await send(device, Buffer.from('again'), first.port);
    await third.came(1);
    expect(third.heard).toEqual([Buffer.from('again')]);
    expect(first.heard).toHaveLength(1);
  });

  it.skipIf(skips)('cannot be opened where another has them, and the system says so', async () => {
    const { port } = await listen();
    await expect(
      open!({ host: us, port, from: us, receiveBufferBytes, onDatagram: () => undefined }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(
      open!({ host: '192.0.2.1', port, from: us, receiveBufferBytes, onDatagram: () => undefined }),
    ).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
