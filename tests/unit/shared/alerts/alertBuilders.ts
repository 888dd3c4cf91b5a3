import type { AlertActor } from '../../../../src-shared/alerts/alert.ts';
import { raiseAlert } from '../../../../src-shared/alerts/alert.ts';
import type { AlertMark } from '../../../../src-shared/alerts/alertView.ts';

/** Some moment. */
export const noonMs = 1_795_400_000_000;

/** An officer at a seat. */
export function officer(id: string): AlertActor {
  return { type: 'officer', id, name: `seat ${id}` };
}

export const hub: AlertActor = { type: 'hub', id: 'hub', name: 'hub' };

/** A new alert of a class, raised at noon. */
export function raised(alertClass: 1 | 2 | 3, expiresAfterMs?: number) {
  return raiseAlert({ class: alertClass, expiresAfterMs }, noonMs);
}

let numbers = 0;

/** A mark of an alert at a site, raised so many seconds after noon. */
export function mark(
  changes: Partial<AlertMark> & { site?: string; camera?: string; afterS?: number } = {},
): AlertMark {
  const { site, camera, afterS = 0, ...others } = changes;
  numbers += 1;
  return {
    alertId: `alert-${String(numbers).padStart(6, '0')}`,
    revision: 1,
    kindId: 'no_hat',
    class: 2,
    state: 'new',
    raisedAtMs: noonMs + afterS * 1000,
    lastAtMs: noonMs + afterS * 1000,
    count: 1,
    escalation: 0,
    ...(site === undefined
      ? {}
      : {
          place: {
            cameraId: camera ?? `${site}-camera`,
            cameraName: '灶台',
            siteId: site,
            siteName: site,
            siteType: 'restaurant',
            district: '咸安区',
          },
        }),
    ...others,
  };
}
