import type { OnvifDeviceState } from '../../../src-shared/onvif/onvif.protocol.ts';
import { isMotionAlarm } from '../../base/motionAlarm.ts';
import type { DeviceEvent } from './onvif.ports.ts';
import type { KnownDevice } from './onvifBook.ts';

/** The events of one device, as they are received. */
export interface EventPoint {
  /** The device may have another client, or answer again: what waits is tried now. */
  wake(): void;
  close(): void;
}

/** What became of the events of one device. */
export interface EventPointListener {
  onEvent(event: DeviceEvent): void;
  /** A subscription was made (true), or one ended by a fault. */
  onChanged(isOpen: boolean): void;
  /** The device failed. */
  onFailed(error: unknown): void;
}

/** Cameras whose pictures come from devices, with the profile of each, by device. */
export type PlacedByDevice = ReadonlyMap<string, readonly { cameraId: string; profileToken: string }[]>;

export interface EventPointsOptions {
  devices: {
    device(deviceId: string): KnownDevice | undefined;
    devices(): KnownDevice[];
    /** Events come (true), are missing (false), or are not wanted any more. */
    heard(deviceId: string, isHeard: boolean | undefined): void;
    /** A request succeeded (undefined) or failed. */
    reported(deviceId: string, error: unknown): void;
  };
  placed(): PlacedByDevice;
  openPoint(deviceId: string, listener: EventPointListener): EventPoint;
  /** Something that may become an alert. */
  alarmed(deviceId: string, event: DeviceEvent): void;
}

/** The events of all devices that are the source of a camera. */
export interface EventPoints {
  /** Subscriptions that stand, and events since the start. */
  figures(): { open: number; events: number };
  start(): void;
  /** Devices, their state or their cameras are others now. */
  refresh(): void;
  close(): void;
}

/** Listens to every device that has events and is the source of a camera, and to no other. */
export function createEventPoints({ devices, placed, openPoint, alarmed }: EventPointsOptions): EventPoints {
  const points = new Map<string, EventPoint>();
  /** The client and the state that each point was made or woken with. */
  const standing = new Map<string, { client: unknown; state: OnvifDeviceState }>();
  let open = 0;
  let events = 0;
  let isStarted = false;
  const listenTo = (deviceId: string): EventPoint =>
    openPoint(deviceId, {
      onEvent(event) {
        events += 1;
        if (isMotionAlarm(event) && devices.device(deviceId)?.record.alertsOnMotion !== true) return;
        alarmed(deviceId, event);
      },
      onChanged(isOpen) {
        open += isOpen ? 1 : -1;
        if (!isOpen) return;
        devices.heard(deviceId, true);
        devices.reported(deviceId, undefined);
      },
      onFailed(error) {
        devices.heard(deviceId, false);
        devices.reported(deviceId, error);
      },
    });
  const refresh = (): void => {
    if (!isStarted) return;
    const byDevice = placed();
    const wanted = new Set(
      devices
        .devices()
        .filter(({ record, isStored }) => isStored && record.hasEvents && byDevice.has(record.deviceId))
        .map(({ record }) => record.deviceId),
    );
    for (const [deviceId, point] of points) {
      if (wanted.has(deviceId)) continue;
      point.close();
      points.delete(deviceId);
      standing.delete(deviceId);
      devices.heard(deviceId, undefined);
    }
    for (const deviceId of wanted) {
      const { client, state } = devices.device(deviceId) ?? {};
      if (state === undefined) continue;
      const before = standing.get(deviceId);
      standing.set(deviceId, { client, state });
      const point = points.get(deviceId);
      if (point === undefined) points.set(deviceId, listenTo(deviceId));
      else if (client !== before?.client || (state === 'ready' && state !== before?.state)) point.wake();
    }
  };
  return {
    figures: () => ({ open, events }),
    start() {
      isStarted = true;
      refresh();
    },
    refresh,
    close() {
      isStarted = false;
      for (const point of points.values()) point.close();
      points.clear();
      standing.clear();
    },
  };
}

/** The camera that an event of a device is about, and whether the event names its lens; undefined where no camera comes from the device. */
export function cameraOfEvent(
  token: string,
  device: Pick<KnownDevice, 'record'> | undefined,
  placed: readonly { cameraId: string; profileToken: string }[],
): { cameraId: string; isOfChannel: boolean } | undefined {
  const streams = device?.record.streams ?? [];
  const stream = streams.find(({ eventTokens }) => eventTokens.includes(token));
  const exact = placed.find(({ profileToken }) => profileToken === stream?.main.profileToken);
  const camera = exact ?? placed[0];
  // A device with one lens needs no word for it.
  const isOnly = placed.length === 1 && streams.length === 1;
  return camera && { cameraId: camera.cameraId, isOfChannel: exact !== undefined || isOnly };
}
