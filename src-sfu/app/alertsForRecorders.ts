import { createHash, randomBytes } from 'node:crypto';
import type { Scope } from '../../src-shared/session/principal.ts';
import type { SnapshotFiles } from '../features/alerts/alertPictures.ts';
import { isAlertInScope } from '../features/alerts/alertScope.ts';
import type { AlertsService } from '../features/alerts/alerts.service.ts';
import type { RecorderReport } from '../features/recorders/recorderAlarms.ts';

/** What recorders bring to alerts and take from them. */
export interface AlertsForRecorders {
  /** Where and when an alert came up; undefined for one that is not there or not in these districts. */
  moment(
    alertId: string,
    scope: Scope,
  ): Promise<{ cameraId: string | undefined; raisedAtMs: number } | undefined>;
  /** What a recorder reports. Durable when it resolves. */
  report(report: RecorderReport): Promise<void>;
}

export function createAlertsForRecorders({
  alerts,
  files,
}: {
  alerts: Pick<AlertsService, 'alert' | 'take'>;
  files: Pick<SnapshotFiles, 'save'>;
}): AlertsForRecorders {
  return {
    async moment(alertId, scope) {
      const alert = await alerts.alert(alertId);
      if (alert === undefined || !isAlertInScope(alert, scope)) return undefined;
      return { cameraId: alert.place?.cameraId, raisedAtMs: alert.raisedAtMs };
    },
    async report({ recorderId, source, picture, ...report }) {
      const hash = picture && createHash('sha256').update(picture.jpeg).digest('hex');
      if (picture !== undefined && hash !== undefined) await files.save(hash, picture.jpeg);
      const snapshot =
        picture === undefined || hash === undefined
          ? undefined
          : { ok: true as const, hash, bytes: picture.jpeg.byteLength, takenAtMs: picture.takenAtMs };
      const outcome = await alerts.take({
        keyId: `recorder ${recorderId}`,
        source,
        nonce: randomBytes(12).toString('hex'),
        idempotencyKey: undefined,
        bodyHash: '',
        alerts: [{ report, warnings: [], snapshot }],
      });
      if (outcome.type !== 'taken') throw new Error(`the alarm was not taken: ${outcome.type}`);
    },
  };
}
