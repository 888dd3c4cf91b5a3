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
    recorders: Pick<RecordersService, 'list' | 'onAlarm'>;
    cameras: Pick<CamerasFeature, 'directory' | 'health'>;
    alerts: Pick<AlertsFeature, 'forRecorders'>;
  },
): void {
  const { recorders, cameras, alerts } = parts;
  const camerasOf = async (recorderId: string): Promise<{ cameraId: string; channelId: string }[]> => {
    const { cameras: all } = await cameras.directory.read();
    return all.flatMap(({ cameraId }) => {
      const target = parseRecorderUrl(cameras.directory.camera(cameraId)?.urls.main ?? '');
      return target?.recorderId === recorderId ? [{ cameraId, channelId: target.channelId }] : [];
    });
  };
  const alarmed = createRecorderAlarms({
    nameOf: (recorderId) =>
      recorders.list().recorders.find((one) => one.recorderId === recorderId)?.name ?? recorderId,
    async cameraOf(recorderId, channelId) {
      const all = await camerasOf(recorderId);
      const camera = all.find((one) => one.channelId === channelId) ?? all[0];
      return camera && { cameraId: camera.cameraId, isOfChannel: camera.channelId === channelId };
    },
    poster: cameras.health.poster,
    toJpeg,
    report: alerts.forRecorders.report,
    logger,
    nowMs,
  });
  recorders.onAlarm((recorderId, alarm) => void alarmed(recorderId, alarm));
}
