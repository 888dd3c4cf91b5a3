import type { AlertMark } from '../../../../../src-shared/alerts/alertView.ts';
import type { SiteOnMap } from '../../../../../src-renderer/features/map/mapStore.ts';

/** A restaurant in Wenquan. */
export function site(siteId: string, changes: Partial<SiteOnMap> = {}): SiteOnMap {
  return {
    siteId,
    siteName: `单位${siteId}`,
    siteType: 'restaurant',
    district: '咸安区',
    longitude: 114.32,
    latitude: 29.84,
    ...changes,
  };
}

/** An alert that nobody took, at a site built by `site`. */
export function alertAt(
  siteId: string,
  alertClass: AlertMark['class'],
  changes: Partial<AlertMark> = {},
): AlertMark {
  return {
    alertId: `alert-${siteId}-${alertClass}`,
    revision: 1,
    kindId: 'rat',
    class: alertClass,
    state: 'new',
    raisedAtMs: 1_000,
    lastAtMs: 1_000,
    count: 1,
    escalation: 0,
    place: {
      ...site(siteId),
      cameraId: `camera-${siteId}`,
      cameraName: '灶台',
    },
    ...changes,
  };
}

/** Things by one of their words. */
export function by<Key extends string, Item extends Record<Key, string>>(
  key: Key,
  items: readonly Item[],
): Map<string, Item> {
  return new Map(items.map((item) => [item[key], item]));
}
