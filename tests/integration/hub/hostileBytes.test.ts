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

  it('has still its one process, which did not end meanwhile', async () => {
    expect(hub.output()).not.toMatch(/uncaught|FATAL|heap/i);
    expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
  });
});
