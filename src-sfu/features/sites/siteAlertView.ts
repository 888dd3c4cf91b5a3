import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import { appealUntilMs, type SiteAlert } from '../../../src-shared/sites/siteAlerts.ts';
import type { SiteFacts } from './sites.repository.ts';

/** An alert as its site sees it; undefined for one that is of no camera of the registry, such as a citizen's report. */
export function siteAlertOf(
  alert: Alert,
  kind: Pick<AlertKind, 'name' | 'nameEn'> | undefined,
  { seenAtMs, appeal }: SiteFacts,
  appealDays: number,
): SiteAlert | undefined {
  const { alertId, revision, place, snapshot, state, raisedAtMs, lastAtMs, count, kindId } = alert;
  if (place?.cameraId === undefined) return undefined;
  return {
    alertId,
    revision,
    cameraId: place.cameraId,
    cameraName: place.cameraName ?? '',
    ...(place.cameraNameEn === undefined ? {} : { cameraNameEn: place.cameraNameEn }),
    kindName: kind?.name ?? kindId,
    kindNameEn: kind?.nameEn ?? kindId,
    class: alert.class,
    state:
      state === 'false_alarm' ? state : state === 'resolved' || state === 'duplicate' ? 'resolved' : 'open',
    raisedAtMs,
    lastAtMs,
    count,
    ...(snapshot === undefined
      ? {}
      : { picture: { hash: snapshot.hash, state: snapshot.state, takenAtMs: snapshot.takenAtMs } }),
    ...(seenAtMs === undefined ? {} : { seenAtMs }),
    ...(appeal === undefined ? {} : { appeal: ownAppeal(appeal) }),
    appealUntilMs: appealUntilMs({ raisedAtMs }, appealDays),
  };
}

/** An appeal without who decided it: a site is answered by the office, not by a person. */
function ownAppeal({
  decidedBy: _by,
  siteId: _site,
  ...own
}: NonNullable<SiteFacts['appeal']>): NonNullable<SiteAlert['appeal']> {
  return own;
}
