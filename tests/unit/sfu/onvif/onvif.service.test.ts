import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import pino from 'pino';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  DevicePlace,
  NewCamera,
  OnvifRegistry,
  PlacedCamera,
} from '../../../../src-sfu/features/onvif/onvif.ports.ts';
import { OnvifError } from '../../../../src-sfu/base/onvifError.ts';
import { createOnvifService, type OnvifService } from '../../../../src-sfu/features/onvif/onvif.service.ts';
import { createPresetTokens } from '../../../../src-sfu/features/onvif/presetTokens.ts';
import { createDeviceClient } from '../../../../src-sfu/media/sources/onvif/deviceClient.ts';
import type { Announcement } from '../../../../src-sfu/features/onvif/onvif.ports.ts';
import { makeAuthority } from '../../../../src-sfu/http/trust/certificateAuthority.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createOnvifRepository } from '../../../../src-sfu/storage/onvif.sql.ts';
import { smallPicture } from '../../../../src-sfu/storage/smallPicture.ts';
import { createSecretBox } from '../../../../src-sfu/storage/secretBox.ts';
import type { OnvifDevice } from '../../../../src-sim/onvif/onvifDevice.ts';
import { deviceAccount, deviceSettings, openDevice } from '../../../support/onvifDevices.ts';

const logger = pino({ level: 'silent' });
const secrets = createSecretBox(Buffer.alloc(32, 7));
const endpoint = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const kitchen = { siteId: 'wok', sourceToken: 'V1', name: '灶台' };

let store: Store;
let devices: OnvifDevice[];
let services: OnvifService[];
let closing: (() => Promise<unknown>)[];
let announcements: Announcement[];
let cameras: PlacedCamera[];
let refusal: string | undefined;
/** Cameras whose former sources are kept. */
let releasable: Set<string>;
/** What streams show, by their profiles. */
let streamed: Map<string, Buffer>;
/** How far the hub's clock is ahead in this test. Milliseconds. */
let aheadMs = 0;

beforeEach(async () => {
  store = await openStore(':memory:');
  aheadMs = 0;
  streamed = new Map();
  releasable = new Set();
  [devices, services, closing, announcements, cameras, refusal] = [[], [], [], [], [], undefined];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.close()));
  await Promise.all(devices.map((device) => device.close()));
  await Promise.all(closing.map((close) => close()));
});

const open = async (...how: Parameters<typeof openDevice>): Promise<OnvifDevice> => {
  const device = await openDevice(...how);
  devices.push(device);
  return device;
};
const registry: OnvifRegistry = {
  cameras: () => cameras,
  hasSite: (siteId) => siteId === 'wok',
  releasable: () => Promise.resolve(releasable),
  add(added: readonly NewCamera[]) {
    if (refusal === undefined)
      cameras = [
        ...cameras,
        ...added.map(({ externalId, name, mainUrl }) => ({
          cameraId: `c-${name}`,
          externalId,
          name,
          url: mainUrl,
        })),
      ];
    return Promise.resolve(refusal);
  },
  setSource(cameraId, { mainUrl }) {
    if (refusal === undefined)
      cameras = cameras.map((one) => (one.cameraId === cameraId ? { ...one, url: mainUrl } : one));
    return Promise.resolve(refusal);
  },
};
const start = async (box = secrets): Promise<OnvifService> => {
  const connecting =
    (timeoutMs: number) => (place: DevicePlace, credentials?: { username: string; password: string }) =>
      createDeviceClient({ ...place, nowMs: Date.now, timeoutMs, ...(credentials && { credentials }) });
  const service = await createOnvifService({
    repository: createOnvifRepository(store, box),
    registry,
    connect: connecting(1_000),
    connectBriefly: connecting(500),
    discover({ onAnnounced }) {
      for (const announcement of announcements) onAnnounced(announcement);
      return Promise.resolve();
    },
    smallPicture,
    streamPicture: (_deviceId, profileToken) => Promise.resolve(streamed.get(profileToken)),
    logger,
    nowMs: () => Date.now() + aheadMs,
  });
  services.push(service);
  return service;
};
const announced = (
  device: Pick<OnvifDevice, 'port'>,
  place?: Announcement['place'],
  own: string | undefined = endpoint,
): Announcement => ({
  endpoint: own,
  name: '红灯笼',
  model: 'M1',
  sender: '127.0.0.1',
  place: place ?? placeOf(device),
});
const announce = (...how: Parameters<typeof announced>): void => void announcements.push(announced(...how));
/** Something that sends everybody on by HTTP; what it was asked. */
const openRedirection = async (port: number, status: number, location: string): Promise<string[]> => {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    incoming.on('data', (bytes: Buffer) => void asked.push(bytes.toString()));
    incoming.on('end', () => response.writeHead(status, { location }).end());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return asked;
};
const searched = async (service: OnvifService, places: { host: string; port?: number }[] = []) => {
  expect(await service.search({ isNetworkAsked: true, places }, '王芳')).toBe(true);
  await service.searched();
  return service.list().devices;
};
const signedIn = async (service: OnvifService): Promise<string> => {
  const [device] = await searched(service);
  const deviceId = device?.deviceId ?? '';
  await service.signIn([deviceId], deviceAccount, '王芳');
  return deviceId;
};
const madeTls = async (): Promise<{ cert: string; key: string }> => {
  const { certificate: cert, key } = await makeAuthority('tests', [], Date.now());
  return { cert, key };
};
const fingerprintOf = ({ cert }: { cert: string }): string =>
  new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
const placeOf = ({ port }: Pick<OnvifDevice, 'port'>): DevicePlace => ({
  host: '127.0.0.1',
  port,
  path: '/onvif/device_service',
});
/** Signs in to a device by HTTPS; `seen`: the certificate that the person saw. */
const signInSeeing = (service: OnvifService, deviceId: string, seen: string | undefined) =>
  service.signIn(
    [deviceId],
    deviceAccount,
    '王芳',
    seen === undefined ? new Map() : new Map([[deviceId, seen]]),
  );
const auditLines = async (): Promise<string[]> =>
  (await store.selectFrom('audit_log').select('action').orderBy('id').execute()).map(({ action }) => action);

describe('ONVIF devices', () => {
  it('are found once, want a password, and are ready with it', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const large = await sharp({
      create: { width: 2_560, height: 1_440, channels: 3, background: '#000', noise },
    })
      .jpeg()
      .toBuffer();
    expect(large.byteLength).toBeGreaterThan(1024 * 1024);
    const [lens] = deviceSettings().sources;
    if (lens === undefined) throw new Error('a device of the tests has no lens');
    const device = await open({ sources: [{ ...lens, photograph: () => Promise.resolve(large) }] });
    announce(device);
    announce(device);
    const service = await start();
    const [found, ...others] = await searched(service);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ name: '红灯笼', state: 'needs_password', foundBy: 'probe', streams: [] });
    const deviceId = found?.deviceId ?? '';
    expect(await service.signIn([deviceId], { ...deviceAccount, password: 'wrong' }, '王芳')).toEqual({
      ready: [],
      failed: [{ deviceId, state: 'wrong_password' }],
    });
    expect(await service.signIn([deviceId], deviceAccount, '王芳')).toEqual({
      ready: [deviceId],
      failed: [],
    });
    const [ready] = service.list().devices;
    expect(ready).toMatchObject({ state: 'ready', make: 'Mingchu', serial: '127.0.0.1' });
    expect(ready?.clockOffsetMs).toBeLessThan(2_000);
    expect(ready?.streams).toMatchObject([{ sourceToken: 'V1', hasEvents: true, canTurn: false }]);
    // Of more than a megabyte, it is small at the desk.
    const small = await service.readPicture(deviceId, 'V1');
    expect(small?.byteLength).toBeLessThan(200 * 1024);
    expect(await sharp(small ?? Buffer.alloc(0)).metadata()).toMatchObject({
      format: 'jpeg',
      width: 640,
      height: 360,
    });
    expect(await service.readPicture(deviceId, 'V9')).toBeUndefined();
    expect(await auditLines()).toEqual(['onvif:search', 'onvif:signIn']);
  });

  it('give no picture where what they send is none', async () => {
    announce(await open());
    const service = await start();
    const deviceId = await signedIn(service);
    expect(await service.readPicture(deviceId, 'V1')).toBeNull();
    // By its stream it is seen all the same.
    streamed.set('V1_sub', Buffer.from('jpeg'));
    expect(await service.readPicture(deviceId, 'V1')).toEqual(Buffer.from('jpeg'));
  });

  it.each(['another', 'unreachable', 'silent', 'forbidden', 'unauthorized'] as const)(
    'whose place of pictures is %s are seen by their stream, unless the password is wrong there',
    async (failure) => {
      announce(await open());
      const service = await start();
      const deviceId = await signedIn(service);
      streamed.set('V1_sub', Buffer.from('jpeg'));
      const { client } = service.device(deviceId) ?? {};
      if (client === undefined) throw new Error('it is not known');
      client.readPicture = () => Promise.reject(new OnvifError(failure, 'no picture'));
      const seen = failure === 'unauthorized' ? null : Buffer.from('jpeg');
      expect(await service.readPicture(deviceId, 'V1')).toEqual(seen);
    },
  );

  it('that nobody named are not shown a password, and those without an address of their own are not followed', async () => {
    const device = await open();
    announce(device, 'not_allowed');
    const service = await start();
    const [found] = await searched(service);
    expect(found?.state).toBe('not_allowed');
    const { failed } = await service.signIn([found?.deviceId ?? ''], deviceAccount, '王芳');
    expect(failed).toEqual([{ deviceId: found?.deviceId, state: 'not_allowed' }]);
    expect(device.received).toEqual([]);
  });

  it('that speak HTTPS are signed in to with the certificate that was listed, and one with another gets nothing', async () => {
    const tls = await madeTls();
    const certificate = fingerprintOf(tls);
    const device = await open({ tls });
    announce(device, { ...placeOf(device), tls: {} });
    const service = await start();
    const [found] = await searched(service);
    const deviceId = found?.deviceId ?? '';
    expect(found).toMatchObject({ state: 'needs_password', certificate });
    expect(found).not.toHaveProperty('certificateNow');
    // Nobody says that he saw it.
    expect(await service.signIn([deviceId], deviceAccount, '王芳')).toEqual({
      ready: [],
      failed: [{ deviceId, state: 'needs_password' }],
    });
    expect(device.received).not.toContain('GetProfiles');
    expect(await signInSeeing(service, deviceId, certificate)).toMatchObject({ ready: [deviceId] });
    // A picture by the same way.
    expect(await service.readSnapshot(deviceId, 'V1_main')).toBeUndefined();
    expect(device.received).toContain('GetSnapshotUri');
    await service.close();
    const { port } = device;
    await device.close();
    // After a start of the hub another one is at its address.
    const otherTls = await madeTls();
    const certificateNow = fingerprintOf(otherTls);
    const other = await open({ tls: otherTls, port });
    const again = await start();
    await again.checkStored();
    expect(again.list().devices).toMatchObject([
      { deviceId, state: 'other_device', certificate, certificateNow },
    ]);
    // Whether the person saw the former one, or says nothing of it.
    for (const seen of [certificate, undefined])
      expect(await signInSeeing(again, deviceId, seen)).toMatchObject({
        failed: [{ deviceId, state: 'other_device' }],
      });
    expect(other.received).toEqual([]);
    // A person says that it is the same one.
    expect(await signInSeeing(again, deviceId, certificateNow)).toMatchObject({ ready: [deviceId] });
    expect(again.list().devices).toMatchObject([{ state: 'ready', certificate: certificateNow }]);
    expect(again.list().devices[0]).not.toHaveProperty('certificateNow');
  });

  it('whose certificate changes between the list and the click are shown no password, and the one of now is listed', async () => {
    const device = await open({ tls: await madeTls() });
    announce(device, { ...placeOf(device), tls: {} });
    const service = await start();
    const [found] = await searched(service);
    const deviceId = found?.deviceId ?? '';
    const plain = await open();
    const places = [{ host: '127.0.0.1', port: plain.port }];
    const plainId = (await searched(service, places)).find((one) => one.deviceId !== deviceId)?.deviceId;
    const { port } = device;
    await device.close();
    const tls = await madeTls();
    const other = await open({ tls, port });
    // Many are chosen together, and the others are signed in to.
    const seen = new Map([[deviceId, found?.certificate ?? '']]);
    expect(await service.signIn([deviceId, plainId ?? ''], deviceAccount, '王芳', seen)).toEqual({
      ready: [plainId],
      failed: [{ deviceId, state: 'other_device' }],
    });
    expect(other.received).toEqual([]);
    expect(service.list().devices.find((one) => one.deviceId === deviceId)).toMatchObject({
      state: 'other_device',
      certificateNow: fingerprintOf(tls),
    });
    // Who saw a certificate does not sign in by HTTP.
    expect(await signInSeeing(service, plainId ?? '', fingerprintOf(tls))).toMatchObject({ ready: [] });
    expect(await signInSeeing(service, deviceId, fingerprintOf(tls))).toMatchObject({ ready: [deviceId] });
  });

  it('of which a request finds another certificate have the one of now listed', async () => {
    const device = await open({ tls: await madeTls() });
    announce(device, { ...placeOf(device), tls: {} });
    const service = await start();
    const [found] = await searched(service);
    const deviceId = found?.deviceId ?? '';
    await signInSeeing(service, deviceId, found?.certificate);
    const { port } = device;
    await device.close();
    const tls = await madeTls();
    const other = await open({ tls, port });
    await service
      .device(deviceId)
      ?.client.readClock()
      .catch((error: unknown) => service.reported(deviceId, error));
    const now = { state: 'other_device', certificateNow: fingerprintOf(tls) };
    await expect.poll(() => service.list().devices).toMatchObject([now]);
    expect(other.received).toEqual([]);
  });

  it('that speak HTTPS and announce themselves elsewhere are signed in to with the certificate there, and never by HTTP', async () => {
    const tls = await madeTls();
    const device = await open({ tls, serial: 'A' });
    announce(device, { ...placeOf(device), tls: {} });
    const service = await start();
    const [found] = await searched(service);
    const deviceId = found?.deviceId ?? '';
    await signInSeeing(service, deviceId, found?.certificate);
    const { port } = device;
    await device.close();
    const plain = await open({ serial: 'A' });
    announcements = [];
    announce(plain);
    const address = `127.0.0.1:${port}`;
    expect(await searched(service)).toMatchObject([{ deviceId, state: 'silent', address }]);
    expect(service.list().devices[0]).not.toHaveProperty('announcedAt');
    // By its number it is not that one either.
    announcements = [];
    announce(plain, undefined, other);
    const plainId = (await searched(service)).find((one) => one.deviceId !== deviceId)?.deviceId ?? '';
    expect((await service.signIn([plainId], deviceAccount, '王芳')).ready).toEqual([plainId]);
    expect(service.device(deviceId)?.record).toMatchObject({
      port,
      tls: { fingerprint: fingerprintOf(tls) },
    });
    const movedTls = await madeTls();
    const moved = await open({ tls: movedTls, serial: 'A' });
    announcements = [];
    announce(moved, { ...placeOf(moved), tls: {} });
    await searched(service);
    const listed = () => service.list().devices.find((one) => one.deviceId === deviceId);
    const certificateNow = fingerprintOf(movedTls);
    expect(listed()).toMatchObject({
      ...{ state: 'needs_password', announcedAt: `127.0.0.1:${moved.port}` },
      ...{ certificate: fingerprintOf(tls), certificateNow },
    });
    for (const seen of [fingerprintOf(tls), undefined])
      expect((await signInSeeing(service, deviceId, seen)).ready).toEqual([]);
    expect(moved.received).toEqual([]);
    expect((await signInSeeing(service, deviceId, certificateNow)).ready).toEqual([deviceId]);
    expect(listed()).toMatchObject({ state: 'ready', certificate: certificateNow });
  });

  it.each([301, 302, 307, 308])(
    'that answer by HTTPS alone from now on, and send HTTP on with %i, are signed in to there and stay the same',
    async (status) => {
      const device = await open({ serial: 'A' });
      const { port } = device;
      announce(device);
      const service = await start();
      const deviceId = await signedIn(service);
      await device.close();
      const tls = await madeTls();
      const secured = await open({ tls, serial: 'A' });
      const asked = await openRedirection(port, status, `https://127.0.0.1:${secured.port}/`);
      // It announces both, or nothing, so that a person types its address.
      announcements =
        status < 307 ? [] : [{ ...announced({ port }), placeByTls: { ...placeOf(secured), tls: {} } }];
      const typed = status < 307 ? [{ host: '127.0.0.1', port: secured.port }] : [];
      const listed = await searched(service, typed);
      const certificate = fingerprintOf(tls);
      if (status < 307) {
        announce({ port });
        expect((await searched(service)).find((one) => one.deviceId === deviceId)?.state).toBe('refused');
        const fresh = listed.find((one) => one.deviceId !== deviceId);
        expect(await signInSeeing(service, fresh?.deviceId ?? '', fresh?.certificate)).toMatchObject({
          ready: [deviceId],
        });
      } else {
        const announcedAt = `127.0.0.1:${secured.port}`;
        expect(listed).toMatchObject([
          { deviceId, state: 'needs_password', announcedAt, certificateNow: certificate },
        ]);
        expect(secured.received).toEqual([]);
        expect(await signInSeeing(service, deviceId, certificate)).toMatchObject({ ready: [deviceId] });
      }
      expect(service.list().devices).toMatchObject([{ deviceId, state: 'ready', certificate }]);
      expect(asked.join('')).toContain('GetSystemDateAndTime');
      expect(asked.join('')).not.toContain('UsernameToken');
    },
  );

  it('that send us to another port of theirs, which they announce, are signed in to there', async () => {
    const device = await open({ serial: 'A' });
    const { port } = device;
    announce(device);
    const service = await start();
    const deviceId = await signedIn(service);
    await device.close();
    const moved = await open({ serial: 'A' });
    await openRedirection(port, 301, `http://127.0.0.1:${moved.port}/`);
    const refusal = await service
      .device(deviceId)
      ?.client.readFacts()
      .catch((error: unknown) => error);
    service.reported(deviceId, new OnvifError('refused', 'one request'));
    expect(service.list().devices).toMatchObject([{ state: 'ready' }]);
    service.reported(deviceId, refusal);
    expect(service.list().devices).toMatchObject([{ state: 'refused' }]);
    // It says by HTTPS the same, which is not needed.
    announcements = [{ ...announced(moved), placeByTls: { ...placeOf(moved), port: 9, tls: {} } }];
    const address = `127.0.0.1:${moved.port}`;
    expect(await searched(service)).toMatchObject([
      { deviceId, state: 'needs_password', announcedAt: address },
    ]);
    expect(moved.received).toEqual([]);
    expect((await service.signIn([deviceId], deviceAccount, '王芳')).ready).toEqual([deviceId]);
    expect(service.list().devices).toMatchObject([{ deviceId, state: 'ready', address }]);
  });

  it('that are silent for a while and speak HTTPS as well have not moved', async () => {
    const device = await open();
    announce(device);
    const service = await start();
    const deviceId = await signedIn(service);
    const { port } = device;
    await device.close();
    announcements = [{ ...announced({ port }), placeByTls: { ...placeOf({ port: 9 }), tls: {} } }];
    expect(await searched(service)).toMatchObject([{ deviceId, state: 'silent' }]);
    expect(service.list().devices[0]).not.toHaveProperty('announcedAt');
  });

  it('that speak HTTPS are found at an address that a person typed', async () => {
    const { certificate: cert, key } = await makeAuthority('tests', [], Date.now());
    const { port } = await open({ tls: { cert, key } });
    const service = await start();
    expect(await searched(service, [{ host: '127.0.0.1', port }])).toMatchObject([
      { address: `127.0.0.1:${port}`, state: 'needs_password', certificate: expect.any(String) as string },
    ]);
  });

  it('are found at addresses that a person typed, and those that do not answer are listed where they are few', async () => {
    const device = await open();
    const service = await start();
    const found = await searched(service, [
      { host: '127.0.0.1', port: device.port },
      { host: '127.0.0.1', port: 9 },
    ]);
    expect(found.map(({ state, foundBy }) => [state, foundBy])).toEqual([
      ['silent', 'address'],
      ['needs_password', 'address'],
    ]);
    expect(service.list().search).toMatchObject({ isRunning: false, addresses: 2, asked: 2, answered: 2 });
  });

  it('are not listed for each silent address of a range', async () => {
    const service = await start();
    const places = Array.from({ length: 20 }, (_unused, index) => ({
      host: `127.0.2.${index + 1}`,
      port: 9,
    }));
    expect(await searched(service, places)).toEqual([]);
    expect(service.list().search.asked).toBe(20);
  });

  it('keep their password, sealed, over a restart', async () => {
    const device = await open();
    announce(device);
    const deviceId = await signedIn(await start());
    const kept = JSON.stringify(
      await store.withTables<{ onvif_devices: object }>().selectFrom('onvif_devices').selectAll().execute(),
    );
    expect(kept).toContain('admin');
    expect(kept).not.toContain(deviceAccount.password);
    const again = await start();
    expect(again.list().devices).toMatchObject([{ deviceId, state: 'unasked' }]);
    await again.checkStored();
    expect(again.list().devices).toMatchObject([
      { deviceId, state: 'ready', streams: [{ sourceToken: 'V1' }] },
    ]);
    const known = again.device(deviceId);
    expect(await known?.client.readStreamUrl('V1_main')).toBe('rtsp://127.0.0.1:8554/v1/main');
  });

  it('that announce themselves elsewhere are not shown the password before a person says so', async () => {
    const device = await open();
    announce(device);
    const service = await start();
    const deviceId = await signedIn(service);
    const stranger = await open();
    announcements = [];
    announce(stranger);
    // It is still there: who speaks in its name is not believed.
    expect(await searched(service)).toMatchObject([
      { deviceId, state: 'ready', address: `127.0.0.1:${device.port}` },
    ]);
    await device.close();
    expect(await searched(service)).toMatchObject([
      { deviceId, state: 'needs_password', address: `127.0.0.1:${stranger.port}` },
    ]);
    expect(stranger.received).toEqual([]);
    expect((await service.signIn([deviceId], deviceAccount, '王芳')).ready).toEqual([deviceId]);
    expect(service.list().devices).toMatchObject([{ state: 'ready', address: `127.0.0.1:${stranger.port}` }]);
  });

  const other = 'urn:uuid:00000000-0000-4000-8000-000000000002';

  it('are not taken for one another when an address moves, and are followed to their new one', async () => {
    const first = await open({ serial: 'A' });
    const { port } = first;
    announce(first);
    const service = await start();
    const deviceId = await signedIn(service);
    await first.close();
    expect((await searched(service))[0]?.state).toBe('silent');
    const second = await open({ serial: 'B', port });
    // It has the same password, and nothing of it is shown as the first one.
    await expect(service.device(deviceId)?.client.readStreamUrl('V1_main')).rejects.toMatchObject({
      failure: 'another',
    });
    announcements = [];
    announce(second, undefined, other);
    const found = await searched(service, [{ host: '127.0.0.1', port }]);
    expect(found.map((one) => [one.deviceId === deviceId, one.state, one.serial]).toSorted()).toEqual([
      [false, 'needs_password', undefined],
      [true, 'other_device', 'A'],
    ]);
    expect(await service.readPicture(deviceId, 'V1')).toBeNull();
    expect(await service.signIn([deviceId], deviceAccount, '王芳')).toEqual({
      ready: [],
      failed: [{ deviceId, state: 'other_device' }],
    });
    const moved = await open({ serial: 'A' });
    announce(moved);
    await searched(service);
    expect((await service.signIn([deviceId], deviceAccount, '王芳')).ready).toEqual([deviceId]);
    expect(service.list().devices.find((one) => one.deviceId === deviceId)).toMatchObject({
      state: 'ready',
      address: `127.0.0.1:${moved.port}`,
    });
  });

  it('that have no name of their own are recognised at another address by their number', async () => {
    const first = await open({ serial: 'A' });
    const { port } = first;
    const service = await start();
    const [found] = await searched(service, [{ host: '127.0.0.1', port }]);
    const deviceId = found?.deviceId ?? '';
    await service.signIn([deviceId], deviceAccount, '王芳');
    await first.close();
    const moved = await open({ serial: 'A' });
    const listed = await searched(service, [
      { host: '127.0.0.1', port },
      { host: '127.0.0.1', port: moved.port },
    ]);
    expect(listed.length).toBe(2);
    const fresh = listed.find((one) => one.deviceId !== deviceId);
    await service.signIn([fresh?.deviceId ?? ''], deviceAccount, '王芳');
    expect(service.list().devices).toMatchObject([
      { deviceId, state: 'ready', address: `127.0.0.1:${moved.port}` },
    ]);
  });

  it('are asked after a start, and what they then say is kept', async () => {
    const device = await open();
    announce(device);
    await signedIn(await start());
    const [lens] = device.settings.sources;
    if (lens !== undefined) lens.name = '冷菜间';
    const later = await start();
    await later.checkStored();
    await later.close();
    await device.close();
    const last = await start();
    expect(last.list().devices).toMatchObject([{ state: 'unasked', streams: [{ name: '冷菜间' }] }]);
    await last.checkStored();
    expect(last.list().devices[0]?.state).toBe('silent');
  });

  it('keep a password that cannot be opened for now', async () => {
    const device = await open();
    announce(device);
    const deviceId = await signedIn(await start());
    const without = await start(createSecretBox(Buffer.alloc(32, 8)));
    await without.checkStored();
    expect(without.list().devices[0]?.state).toBe('needs_password');
    const { record } = without.device(deviceId) ?? {};
    if (record === undefined) throw new Error('it is not known');
    const repository = createOnvifRepository(store, createSecretBox(Buffer.alloc(32, 8)));
    await repository.save([record], { action: 'onvif:place', actor: '王芳', atMs: 1 });
    const [kept] = await createOnvifRepository(store, secrets).list();
    expect(kept?.credentials).toEqual(deviceAccount);
  });

  it('become cameras, all or none, and are kept while one has them', async () => {
    announce(await open());
    const service = await start();
    const [found] = await searched(service);
    const deviceId = found?.deviceId ?? '';
    const place = { ...kitchen, deviceId };
    const reasonOf = async (...wanted: (typeof place)[]): Promise<string> => {
      const answer = await service.place(wanted, '王芳');
      return answer.ok ? 'ok' : answer.reason;
    };
    expect(await reasonOf({ ...place, deviceId: 'none' })).toBe('onvif.no_such_device');
    expect(await reasonOf(place)).toBe('onvif.not_signed_in');
    await service.signIn([deviceId], deviceAccount, '王芳');
    expect(await reasonOf({ ...place, sourceToken: 'V2' })).toBe('onvif.no_such_stream');
    expect(await reasonOf({ ...place, siteId: 'none' })).toBe('onvif.no_such_site');
    expect(await reasonOf(place, place)).toBe('onvif.placed_twice');
    refusal = 'no room';
    expect(await reasonOf(place)).toBe('onvif.place_refused');
    expect(cameras).toEqual([]);
    refusal = undefined;
    expect(await service.place([place], '王芳')).toMatchObject({
      ok: true,
      data: { cameras: [{ deviceId, sourceToken: 'V1', cameraId: 'c-灶台' }] },
    });
    expect(cameras[0]?.url).toBe(`onvif://${deviceId}/V1_main`);
    expect(service.list().devices[0]?.streams[0]?.cameraId).toBe('c-灶台');
    expect(await reasonOf(place)).toBe('onvif.already_placed');
    expect(await service.forget(deviceId, '王芳')).toEqual({ camera: '灶台' });
    cameras = [];
    expect(await service.forget(deviceId, '王芳')).toBe('forgotten');
    expect(await service.forget(deviceId, '王芳')).toBe('unknown');
    expect((await start()).list().devices).toEqual([]);
  });

  it('that are forged in numbers do not push out those that were found before', async () => {
    const device = await open();
    announce(device);
    const service = await start();
    await searched(service);
    announcements = Array.from({ length: 2_500 }, (_unused, index) => ({
      endpoint: `urn:uuid:${index}`,
      name: undefined,
      model: undefined,
      sender: '127.0.0.9',
      place: 'not_allowed',
    }));
    const found = await searched(service);
    expect(found.length).toBe(1 + 1_000);
    expect(found.some(({ state }) => state === 'needs_password')).toBe(true);
  });

  it('that answer again are not listed at another address any more', async () => {
    const device = await open();
    announce(device);
    const service = await start();
    const deviceId = await signedIn(service);
    const address = `127.0.0.1:${device.port}`;
    await device.close();
    announcements = [];
    announce({ port: 9 });
    expect(await searched(service)).toMatchObject([{ state: 'needs_password', address: '127.0.0.1:9' }]);
    service.reported(deviceId, undefined);
    service.heard(deviceId, false);
    aheadMs += 31_000;
    expect(service.list().devices).toMatchObject([{ state: 'ready', address, isUnheard: true }]);
    service.heard(deviceId, true);
    expect(service.list().devices[0]?.isUnheard).toBeUndefined();
  });

  it('name the cameras that are registered at their address, one of which becomes theirs and keeps its id', async () => {
    const rtsp = (cameraId: string, url: string): PlacedCamera => ({
      cameraId,
      externalId: cameraId,
      name: cameraId,
      url,
    });
    cameras = [
      rtsp('c1', 'rtsp://admin@127.0.0.1:554/ch1'),
      rtsp('c2', 'rtsp://127.0.0.2/ch1'),
      rtsp('c3', 'gb28181://127.0.0.1/1'),
    ];
    announce(await open());
    const service = await start();
    const [found] = await searched(service);
    const wanted = { deviceId: found?.deviceId ?? '', sourceToken: 'V1', cameraId: 'c1' };
    expect(found?.camerasHere).toEqual(['c1']);
    const reasonOf = async (change: Partial<typeof wanted> = {}): Promise<string> => {
      const answer = await service.takeOver({ ...wanted, ...change }, '王芳');
      return answer.ok ? 'ok' : answer.reason;
    };
    expect(await reasonOf()).toBe('onvif.not_signed_in');
    await service.signIn([wanted.deviceId], deviceAccount, '王芳');
    expect(await reasonOf({ deviceId: 'none' })).toBe('onvif.no_such_device');
    expect(await reasonOf({ sourceToken: 'V2' })).toBe('onvif.no_such_stream');
    expect(await reasonOf({ cameraId: 'c2' })).toBe('onvif.not_at_address');
    refusal = 'no';
    expect(await reasonOf()).toBe('onvif.place_refused');
    refusal = undefined;
    expect(await reasonOf()).toBe('ok');
    expect(cameras[0]).toEqual({ ...rtsp('c1', `onvif://${wanted.deviceId}/V1_main`) });
    const [placed] = service.list().devices;
    expect(placed?.streams[0]?.cameraId).toBe('c1');
    expect(placed).not.toHaveProperty('camerasHere');
    const listed = async () => (await service.listForDesk()).devices[0]?.streams[0];
    expect(await listed()).not.toHaveProperty('canRelease');
    releasable.add('c1');
    expect(await listed()).toMatchObject({ cameraId: 'c1', canRelease: true });
    expect(await reasonOf()).toBe('onvif.already_placed');
    expect(await auditLines()).toContain('onvif:takeOver');
  });

  it('take the place of a device that was replaced: its camera keeps its id', async () => {
    const first = await open({ serial: 'A' });
    const { port } = first;
    announce(first);
    const service = await start();
    const oldId = await signedIn(service);
    await service.place([{ ...kitchen, deviceId: oldId }], '王芳');
    await first.close();
    expect((await searched(service))[0]?.state).toBe('silent');
    const second = await open({ serial: 'B', port });
    announcements = [];
    announce(second, undefined, other);
    await searched(service);
    const fresh = service.list().devices.find(({ deviceId }) => deviceId !== oldId);
    const deviceId = fresh?.deviceId ?? '';
    expect(fresh?.camerasHere).toEqual(['c-灶台']);
    await service.signIn([deviceId], deviceAccount, '王芳');
    expect(await service.takeOver({ deviceId, sourceToken: 'V1', cameraId: 'c-灶台' }, '王芳')).toMatchObject(
      { ok: true },
    );
    expect(cameras).toMatchObject([{ cameraId: 'c-灶台', url: `onvif://${deviceId}/V1_main` }]);
    expect(await service.forget(oldId, '王芳')).toBe('forgotten');
  });

  it('that were reset and name their profiles otherwise are given to their camera again, which keeps its id', async () => {
    const first = await open();
    const { port } = first;
    announce(first);
    const service = await start();
    const deviceId = await signedIn(service);
    await service.place([{ ...kitchen, deviceId }], '王芳');
    const ofLens = { deviceId, sourceToken: 'Lens0', cameraId: 'c-灶台' };
    expect((await searched(service))[0]?.camerasHere).toBeUndefined();
    await first.close();
    const sources = deviceSettings().sources.map((source) => ({ ...source, token: 'Lens0' }));
    await open({ port, sources });
    const [reset] = await searched(service);
    expect(reset).toMatchObject({
      state: 'ready',
      camerasHere: ['c-灶台'],
      streams: [{ sourceToken: 'Lens0' }],
    });
    expect(await service.takeOver(ofLens, '王芳')).toMatchObject({ ok: true });
    expect(cameras).toMatchObject([{ cameraId: 'c-灶台', url: `onvif://${deviceId}/Lens0_main` }]);
    expect(service.list().devices[0]?.camerasHere).toBeUndefined();
    expect(await service.takeOver(ofLens, '王芳')).toMatchObject({ reason: 'onvif.already_placed' });
  });

  it('that flap are not said to be unheard, and those whose events are missing for 30 s are, with their cameras', async () => {
    announce(await open());
    const service = await start();
    const deviceId = await signedIn(service);
    await service.place([{ ...kitchen, deviceId }], '王芳');
    let changes = 0;
    service.onChanged(() => (changes += 1));
    for (let turn = 0; turn < 20; turn += 1) {
      service.heard(deviceId, false);
      aheadMs += 2_000;
      service.heard(deviceId, true);
      aheadMs += 10_000;
      service.tend();
    }
    expect(service.list().devices[0]?.isUnheard).toBeUndefined();
    service.heard(deviceId, false);
    aheadMs += 29_000;
    service.tend();
    expect(service.cameraNotes()).toEqual(new Map());
    // It is open for a moment now and then, and nothing comes.
    service.heard(deviceId, true);
    service.heard(deviceId, false);
    aheadMs += 2_000;
    service.tend();
    expect(service.cameraNotes()).toEqual(new Map([['c-灶台', { isUnheard: true }]]));
    service.heard(deviceId, true);
    expect(service.cameraNotes()).toEqual(new Map());
    await expect.poll(() => changes, { timeout: 5_000 }).toBeGreaterThan(0);
  });

  it('that are gone for a minute are searched by the hub itself, every five minutes, and say where they announce themselves', async () => {
    const device = await open();
    announce(device);
    const service = await start();
    const deviceId = await signedIn(service);
    await service.place([{ ...kitchen, deviceId }], '王芳');
    await device.close();
    const moved = await open();
    announcements = [];
    announce(moved);
    const { startedAtMs } = service.list().search;
    // A camera that answers is not searched.
    aheadMs += 600_000;
    service.tend();
    await service
      .device(deviceId)
      ?.client.readClock()
      .catch((error: unknown) => service.reported(deviceId, error));
    service.tend();
    aheadMs += 59_000;
    service.tend();
    expect(service.list().search.startedAtMs).toBe(startedAtMs);
    aheadMs += 1_000;
    service.tend();
    await service.searched();
    const address = `127.0.0.1:${moved.port}`;
    expect(service.list().devices).toMatchObject([
      { state: 'needs_password', address, announcedAt: address },
    ]);
    expect(service.cameraNotes()).toEqual(new Map([['c-灶台', { announcedAt: address }]]));
    expect(moved.received).toEqual([]);
    expect((await service.signIn([deviceId], deviceAccount, '王芳')).ready).toEqual([deviceId]);
    expect(service.cameraNotes()).toEqual(new Map());
  });

  it('say by a person whether motion becomes alerts, over a restart and at another address', async () => {
    const device = await open({ serial: 'A' });
    announce(device);
    const service = await start();
    const [found] = await searched(service);
    expect(await service.setMotionAlerts(found?.deviceId ?? '', true, '王芳')).toBe(false);
    const deviceId = await signedIn(service);
    expect(service.list().devices[0]).not.toHaveProperty('alertsOnMotion');
    expect(await service.setMotionAlerts(deviceId, true, '王芳')).toBe(true);
    expect(await service.setMotionAlerts('none', true, '王芳')).toBe(false);
    await service.signIn([deviceId], deviceAccount, '王芳');
    const again = await start();
    await again.checkStored();
    expect(again.list().devices).toMatchObject([{ deviceId, state: 'ready', alertsOnMotion: true }]);
    expect(await again.setMotionAlerts(deviceId, false, '王芳')).toBe(true);
    expect((await start()).list().devices[0]).not.toHaveProperty('alertsOnMotion');
    expect((await auditLines()).filter((action) => action === 'onvif:setMotionAlerts')).toHaveLength(2);
  });

  it('that do not answer hold up neither others who write nor the end of the hub', async () => {
    announce(await open());
    const service = await start();
    const deviceId = await signedIn(service);
    const silent = await open({}, { hostile: 'silent' });
    const others = await searched(service, [{ host: '127.0.0.1', port: silent.port }]);
    const silentId = others.find((one) => one.deviceId !== deviceId)?.deviceId ?? '';
    let isTried = false;
    const trying = service.signIn([silentId], deviceAccount, '王芳').finally(() => (isTried = true));
    expect(await service.setMotionAlerts(deviceId, true, '王芳')).toBe(true);
    await service.close();
    expect(isTried).toBe(false);
    expect((await trying).ready).toEqual([]);
  });

  it('take their presets with them when they are forgotten', async () => {
    announce(await open());
    const service = await start();
    const deviceId = await signedIn(service);
    const presets = await createPresetTokens(createOnvifRepository(store, secrets));
    service.onForgotten(presets.forget);
    await presets.keep(deviceId, 'V1_main', 3, 'preset1');
    await presets.keep('another', 'V1_main', 3, 'preset7');
    expect(await service.forget(deviceId, '王芳')).toBe('forgotten');
    expect(presets.tokenOf(deviceId, 'V1_main', 3)).toBeUndefined();
    expect(presets.tokenOf('another', 'V1_main', 3)).toBe('preset7');
  });

  it('are searched once at a time', async () => {
    const service = await start();
    const silent = await open({}, { hostile: 'silent' });
    const wish = { isNetworkAsked: false, places: [{ host: '127.0.0.1', port: silent.port }] };
    expect(await service.search(wish, '王芳')).toBe(true);
    expect(service.list().search.isRunning).toBe(true);
    expect(await service.search(wish, '王芳')).toBe(false);
  });
});
