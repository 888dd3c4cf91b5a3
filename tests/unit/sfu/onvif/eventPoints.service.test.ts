import { expect, it } from 'vitest';
import type { OnvifDeviceState } from '../../../../src-shared/onvif/onvif.protocol.ts';
import {
  cameraOfEvent,
  createEventPoints,
  type EventPointListener,
} from '../../../../src-sfu/features/onvif/eventPoints.service.ts';
import type { DeviceEvent } from '../../../../src-sfu/features/onvif/onvif.ports.ts';
import type { KnownDevice } from '../../../../src-sfu/features/onvif/onvifBook.ts';

const motion: DeviceEvent = { token: 'V1', method: 5, type: 2, description: '' };
const tamper: DeviceEvent = { token: 'V1', method: 2, type: 4, description: '' };

/** Devices d1 and d2 have events; only d1 is the source of a camera at first. */
function stage() {
  const known = (deviceId: string, more: object = {}): KnownDevice =>
    ({
      record: { deviceId, hasEvents: true, streams: [] },
      client: {},
      state: 'ready' satisfies OnvifDeviceState,
      isStored: true,
      seenAtMs: 0,
      ...more,
    }) as unknown as KnownDevice;
  const devices = new Map([
    ['d1', known('d1')],
    ['d2', known('d2')],
  ]);
  const placed = new Map([['d1', [{ cameraId: 'c1', profileToken: 'main' }]]]);
  const listeners = new Map<string, EventPointListener>();
  const news: string[] = [];
  const points = createEventPoints({
    devices: {
      device: (deviceId) => devices.get(deviceId),
      devices: () => [...devices.values()],
      heard: (deviceId, isHeard) => news.push(`${deviceId} heard ${isHeard}`),
      reported: (deviceId, error) => news.push(`${deviceId} ${error === undefined ? 'answers' : 'failed'}`),
    },
    placed: () => placed,
    openPoint(deviceId, listener) {
      news.push(`${deviceId} opened`);
      listeners.set(deviceId, listener);
      return {
        wake: () => news.push(`${deviceId} woken`),
        close: () => news.push(`${deviceId} closed`),
      };
    },
    alarmed: (deviceId, { method }) => news.push(`${deviceId} alarm ${method}`),
  });
  const taken = (): string[] => news.splice(0);
  return { points, devices, placed, listeners, taken, known };
}

it('listens from the start on to devices that are the source of a camera, and to none whose camera is gone', () => {
  const { points, placed, taken } = stage();
  points.refresh();
  expect(taken()).toEqual([]);
  points.start();
  expect(taken()).toEqual(['d1 opened']);
  placed.set('d2', [{ cameraId: 'c2', profileToken: 'main' }]);
  placed.delete('d1');
  points.refresh();
  expect(taken()).toEqual(['d1 closed', 'd1 heard undefined', 'd2 opened']);
  points.close();
  points.refresh();
  expect(taken()).toEqual(['d2 closed']);
});

it('listens to no device that has no events or that nobody has signed in to', () => {
  const { points, devices, known, taken } = stage();
  devices.set('d1', known('d1', { isStored: false }));
  points.start();
  devices.set('d1', known('d1', { record: { deviceId: 'd1', hasEvents: false, streams: [] } }));
  points.refresh();
  expect(taken()).toEqual([]);
});

it('wakes what waits when a device has another client or answers again, and not at every other change', () => {
  const { points, devices, known, taken } = stage();
  const client = {};
  devices.set('d1', known('d1', { client }));
  points.start();
  points.refresh();
  expect(taken()).toEqual(['d1 opened']);
  devices.set('d1', known('d1', { client, state: 'silent' }));
  points.refresh();
  expect(taken()).toEqual([]);
  devices.set('d1', known('d1', { client }));
  points.refresh();
  expect(taken()).toEqual(['d1 woken']);
  devices.set('d1', known('d1', { client: {} }));
  points.refresh();
  expect(taken()).toEqual(['d1 woken']);
});

it('says of each device whether its events come, and counts what stands', () => {
  const { points, listeners, taken } = stage();
  points.start();
  taken();
  listeners.get('d1')?.onChanged(true);
  listeners.get('d1')?.onEvent(tamper);
  expect(taken()).toEqual(['d1 heard true', 'd1 answers', 'd1 alarm 2']);
  expect(points.figures()).toEqual({ open: 1, events: 1 });
  listeners.get('d1')?.onChanged(false);
  listeners.get('d1')?.onFailed(new Error('silent'));
  expect(taken()).toEqual(['d1 heard false', 'd1 failed']);
  expect(points.figures().open).toBe(0);
});

it('makes alarms of motion only where an administrator has switched it on', () => {
  const { points, devices, listeners, known, taken } = stage();
  points.start();
  taken();
  listeners.get('d1')?.onEvent(motion);
  expect(taken()).toEqual([]);
  devices.set(
    'd1',
    known('d1', { record: { deviceId: 'd1', hasEvents: true, streams: [], alertsOnMotion: true } }),
  );
  listeners.get('d1')?.onEvent(motion);
  expect(taken()).toEqual(['d1 alarm 5']);
});

it('finds the camera of a lens by the word of the event, and says so where it had to guess', () => {
  const stream = (token: string) => ({ eventTokens: [token], main: { profileToken: `${token}-main` } });
  const device = (...tokens: string[]) => ({ record: { streams: tokens.map(stream) } }) as never;
  const first = { cameraId: 'c1', profileToken: 'V1-main' };
  const second = { cameraId: 'c2', profileToken: 'V2-main' };
  expect(cameraOfEvent('V2', device('V1', 'V2'), [first, second])).toEqual({
    cameraId: 'c2',
    isOfChannel: true,
  });
  expect(cameraOfEvent('', device('V1', 'V2'), [first, second])).toEqual({
    cameraId: 'c1',
    isOfChannel: false,
  });
  expect(cameraOfEvent('', device('V1'), [first])).toEqual({ cameraId: 'c1', isOfChannel: true });
  expect(cameraOfEvent('V1', device('V1'), [])).toBeUndefined();
});
