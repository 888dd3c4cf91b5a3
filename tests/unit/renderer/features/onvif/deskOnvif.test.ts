import { expect, it, vi } from 'vitest';
import { createDeskOnvif } from '../../../../../src-renderer/features/onvif/deskOnvif.ts';
import {
  clockDifference,
  namesOf,
  plannedPlaces,
  signInTargets,
  streamKey,
  type OnvifDraft,
} from '../../../../../src-renderer/features/onvif/onvifDrafts.ts';
import type { OnvifDevice } from '../../../../../src-shared/onvif/onvif.protocol.ts';

function device(deviceId: string, lenses: readonly string[], more: Partial<OnvifDevice> = {}): OnvifDevice {
  return {
    deviceId,
    address: '10.0.0.9:80',
    name: 'IPC',
    state: 'ready',
    foundBy: 'probe',
    seenAtMs: 0,
    streams: lenses.map((name, index) => ({
      sourceToken: `V${index}`,
      name,
      main: { profileToken: 'p' },
      canTurn: false,
      canHear: false,
      hasEvents: false,
    })),
    ...more,
  };
}

const search = { isRunning: false, addresses: 0, asked: 0, answered: 0 };
const placed = (one: OnvifDevice): OnvifDevice => ({
  ...one,
  streams: one.streams.map((stream) => ({ ...stream, cameraId: 'c' })),
});
const keyOf = (deviceId: string, sourceToken = 'V0'): string => streamKey({ deviceId }, { sourceToken });

it('names are suggested once each at a site, beside what a person typed and what the site has', () => {
  const devices = [device('a', ['x']), device('b', ['x']), device('c', ['灶台', '']), device('d', ['x'])];
  const drafts = new Map<string, OnvifDraft>([
    [keyOf('a'), { siteId: 's' }],
    [keyOf('b'), { siteId: 's' }],
    [keyOf('d'), { siteId: 's', name: 'IPC 2' }],
  ]);
  const names = namesOf(devices, drafts, () => ['IPC']);
  expect([...names].map(([key, name]) => [key, name]).toSorted()).toEqual(
    [
      [keyOf('a'), 'IPC 3'],
      [keyOf('b'), 'IPC 4'],
      [keyOf('c'), '灶台'],
      [keyOf('c', 'V1'), 'IPC'],
      [keyOf('d'), 'IPC 2'],
    ].toSorted(),
  );
  const long = namesOf([device('a', ['x'], { name: '长'.repeat(80) })], new Map(), () => []);
  expect([...long.values()][0]?.length).toBeLessThanOrEqual(60);
});

it('only free streams of devices that are signed in to are planned, with a site and a name', () => {
  const devices = [
    device('a', ['x']),
    device('b', ['x'], { state: 'silent' }),
    placed(device('c', ['x'])),
    device('d', ['x']),
    device('e', ['x']),
  ];
  const drafts = new Map<string, OnvifDraft>([
    ...['a', 'b', 'c'].map((id) => [keyOf(id), { siteId: 's' }] as const),
    [keyOf('d'), { siteId: 's', name: '  ' }],
  ]);
  const names = namesOf(devices, drafts, () => []);
  expect(plannedPlaces(devices, drafts, names)).toEqual([
    { deviceId: 'a', sourceToken: 'V0', siteId: 's', name: 'IPC' },
  ]);
});

it.each([
  [undefined, undefined],
  [4 * 60_000, undefined],
  [-10 * 60_000, { direction: 'behind', unit: 'minutes', count: 10 }],
  [8 * 3_600_000 + 20_000, { direction: 'ahead', unit: 'hours', count: 8 }],
])('a clock that differs by %s ms is said as %o', (offsetMs, said) => {
  expect(clockDifference(offsetMs)).toEqual(said);
});

/** A desk at a hub that answers with these devices. */
function deskAt(devices: OnvifDevice[]) {
  const asked: [name: string, input: unknown][] = [];
  const request = vi.fn((name: string, input: { places?: unknown[] }) => {
    asked.push([name, input]);
    if (name === 'onvif:list') return Promise.resolve({ ok: true, data: { devices, search } });
    if (name === 'onvif:readPicture')
      return Promise.resolve({ ok: true, data: { picture: { type: 'image/jpeg', data: 'AA' } } });
    if (name === 'onvif:signIn') return Promise.resolve({ ok: true, data: { ready: ['a'], failed: [] } });
    return Promise.resolve({ ok: true, data: { cameras: input.places?.map(() => ({})) } });
  });
  const desk = createDeskOnvif({ request: request as never });
  return { desk, asked, namesAsked: () => asked.map(([name]) => name) };
}

it('a password is tried on the chosen devices alone, and of a device that is gone nothing stays chosen', async () => {
  const devices = [device('a', ['x']), device('b', ['x']), device('c', ['x'])];
  const { desk, asked } = deskAt(devices);
  await desk.read();
  desk.choose(['a', 'b'], true);
  desk.choose(['b'], false);
  expect(await desk.signIn({ username: 'admin', password: 'p' })).toBe(true);
  expect(asked.find(([name]) => name === 'onvif:signIn')?.[1]).toEqual({
    username: 'admin',
    password: 'p',
    deviceIds: ['a'],
  });
  devices.shift();
  await desk.read();
  expect([...desk.store.getState().chosen]).toEqual([]);
});

it('a password goes to the certificates that were listed, the one of now before the former one', async () => {
  const more = { state: 'other_device', certificate: 'aa' } as const;
  const { desk, asked } = deskAt([
    device('a', [], { ...more, certificateNow: 'bb' }),
    device('b', [], more),
    device('c', [], { state: 'needs_password' }),
  ]);
  await desk.read();
  desk.choose(['a', 'b', 'c'], true);
  await desk.signIn({ username: 'admin', password: 'p' });
  expect(asked.find(([name]) => name === 'onvif:signIn')?.[1]).toMatchObject({
    deviceIds: ['a', 'b', 'c'],
    certificates: [
      { deviceId: 'a', certificate: 'bb' },
      { deviceId: 'b', certificate: 'aa' },
    ],
  });
});

it('a password is not tried again where one was right, unless there is nothing else to try', () => {
  const devices = [
    device('a', ['x']),
    device('b', [], { state: 'wrong_password' }),
    device('c', [], { state: 'needs_password' }),
  ];
  const idsOf = (...ids: string[]): string[] =>
    signInTargets(devices, new Set(ids)).map(({ deviceId }) => deviceId);
  expect(idsOf('a', 'b')).toEqual(['b']);
  expect(idsOf('a')).toEqual(['a']);
  expect(idsOf()).toEqual([]);
});

it('the picture of each lens is asked for once, and again when a person wants it', async () => {
  const { desk, namesAsked } = deskAt([device('a', ['x', 'y'])]);
  await desk.read();
  await desk.read();
  await vi.waitFor(() => expect(desk.store.getState().pictures.size).toBe(2));
  expect(namesAsked().filter((name) => name === 'onvif:readPicture')).toHaveLength(2);
  desk.readPictures(['a']);
  await vi.waitFor(() => expect(namesAsked().filter((name) => name === 'onvif:readPicture')).toHaveLength(4));
});

it('more places than a request takes are sent in several, and what was planned is forgotten once it is there', async () => {
  const devices = Array.from({ length: 150 }, (_unused, index) => device(`d${index}`, ['x']));
  const { desk, asked } = deskAt(devices);
  await desk.read();
  const keys = devices.map(({ deviceId }) => keyOf(deviceId));
  desk.draft(keys, { siteId: 's' });
  const { drafts } = desk.store.getState();
  const places = plannedPlaces(
    devices,
    drafts,
    namesOf(devices, drafts, () => []),
  );
  devices.splice(0, 150, ...devices.map(placed));
  await desk.place(places);
  const sizes = asked.flatMap(([name, input]) =>
    name === 'onvif:place' ? [(input as { places: unknown[] }).places.length] : [],
  );
  expect(sizes).toEqual([100, 50]);
  expect(desk.store.getState()).toMatchObject({ done: { kind: 'placed', count: 150 }, drafts: new Map() });
  desk.forget();
  expect(desk.store.getState().list).toBeUndefined();
});

it('the list is read when something changed only while it is on the screen', async () => {
  const { desk, namesAsked } = deskAt([]);
  const reads = (): number => namesAsked().filter((name) => name === 'onvif:list').length;
  desk.changed();
  expect(reads()).toBe(0);
  const hide = desk.show();
  expect(reads()).toBe(1);
  desk.changed();
  expect(reads()).toBe(2);
  hide();
  desk.changed();
  await vi.waitFor(() => expect(desk.store.getState().list).toBeDefined());
  desk.changed();
  expect(reads()).toBe(2);
});

it('whether motion becomes alerts is asked of the hub, and read again', async () => {
  const { desk, asked } = deskAt([device('a', ['x'])]);
  await desk.setMotionAlerts('a', true);
  expect(asked.slice(0, 2)).toEqual([
    ['onvif:setMotionAlerts', { deviceId: 'a', isOn: true }],
    ['onvif:list', {}],
  ]);
});

it('a camera that takes another device says so', async () => {
  const { desk, asked } = deskAt([device('a', ['x'], { camerasHere: ['c1'] })]);
  const wanted = { deviceId: 'a', sourceToken: 'V0', cameraId: 'c1' };
  await desk.takeOver(wanted);
  expect(asked[0]).toEqual(['onvif:takeOver', wanted]);
  expect(desk.store.getState().done).toEqual({ kind: 'takenOver' });
});

it('a camera that was given to a wrong device is given back its former address, and says so', async () => {
  const { desk, asked } = deskAt([device('a', ['x'])]);
  await desk.release('c1');
  expect(asked.slice(0, 2)).toEqual([
    ['recorders:release', { cameraId: 'c1' }],
    ['onvif:list', {}],
  ]);
  expect(desk.store.getState().done).toEqual({ kind: 'released' });
});
