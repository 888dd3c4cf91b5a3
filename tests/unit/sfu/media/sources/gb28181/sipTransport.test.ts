import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createUpperTransport } from '../../../../../../src-sfu/media/cascade/upperTransport.ts';
import {
  createSipTransport,
  type SipPeer,
  type SipTransport,
} from '../../../../../../src-sfu/media/sources/gb28181/sipTransport.ts';

const opened: { close(): void }[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const one of opened.splice(0)) one.close();
});

async function transport(
  isKnown: () => boolean,
  onMessage: (peer: SipPeer) => void = () => undefined,
): Promise<{ sip: SipTransport; port: number }> {
  const sip = createSipTransport({
    host: '127.0.0.1',
    port: 0,
    onMessage: (_message, peer) => onMessage(peer),
    isKnown,
  });
  opened.push(sip);
  return { sip, port: (await sip.open()).port };
}

it('sends nothing to port 0, and does not throw for it', async () => {
  const { sip } = await transport(() => false);
  const bytes = Buffer.from('SIP/2.0 403 Forbidden\r\n\r\n');
  for (const port of [0, -1, 65_536, Number.NaN])
    expect(sip.send({ address: '127.0.0.1', port, protocol: 'udp' }, bytes)).toBe(false);
  const upper = createUpperTransport({
    protocol: 'udp',
    host: '127.0.0.1',
    peer: { address: '127.0.0.1', port: 9 },
    onMessage: () => undefined,
    onLost: () => undefined,
  });
  opened.push(upper);
  await upper.open();
  expect(upper.send({ address: '127.0.0.1', port: 0, protocol: 'udp' }, bytes)).toBe(false);
});

it('cuts off by TCP who has not registered within 15 s, also one that says something now and then', async () => {
  let isKnown = false;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { port } = await transport(() => isKnown);
  const open = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    opened.push({ close: () => socket.destroy() });
    await once(socket, 'connect');
    return socket;
  };
  const [silent, talking] = [await open(), await open()];
  const ended = Promise.all(
    [silent, talking].map((socket) => new Promise((resolve) => void socket.on('close', resolve))),
  );
  // The hub has accepted both once it has read what the later one sent.
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThanOrEqual(2));
  for (let second = 0; second < 3; second += 1) {
    talking.write('\r\n');
    vi.advanceTimersByTime(5_000);
  }
  await ended;
  isKnown = true;
  const registered = await open();
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThanOrEqual(1));
  vi.advanceTimersByTime(60_000);
  registered.write('\r\n');
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(registered.destroyed).toBe(false);
});

it('strangers at one address have 20 connections by TCP at once; one that leaves makes room, and recorders come besides', async () => {
  let isKnown = false;
  const heard = new Map<number, () => void>();
  const { port } = await transport(
    () => isKnown,
    (peer) => heard.get(peer.port)?.(),
  );
  /** Whether the hub takes a connection: it reads what comes by it. */
  const open = async (): Promise<{ socket: Socket; isTaken: boolean }> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    opened.push({ close: () => socket.destroy() });
    const closed = new Promise<boolean>((resolve) => void socket.once('close', () => resolve(false)));
    await once(socket, 'connect');
    const taken = new Promise<boolean>((resolve) => heard.set(socket.localPort ?? 0, () => resolve(true)));
    socket.write('OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n');
    return { socket, isTaken: await Promise.race([taken, closed]) };
  };
  const first = await open();
  for (let count = 1; count < 20; count += 1) expect((await open()).isTaken).toBe(true);
  expect((await open()).isTaken).toBe(false);
  first.socket.destroy();
  await vi.waitFor(async () => expect((await open()).isTaken).toBe(true));
  expect((await open()).isTaken).toBe(false);
  isKnown = true;
  for (let count = 0; count < 5; count += 1) expect((await open()).isTaken).toBe(true);
});
