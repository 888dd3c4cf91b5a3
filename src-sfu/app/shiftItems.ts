import type { ShiftItem } from '../../src-shared/shifts/shift.ts';
import type { AlertsFeature } from './alerts.ts';
import type { CamerasFeature } from './cameras.ts';
import type { DiagnosticsFeature } from './diagnostics.ts';
import type { FindingsFeature } from './findings.ts';
import type { OrdersFeature } from './orders.ts';
import type { SquadsFeature } from './squads.ts';

export interface ShiftItemSources {
  alerts: Pick<AlertsFeature, 'openAlerts' | 'kindNames'>;
  orders: Pick<OrdersFeature, 'openOrders'>;
  squads: Pick<SquadsFeature, 'emergencies'>;
  findings: Pick<FindingsFeature, 'openFindings'>;
  cameras: Pick<CamerasFeature, 'health' | 'directory'>;
  diagnostics: Pick<DiagnosticsFeature, 'troubles'>;
}

/** Everything that is open now, of the whole city, as items of a handover: the most urgent kinds first. */
export function openShiftItems(sources: ShiftItemSources): ShiftItem[] {
  const { alerts, orders, squads, findings, cameras, diagnostics } = sources;
  return [
    ...squads.emergencies.open().map((one): ShiftItem => ({
      kind: 'emergency',
      id: one.emergencyId,
      sinceMs: one.raisedAtMs,
      state: one.progress.state,
      name: one.memberName,
      squadId: one.squadId,
    })),
    ...[...alerts.openAlerts()]
      .filter(({ state }) => !['resolved', 'false_alarm', 'duplicate'].includes(state))
      .map((one): ShiftItem => {
        const names = alerts.kindNames(one.kindId);
        const { place } = one;
        const at = place?.siteName ?? one.reportedCamera;
        return {
          kind: 'alert',
          id: one.alertId,
          sinceMs: one.raisedAtMs,
          state: one.state,
          name: `${names?.['zh-CN'] ?? one.kindId} · ${at}`.slice(0, 200),
          nameEn: `${names?.en ?? one.kindId} · ${place?.siteNameEn ?? at}`.slice(0, 200),
          class: one.class,
          ...(place === undefined ? {} : { district: place.district }),
        };
      }),
    ...orders.openOrders().map((one): ShiftItem => ({
      kind: 'order',
      id: one.orderId,
      sinceMs: one.createdAtMs,
      state: one.state,
      name: `${one.number} · ${one.place.name}`,
      nameEn: `${one.number} · ${one.place.nameEn ?? one.place.name}`,
      ...(one.place.district === undefined ? {} : { district: one.place.district }),
      ...(one.squadId === undefined ? {} : { squadId: one.squadId }),
    })),
    ...findings.openFindings().map((one): ShiftItem => ({
      kind: 'finding',
      id: one.findingId,
      sinceMs: one.foundAtMs,
      state: one.state,
      name: `${one.number} · ${one.place.name}`,
      nameEn: `${one.number} · ${one.place.nameEn ?? one.place.name}`,
      class: one.class,
      ...(one.place.district === undefined ? {} : { district: one.place.district }),
    })),
    ...cameras.health
      .read()
      .filter(({ condition }) => condition !== 'unknown' && condition !== 'online')
      .map((one): ShiftItem => {
        const camera = cameras.directory.view(one.cameraId);
        const district = cameras.directory.districtOf(one.cameraId);
        return {
          kind: 'camera',
          id: one.cameraId,
          sinceMs: one.sinceMs,
          state: one.condition,
          name:
            camera === undefined ? one.cameraId : `${camera.siteName} · ${camera.cameraName}`.slice(0, 200),
          ...(district === undefined ? {} : { district }),
        };
      }),
    ...diagnostics.troubles().map((one): ShiftItem => ({
      kind: 'server',
      id: one.kind,
      sinceMs: one.sinceMs,
      state: one.kind,
      name: one.kind,
    })),
  ];
}
