import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { areTaken } from '../../../../src-sfu/media/portProbe.ts';

it('ports are taken where another program has each of them by UDP or by TCP, and free where one is', async () => {
  const udp = createSocket('udp4').bind(0, '127.0.0.1');
  await once(udp, 'listening');
  const { port } = udp.address();
  const range = { first: port, last: port };
  expect(await areTaken('127.0.0.1', range)).toBe(true);
  udp.close();
  await once(udp, 'close');
  expect(await areTaken('127.0.0.1', range)).toBe(false);
  const tcp = createServer().listen(port, '127.0.0.1');
  await once(tcp, 'listening');
  expect(await areTaken('127.0.0.1', range)).toBe(true);
  tcp.close();
  await once(tcp, 'close');
  // A wide range in which one is taken is none that is taken.
  expect(await areTaken('127.0.0.1', { first: 42_000, last: 42_400 })).toBe(false);
});
