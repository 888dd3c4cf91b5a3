import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { AlertFilter, AlertHistoryEntry } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';

/** One time that an alert was reported. A reporter's external id is taken once. */
export interface AlertOccurrence {
  alertId: string;
  /** The key it came with; `hub` for the hub's own. */
  keyId: string;
  source: string;
  externalId: string;
  receivedAtMs: number;
  occurredAtMs: number;
  confidence?: number;
  message?: string;
  snapshotHash?: string;
}

/** A picture that was sent, by the SHA-256 of its bytes. */
export interface SnapshotRecord {
  hash: string;
  state: 'checking' | 'ready' | 'unusable';
  bytes: number;
  width?: number;
  height?: number;
  receivedAtMs: number;
}

/** What a request with an idempotency key was answered. */
export interface AnsweredRequest {
  keyId: string;
  idempotencyKey: string;
  bodyHash: string;
  answer: unknown;
  atMs: number;
}

/** A line of an alert's history, for the audit log. */
export interface AlertAudit {
  alertId: string;
  actor: string;
  atMs: number;
  entry: Omit<AlertHistoryEntry, 'atMs' | 'actor'>;
}

/** What is written together: all of it or nothing. */
export interface AlertChanges {
  alerts: Alert[];
  occurrences: AlertOccurrence[];
  snapshots: SnapshotRecord[];
  nonces: { keyId: string; nonce: string; atMs: number }[];
  requests: AnsweredRequest[];
  audit: AlertAudit[];
}

/** What must be known before a change can be planned. */
export interface AlertQuestions {
  nonces: { keyId: string; nonce: string }[];
  requests: { keyId: string; idempotencyKey: string }[];
  occurrences: { keyId: string; externalId: string }[];
  alertIds: string[];
  snapshotHashes: string[];
  /** Snapshots whose alerts are wanted, with the alerts themselves. */
  alertsOfSnapshots: string[];
}

export interface AlertFacts {
  /** By `pairKey(keyId, nonce)`. */
  nonces: Set<string>;
  /** By `pairKey(keyId, idempotencyKey)`. */
  requests: Map<string, AnsweredRequest>;
  /** The alert's id by `pairKey(keyId, externalId)`. */
  occurrences: Map<string, string>;
  alerts: Map<string, Alert>;
  snapshots: Map<string, SnapshotRecord>;
  /** The alerts a snapshot was sent with, by its hash; of several times with one alert the last. */
  sentWith: Map<string, { alertId: string; takenAtMs: number }[]>;
}

/** Two texts as one key; the separator is in neither. */
export function pairKey(left: string, right: string): string {
  return `${left}\u0000${right}`;
}

export interface AlertPage {
  alerts: Alert[];
  next?: string;
  total: number;
}

/** Where alerts are kept. What resolved is durable. */
export interface AlertsRepository {
  ask(questions: AlertQuestions): Promise<AlertFacts>;
  commit(changes: AlertChanges): Promise<void>;
  /** Every open alert, and those called false since. */
  listOpen(calledFalseSinceMs: number): Promise<Alert[]>;
  countByDistrict(sinceMs: number): Promise<Partial<Record<District, number>>>;
  countRaised(sinceMs: number): Promise<number>;
  listUncheckedSnapshots(): Promise<SnapshotRecord[]>;
  findSnapshot(hash: string): Promise<SnapshotRecord | undefined>;
  find(alertId: string): Promise<Alert | undefined>;
  history(alertId: string): Promise<AlertHistoryEntry[]>;
  /** The newest first. */
  occurrences(alertId: string, limit: number): Promise<AlertOccurrence[]>;
  /** The newest first. An unknown cursor counts as none. */
  search(filter: AlertFilter, limit: number, cursor?: string): Promise<AlertPage>;
  statistics(filter: AlertFilter): Promise<OutputOf<'alerts:readStatistics'>>;
  listKinds(): Promise<AlertKind[]>;
  saveKind(kind: AlertKind, actor: string, nowMs: number): Promise<void>;
  /** Nonces and answers from before are of no use any more. */
  forget(before: { noncesMs: number; requestsMs: number }): Promise<void>;
}
