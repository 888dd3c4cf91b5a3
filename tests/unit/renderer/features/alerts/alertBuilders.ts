import type { Alert } from '../../../../../src-shared/alerts/alertView.ts';

/** An open alert of class 2 at a camera of a site; every part can be another. */
export function alertOf(alertId: string, changes: Partial<Alert> = {}): Alert {
  return {
    alertId,
    revision: 1,
    kindId: 'no_hat',
    class: 2,
    state: 'new',
    sinceMs: 0,
    raisedAtMs: 0,
    lastAtMs: 0,
    count: 1,
    escalation: 0,
    source: { type: 'platform', keyId: 'key-1', name: 'platform' },
    occurredAtMs: 0,
    lastOccurredAtMs: 0,
    reportedCamera: 'cam-1',
    notes: 0,
    place: placeOf('site-1', 'camera-1'),
    ...changes,
  };
}

/** Where an alert happened. */
export function placeOf(siteId: string, cameraId: string): NonNullable<Alert['place']> {
  return {
    cameraId,
    cameraName: '灶台',
    siteId,
    siteName: '泉韵食堂',
    siteType: 'school_canteen',
    district: '咸安区',
  };
}
