import { isClosed, raiseAlert, transitionAlert } from '../../../src-shared/alerts/alert.ts';
import { cameraKeyOf, joinKey, joinsAlert } from '../../../src-shared/alerts/alertJoin.ts';
import { citizenKindId } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert, AlertPlace } from '../../../src-shared/alerts/alertView.ts';
import type { AlertDraft } from './alertDraft.ts';
import type { AlertIntakeOptions } from './alertIntake.ts';
import type { LedgerJob } from './alertLedger.ts';
import { newerSnapshot, snapshotOf } from './takenSnapshot.ts';

/** A report of a citizen that is stored. Times are of the hub's own clock. */
export interface CitizenDelivery {
  reportId: string;
  /** Its site, without a camera. */
  place: AlertPlace;
  text: string;
  receivedAtMs: number;
  /** Its photograph, which the hub encoded again and saved. */
  picture?: { hash: string; bytes: number };
}

/** Under what its reports and pictures are stored, where a platform has the id of its key. */
export const citizenKeyId = 'public';

type Options = Pick<AlertIntakeOptions, 'acknowledgeTimes' | 'joinWindowMs' | 'newId' | 'nowMs'>;

/**
 * The change that makes a report an alert of class 3, or one more report of the open alert of its site: one site is one row at the
 * desk. A report that was ingested before changes nothing.
 */
export function citizenReportJob(
  options: Options,
  delivery: CitizenDelivery,
): LedgerJob<{ alertId: string }> {
  const { reportId, picture } = delivery;
  return {
    asks: {
      occurrences: [{ keyId: citizenKeyId, externalId: reportId }],
      snapshotHashes: picture === undefined ? [] : [picture.hash],
    },
    plan: (draft) => {
      const known = draft.report(citizenKeyId, reportId);
      return { alertId: known?.alertId ?? takeReport(options, delivery, draft) };
    },
  };
}

function takeReport(options: Options, delivery: CitizenDelivery, draft: AlertDraft): string {
  const { reportId, place, text, receivedAtMs, picture } = delivery;
  const nowMs = options.nowMs();
  const sent = snapshotOf(
    picture === undefined ? undefined : { ok: true, ...picture },
    citizenKeyId,
    receivedAtMs,
    draft,
    nowMs,
  );
  const open = draft.latest(joinKey(citizenKindId, cameraKeyOf(undefined, place.siteId)));
  const joined = open === undefined ? undefined : joinedAlert(options, open, receivedAtMs, nowMs);
  const alertId = joined?.alertId ?? options.newId(nowMs);
  if (joined !== undefined) {
    draft.change({ ...joined, message: text, ...newerSnapshot(joined, sent) });
  } else {
    draft.raise({
      alertId,
      revision: 1,
      kindId: citizenKindId,
      ...raiseAlert(
        { class: 3, acknowledgeTimes: options.acknowledgeTimes({ class: 3, kindId: citizenKindId }) },
        nowMs,
      ),
      source: { type: 'public' },
      occurredAtMs: receivedAtMs,
      lastOccurredAtMs: receivedAtMs,
      reportedCamera: place.siteId,
      place,
      message: text,
      ...(sent === undefined ? {} : { snapshot: sent }),
      notes: 0,
    });
    draft.addAudit({ alertId, actor: citizenKeyId, atMs: nowMs, entry: { action: 'raised' } });
  }
  draft.addOccurrence({
    alertId,
    keyId: citizenKeyId,
    source: citizenKeyId,
    externalId: reportId,
    receivedAtMs: nowMs,
    occurredAtMs: receivedAtMs,
    message: text,
    ...(sent === undefined ? {} : { snapshotHash: sent.hash }),
  });
  return alertId;
}

/** The open alert of the site with one more report. A closed one takes none: who reports again is heard again. */
function joinedAlert(options: Options, alert: Alert, receivedAtMs: number, nowMs: number): Alert | undefined {
  const { occurredAtMs, lastOccurredAtMs } = alert;
  const joinWindowMs = options.joinWindowMs(citizenKindId);
  if (isClosed(alert)) return undefined;
  if (!joinsAlert({ progress: alert, occurredAtMs, lastOccurredAtMs, joinWindowMs }, receivedAtMs))
    return undefined;
  const moved = transitionAlert(alert, { type: 'repeated', times: 1 }, nowMs);
  if (!moved.ok) return undefined;
  return { ...alert, ...moved.state, lastOccurredAtMs: Math.max(lastOccurredAtMs, receivedAtMs) };
}
