import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createUpperTransport } from '../../../../../../src-sfu/media/cascade/upperTransport.ts';
import {
  createSipTransport,
  type SipTransport,
} from '../../../../../../src-sfu/media/sources/gb28181/sipTransport.ts';

const opened: { close(): void }[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const one of opened.splice(0)) one.close();
});

async function transport(isKnown: () => boolean): Promise<{ sip: SipTransport; port: number }> {
  const sip = createSipTransport({ host: '127.0.0.1', port: 0, onMessage: () => undefined, isKnown });
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
