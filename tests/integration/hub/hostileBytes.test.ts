import { connect } from 'node:net';
import * as messagePackParser from 'socket.io-msgpack-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { protocolVersion } from '../../../src-shared/protocol/version.ts';
import { residentMebibytes } from '../../support/processStatistics.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { frameTypes, openRawSurface, type RawSurface } from '../../support/rawSurface.ts';
import { connectSurface } from '../../support/surfaceClient.ts';

const encode = (packet: object): Buffer =>
  (new messagePackParser.Encoder().encode(packet) as unknown as Buffer[])[0] ?? Buffer.alloc(0);
const length32 = (value: number): number[] => [
  value >>> 24,
  (value >> 16) & 255,
  (value >> 8) & 255,
  value & 255,
];
const nested = (bytes: number[], times: number): Buffer =>
  Buffer.from(Array(times).fill(bytes).flat() as number[]);

const connectPacket = encode({ type: 0, nsp: '/', data: { protocolVersion } });
const event = (...data: unknown[]): Buffer => encode({ type: 2, nsp: '/', id: 1, data });
const hostile: [string, Uint8Array | string][] = [
  ['120 bytes of arrays in one another', nested([0xdd, 0x01, 0xff, 0xff, 0xff], 24)],
  ['an array of 4 billion', Buffer.from([0xdd, ...length32(0xffff_ffff)])],
  ['a map of 4 billion', Buffer.from([0xdf, ...length32(0xffff_ffff)])],
  ['an extension of a gigabyte', Buffer.from([0xc9, ...length32(0x4000_0000), 0])],
  ['text of 4 GiB', Buffer.from([0xdb, ...length32(0xffff_ffff)])],
  ['bytes of 4 GiB', Buffer.from([0xc6, ...length32(0xffff_ffff)])],
  ['arrays deeper than the stack', Buffer.alloc(100_000, 0x91)],
  ['half a packet', connectPacket.subarray(0, 9)],
  ['nothing', Buffer.alloc(0)],
  ['text with attachments that do not come', '451-["x",{"_placeholder":true,"num":0}]'],
  ['more text attachments than there are numbers', '45999999999999999999-["x"]'],
  ['bytes in base64 that are broken', 'b3QH///8='],
  ['a packet type that there is not', '9'],
];
const hostileEvents: [string, Buffer][] = [
  ['an error', event('error', 'x')],
  ['a disconnect that is none', event('disconnect', 'x')],
  ['a new listener', event('newListener', 'x')],
  ['a name that is none', event(7)],
  ['no name', event()],
  [
    'an attachment that does not come',
    encode({ type: 5, nsp: '/', data: ['x', { _placeholder: true, num: 0 }] }),
  ],
  ['a second first packet', connectPacket],
  ['another namespace', encode({ type: 0, nsp: '/admin' })],
];

describe('a hub that is sent hostile bytes', () => {
  let hub: HubProcess;
  let startMebibytes: number;
  const open: RawSurface[] = [];
  beforeAll(async () => {
    hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1' } });
    startMebibytes = residentMebibytes(hub.pid);
  });
  afterAll(async () => {
    for (const surface of open) surface.close();
    await hub.stop();
  });
  const rawSurface = async () => {
    const surface = await openRawSurface(hub.url);
    open.push(surface);
    return surface;
  };
  /** The hub ended that connection, answers others within a moment, and did not grow. */
  const expectUnharmed = async (surface: RawSurface): Promise<void> => {
    const limit = new Promise<string>((resolve) => setTimeout(resolve, 5_000, 'open').unref());
    expect(await Promise.race([surface.ended, limit])).not.toBe('open');
    const startedAtMs = performance.now();
    const client = await connectSurface(hub.url);
    expect(await client.request('session:join', { surface: 'wall' })).toMatchObject({ ok: true });
    client.close();
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    expect(hub.child.exitCode).toBe(null);
    expect(residentMebibytes(hub.pid) - startMebibytes).toBeLessThan(150);
  };

  it.each(hostile)('before it knows who sends: %s', async (_what, bytes) => {
    const surface = await rawSurface();
    surface.send(bytes);
    await expectUnharmed(surface);
  });

  it.each([...hostile, ...hostileEvents])('from who is connected: %s', async (_what, bytes) => {
    const surface = await rawSurface();
    surface.send(connectPacket);
    await eventually('the connection', () => surface.received().toString('latin1').split('sid').length > 2);
    surface.send(bytes);
    await expectUnharmed(surface);
  });

  it('a message that is larger than any of a surface, at once and in parts', async () => {
    const surface = await rawSurface();
    surface.send(Buffer.alloc(200_000));
    await expectUnharmed(surface);
  });

  it('frames of the WebSocket that are broken', async () => {
    for (const bytes of [
      [0xc2, 0x80, 0, 0, 0, 0],
      [0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x82, 0x00],
    ]) {
      const surface = await rawSurface();
      surface.socket.write(Buffer.from(bytes));
      await expectUnharmed(surface);
    }
    const surface = await rawSurface();
    surface.send(Buffer.alloc(126), frameTypes.ping);
    await expectUnharmed(surface);
  });

  const frame = (first: number, payload: number[]): number[] => [
    first,
    0x80 | payload.length,
    0,
    0,
    0,
    0,
    ...payload,
  ];
  /** Beyond what a connection may send in a second, and beyond the parts that a message may have. */
  const many = 20_000;
  it.each([
    ['pings', frame(0x89, [])],
    ['pongs', frame(0x8a, [1])],
    ['packets without a content', frame(0x81, [0x36])],
    ['parts of one byte, of a message without end', frame(0x00, [7])],
    ['empty parts of a message without end', frame(0x00, [])],
  ])('a flood of %s', async (what, bytes) => {
    const surface = await rawSurface();
    if (what.includes('parts')) surface.socket.write(Buffer.from(frame(0x02, [7])));
    surface.socket.write(Buffer.from(Array(many).fill(bytes).flat() as number[]));
    await expectUnharmed(surface);
  });

  it('takes no compressed messages, which could be a thousand times larger', async () => {
    const extensions = 'permessage-deflate; client_max_window_bits';
    const surface = await openRawSurface(hub.url, { headers: { 'sec-websocket-extensions': extensions } });
    open.push(surface);
    expect(surface.headers['sec-websocket-extensions']).toBe(undefined);
    surface.socket.write(Buffer.from(frame(0xc2, [0x63, 0x00])));
    await expectUnharmed(surface);
  });

  it('takes no messages by polling, of which one body could hold any number', async () => {
    const url = `${hub.url}/socket.io/?EIO=4&transport=polling`;
    for (const init of [{}, { method: 'POST', body: '40\u001e'.repeat(10_000) }])
      expect((await fetch(url, init)).status).toBe(400);
  });

  /** Sends a request as it is; what the hub answers until it closes the connection. */
  const answerTo = (head: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
      socket.on('error', () => undefined).once('close', () => resolve(answer));
      socket.end(head);
    });
  const { host } = new URL('http://127.0.0.1');
  it.each<[string, string, RegExp]>([
    [
      'for another host in its target',
      `GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n`,
      /^HTTP\/1.1 4/,
    ],
    ['for everything', `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n\r\n`, /^HTTP\/1.1 4/],
    ['without a host', 'GET /healthz HTTP/1.1\r\n\r\n', /^HTTP\/1.1 4/],
    [
      'with two lengths',
      `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1.1 4/,
    ],
    [
      'with endless extensions of a chunk',
      `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(100_000)}\r\n1\r\n0\r\n\r\n`,
      /^HTTP\/1.1 4/,
    ],
    [
      'with headers of a mebibyte',
      `GET / HTTP/1.1\r\nHost: ${host}\r\nx: ${'a'.repeat(1_048_576)}\r\n\r\n`,
      /^HTTP\/1.1 431/,
    ],
  ])('refuses a request %s', async (_what, head, expected) => {
    expect(await answerTo(head)).toMatch(expected);
  });

  it('has still its one process, which did not end meanwhile', async () => {
    expect(hub.output()).not.toMatch(/uncaught|FATAL|heap/i);
    expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
  });
});
