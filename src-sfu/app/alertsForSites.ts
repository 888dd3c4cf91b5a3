import type { FalseAlarmReason } from '../../src-shared/alerts/alert.ts';
import { citizenKindId, type AlertKind } from '../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../src-shared/alerts/alertView.ts';
import type { AlertFilter } from '../../src-shared/alerts/alerts.protocol.ts';
import type { Ack } from '../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../src-shared/protocol/index.ts';
import type { AlertNews } from '../features/alerts/alertAnnouncer.ts';
import type { AlertsRepository } from '../features/alerts/alerts.repository.ts';
import type { AlertsService } from '../features/alerts/alerts.service.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';

/** Alerts, as the feature of sites needs them: none of what citizens reported, so that no site looks for who it was. */
export interface AlertsForSites {
  alert(alertId: string): Promise<Alert | undefined>;
  kind(kindId: string): AlertKind | undefined;
  /** The newest first. */
  search(filter: AlertFilter, limit: number): Promise<Alert[]>;
  picture(context: SurfaceContext, alertId: string): Promise<Ack<OutputOf<'alerts:getSnapshot'>>>;
  onNews(listener: (news: AlertNews) => void): void;
  /** An officer agreed with the site: the alert is false, also where it was closed as handled. */
  callFalse(
    alertId: string,
    reason: FalseAlarmReason,
    officer: { id: string; name: string },
  ): Promise<unknown>;
}

/** What the feature of sites uses of alerts, made of the alerts' own parts. */
export function createAlertsForSites({
  alerts,
  repository,
  getSnapshot,
}: {
  alerts: AlertsService;
  repository: Pick<AlertsRepository, 'search'>;
  getSnapshot: RequestHandlers['alerts:getSnapshot'];
}): AlertsForSites {
  const isForSites = ({ kindId }: Pick<Alert, 'kindId'>): boolean => kindId !== citizenKindId;
  const alertOf = async (alertId: string): Promise<Alert | undefined> => {
    const alert = await alerts.alert(alertId);
    return alert !== undefined && isForSites(alert) ? alert : undefined;
  };
  return {
    alert: alertOf,
    kind: (kindId) => alerts.kinds().find((kind) => kind.kindId === kindId),
    search: async (filter, limit) => (await repository.search(filter, limit)).alerts.filter(isForSites),
    picture: async (context, alertId) => getSnapshot(context, { alertId }),
    onNews: (listener) =>
      void alerts.onNews(({ arrived, changed }) =>
        listener({ arrived: arrived.filter(isForSites), changed: changed.filter(isForSites) }),
      ),
    callFalse: (alertId, reason, officer) =>
      alerts.work(
        { commandId: `appeal ${alertId}`, alertIds: [alertId], deed: { type: 'upholdAppeal', reason } },
        { type: 'officer', ...officer },
      ),
  };
}
