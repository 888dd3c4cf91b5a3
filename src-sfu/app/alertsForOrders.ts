import { citizenKindId } from '../../src-shared/alerts/alertKinds.ts';
import type { OrderPlace } from '../../src-shared/orders/orders.protocol.ts';
import type { AlertsService } from '../features/alerts/alerts.service.ts';
import { placeOf } from '../features/findings/findingPlace.ts';
import type { WorkAlert } from '../features/orders/orderAlerts.ts';
import type { Logger } from '../logger.ts';

/** Alerts, as orders and findings need them. */
export interface AlertsForOrders {
  /** Undefined for an alert that is not there, and for one of a camera that the registry does not know. */
  districtOfAlert(alertId: string): Promise<string | undefined>;
  /** An alert follows its order: dispatched, and when the order ends resolved, false, or given back. Rejects when it could not be stored. */
  workForOrder: WorkAlert;
  /** Undefined for an alert that is not there. */
  kindOfAlert(alertId: string): Promise<string | undefined>;
  /** Where an alert is, as a place of an order or a finding; undefined for an alert that is not there. */
  alertPlace(alertId: string): Promise<{ place: OrderPlace | undefined } | undefined>;
  /** The checked picture of an alert; undefined where it has none that can be shown. */
  pictureOf(alertId: string): Promise<{ jpeg: Uint8Array; atMs: number } | undefined>;
  /** The appeal of a site against a finding was upheld: the alert that it came from is a false alarm. */
  calledFalseBy(
    finding: { findingId: string; alertId?: string | undefined },
    officer: { id: string; name: string },
  ): void;
}

/** What orders and findings use of alerts, made of the alerts' own parts. */
export function createAlertsForOrders({
  alerts,
  files,
  logger,
}: {
  alerts: Pick<AlertsService, 'alert' | 'work'>;
  files: { read(hash: string): Promise<Uint8Array | undefined> };
  logger: Logger;
}): AlertsForOrders {
  return {
    async workForOrder(orderId, { alertId, deed, officer }) {
      const commandId = `order ${orderId} ${deed.type}`;
      await alerts.work({ commandId, alertIds: [alertId], deed }, { type: 'officer', ...officer });
    },
    kindOfAlert: async (alertId) => (await alerts.alert(alertId))?.kindId,
    async alertPlace(alertId) {
      const alert = await alerts.alert(alertId);
      if (alert === undefined) return undefined;
      const { place } = alert;
      if (place === undefined) return { place: undefined };
      const {
        siteId: id,
        siteName: name,
        siteNameEn: nameEn,
        district,
        cameraId,
        latitude,
        longitude,
      } = place;
      const position =
        latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
      return { place: placeOf({ id, name, nameEn, district, cameraId, position }) };
    },
    async pictureOf(alertId) {
      const { kindId, snapshot } = (await alerts.alert(alertId)) ?? {};
      // A finding is shown to its site, which must not look for who took a photograph.
      if (snapshot?.state !== 'ready' || kindId === citizenKindId) return undefined;
      const jpeg = await files.read(snapshot.hash);
      return jpeg === undefined ? undefined : { jpeg, atMs: snapshot.takenAtMs };
    },
    calledFalseBy({ findingId, alertId }, { id, name }) {
      if (alertId === undefined) return;
      const deed = { type: 'callFalse', reason: 'mistaken_object' } as const;
      const officer = { type: 'officer', id: id.slice(0, 64), name: name.slice(0, 40) } as const;
      alerts
        .work({ commandId: `finding ${findingId}`, alertIds: [alertId], deed }, officer)
        .catch((error: unknown) =>
          logger.error(
            { err: error, alertId, findingId },
            'an appeal was upheld, but its alert could not be marked as a false alarm; mark it at the desk',
          ),
        );
    },
    districtOfAlert: async (alertId) => (await alerts.alert(alertId))?.place?.district,
  };
}
