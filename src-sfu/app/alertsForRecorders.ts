import type { Scope } from '../../src-shared/session/principal.ts';
import type { AlertDelivery } from '../features/alerts/alertIntake.ts';
import type { SnapshotFiles } from '../features/alerts/alertPictures.ts';
import { isAlertInScope } from '../features/alerts/alertScope.ts';
import type { AlertsService } from '../features/alerts/alerts.service.ts';

/** What recorders bring to alerts and take from them. */
export interface AlertsForRecorders {
  /** Where and when an alert came up; undefined for one that is not there or not in these districts. */
  moment(
    alertId: string,
    scope: Scope,
  ): Promise<{ cameraId: string | undefined; raisedAtMs: number } | undefined>;
  /** What a recorder reports, with the picture of its camera where there is one. Durable when it resolves. */
  report(delivery: AlertDelivery, jpeg: Buffer | undefined): Promise<void>;
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
    async report(delivery, jpeg) {
      const [snapshot] = delivery.alerts.flatMap(({ snapshot: taken }) =>
        taken?.ok === true ? [taken] : [],
      );
      if (jpeg !== undefined && snapshot !== undefined) await files.save(snapshot.hash, jpeg);
      await alerts.take(delivery);
    },
  };
}
