import { raiseAlert, transitionAlert } from '../../../src-shared/alerts/alert.ts';
import type { IntakeAnswer, IntakeResult, ReportWarning } from '../../../src-shared/alerts/alertIntake.ts';
import { cameraKeyOf, joinKey, joinsAlert } from '../../../src-shared/alerts/alertJoin.ts';
import type { AcknowledgeTimes } from '../../../src-shared/alerts/acknowledgeTimes.ts';
import { otherKindId, type AlertClass, type AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert, AlertPlace } from '../../../src-shared/alerts/alertView.ts';
import type { Scope } from '../../../src-shared/session/principal.ts';
import { AlertDraft } from './alertDraft.ts';
import type { LedgerJob } from './alertLedger.ts';
import { storedIdOf } from './alerts.repository.ts';
import { findPlaceProblems, findTimeProblems } from './reportProblems.ts';
import { newerSnapshot, snapshotOf, type TakenSnapshot } from './takenSnapshot.ts';
import { fingerprintOf, isSameReport, type TakenReport } from './reportFingerprint.ts';

/** A signed request whose signature was right. */
export interface AlertDelivery {
  keyId: string;
  /** The key's name, as people know the platform. */
  source: string;
  /** The districts that the key is for. Left out: all of them. */
  districts?: Scope['districts'];
  nonce: string;
  idempotencyKey: string | undefined;
  /** SHA-256 of the body, in hexadecimal. */
  bodyHash: string;
  /** The sender wants a refusal where an id comes again with other content. */
  refusesReusedIds?: boolean;
  alerts: {
    report: TakenReport;
    /** The fields that are stored differently from how they were sent. */
    warnings: readonly ReportWarning[];
    snapshot?: TakenSnapshot | undefined;
  }[];
}

/** The result of a delivery. */
export type DeliveryOutcome =
  | { type: 'taken'; answer: IntakeAnswer }
  /** The same signature was used before. */
  | { type: 'replayed' }
  /** The idempotency key was used for another body. */
  | { type: 'keyReused' }
  /** Ids were used before for other content, and the sender asked for a refusal in this case. */
  | { type: 'idsReused'; problems: { path: string; message: string }[] }
  | { type: 'wrong'; problems: { path: string; message: string }[] };

/** The warning of a report whose id was used before for something else. */
const reusedIdCode = 'external_id_reused';

/** The data that the intake needs. */
export interface AlertIntakeOptions {
  /** The kind of that id that other systems may report. */
  kind(kindId: string): AlertKind | undefined;
  otherKind(): AlertKind;
  joinWindowMs(kindId: string): number;
  /** How long such an alert may wait for an acknowledgement, as it is set now. */
  acknowledgeTimes(alert: { class: AlertClass; kindId: string }): AcknowledgeTimes | undefined;
  /** The registry's camera with this external id, or with this id of the hub itself. */
  findPlace(reportedCamera: string): AlertPlace | undefined;
  newId(nowMs: number): string;
  nowMs(): number;
  /** Converts a moment of the hub's own time to the date that is shown now, for answers to senders. Left out: no conversion. */
  toShownMs?(ownMs: number): number;
}

/** The change that ingests a delivery, completely or not at all. */
export function deliveryJob(
  options: AlertIntakeOptions,
  delivery: AlertDelivery,
): LedgerJob<DeliveryOutcome> {
  const { keyId, nonce, idempotencyKey } = delivery;
  const fingerprints = delivery.alerts.map(({ report, snapshot }) => fingerprintOf(report, snapshot?.hash));
  return {
    weight: delivery.alerts.length,
    unstored: 'refuse',
    asks: {
      nonces: [{ keyId, nonce }],
      requests: idempotencyKey === undefined ? [] : [{ keyId, idempotencyKey }],
      occurrences: delivery.alerts.map(({ report: { externalId } }, index) => {
        const fingerprint = fingerprints[index];
        return { keyId, externalId, ...(fingerprint === undefined ? {} : { fingerprint }) };
      }),
      snapshotHashes: delivery.alerts.flatMap(({ snapshot }) => (snapshot?.ok ? [snapshot.hash] : [])),
    },
    plan: (draft) => planDelivery(options, delivery, fingerprints, draft),
  };
}

function planDelivery(
  options: AlertIntakeOptions,
  delivery: AlertDelivery,
  fingerprints: readonly string[],
  draft: AlertDraft,
): DeliveryOutcome {
  const { keyId, nonce, idempotencyKey, bodyHash } = delivery;
  const nowMs = options.nowMs();
  if (draft.hasNonce(keyId, nonce)) return { type: 'replayed' };
  if (idempotencyKey !== undefined) {
    const before = draft.request(keyId, idempotencyKey);
    if (before !== undefined) {
      if (before.bodyHash !== bodyHash) return { type: 'keyReused' };
      draft.addNonce({ keyId, nonce, atMs: nowMs });
      return { type: 'taken', answer: before.answer as IntakeAnswer };
    }
  }
  const problems = [
    ...findTimeProblems(
      delivery.alerts.map(({ report }) => report),
      nowMs,
      options.toShownMs?.(nowMs) ?? nowMs,
    ),
    ...findPlaceProblems(options, delivery),
  ];
  if (problems.length > 0) return { type: 'wrong', problems };
  // Only an ingested delivery is merged into the draft; a refused one changes nothing.
  const taken = new AlertDraft(draft);
  const reused: { path: string; message: string }[] = [];
  const results = delivery.alerts.map((one, index) => {
    const result = takeReport(options, delivery, one, fingerprints[index] ?? '', taken, nowMs);
    if (result.warnings?.some(({ code }) => code === reusedIdCode) === true) {
      const message = 'was used before for an alert with other content. Give each alert an id of its own.';
      reused.push({ path: `alerts.${index}.externalId`, message });
    }
    return result;
  });
  if (delivery.refusesReusedIds === true && reused.length > 0) return { type: 'idsReused', problems: reused };
  draft.absorb(taken);
  const answer: IntakeAnswer = { results };
  draft.addNonce({ keyId, nonce, atMs: nowMs });
  if (idempotencyKey !== undefined) {
    draft.addRequest({ keyId, idempotencyKey, bodyHash, answer, atMs: nowMs });
  }
  return { type: 'taken', answer };
}

function takeReport(
  options: AlertIntakeOptions,
  { keyId, source }: AlertDelivery,
  { report, snapshot, warnings: readingWarnings }: AlertDelivery['alerts'][number],
  fingerprint: string,
  draft: AlertDraft,
  nowMs: number,
): IntakeResult {
  const { externalId } = report;
  const known = options.kind(report.kind);
  const kind = known ?? options.otherKind();
  const place = options.findPlace(report.cameraId);
  const first = draft.report(keyId, externalId);
  const isReusedId = first !== undefined;
  if (first !== undefined) {
    const [kindId, cameraId, pictureHash] = [kind.kindId, place?.cameraId, snapshot?.hash];
    const content = { report, fingerprint, pictureHash, kindId, cameraId };
    const same = isSameReport(first, draft.alert(first.alertId), content)
      ? first
      : draft.report(keyId, storedIdOf({ externalId, fingerprint, isReusedId: true }));
    if (same !== undefined) return { externalId, alertId: same.alertId, status: 'repeated' };
  }
  const warnings: ReportWarning[] = [...readingWarnings];
  if (isReusedId) {
    const message = `The id "${externalId}" was used before for an alert with other content; this one was ingested as another alert.`;
    warnings.push({ code: reusedIdCode, message });
  }
  if (known === undefined) {
    const message = `No kind "${report.kind}" is known here; the alert was ingested as "${otherKindId}".`;
    warnings.push({ code: 'unknown_kind', message });
  }
  if (place === undefined) {
    const message = `The registry has no camera "${report.cameraId}"; the alert was ingested and marked.`;
    warnings.push({ code: 'unknown_camera', message });
  }
  if (snapshot !== undefined && !snapshot.ok) {
    warnings.push({ code: snapshot.code, message: `${snapshot.message} The alert was ingested without it.` });
  }
  const { occurredAtMs } = report;
  const sent = snapshotOf(snapshot, keyId, occurredAtMs, draft, nowMs);
  const key = joinKey(kind.kindId, cameraKeyOf(place?.cameraId, report.cameraId));
  const open = draft.latest(key);
  const details = {
    ...(report.confidence === undefined ? {} : { confidence: report.confidence }),
    ...(report.message === undefined ? {} : { message: report.message }),
    ...(report.regions === undefined ? {} : { regions: report.regions }),
  };
  const joined = open === undefined ? undefined : joinedAlert(options, open, occurredAtMs, nowMs);
  let alertId: string;
  if (joined !== undefined) {
    ({ alertId } = joined);
    draft.change({
      ...joined,
      ...details,
      ...(joined.confidence === undefined && report.confidence === undefined
        ? {}
        : { confidence: Math.max(joined.confidence ?? 0, report.confidence ?? 0) }),
      ...newerSnapshot(joined, sent),
    });
  } else {
    alertId = options.newId(nowMs);
    draft.raise({
      alertId,
      revision: 1,
      kindId: kind.kindId,
      ...raiseAlert(
        {
          class: kind.class,
          expiresAfterMs: kind.expiresAfterMs,
          acknowledgeTimes: options.acknowledgeTimes(kind),
        },
        nowMs,
      ),
      source: { type: 'platform', keyId, name: source },
      occurredAtMs,
      lastOccurredAtMs: occurredAtMs,
      reportedCamera: report.cameraId,
      ...(known === undefined ? { reportedKind: report.kind } : {}),
      ...(place === undefined ? {} : { place }),
      ...details,
      ...(sent === undefined ? {} : { snapshot: sent }),
      notes: 0,
    });
    draft.addAudit({ alertId, actor: source, atMs: nowMs, entry: { action: 'raised' } });
  }
  if (isReusedId) {
    draft.addAudit({ alertId, actor: source, atMs: nowMs, entry: { action: 'id_reused', externalId } });
  }
  draft.addOccurrence({
    alertId,
    keyId,
    source,
    externalId,
    fingerprint,
    ...(isReusedId ? { isReusedId } : {}),
    receivedAtMs: nowMs,
    occurredAtMs,
    ...(report.confidence === undefined ? {} : { confidence: report.confidence }),
    ...(report.message === undefined ? {} : { message: report.message }),
    ...(sent === undefined ? {} : { snapshotHash: sent.hash }),
  });
  const status = joined === undefined ? 'raised' : 'joined';
  return { externalId, alertId, status, ...(warnings.length === 0 ? {} : { warnings }) };
}

/** The alert with one more occurrence, when the report belongs to it. */
function joinedAlert(
  options: AlertIntakeOptions,
  alert: Alert,
  occurredAtMs: number,
  nowMs: number,
): Alert | undefined {
  const { lastOccurredAtMs } = alert;
  const joinWindowMs = options.joinWindowMs(alert.kindId);
  const first = alert.occurredAtMs;
  const joins = joinsAlert(
    { progress: alert, occurredAtMs: first, lastOccurredAtMs, joinWindowMs },
    occurredAtMs,
  );
  if (!joins) return undefined;
  const moved = transitionAlert(alert, { type: 'repeated', times: 1 }, nowMs);
  if (!moved.ok) return undefined;
  return {
    ...alert,
    ...moved.state,
    occurredAtMs: Math.min(first, occurredAtMs),
    lastOccurredAtMs: Math.max(lastOccurredAtMs, occurredAtMs),
  };
}
