import { parseOnvifUrl } from '../base/onvifUrl.ts';
import {
  cameraOfEvent,
  createEventPoints,
  type PlacedByDevice,
} from '../features/onvif/eventPoints.service.ts';
import type { OnvifService } from '../features/onvif/onvif.service.ts';
import { createRecorderAlarms } from '../features/recorders/recorderAlarms.ts';
import { openPullPoint } from '../media/sources/onvif/pullPoint.ts';
import type { AlertsFeature } from './alerts.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

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
  const placed = (): PlacedByDevice => {
    const targets = [...cameras.directory.cameras()].flatMap(({ id, urls }) => {
      const target = parseOnvifUrl(urls.main);
      return target === undefined ? [] : [{ ...target, cameraId: id }];
    });
    return Map.groupBy(targets, ({ deviceId }) => deviceId);
  };
  const alarmed = createRecorderAlarms({
    nameOf: (deviceId) => onvif.device(deviceId)?.record.name ?? deviceId,
    cameraOf: (deviceId, token) =>
      Promise.resolve(cameraOfEvent(token, onvif.device(deviceId), placed().get(deviceId) ?? [])),
    poster: cameras.health.poster,
    toJpeg,
    report: alerts.forRecorders.report,
    logger,
    nowMs,
  });
  const points = createEventPoints({
    devices: onvif,
    placed,
    openPoint: (deviceId, listener) =>
      openPullPoint({
        ...listener,
        client: () => onvifDirectory.devices?.clientOf(deviceId),
        onFault: (error) =>
          logger.error({ err: error, deviceId }, 'events of an ONVIF device could not be read'),
        nowMs,
      }),
    // Its clock may be wrong: the time at which it came counts, and the same within some seconds is one.
    alarmed: (deviceId, event) =>
      void alarmed(deviceId, { ...event, deviceId: event.token, priority: undefined, time: undefined }),
  });
  onvif.onChanged(points.refresh);
  cameras.onRegistryChanged(points.refresh);
  return {
    handlers: {},
    metrics: [
      {
        name: 'mingchu_onvif_pull_points',
        help: 'ONVIF devices whose events are received now',
        read: () => points.figures().open,
      },
      {
        name: 'mingchu_onvif_events_total',
        help: 'Events of ONVIF devices that began, such as motion',
        type: 'counter',
        read: () => points.figures().events,
      },
    ],
    start: points.start,
    close: points.close,
  };
}
