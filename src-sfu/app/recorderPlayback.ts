import type { FastifyPluginCallback } from 'fastify';
import { parseRecorderUrl } from '../base/recorderUrl.ts';
import type { Admit } from '../http/httpServer.ts';
import { createRecordingRoutes } from '../http/recorders/recordingRoutes.ts';
import { openRecordedPictures } from '../media/sources/gb28181/recordedPictures.ts';
import type { AlertsFeature } from './alerts.ts';
import type { AuditFeature } from './audit.ts';
import type { CamerasFeature } from './cameras.ts';
import type { AnyFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** What recorders recorded before an alert. */
export function createRecorderPlaybackFeature(
  { recorderDoors, clock, transcoder }: Drivers,
  parts: {
    cameras: Pick<CamerasFeature, 'directory'>;
    alerts: Pick<AlertsFeature, 'forRecorders'>;
    /** Who looks at recorded pictures is in the audit log, with how long. */
    views: AuditFeature['views'];
  },
): AnyFeature & { handlers: object } {
  const { cameras, alerts, views } = parts;
  return {
    handlers: {},
    routes: (admit: Admit): FastifyPluginCallback[] => [
      createRecordingRoutes({
        // What a recorder recorded leaves it as a file, whoever plays it.
        admit: admit('alerts:viewDetails', undefined, 'step_up'),
        alert: async ({ principal }, alertId) =>
          principal === undefined ? undefined : alerts.forRecorders.moment(alertId, principal.scope),
        watched({ principal }, cameraId, alertId) {
          const viewerId = `recording ${principal?.sessionId} ${alertId}`;
          const viewer = { actor: principal?.name ?? '', principal: principal ?? null };
          views.opened(viewerId, viewer, 'recorders:viewRecording', cameraId, { alertId });
          return () => views.closed(viewerId, 'recorders:viewRecording', cameraId);
        },
        open(cameraId, fromMs, toMs) {
          const target = parseRecorderUrl(cameras.directory.camera(cameraId)?.urls.main ?? '');
          const { door } = recorderDoors;
          if (target === undefined || door === undefined) return undefined;
          const seconds = (ownMs: number): number => Math.floor(clock.toShownMs(ownMs) / 1_000);
          const span = { from: seconds(fromMs), to: seconds(toMs) };
          return openRecordedPictures(door, target, span, transcoder);
        },
      }),
    ],
  };
}
