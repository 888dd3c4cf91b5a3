import { maxAgeMs, maxAheadMs } from '../../../src-shared/alerts/alertIntake.ts';
import type { AlertPlace } from '../../../src-shared/alerts/alertView.ts';
import { worksForDistrict, type Scope } from '../../../src-shared/session/principal.ts';
import type { TakenReport } from './reportFingerprint.ts';

/** The faults in the times of reports, by their place in the batch; `shownMs` converts `nowMs` to the date that senders read. */
export function findTimeProblems(
  reports: readonly Pick<TakenReport, 'occurredAtMs'>[],
  nowMs: number,
  shownMs: number,
): { path: string; message: string }[] {
  return reports.flatMap(({ occurredAtMs }, index) => {
    const path = `alerts.${index}.occurredAt`;
    const now = new Date(shownMs).toISOString();
    if (occurredAtMs > nowMs + maxAheadMs) {
      return [
        { path, message: `lies in the future; the hub’s clock says ${now}. Set the platform’s clock.` },
      ];
    }
    if (occurredAtMs < nowMs - maxAgeMs) {
      return [{ path, message: `is more than 30 days ago; the hub’s clock says ${now}.` }];
    }
    return [];
  });
}

/**
 * The cameras of a delivery for which its key has no right. A camera that the registry does not know needs a key for all
 * districts.
 */
export function findPlaceProblems(
  { findPlace }: { findPlace(cameraId: string): Pick<AlertPlace, 'district'> | undefined },
  {
    alerts,
    districts = 'all',
  }: {
    alerts: readonly { report: Pick<TakenReport, 'cameraId'> }[];
    districts?: Scope['districts'] | undefined;
  },
): { path: string; message: string }[] {
  return alerts.flatMap(({ report }, index) =>
    worksForDistrict({ districts, squads: [] }, findPlace(report.cameraId)?.district)
      ? []
      : [{ path: `alerts.${index}.cameraId`, message: 'is not in a district that this key is for.' }],
  );
}
