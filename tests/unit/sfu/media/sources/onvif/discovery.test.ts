import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  followAnnounced,
  readWrittenAddress,
} from '../../../../../../src-sfu/media/sources/onvif/deviceAddress.ts';
import {
  askedInterfaces,
  discoverDevices,
  ownInterfaces,
} from '../../../../../../src-sfu/media/sources/onvif/discovery.ts';
import type { Announcement } from '../../../../../../src-sfu/features/onvif/onvif.ports.ts';
import { OnvifDiscovery } from '../../../../../../src-sim/onvif/discovery.ts';
import type { OnvifHabits } from '../../../../../../src-sim/onvif/onvifHabits.ts';
import { freePort } from '../../../../../support/freePort.ts';
import { deviceSettings } from '../../../../../support/onvifDevices.ts';

const closing: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of closing.splice(0)) one.close();
});

/** What a search finds among these devices; it is ended once nothing more can come. */
async function found(
  devices: { host: string; habits?: OnvifHabits }[],
  how: { hosts?: string[]; until: number },
): Promise<Announcement[]> {
  const port = await freePort();
  const announced = devices.map(({ host, habits = {} }) => ({
    settings: deviceSettings({ host }),
    habits,
    port: 80,
  }));
  const discovery = new OnvifDiscovery(() => announced);
  await discovery.open(port);
  closing.push(discovery);
  const ending = new AbortController();
  const heard: Announcement[] = [];
  await discoverDevices({
    interfaces: how.hosts === undefined ? ['127.0.0.1'] : [],
    ...(how.hosts === undefined ? {} : { hosts: how.hosts }),
    port,
    signal: ending.signal,
    onAnnounced(one) {
      heard.push(one);
      if (heard.length >= how.until) ending.abort();
    },
  });
  return heard;
}

describe('the search for devices', () => {
  it('hears those of an interface, although probes are lost', async () => {
    const devices = [{ host: '127.0.1.1', habits: { lostProbes: 2 } }, { host: '127.0.1.2' }];
    const heard = await found(devices, { until: 4 });
    expect(new Set(heard.map(({ sender }) => sender))).toEqual(new Set(['127.0.1.1', '127.0.1.2']));
    expect(heard[0]).toMatchObject({
      name: '红灯笼 后厨',
      model: 'M1',
      place: { host: heard[0]?.sender, port: 80, path: '/onvif/device_service' },
    });
  });

  it('hears where a device is by HTTPS beside its place by HTTP', async () => {
    const announcedAddress = 'https://127.0.1.6:8443/x http://127.0.1.6/x';
    const [one] = await found([{ host: '127.0.1.6', habits: { announcedAddress } }], { until: 1 });
    const place = { host: '127.0.1.6', port: 80, path: '/x' };
    expect(one).toMatchObject({ place, placeByTls: { ...place, port: 8443, tls: {} } });
  });

  it('asks by every interface of a hub that others reach, whichever address it listens at', () => {
    const all = [...ownInterfaces(), '127.0.0.1'];
    for (const host of ['0.0.0.0', '::', '192.0.2.5', 'hub.example'])
      expect(askedInterfaces(host, { isBehindProxy: false })).toEqual(all);
    for (const host of ['127.0.0.1', 'localhost', '::1']) {
      expect(askedInterfaces(host, { isBehindProxy: true })).toEqual(all);
      expect(askedInterfaces(host, { isBehindProxy: false })).toEqual(['127.0.0.1']);
    }
    expect(askedInterfaces('127.0.0.9', { isBehindProxy: false })).toEqual(['127.0.0.9']);
  });

  it('asks single addresses', async () => {
    const [one] = await found([{ host: '127.0.0.1' }], { hosts: ['127.0.0.1'], until: 1 });
    expect(one?.endpoint).toMatch(/^urn:uuid:/);
  });

  it('follows no announcement to this machine or to a name', async () => {
    const devices = [
      { host: '127.0.1.3', habits: { announcedAddress: 'http://localhost:80/onvif/device_service' } },
      { host: '127.0.1.4', habits: { announcedAddress: 'http://evil.example/x' } },
      { host: '127.0.1.5', habits: { announcedAddress: 'http://192.168.250.250:81/x' } },
    ];
    const heard = await found(devices, { until: 3 });
    const places = Object.fromEntries(heard.map(({ sender, place }) => [sender, place]));
    expect(places).toEqual({
      '127.0.1.3': 'not_allowed',
      '127.0.1.4': 'not_allowed',
      '127.0.1.5': { host: '127.0.1.5', port: 81, path: '/x' },
    });
  });

  it('does not hear who was not asked, nor many devices of one sender', async () => {
    const port = await freePort();
    const [device, stranger] = ['127.0.0.1', '127.0.7.7'].map(() => createSocket({ type: 'udp4' }));
    if (device === undefined || stranger === undefined) throw new Error('there is no socket');
    closing.push(device, stranger);
    device.bind(port, '127.0.0.1');
    stranger.bind(0, '127.0.7.7');
    await Promise.all([once(device, 'listening'), once(stranger, 'listening')]);
    const matches = Array.from(
      { length: 16 },
      (_unused, index) =>
        `<ProbeMatch><EndpointReference><Address>urn:uuid:${index}</Address></EndpointReference><Types>NetworkVideoTransmitter</Types><XAddrs>http://127.0.0.1/x</XAddrs></ProbeMatch>`,
    ).join('');
    device.on('message', (message, from) => {
      const asked = /urn:uuid:[\da-f-]+/.exec(message.toString())?.[0] ?? '';
      for (const [socket, name] of [
        [stranger, 'forged'],
        [device, 'a'],
        [device, 'b'],
      ] as const)
        socket.send(
          `<Envelope><Header><RelatesTo>${asked}</RelatesTo></Header><Body><ProbeMatches>${matches.replaceAll('urn:uuid:', `urn:uuid:${name}`)}</ProbeMatches></Body></Envelope>`,
          from.port,
          from.address,
        );
    });
    const heard: Announcement[] = [];
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 400);
    await discoverDevices({
      interfaces: [],
      hosts: ['127.0.0.1'],
      port,
      signal: ending.signal,
      onAnnounced: (one) => void heard.push(one),
    });
    expect(new Set(heard.map(({ sender }) => sender))).toEqual(new Set(['127.0.0.1']));
    expect(new Set(heard.map(({ endpoint }) => endpoint)).size).toBe(16);
  });

  it('does not hear answers that nobody asked for, nor a flood of one sender', async () => {
    const port = await freePort();
    const device: Socket = createSocket({ type: 'udp4', reuseAddr: true });
    closing.push(device);
    device.bind(port, '127.0.0.1');
    await once(device, 'listening');
    const answer = (relatesTo: string): string =>
      `<Envelope><Header><RelatesTo>${relatesTo}</RelatesTo></Header><Body><ProbeMatches><ProbeMatch><Types>NetworkVideoTransmitter</Types><XAddrs>http://127.0.0.1/x</XAddrs></ProbeMatch></ProbeMatches></Body></Envelope>`;
    device.on('message', (message, from) => {
      const asked = /urn:uuid:[\da-f-]+/.exec(message.toString())?.[0] ?? '';
      device.send(answer('urn:uuid:0'), from.port, from.address);
      device.send(Buffer.alloc(9_000, '<'), from.port, from.address);
      for (let count = 0; count < 100; count += 1) device.send(answer(asked), from.port, from.address);
    });
    let heard = 0;
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 400);
    await discoverDevices({
      interfaces: [],
      hosts: ['127.0.0.1'],
      port,
      signal: ending.signal,
      onAnnounced: () => (heard += 1),
    });
    expect(heard).toBeGreaterThan(0);
    expect(heard).toBeLessThanOrEqual(40);
  });
});

describe('an announced address', () => {
  it('is taken where the sender is named, also beside others', () => {
    const own = ['http://localhost/a', 'http://[fe80::1]/b', 'http://10.0.0.7:8080/onvif/device_service?x=1'];
    expect(followAnnounced(own, '10.0.0.7')).toEqual({
      host: '10.0.0.7',
      port: 8080,
      path: '/onvif/device_service?x=1',
    });
  });

  it.each([
    'http://127.0.0.1/x',
    'http://0.0.0.0/x',
    'http://[::1]/x',
    'http://[::ffff:127.0.0.1]/x',
    'http://hub/x',
  ])('is not followed to %s', (address) =>
    expect(followAnnounced([address], '10.0.0.7')).toBe('not_allowed'),
  );

  it('is taken by HTTPS where there is no other, by the same rules, and HTTP goes first', () => {
    expect(followAnnounced(['https://10.0.0.7/x'], '10.0.0.7')).toEqual({
      ...{ host: '10.0.0.7', port: 443, path: '/x' },
      tls: {},
    });
    expect(followAnnounced(['https://192.168.0.9:8443/x'], '10.0.0.7')).toMatchObject({ host: '10.0.0.7' });
    for (const address of ['https://localhost/x', 'https://127.0.0.1/x', 'https://hub.example/x'])
      expect(followAnnounced([address], '10.0.0.7')).toBe('not_allowed');
    expect(followAnnounced(['https://10.0.0.7/x', 'http://10.0.0.7/y'], '10.0.0.7')).toMatchObject({
      path: '/y',
    });
    expect(followAnnounced(['https://10.0.0.7/x', 'http://hub/y'], '10.0.0.7')).toBe('not_allowed');
    expect(followAnnounced(['ftp://10.0.0.7/x'], '10.0.0.7')).toBeUndefined();
  });

  it('is not read where it is none', () => {
    for (const text of [
      '',
      'https://10.0.0.7/x',
      'http://10.0.0.7:0/',
      'http://10.0.0.7/a b',
      'http:///x',
      'http://a/\r\nX: y',
    ])
      expect(readWrittenAddress(text, 'http')).toBeUndefined();
    expect(readWrittenAddress('rtsp://u:p@10.0.0.7/a?b=c', 'rtsp')).toEqual({
      host: '10.0.0.7',
      port: 554,
      path: '/a?b=c',
    });
  });
});
