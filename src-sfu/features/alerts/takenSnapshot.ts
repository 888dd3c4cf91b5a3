import type { Alert, AlertSnapshot } from '../../../src-shared/alerts/alertView.ts';
import type { AlertDraft } from './alertDraft.ts';

/** A picture that came with an alert and is on the disk; or why it was not ingested. */
export type TakenSnapshot =
  | { ok: true; hash: string; bytes: number; takenAtMs?: number | undefined }
  | { ok: false; code: string; message: string; hash?: string };

/** The snapshot of an occurrence; a picture that is new is noted to be checked. */
export function snapshotOf(
  snapshot: TakenSnapshot | undefined,
  keyId: string,
  occurredAtMs: number,
  draft: AlertDraft,
  nowMs: number,
): AlertSnapshot | undefined {
  if (snapshot?.ok !== true) return undefined;
  const { hash, bytes, takenAtMs = occurredAtMs } = snapshot;
  const known = draft.snapshot(hash);
  if (known === undefined) draft.putSnapshot({ hash, state: 'checking', bytes, receivedAtMs: nowMs, keyId });
  const { state = 'checking', width, height } = known ?? {};
  return {
    hash,
    state,
    takenAtMs,
    ...(width === undefined || height === undefined ? {} : { width, height }),
  };
}

/** A picture that is not checked yet never replaces one that can be shown. */
export function newerSnapshot(
  alert: Alert,
  sent: AlertSnapshot | undefined,
): Pick<Alert, 'snapshot'> | undefined {
  if (sent === undefined) return undefined;
  const current = alert.snapshot;
  if (current === undefined || current.state !== 'ready') return { snapshot: sent };
  return sent.state === 'ready' && sent.takenAtMs >= current.takenAtMs ? { snapshot: sent } : undefined;
}
