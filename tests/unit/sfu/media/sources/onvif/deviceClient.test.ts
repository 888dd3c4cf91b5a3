import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { parseCameraUrl } from '../../../../../../src-sfu/base/cameraUrl.ts';
import { Rests } from '../../../../../../src-sfu/media/sources/onvif/passwordRests.ts';
import type { OnvifDevice } from '../../../../../../src-sim/onvif/onvifDevice.ts';
import type { OnvifHabits } from '../../../../../../src-sim/onvif/onvifHabits.ts';
import { clientOf, deviceSettings, openDevice, smallJpeg } from '../../../../../support/onvifDevices.ts';

const devices: { close(): Promise<unknown> }[] = [];
const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
const open = async (habits: OnvifHabits = {}, host = '127.0.0.1'): Promise<OnvifDevice> => {
  const device = await openDevice({ host }, habits);
  devices.push(device);
  return device;
};
/** A device that answers as it is written here. */
const scripted = async (answer: RequestListener): Promise<{ port: number; settings: { host: string } }> => {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  devices.push({
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  });
  return { port: (server.address() as AddressInfo).port, settings: { host: '127.0.0.1' } };
};
const scriptedClient = async (answer: RequestListener, timeoutMs = 500): ReturnType<typeof asClient> =>
  asClient(await scripted(answer), timeoutMs);
const asClient = (device: { port: number; settings: { host: string } }, timeoutMs: number) =>
  Promise.resolve(clientOf(device as OnvifDevice, { timeoutMs }));

afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.close()));
});

describe('an ONVIF device', () => {
  it('gives its facts, its lenses, an address with the host that was reached, and a picture', async () => {
    const device = await open({ answersHost: '10.1.2.3' });
    const client = clientOf(device);
    await client.readClock();
    expect(await client.readFacts()).toEqual({ make: 'Mingchu', model: 'M1', serial: '127.0.0.1' });
    const { streams, hasEvents } = await client.readStreams();
    expect(hasEvents).toBe(true);
    expect(streams).toEqual([
      {
        sourceToken: 'V1',
        name: '灶台',
        main: { profileToken: 'V1_main', codec: 'H264', width: 1280, height: 720 },
        sub: { profileToken: 'V1_sub', codec: 'H264', width: 640, height: 360 },
        canHear: false,
        eventTokens: ['V1', 'vsc_V1'],
      },
    ]);
    expect(await client.readStreamUrl('V1_sub')).toBe('rtsp://127.0.0.1:8554/v1/sub');
    expect(await client.readPicture('V1_main', 1_000)).toEqual(smallJpeg);
    expect(device.received).toContain('GetProfiles');
  });

  it.skipIf(!hasIPv6)(
    'is asked at an address of IPv6 as at any other (skipped where this machine has none)',
    async () => {
      const device = await open({}, '::1');
      const client = clientOf(device);
      await client.readClock();
      expect(await client.readStreams()).toMatchObject({ streams: [{ sourceToken: 'V1' }] });
      const url = await client.readStreamUrl('V1_sub');
      expect(url).toBe('rtsp://[::1]:8554/v1/sub');
      expect(parseCameraUrl(url)).toMatchObject({ host: '::1', port: 8_554 });
      expect(await client.readPicture('V1_main', 1_000)).toEqual(smallJpeg);
    },
  );

  it('that forbids what it let in last keeps its password: the other requests go on', async () => {
    const device = await open();
    const client = clientOf(device);
    await client.readFacts();
    expect(await client.readPicture('V1_main', 1_000)).toEqual(smallJpeg);
    device.habits = { forbidden: ['GetSnapshotUri'] };
    await expect(client.readPicture('V1_main', 1_000)).rejects.toMatchObject({ failure: 'forbidden' });
    expect(await client.readStreamUrl('V1_main')).toBe('rtsp://127.0.0.1:8554/v1/main');
  });

  it.each([{}, { mediaOneOnly: true }])('says which profile has its loudspeaker: %o', async (habits) => {
    const sources = deviceSettings().sources.map((source) => ({ ...source, hasEar: true }));
    const device = await openDevice({ sources }, habits);
    devices.push(device);
    const { streams } = await clientOf(device).readStreams();
    expect(streams).toMatchObject([{ canHear: true, earToken: 'V1_main' }]);
  });

  it.each([{}, { mediaOneOnly: true }])(
    'that was reached by HTTP is used by it, although it names its services by HTTPS: %o',
    async (habits) => {
      const client = clientOf(await open({ ...habits, namesHttps: true }));
      const { streams, hasEvents } = await client.readStreams();
      expect(streams).toHaveLength(1);
      expect(hasEvents).toBe(true);
      expect(await client.readStreamUrl('V1_main')).toBe('rtsp://127.0.0.1:8554/v1/main');
    },
  );

  it('is asked by media 1 where it has no media 2', async () => {
    const client = clientOf(await open({ mediaOneOnly: true }));
    const { streams } = await client.readStreams();
    expect(streams.map(({ main }) => main.profileToken)).toEqual(['V1_main']);
    expect(await client.readStreamUrl('V1_main')).toBe('rtsp://127.0.0.1:8554/v1/main');
  });

  const hours = 3_600_000;
  it.each<[string, OnvifHabits]>([
    ['a clock that is 5 hours behind', { clockOffsetMs: -5 * hours, authentication: 'token' }],
    ['a clock that is a year ahead', { clockOffsetMs: 365 * 24 * hours, authentication: 'token' }],
    ['local time in its field of UTC', { localTimeInUtcMs: 8 * hours, authentication: 'token' }],
    ['UTC less the zone in its field of UTC', { localTimeInUtcMs: -8 * hours, authentication: 'token' }],
    ['HTTP Digest only', { authentication: 'digest' }],
    ['Digest only and a wrong clock', { authentication: 'digest', clockOffsetMs: 3 * hours }],
  ])('lets us in with %s', async (_what, habits) => {
    const client = clientOf(await open(habits));
    await client.readClock();
    expect(await client.readFacts()).toMatchObject({ make: 'Mingchu' });
    expect(await client.readStreamUrl('V1_main')).toBe('rtsp://127.0.0.1:8554/v1/main');
  });

  it('is not asked with a wrong password so often that it locks the account', async () => {
    const device = await open();
    const client = clientOf(device, { credentials: { username: 'admin', password: 'wrong' } });
    await client.readClock();
    await expect(client.readFacts()).rejects.toMatchObject({ failure: 'unauthorized' });
    const tries = (): number => device.received.filter((name) => name === 'GetDeviceInformation').length;
    expect(tries()).toBeLessThanOrEqual(5);
    const before = tries();
    await expect(client.readFacts()).rejects.toMatchObject({ failure: 'unauthorized' });
    expect(tries()).toBe(before);
  });

  const passwordsShown = (): { shown: string[]; answer: RequestListener } => {
    const shown: string[] = [];
    return {
      shown,
      answer(request, response) {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => void chunks.push(chunk));
        request.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (text.includes('GetSystemDateAndTime')) {
            const now = new Date();
            return void response.end(
              `<Envelope><Body><G><SystemDateAndTime><UTCDateTime><Time><Hour>${now.getUTCHours()}</Hour><Minute>${now.getUTCMinutes()}</Minute><Second>${now.getUTCSeconds()}</Second></Time><Date><Year>${now.getUTCFullYear()}</Year><Month>${now.getUTCMonth() + 1}</Month><Day>${now.getUTCDate()}</Day></Date></UTCDateTime></SystemDateAndTime></G></Body></Envelope>`,
            );
          }
          if (text.includes('UsernameToken')) shown.push('token');
          if (request.headers.authorization !== undefined) shown.push('digest');
          response.writeHead(401, { 'www-authenticate': 'Digest realm="x", nonce="1", qop="auth"' }).end();
        });
      },
    };
  };

  it('with a right clock costs a wrong password two refusals, also from several requests and clients at once', async () => {
    const { shown, answer } = passwordsShown();
    const device = (await scripted(answer)) as OnvifDevice;
    let nowMs = Date.now();
    const passwords = new Rests(() => nowMs);
    const client = clientOf(device, { passwords });
    const move = { operation: 'Stop', body: '<tptz:Stop/>', path: '/ptz' };
    await Promise.allSettled([client.readFacts(), client.readFacts(), client.call('ptz', move)]);
    expect(shown).toEqual(['token', 'digest']);
    // Who signs in again with the same password shows it to nobody within a minute.
    await expect(clientOf(device, { passwords }).readFacts()).rejects.toMatchObject({
      failure: 'unauthorized',
    });
    expect(shown.length).toBe(2);
    nowMs += 61_000;
    await expect(clientOf(device, { passwords }).readFacts()).rejects.toBeInstanceOf(Error);
    expect(shown.length).toBe(4);
  });

  it('that forbids one request to its user goes on with the others', async () => {
    const device = await open({ forbidden: ['CreatePullPointSubscription'] });
    const client = clientOf(device);
    const subscribe = () =>
      client.call('events', {
        operation: 'CreatePullPointSubscription',
        body: '<tev:CreatePullPointSubscription/>',
      });
    const asked = () => device.received.filter((name) => name === 'CreatePullPointSubscription').length;
    await expect(subscribe()).rejects.toMatchObject({ failure: 'forbidden' });
    expect(asked()).toBe(1);
    expect(await client.readStreamUrl('V1_main')).toBe('rtsp://127.0.0.1:8554/v1/main');
    await expect(subscribe()).rejects.toMatchObject({ failure: 'forbidden' });
    expect(asked()).toBe(1);
    // The password itself was changed: that is no matter of one request.
    device.settings.account.password = 'another';
    device.habits = {};
    await expect(client.readStreamUrl('V1_sub')).rejects.toMatchObject({ failure: 'unauthorized' });
  });

  it('is asked for its number again after it was away, and another one at its address is not used', async () => {
    const first = await open();
    const client = clientOf(first);
    const { port } = first;
    await client.readFacts();
    await client.readStreamUrl('V1_main');
    await first.close();
    await expect(client.readClock()).rejects.toMatchObject({ failure: 'unreachable' });
    const second = await openDevice({ serial: 'another', port });
    devices.push(second);
    await expect(client.readStreamUrl('V1_main')).rejects.toMatchObject({ failure: 'another' });
    await expect(client.readPicture('V1_main', 1_000)).rejects.toMatchObject({ failure: 'another' });
    expect(second.received).not.toContain('GetStreamUri');
  });

  it('wants a password where none is known', async () => {
    const client = clientOf(await open(), { credentials: null });
    await expect(client.readFacts()).rejects.toMatchObject({ failure: 'unauthorized' });
  });

  it.each(['huge', 'endless', 'entityBomb', 'garbage', 'silent'] as const)(
    'that answers with something %s has failed soon',
    async (hostile) => {
      const client = clientOf(await open({ hostile }), { timeoutMs: 400 });
      const startedAtMs = performance.now();
      await expect(client.readFacts()).rejects.toMatchObject({
        failure: hostile === 'silent' || hostile === 'endless' ? 'silent' : 'foreign',
      });
      expect(performance.now() - startedAtMs).toBeLessThan(3_000);
    },
  );

  it('is not followed to another address', async () => {
    let strangers = 0;
    const stranger = await scripted((_request, response) => {
      strangers += 1;
      response.end();
    });
    const client = await scriptedClient((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${stranger.port}/onvif/device_service` }).end();
    });
    await expect(client.readFacts()).rejects.toMatchObject({ failure: 'refused' });
    expect(strangers).toBe(0);
  });

  it('does not get the password in clear', async () => {
    const headers: string[] = [];
    const client = await scriptedClient((request, response) => {
      headers.push(request.headers.authorization ?? '');
      response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
    });
    await expect(client.readFacts()).rejects.toMatchObject({ failure: 'unauthorized' });
    expect(headers.join('')).toBe('');
  });

  it('that does not answer in HTTP, or is not there, is said to be so', async () => {
    const client = await scriptedClient((request) => request.socket.end('RTSP/1.0 200 OK\r\n\r\n'));
    await expect(client.readFacts()).rejects.toMatchObject({ failure: 'foreign' });
    const gone = await open();
    await gone.close();
    await expect(clientOf({ ...gone, port: 9, settings: gone.settings }).readFacts()).rejects.toMatchObject({
      failure: 'unreachable',
    });
  });

  it('that refuses with a fault and status 200 is understood', async () => {
    const fault =
      '<Envelope><Body><Fault><Code><Value>s:Sender</Value><Subcode><Value>ter:NotAuthorized</Value></Subcode></Code><Reason><Text>no</Text></Reason></Fault></Body></Envelope>';
    const client = await scriptedClient((_request, response) => response.end(fault));
    await expect(client.readFacts()).rejects.toMatchObject({ failure: 'unauthorized' });
  });
});
