import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceClient } from '../../../../../../src-sfu/media/sources/onvif/deviceClient.ts';
import type { DeviceEvent } from '../../../../../../src-sfu/features/onvif/onvif.ports.ts';
import { DeviceEvents } from '../../../../../../src-sfu/media/sources/onvif/deviceEvents.ts';
import { openPullPoint, type PullPoint } from '../../../../../../src-sfu/media/sources/onvif/pullPoint.ts';
import { readXml } from '../../../../../../src-sfu/media/sources/onvif/xmlReader.ts';
import type { OnvifDevice } from '../../../../../../src-sim/onvif/onvifDevice.ts';
import type { OnvifHabits } from '../../../../../../src-sim/onvif/onvifHabits.ts';
import { clientOf, openDevice } from '../../../../../support/onvifDevices.ts';

const closing: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

/** A device whose events are received; pauses between subscriptions take no time and are listed. */
async function listened(
  habits: OnvifHabits = {},
  nowMs: () => number = Date.now,
): Promise<{
  device: OnvifDevice;
  events: DeviceEvent[];
  opened: () => number;
  pauses: number[];
  point: PullPoint;
  use(client: DeviceClient | undefined): void;
}> {
  const device = await openDevice({ nowMs }, habits);
  closing.push(device);
  const events: DeviceEvent[] = [];
  const pauses: number[] = [];
  let opened = 0;
  let client: DeviceClient | undefined = clientOf(device);
  const point: PullPoint = openPullPoint({
    client: () => client,
    onEvent: (event) => void events.push(event),
    onChanged: (isOpen) => void (opened += isOpen ? 1 : 0),
    onFailed: () => undefined,
    onFault(error) {
      throw error;
    },
    nowMs,
    pause(ms) {
      pauses.push(ms);
      return new Promise((resolve) => setTimeout(resolve, 5));
    },
  });
  closing.push(point);
  await expect.poll(() => opened).toBeGreaterThan(0);
  return { device, events, opened: () => opened, pauses, point, use: (other) => void (client = other) };
}

describe('the events of a device', () => {
  it('come by a pull point, and what goes on is one event', async () => {
    const { device, events } = await listened();
    device.raise('motion');
    await expect.poll(() => events).toEqual([{ token: 'V1', method: 5, type: 2, description: '' }]);
    device.raise('motion');
    device.raise('tamper');
    await expect.poll(() => events.map(({ method, type }) => `${method}.${type}`)).toEqual(['5.2', '2.2']);
    device.raise('motion', false);
    device.raise('motion');
    await expect.poll(() => events.length).toBe(3);
  });

  it('leave no subscription behind', async () => {
    const { device, point } = await listened();
    expect(device.subscriptions).toBe(1);
    point.close();
    await expect.poll(() => device.subscriptions).toBe(0);
    expect(device.received).toContain('Unsubscribe');
  });

  it('are asked for by the client that the device has now, at once, and not less often while it has none', async () => {
    const { device, events, opened, pauses, point, use } = await listened();
    point.wake();
    use(undefined);
    point.wake();
    await expect.poll(() => device.subscriptions).toBe(0);
    await expect.poll(() => pauses.length).toBeGreaterThan(3);
    expect(new Set(pauses.slice(1))).toEqual(new Set([1_000]));
    expect(opened()).toBe(1);
    use(clientOf(device));
    point.wake();
    await expect.poll(() => device.subscriptions).toBe(1);
    device.raise('motion');
    await expect.poll(() => events.length).toBe(1);
  });

  it('come again after the device was switched off and on', async () => {
    const { device, events, opened } = await listened();
    device.restart();
    await expect.poll(opened).toBeGreaterThan(1);
    await expect.poll(() => device.subscriptions).toBe(1);
    device.raise('motion');
    await expect.poll(() => events.length).toBe(1);
  });

  it('come again and again from a device whose subscriptions die every 10 s, without growing pauses', async () => {
    let passedMs = 0;
    const { device, events, opened, pauses } = await listened(
      { pullPointDiesAfterMs: 10_000 },
      () => Date.now() + passedMs,
    );
    for (let death = 1; death <= 12; death += 1) {
      // Each time at another lens, so that it is news.
      device.raise('motion', true, `V${death}`);
      await expect.poll(() => events.length).toBe(death);
      passedMs += 10_000;
      // Whatever it answers next, the subscription is gone.
      device.raise('tamper', false);
      await expect.poll(opened).toBe(death + 1);
    }
    expect(new Set(pauses)).toEqual(new Set([1_000]));
  });

  it('are asked for less and less often where subscriptions die at once', async () => {
    const { pauses } = await listened({ pullPointDiesAfterMs: 1 });
    await expect.poll(() => pauses.length).toBeGreaterThan(7);
    expect(pauses.slice(0, 8)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000]);
  });
});

describe('what a device notices', () => {
  const message = (
    topic: string,
    data: string,
    operation = 'Changed',
    source = 'Source" Value="V1',
  ): string =>
    `<r><NotificationMessage><Topic>tns1:${topic}</Topic><Message><tt:Message PropertyOperation="${operation}"><Source><SimpleItem Name="${source}"/></Source><Data>${data}</Data></tt:Message></Message></NotificationMessage></r>`;
  const item = (name: string, value: string): string => `<SimpleItem Name="${name}" Value="${value}"/>`;
  const readAll = (...messages: string[]): string[] => {
    const events = new DeviceEvents();
    return messages.flatMap((text) =>
      events.read(readXml(text)).map(({ method, type }) => `${method ?? '-'}.${type ?? '-'}`),
    );
  };

  it.each([
    ['RuleEngine/CellMotionDetector/Motion', item('IsMotion', 'true'), '5.2'],
    ['VideoSource/MotionAlarm', item('State', '1'), '5.2'],
    ['RuleEngine/LineDetector/Crossed', item('ObjectId', '17'), '5.5'],
    ['RuleEngine/FieldDetector/ObjectsInside', item('IsInside', 'true'), '5.6'],
    ['RuleEngine/TamperDetector/Tamper', item('IsTamper', 'true'), '2.2'],
    ['VideoSource/SignalLoss', item('State', 'true'), '2.1'],
    ['Device/HardwareFailure/StorageFailure', item('Failed', 'true'), '6.1'],
    ['Device/Trigger/DigitalInput', item('LogicalState', 'true'), '-.-'],
    ['VideoSource/ImageTooBright/ImagingService', item('State', 'true'), '-.-'],
  ])('is understood: %s', (topic, data, expected) => {
    expect(readAll(message(topic, data))).toEqual([expected]);
  });

  it.each([
    ['Device/Trigger/DigitalInput', 'alarm_input'],
    ['VideoSource/ImageTooDark/ImagingService', 'picture_dark'],
    ['VideoSource/ImageTooBright/ImagingService', 'picture_bright'],
    ['VideoSource/ImageTooBlurry/ImagingService', 'picture_blurred'],
    ['VideoSource/GlobalSceneChange/ImagingService', undefined],
  ])('has a kind of its own where recorders have none: %s', (topic, kind) => {
    const [event] = new DeviceEvents().read(readXml(message(topic, item('State', 'true'))));
    expect(event?.kind).toBe(kind);
    expect(event?.description).toBe('');
  });

  it('is no news where it was on before anybody asked, and is where it came on while nobody listened', () => {
    const motion = (value: string, operation: string): string =>
      message('VideoSource/MotionAlarm', item('State', value), operation);
    expect(readAll(motion('true', 'Initialized'), motion('true', 'Changed'))).toEqual([]);
    expect(readAll(motion('false', 'Initialized'), motion('true', 'Initialized'))).toEqual(['5.2']);
    expect(readAll(motion('true', 'Changed'), motion('true', 'Deleted'), motion('true', 'Changed'))).toEqual([
      '5.2',
      '5.2',
    ]);
  });

  it.each(['0', '1', '17', 'true'])('is one event each time where it only happens: object %s', (id) => {
    const crossed = (operation?: string): string =>
      message('RuleEngine/LineDetector/Crossed', item('ObjectId', id), operation);
    expect(readAll(crossed('Initialized'), crossed(), crossed(), crossed('Deleted'), crossed())).toEqual([
      '5.5',
      '5.5',
      '5.5',
    ]);
    const state = item('ObjectId', id) + item('State', 'true');
    const both = message('RuleEngine/LineDetector/Crossed', state);
    expect(readAll(both, both)).toEqual(['5.5']);
    const since = message('RuleEngine/LoiteringDetector/Loitering', item('Since', id));
    expect(readAll(since, since)).toEqual(['5.8', '5.8']);
  });

  it('is left out where it is not understood', () => {
    expect(readAll(message('Media/ProfileChanged', item('State', 'true')))).toEqual([]);
    expect(
      readAll(
        '<r><NotificationMessage/><NotificationMessage><Topic>tns1:VideoSource/MotionAlarm</Topic></NotificationMessage></r>',
      ),
    ).toEqual([]);
  });
});
