import { isMotionAlarm } from '../base/motionAlarm.ts';
import { parseRecorderUrl } from '../base/recorderUrl.ts';
import { createRecorderAlarms } from '../features/recorders/recorderAlarms.ts';
import type { RecordersService } from '../features/recorders/recorders.service.ts';
import type { AlertsFeature } from './alerts.ts';
import type { CamerasFeature } from './cameras.ts';
import type { Drivers } from './drivers.ts';

/** Alarms of recorders become alerts of the cameras whose pictures come from them. */
export function connectRecorderAlarms(
  { logger, nowMs, toJpeg }: Drivers,
  parts: {
    recorders: Pick<RecordersService, 'nameOf' | 'onAlarm'> & {
      directory: Pick<RecordersService['directory'], 'learnedOf'>;
    };
    cameras: { directory: Pick<CamerasFeature['directory'], 'cameras'> } & Pick<CamerasFeature, 'health'>;
    alerts: Pick<AlertsFeature, 'forRecorders'>;
  },
): void {
  const { recorders, cameras, alerts } = parts;
  const camerasOf = (recorderId: string): { cameraId: string; channelId: string }[] =>
    [...cameras.directory.cameras()].flatMap(({ id, urls }) => {
      const target = parseRecorderUrl(urls.main);
      return target?.recorderId === recorderId ? [{ cameraId: id, channelId: target.channelId }] : [];
    });
  const alarmed = createRecorderAlarms({
    nameOf: (recorderId) => recorders.nameOf(recorderId) ?? recorderId,
    cameraOf(recorderId, channelId) {
      const all = camerasOf(recorderId);
      const camera = all.find((one) => one.channelId === channelId) ?? all[0];
      return Promise.resolve(
        camera && { cameraId: camera.cameraId, isOfChannel: camera.channelId === channelId },
      );
    },
    poster: cameras.health.poster,
    toJpeg,
    report: alerts.forRecorders.report,
    logger,
    nowMs,
  });
  recorders.onAlarm((recorderId, alarm) => {
    if (isMotionAlarm(alarm) && recorders.directory.learnedOf(recorderId).alertsOnMotion !== true) return;
    void alarmed(recorderId, alarm);
  });
}
