import { cameraKeyOf, joinKey } from '../../../src-shared/alerts/alertJoin.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import {
  pairKey,
  storedIdOf,
  type AlertAudit,
  type AlertChanges,
  type AlertOccurrence,
  type AnsweredRequest,
  type KnownReport,
  type SnapshotRecord,
} from './alerts.repository.ts';

/** The alerts at one moment: the stored ones with the planned changes applied. */
export interface AlertView {
  alert(alertId: string): Alert | undefined;
  /** The last alert of a kind at a camera, when a repeat may still join it. */
  latest(key: string): Alert | undefined;
  hasNonce(keyId: string, nonce: string): boolean;
  request(keyId: string, idempotencyKey: string): AnsweredRequest | undefined;
  /** The report that was ingested under a stored id (`storedIdOf`). */
  report(keyId: string, storedId: string): KnownReport | undefined;
  snapshot(hash: string): SnapshotRecord | undefined;
  /** The alerts that a snapshot was sent with, and when it was taken. */
  alertsOf(snapshotHash: string): { alert: Alert; takenAtMs: number }[];
}

/** The key by which repeated reports of an alert are found. */
export function joinKeyOf(alert: Pick<Alert, 'kindId' | 'place' | 'reportedCamera'>): string {
  return joinKey(alert.kindId, cameraKeyOf(alert.place?.cameraId, alert.reportedCamera));
}

/** Planned changes that are not written yet. Its queries answer as if they were written. */
export class AlertDraft implements AlertView {
  readonly #base: AlertView;
  readonly #alerts = new Map<string, Alert>();
  readonly #raised = new Set<string>();
  readonly #latest = new Map<string, string>();
  readonly #snapshots = new Map<string, SnapshotRecord>();
  readonly #requests = new Map<string, AnsweredRequest>();
  readonly #occurrences = new Map<string, AlertOccurrence>();
  readonly #nonces = new Map<string, AlertChanges['nonces'][number]>();
  readonly #audit: AlertAudit[] = [];

  constructor(base: AlertView) {
    this.#base = base;
  }

  /** A draft again of what was planned before, as it was (`changes`); `raisedIds`: the alerts that are new in it. */
  static from(base: AlertView, changes: AlertChanges, raisedIds: readonly string[]): AlertDraft {
    const draft = new AlertDraft(base);
    for (const alert of changes.alerts) {
      if (raisedIds.includes(alert.alertId)) draft.raise(alert);
      else draft.#alerts.set(alert.alertId, alert);
    }
    for (const one of changes.occurrences) draft.addOccurrence(one);
    for (const one of changes.snapshots) draft.putSnapshot(one);
    for (const one of changes.nonces) draft.addNonce(one);
    for (const one of changes.requests) draft.addRequest(one);
    for (const one of changes.audit) draft.addAudit(one);
    return draft;
  }

  alert(alertId: string): Alert | undefined {
    return this.#alerts.get(alertId) ?? this.#base.alert(alertId);
  }
  latest(key: string): Alert | undefined {
    const alertId = this.#latest.get(key);
    if (alertId !== undefined) return this.alert(alertId);
    const stored = this.#base.latest(key);
    return stored === undefined ? undefined : this.alert(stored.alertId);
  }
  hasNonce(keyId: string, nonce: string): boolean {
    return this.#nonces.has(pairKey(keyId, nonce)) || this.#base.hasNonce(keyId, nonce);
  }
  request(keyId: string, idempotencyKey: string): AnsweredRequest | undefined {
    return this.#requests.get(pairKey(keyId, idempotencyKey)) ?? this.#base.request(keyId, idempotencyKey);
  }
  report(keyId: string, storedId: string): KnownReport | undefined {
    return this.#occurrences.get(pairKey(keyId, storedId)) ?? this.#base.report(keyId, storedId);
  }
  snapshot(hash: string): SnapshotRecord | undefined {
    return this.#snapshots.get(hash) ?? this.#base.snapshot(hash);
  }

  alertsOf(snapshotHash: string): { alert: Alert; takenAtMs: number }[] {
    return this.#base
      .alertsOf(snapshotHash)
      .map(({ alert, takenAtMs }) => ({ alert: this.alert(alert.alertId) ?? alert, takenAtMs }));
  }

  /** A new alert; repeats of it are found from now on. */
  raise(alert: Alert): void {
    this.#alerts.set(alert.alertId, alert);
    this.#raised.add(alert.alertId);
    this.#latest.set(joinKeyOf(alert), alert.alertId);
  }
  /** A change of an alert that is known; its revision rises. */
  change(alert: Alert): void {
    this.#alerts.set(alert.alertId, { ...alert, revision: alert.revision + 1 });
  }
  addOccurrence(occurrence: AlertOccurrence): void {
    this.#occurrences.set(pairKey(occurrence.keyId, storedIdOf(occurrence)), occurrence);
  }
  putSnapshot(record: SnapshotRecord): void {
    this.#snapshots.set(record.hash, record);
  }
  addNonce(nonce: AlertChanges['nonces'][number]): void {
    this.#nonces.set(pairKey(nonce.keyId, nonce.nonce), nonce);
  }
  addRequest(request: AnsweredRequest): void {
    this.#requests.set(pairKey(request.keyId, request.idempotencyKey), request);
  }
  addAudit(audit: AlertAudit): void {
    this.#audit.push(audit);
  }

  /** Takes over what another draft, made on top of this one, planned. */
  absorb(other: AlertDraft): void {
    for (const [key, value] of other.#alerts) this.#alerts.set(key, value);
    for (const alertId of other.#raised) this.#raised.add(alertId);
    for (const [key, value] of other.#latest) this.#latest.set(key, value);
    for (const [key, value] of other.#snapshots) this.#snapshots.set(key, value);
    for (const [key, value] of other.#requests) this.#requests.set(key, value);
    for (const [key, value] of other.#occurrences) this.#occurrences.set(key, value);
    for (const [key, value] of other.#nonces) this.#nonces.set(key, value);
    this.#audit.push(...other.#audit);
  }

  /** Whether an alert of class 1 is raised or changed. */
  concernsClass1(): boolean {
    return [...this.#alerts.values()].some((alert) => alert.class === 1);
  }
  /** Marks its alerts as not stored from now on. */
  markNotStored(): void {
    for (const [key, alert] of this.#alerts) this.#alerts.set(key, { ...alert, isNotStoredYet: true });
  }

  /** Everything to be written. */
  changes(): AlertChanges {
    return {
      alerts: [...this.#alerts.values()],
      occurrences: [...this.#occurrences.values()],
      snapshots: [...this.#snapshots.values()],
      nonces: [...this.#nonces.values()],
      requests: [...this.#requests.values()],
      audit: this.#audit,
    };
  }
  isEmpty(): boolean {
    return (
      this.#alerts.size + this.#snapshots.size + this.#occurrences.size + this.#nonces.size === 0 &&
      this.#requests.size + this.#audit.length === 0
    );
  }
  isRaised(alertId: string): boolean {
    return this.#raised.has(alertId);
  }
}
