import type { RecordedPrincipal } from '../../base/asking.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { AlertFilter, AlertHistoryEntry } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';

/** One report of an alert. A reporter's external id is ingested once for each content that is sent with it. */
export interface AlertOccurrence {
  alertId: string;
  /** The key it came with; `hub` for the hub's own. */
  keyId: string;
  source: string;
  externalId: string;
  /** What was reported, as a hash (reportFingerprint.ts); the hub's own alerts and those of older versions have none. */
  fingerprint?: string;
  /** The id had been used for something else before. */
  isReusedId?: true;
  receivedAtMs: number;
  occurredAtMs: number;
  confidence?: number;
  message?: string;
  snapshotHash?: string;
}

/** Stands between a reporter's id and a fingerprint; ids hold no control characters. */
const fingerprintMark = '\u0001';

/**
 * The id under which an occurrence is stored, once for each key: the reporter's id; when that id was used for other content
 * before, the id with the fingerprint of this content.
 */
export function storedIdOf(
  occurrence: Pick<AlertOccurrence, 'externalId' | 'fingerprint' | 'isReusedId'>,
): string {
  const { externalId, fingerprint = '', isReusedId } = occurrence;
  return isReusedId === true ? externalId + fingerprintMark + fingerprint : externalId;
}

/** The reporter's id of a stored one. */
export function externalIdOf(storedId: string): string {
  return storedId.split(fingerprintMark, 1)[0] ?? storedId;
}

/** A report that was ingested before: its alert, and what is known of its content. */
export type KnownReport = Pick<
  AlertOccurrence,
  'alertId' | 'fingerprint' | 'occurredAtMs' | 'confidence' | 'message' | 'snapshotHash'
>;

/** A picture that was sent, by the SHA-256 of its bytes. */
export interface SnapshotRecord {
  hash: string;
  state: 'checking' | 'ready' | 'unusable';
  bytes: number;
  width?: number;
  height?: number;
  receivedAtMs: number;
  /** The key that sent it first; its quota counts it. */
  keyId?: string;
}

/** The answer to a request with an idempotency key. */
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
  /** Who asked; left out: a platform, or the hub by itself. */
  principal?: RecordedPrincipal | undefined;
}

/** Changes that are written in one transaction: all or none. */
export interface AlertChanges {
  alerts: Alert[];
  occurrences: AlertOccurrence[];
  snapshots: SnapshotRecord[];
  nonces: { keyId: string; nonce: string; atMs: number }[];
  requests: AnsweredRequest[];
  audit: AlertAudit[];
  /** They come from the spool: where the store has these revisions of the alerts, they were written before and are not again. */
  isReplayed?: true;
}

/** The data that must be read before a change can be planned. */
export interface AlertQuestions {
  nonces: { keyId: string; nonce: string }[];
  requests: { keyId: string; idempotencyKey: string }[];
  /** Reports by their id; with a fingerprint also the report of that content, when the id was used for several. */
  occurrences: { keyId: string; externalId: string; fingerprint?: string }[];
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
  /** By `pairKey(keyId, storedIdOf(…))`. */
  occurrences: Map<string, KnownReport>;
  alerts: Map<string, Alert>;
  snapshots: Map<string, SnapshotRecord>;
  /** The alerts a snapshot was sent with, by its hash; of several times with one alert the last. */
  sentWith: Map<string, { alertId: string; takenAtMs: number }[]>;
}

/** The database works but refuses these changes or queries, so trying again does not help. */
export class RefusedByStoreError extends Error {
  override name = 'RefusedByStoreError';
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

/** The matches of one step, perhaps none; the walk ends without a `next`. */
export interface AlertSlice {
  alerts: Alert[];
  next?: string;
}

/** Stores alerts. A resolved promise is durable. `ask` and `commit` reject with RefusedByStoreError for data that the store can never accept. */
export interface AlertsRepository {
  ask(questions: AlertQuestions): Promise<AlertFacts>;
  commit(changes: AlertChanges): Promise<void>;
  /** Every open alert, and those that were marked as false alarms since then. */
  listOpen(calledFalseSinceMs: number): Promise<Alert[]>;
  countByDistrict(sinceMs: number): Promise<Partial<Record<District, number>>>;
  countRaised(sinceMs: number): Promise<number>;
  listUncheckedSnapshots(): Promise<SnapshotRecord[]>;
  findSnapshot(hash: string): Promise<SnapshotRecord | undefined>;
  /** Those of these hashes that belong to an alert. */
  knownSnapshots(hashes: readonly string[]): Promise<Set<string>>;
  /** Bytes of the pictures that came since, by the key that sent them first. */
  snapshotBytesByKey(sinceMs: number): Promise<{ keyId: string; receivedAtMs: number; bytes: number }[]>;
  find(alertId: string): Promise<Alert | undefined>;
  history(alertId: string): Promise<AlertHistoryEntry[]>;
  /** The newest first. */
  occurrences(alertId: string, limit: number): Promise<AlertOccurrence[]>;
  /** The newest first. An unknown cursor counts as none. */
  search(filter: AlertFilter, limit: number, cursor?: string): Promise<AlertPage>;
  /** One step of a walk through history, without a count; it takes some milliseconds. */
  slice(filter: AlertFilter, cursor?: string): Promise<AlertSlice>;
  statistics(filter: AlertFilter): Promise<OutputOf<'alerts:readStatistics'>>;
  listKinds(): Promise<AlertKind[]>;
  saveKind(kind: AlertKind, actor: string, nowMs: number): Promise<void>;
  /** Removes nonces and answers that are older and not needed any more. */
  forget(before: { noncesMs: number; requestsMs: number }): Promise<void>;
}
