import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import type {
  AlertCounts,
  AlertFilter,
  AlertMarksSnapshot,
  AlertsSnapshot,
} from '../../../src-shared/alerts/alerts.protocol.ts';
import type { AlertMark } from '../../../src-shared/alerts/alertView.ts';
import { worksForDistrict, type Scope } from '../../../src-shared/session/principal.ts';

/** Whether the alert is in the districts. That of a camera which the registry does not know is only for those who work for all. */
export function isAlertInScope({ place }: Pick<AlertMark, 'place'>, scope: Scope): boolean {
  return worksForDistrict(scope, place?.district);
}

/** The filter with only the districts that may be seen; undefined when nothing is left. */
export function filterInScope(filter: AlertFilter, scope: Scope): AlertFilter | undefined {
  if (scope.districts === 'all') return filter;
  const wanted =
    filter.districts === undefined || filter.districts.length === 0 ? districts : filter.districts;
  const seen = wanted.filter((district) => worksForDistrict(scope, district));
  return seen.length === 0 ? undefined : { ...filter, districts: seen };
}

/** The counts of these districts alone. A flood is of the whole city and is left out. */
export function countsInScope(
  counts: AlertCounts,
  open: Iterable<Pick<AlertMark, 'place' | 'class' | 'state'>>,
  scope: Scope,
): AlertCounts {
  if (scope.districts === 'all') return counts;
  const own: AlertCounts = {
    open: { '1': 0, '2': 0, '3': 0 },
    unacknowledged: { '1': 0, '2': 0, '3': 0 },
    unknownCamera: 0,
    today: {},
  };
  for (const alert of open) {
    if (!isAlertInScope(alert, scope)) continue;
    own.open[alert.class] += 1;
    if (alert.state === 'new') own.unacknowledged[alert.class] += 1;
  }
  for (const district of districts) {
    const today = counts.today[district];
    if (today !== undefined && worksForDistrict(scope, district)) own.today[district] = today;
  }
  return own;
}

/** A snapshot with the alerts of these districts alone; `open` are all that are open. */
export function snapshotInScope<Snapshot extends AlertsSnapshot | AlertMarksSnapshot>(
  snapshot: Snapshot,
  open: Iterable<AlertMark>,
  scope: Scope,
): Snapshot {
  if (scope.districts === 'all') return snapshot;
  return {
    ...snapshot,
    open: snapshot.open.filter((alert) => isAlertInScope(alert, scope)),
    counts: countsInScope(snapshot.counts, open, scope),
  };
}
