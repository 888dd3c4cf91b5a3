import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  createRawConnections,
  type ConnectionCaps,
  type RawSocket,
} from '../../../../src-sfu/http/rawConnections.ts';

const caps = { ofAddress: 10, silentOfAddress: 4, silent: 12, all: 30 };
const office = '192.0.2.7';

/** A hub's doors with small caps, and sockets that only have an address. */
function doors(isProxy: (address: string) => boolean = () => false, those: ConnectionCaps = caps) {
  const connections = createRawConnections({ caps: those, isProxy });
  let port = 0;
  const open = (remoteAddress: string) => {
    const closed: (() => void)[] = [];
    port += 1;
    const socket = {
      remoteAddress,
      remotePort: port,
      isOpen: true,
      destroy() {
        socket.isOpen = false;
        for (const listener of closed) listener();
      },
      once: (_event: string, listener: () => void) => void closed.push(listener),
    };
    connections.opened(socket satisfies RawSocket);
    return socket;
  };
  const openMany = (count: number, address: string) => Array.from({ length: count }, () => open(address));
  return { connections, open, openMany };
}
const openOf = (sockets: { isOpen: boolean }[]): number => sockets.filter(({ isOpen }) => isOpen).length;

describe('TCP connections', () => {
  it('that send nothing leave in their order, and keep nobody else out', () => {
    const { open, openMany, connections } = doors();
    const others = openMany(3, '198.51.100.1');
    const silent = openMany(60, office);
    expect(openOf(silent)).toBe(4);
    expect(silent.at(-1)?.isOpen).toBe(true);
    expect(openOf(others)).toBe(3);
    expect(open('198.51.100.2').isOpen).toBe(true);
    expect(connections.count()).toBe(8);
  });

  it('of an office that work stay, however many silent ones its address opens besides', () => {
    const { openMany, connections } = doors();
    const working = openMany(4, office);
    for (const socket of working) connections.used(socket, 'requests');
    const phones = openMany(4, office);
    for (const socket of phones) connections.used(socket, 'upgraded');
    openMany(200, office);
    expect(openOf(working) + openOf(phones)).toBe(8);
  });

  it('of one address have a limit, and one between two requests goes before a WebSocket', () => {
    const { open, openMany, connections } = doors();
    const phones = openMany(4, office);
    for (const socket of phones) connections.used(socket, 'upgraded');
    const working = openMany(4, office);
    for (const socket of working) connections.used(socket, 'requests');
    const more = openMany(2, office);
    for (const socket of more) connections.used(socket, 'requests');
    expect(open(office).isOpen).toBe(true);
    expect(working[0]?.isOpen).toBe(false);
    expect(openOf(phones)).toBe(4);
    for (const socket of [...working, ...more]) connections.used(socket, 'upgraded');
    const full = openMany(4, office);
    for (const socket of full) connections.used(socket, 'upgraded');
    expect(openOf(phones)).toBe(4);
  });

  it.each(['requests', 'upgraded'] as const)(
    'of strangers leave places of their address to who is signed in: %s',
    (use) => {
      const { open, openMany, connections } = doors(() => false, { ...caps, reservedOfAddress: 3 });
      const ask = (sockets: RawSocket[], isStranger: boolean): void => {
        for (const socket of sockets) connections.used(socket, use, isStranger);
      };
      const strangers = openMany(4, office);
      ask(strangers, true);
      for (let count = 0; count < 40; count += 1) ask(openMany(1, office), true);
      const desk = openMany(3, office);
      ask(desk, false);
      for (let count = 0; count < 40; count += 1) ask([open(office)], true);
      expect(openOf(desk)).toBe(3);
      // One that has just come is not the first to go: it has time to say who it is.
      const late = open(office);
      const more = [open(office), open(office)];
      expect([late.isOpen, openOf(more)]).toEqual([true, 2]);
      ask([late], false);
      for (let count = 0; count < 40; count += 1) ask([open(office)], true);
      expect([late.isOpen, openOf(desk)]).toEqual([true, 3]);
    },
  );

  it('of who was known once stay known, also where a later request shows nothing', () => {
    const { open, connections } = doors(() => false, { ...caps, reservedOfAddress: 3 });
    const desk = open(office);
    connections.used(desk, 'requests', false);
    connections.used(desk, 'requests', true);
    for (let count = 0; count < 40; count += 1) connections.used(open(office), 'requests', true);
    expect(desk.isOpen).toBe(true);
  });

  it('of many addresses together have limits, which the address with most pays for', () => {
    const { openMany, connections } = doors();
    const crowd = [1, 2, 3, 4].map((number) => openMany(3, `203.0.113.${number}`));
    const greedy = openMany(4, office);
    expect(openOf(greedy) + crowd.reduce((sum, some) => sum + openOf(some), 0)).toBe(12);
    expect(openOf(greedy)).toBeGreaterThan(0);
    for (const some of crowd) expect(openOf(some)).toBeGreaterThanOrEqual(2);
    expect(connections.count()).toBe(12);
  });

  it.each(['127.0.0.1', '::ffff:127.0.0.1', '::1', '192.0.2.9', '::ffff:192.0.2.9'])(
    'of %s, which speaks for many, have only the limits of all',
    (address) => {
      const { openMany } = doors((one) => one === '192.0.2.9');
      expect(openOf(openMany(12, address))).toBe(12);
      expect(openOf(openMany(12, address))).toBe(12);
    },
  );

  it('that are over are not counted', () => {
    const { openMany, connections } = doors();
    for (let round = 0; round < 50; round += 1) {
      for (const socket of openMany(4, office)) socket.destroy();
    }
    expect(connections.count()).toBe(0);
  });

  it('of a real server are silent until the whole headers of a request are there', async () => {
    const server = createServer((_request, response) => response.end('here'));
    const connections = createRawConnections({ caps: { ...caps, silentOfAddress: 2, silent: 3 } });
    connections.watch(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const slow = connect(port, '127.0.0.1');
    await once(slow, 'connect');
    slow.write('GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ');
    slow.on('error', () => undefined);
    const ended = once(slow, 'close');
    const answered = request({ port, host: '127.0.0.1', headers: { connection: 'keep-alive' } });
    answered.end();
    const [answer] = (await once(answered, 'response')) as [IncomingMessage];
    const working = answer.socket;
    answer.resume();
    await once(answer, 'end');
    const silent = [];
    for (let count = 0; count < 3; count += 1) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      silent.push(socket);
    }
    await ended;
    expect(working.destroyed).toBe(false);
    for (const socket of silent) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
});
