import type { OnvifDeviceState } from '../../src-shared/onvif/onvif.protocol.ts';
import { parseOnvifUrl } from '../base/onvifUrl.ts';
import { createRecorderAlarms } from '../features/recorders/recorderAlarms.ts';
import type { OnvifService } from '../features/onvif/onvif.service.ts';
import type { DeviceEvent } from '../media/sources/onvif/deviceEvents.ts';
import { openPullPoint, type PullPoint } from '../media/sources/onvif/pullPoint.ts';
import type { AlertsFeature } from './alerts.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** In a kitchen at work there is motion all day: it becomes alerts only where an administrator has switched it on. */
const isMotion = ({ method, type }: DeviceEvent): boolean => method === 5 && type === 2;

/** What ONVIF devices notice becomes alerts of the cameras whose pictures come from them, as alarms of recorders do. */
export function createOnvifAlarms(
  { logger, nowMs, onvifDirectory, toJpeg }: Drivers,
  parts: {
    onvif: Pick<OnvifService, 'device' | 'devices' | 'heard' | 'onChanged' | 'reported'>;
    cameras: Pick<CamerasFeature, 'directory' | 'health' | 'onRegistryChanged'>;
    alerts: Pick<AlertsFeature, 'forRecorders'>;
  },
): HubFeature {
  const { onvif, cameras, alerts } = parts;
  const { directory } = cameras;
  const points = new Map<string, PullPoint>();
  /** The client and the state that each point was made or woken with. */
  const standing = new Map<string, { client: unknown; state: OnvifDeviceState }>();
  let open = 0;
  let events = 0;
  let isStarted = false;
  /** Cameras by the device that their pictures come from, with the profile of each. */
  const camerasByDevice = (): Map<string, { cameraId: string; profileToken: string }[]> => {
    const targets = [...directory.cameras()].flatMap(({ id, urls }) => {
      const target = parseOnvifUrl(urls.main);
      return target === undefined ? [] : [{ ...target, cameraId: id }];
    });
    return Map.groupBy(targets, ({ deviceId }) => deviceId);
  };
  const alarmed = createRecorderAlarms({
    nameOf: (deviceId) => onvif.device(deviceId)?.record.name ?? deviceId,
    cameraOf(deviceId, token) {
      const placed = camerasByDevice().get(deviceId) ?? [];
      const stream = onvif
        .device(deviceId)
        ?.record.streams.find(({ eventTokens }) => eventTokens.includes(token));
      const exact = placed.find(({ profileToken }) => profileToken === stream?.main.profileToken);
      // A device with one lens needs no word for it.
      const camera = exact ?? placed[0];
      const isOnly = placed.length === 1 && onvif.device(deviceId)?.record.streams.length === 1;
      return Promise.resolve(
        camera && { cameraId: camera.cameraId, isOfChannel: exact !== undefined || isOnly },
      );
    },
    poster: cameras.health.poster,
    toJpeg,
    report: alerts.forRecorders.report,
    logger,
    nowMs,
  });
  const openPoint = (deviceId: string): PullPoint =>
    openPullPoint({
      client: () => onvifDirectory.devices?.clientOf(deviceId),
      onEvent(event) {
        events += 1;
        if (isMotion(event) && onvif.device(deviceId)?.record.alertsOnMotion !== true) return;
        // Its clock may be wrong: the time at which it came counts, and the same within some seconds is one.
        void alarmed(deviceId, {
          ...event,
          deviceId: event.token,
          priority: undefined,
          time: undefined,
        });
      },
      onChanged(isOpen) {
        open += isOpen ? 1 : -1;
        if (!isOpen) return;
        onvif.heard(deviceId, true);
        onvif.reported(deviceId, undefined);
      },
      onFailed(error) {
        onvif.heard(deviceId, false);
        onvif.reported(deviceId, error);
      },
      onFault: (error) =>
        logger.error({ err: error, deviceId }, 'events of an ONVIF device could not be read'),
      nowMs,
    });
  const refresh = (): void => {
    if (!isStarted) return;
    const placed = camerasByDevice();
    const wanted = new Set(
      onvif
        .devices()
        .filter(({ record, isStored }) => isStored && record.hasEvents && placed.has(record.deviceId))
        .map(({ record }) => record.deviceId),
    );
    for (const [deviceId, point] of points) {
      if (wanted.has(deviceId)) continue;
      point.close();
      points.delete(deviceId);
      standing.delete(deviceId);
      onvif.heard(deviceId, undefined);
    }
    for (const deviceId of wanted) {
      const { client, state } = onvif.device(deviceId) ?? {};
      if (state === undefined) continue;
      const before = standing.get(deviceId);
      standing.set(deviceId, { client, state });
      const point = points.get(deviceId);
      if (point === undefined) points.set(deviceId, openPoint(deviceId));
      else if (client !== before?.client || (state === 'ready' && state !== before?.state)) point.wake();
    }
  };
  onvif.onChanged(refresh);
  cameras.onRegistryChanged(refresh);
  return {
    handlers: {},
    metrics: [
      {
        name: 'mingchu_onvif_pull_points',
        help: 'ONVIF devices whose events are received now',
        read: () => open,
      },
      {
        name: 'mingchu_onvif_events_total',
        help: 'Events of ONVIF devices that began, such as motion',
        type: 'counter',
        read: () => events,
      },
    ],
    start() {
      isStarted = true;
      refresh();
    },
    close() {
      isStarted = false;
      for (const point of points.values()) point.close();
      points.clear();
      standing.clear();
    },
  };
}
