import { raiseAlert, transitionAlert } from '../../../src-shared/alerts/alert.ts';
import {
  maxAgeMs,
  maxAheadMs,
  millisecondsOf,
  type IntakeAnswer,
  type IntakeResult,
  type ReportedAlert,
} from '../../../src-shared/alerts/alertIntake.ts';
import { cameraKeyOf, joinKey, joinsAlert } from '../../../src-shared/alerts/alertJoin.ts';
import { otherKindId, type AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert, AlertPlace, AlertSnapshot } from '../../../src-shared/alerts/alertView.ts';
import type { AlertDraft } from './alertDraft.ts';
import type { LedgerJob } from './alertLedger.ts';

/** A picture that came with an alert and lies on the disk; or why it was not taken. */
export type TakenSnapshot =
  | { ok: true; hash: string; bytes: number; takenAtMs?: number | undefined }
  | { ok: false; code: string; message: string };

/** A signed request whose signature was right. */
export interface AlertDelivery {
  keyId: string;
  /** The key's name, as people know the platform. */
  source: string;
  nonce: string;
  idempotencyKey: string | undefined;
  /** SHA-256 of the body, in hexadecimal. */
  bodyHash: string;
  alerts: { report: ReportedAlert; snapshot?: TakenSnapshot | undefined }[];
}

/** What became of a delivery. */
export type DeliveryOutcome =
  | { type: 'taken'; answer: IntakeAnswer }
  /** The same signature was used before. */
  | { type: 'replayed' }
  /** The idempotency key was used for another body. */
  | { type: 'keyReused' }
  | { type: 'wrong'; problems: { path: string; message: string }[] };

/** What the intake looks up. */
export interface AlertIntakeOptions {
  /** The kind of that id that other systems may report. */
  kind(kindId: string): AlertKind | undefined;
  otherKind(): AlertKind;
  joinWindowMs(kindId: string): number;
  /** The registry's camera of that external id, or of that id of the hub's. */
  findPlace(reportedCamera: string): AlertPlace | undefined;
  newId(nowMs: number): string;
  nowMs(): number;
}

/** The change that takes a delivery: wholly, or not at all. */
export function deliveryJob(
  options: AlertIntakeOptions,
  delivery: AlertDelivery,
): LedgerJob<DeliveryOutcome> {
  const { keyId, nonce, idempotencyKey } = delivery;
  return {
    weight: delivery.alerts.length,
    asks: {
      nonces: [{ keyId, nonce }],
      requests: idempotencyKey === undefined ? [] : [{ keyId, idempotencyKey }],
      occurrences: delivery.alerts.map(({ report }) => ({ keyId, externalId: report.externalId })),
      snapshotHashes: delivery.alerts.flatMap(({ snapshot }) => (snapshot?.ok ? [snapshot.hash] : [])),
    },
    plan: (draft) => planDelivery(options, delivery, draft),
  };
}

/** What is wrong with the times of reports, by their place in the batch. */
export function findTimeProblems(
  reports: readonly ReportedAlert[],
  nowMs: number,
): { path: string; message: string }[] {
  return reports.flatMap((report, index) => {
    const path = `alerts.${index}.occurredAt`;
    const occurredAtMs = millisecondsOf(report.occurredAt);
    const now = new Date(nowMs).toISOString();
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

function planDelivery(
  options: AlertIntakeOptions,
  delivery: AlertDelivery,
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
  const problems = findTimeProblems(
    delivery.alerts.map(({ report }) => report),
    nowMs,
  );
  if (problems.length > 0) return { type: 'wrong', problems };
  const results = delivery.alerts.map((one) => takeReport(options, delivery, one, draft, nowMs));
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
  { report, snapshot }: AlertDelivery['alerts'][number],
  draft: AlertDraft,
  nowMs: number,
): IntakeResult {
  const { externalId } = report;
  const knownId = draft.alertIdOf(keyId, externalId);
  if (knownId !== undefined) return { externalId, alertId: knownId, status: 'repeated' };
  const warnings: NonNullable<IntakeResult['warnings']> = [];
  const known = options.kind(report.kind);
  const kind = known ?? options.otherKind();
  if (known === undefined) {
    const message = `No kind "${report.kind}" is known here; the alert was taken as "${otherKindId}".`;
    warnings.push({ code: 'unknown_kind', message });
  }
  const place = options.findPlace(report.cameraId);
  if (place === undefined) {
    const message = `The registry has no camera "${report.cameraId}"; the alert was taken and marked.`;
    warnings.push({ code: 'unknown_camera', message });
  }
  if (snapshot !== undefined && !snapshot.ok) {
    warnings.push({ code: snapshot.code, message: `${snapshot.message} The alert was taken without it.` });
  }
  const occurredAtMs = millisecondsOf(report.occurredAt);
  const sent = snapshotOf(snapshot, occurredAtMs, draft, nowMs);
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
      ...raiseAlert({ class: kind.class, expiresAfterMs: kind.expiresAfterMs }, nowMs),
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
  draft.addOccurrence({
    alertId,
    keyId,
    source,
    externalId,
    receivedAtMs: nowMs,
    occurredAtMs,
    ...(report.confidence === undefined ? {} : { confidence: report.confidence }),
    ...(report.message === undefined ? {} : { message: report.message }),
    ...(sent === undefined ? {} : { snapshotHash: sent.hash }),
  });
  const status = joined === undefined ? 'raised' : 'joined';
  return { externalId, alertId, status, ...(warnings.length === 0 ? {} : { warnings }) };
}

/** The alert with one more time, when the report belongs to it. */
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

function snapshotOf(
  snapshot: TakenSnapshot | undefined,
  occurredAtMs: number,
  draft: AlertDraft,
  nowMs: number,
): AlertSnapshot | undefined {
  if (snapshot?.ok !== true) return undefined;
  const { hash, bytes, takenAtMs = occurredAtMs } = snapshot;
  const known = draft.snapshot(hash);
  if (known === undefined) draft.putSnapshot({ hash, state: 'checking', bytes, receivedAtMs: nowMs });
  const { state = 'checking', width, height } = known ?? {};
  return {
    hash,
    state,
    takenAtMs,
    ...(width === undefined || height === undefined ? {} : { width, height }),
  };
}

/** A picture that is still to be checked never takes the place of one that can be seen. */
function newerSnapshot(alert: Alert, sent: AlertSnapshot | undefined): Pick<Alert, 'snapshot'> | undefined {
  if (sent === undefined) return undefined;
  const current = alert.snapshot;
  if (current === undefined || current.state !== 'ready') return { snapshot: sent };
  return sent.state === 'ready' && sent.takenAtMs >= current.takenAtMs ? { snapshot: sent } : undefined;
}
