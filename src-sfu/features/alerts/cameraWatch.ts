import { isClosed, raiseAlert, transitionAlert, type AlertEvent } from '../../../src-shared/alerts/alert.ts';
import { cameraKeyOf, joinKey } from '../../../src-shared/alerts/alertJoin.ts';
import { hubKindIds, type AlertKind, type HubKindId } from '../../../src-shared/alerts/alertKinds.ts';
import type { AlertPlace } from '../../../src-shared/alerts/alertView.ts';
import type { CameraHealth } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Logger } from '../../logger.ts';
import type { AlertBook } from './alertBook.ts';
import type { AlertIntakeOptions } from './alertIntake.ts';
import type { AlertLedger } from './alertLedger.ts';
import { historyOf } from './alertWork.ts';
import { pairKey } from './alerts.repository.ts';
import { hubActor } from './hubActor.ts';

/** How long a fault of a camera must last before it becomes an alert. Milliseconds. */
export interface CameraWatchLimits {
  offlineMs: number;
  frozenMs: number;
}

/** The hub's own alerts: cameras that are offline, frozen or covered for longer than set. */
export interface CameraWatch {
  healthChanged(changed: readonly CameraHealth[]): void;
  /** Since when the last picture of a camera has only one colour; undefined when it shows something. */
  pictureJudged(cameraId: string, coveredSinceMs: number | undefined): void;
  /** The registry changed: alerts of removed cameras are closed. */
  registryChanged(): void;
  close(): void;
}

export interface CameraWatchOptions {
  book: Pick<AlertBook, 'open'>;
  ledger: AlertLedger;
  kind(kindId: HubKindId): AlertKind;
  place(cameraId: string): AlertPlace | undefined;
  acknowledgeTimes: AlertIntakeOptions['acknowledgeTimes'];
  limits: CameraWatchLimits;
  newId(nowMs: number): string;
  logger: Logger;
  nowMs(): number;
}

const checkMs = 5_000;
const hubKeyId = 'hub';

interface Trouble {
  kindId: HubKindId;
  cameraId: string;
  sinceMs: number;
}

/** What is wrong with a camera, by its health. */
function troubleOf({ cameraId, condition, sinceMs }: CameraHealth): Trouble | undefined {
  switch (condition) {
    case 'offline':
    case 'unauthorized':
      return { kindId: 'camera_offline', cameraId, sinceMs };
    case 'frozen':
      return { kindId: 'camera_frozen', cameraId, sinceMs };
    case 'unknown':
    case 'online':
    case 'unsupported':
      return undefined;
  }
}

export function createCameraWatch(options: CameraWatchOptions): CameraWatch {
  const { book, ledger, limits, logger, nowMs } = options;
  /** Cameras with a known condition, by their faults. */
  const conditions = new Map<string, Trouble | undefined>();
  /** Cameras whose picture was judged; undefined where it can be seen. */
  const covered = new Map<string, Trouble | undefined>();
  /** Troubles that were raised; each is raised once, also when somebody closed its alert before it was over. */
  const raised = new Set<string>();
  let isChecking = false;
  /** Something changed while a check was under way: another follows it. */
  let isWanted = false;

  const limitMs: Record<HubKindId, number> = {
    camera_offline: limits.offlineMs,
    camera_frozen: limits.frozenMs,
    camera_covered: 0,
  };
  /** `place` also finds cameras by what other systems call them. */
  const isRegistered = (cameraId: string): boolean => options.place(cameraId)?.cameraId === cameraId;
  const idOf = ({ kindId, cameraId, sinceMs }: Trouble): string => `${kindId}:${cameraId}:${sinceMs}`;

  const raise = async (troubles: readonly Trouble[]): Promise<void> => {
    await ledger.submit({
      weight: troubles.length,
      asks: { occurrences: troubles.map((one) => ({ keyId: hubKeyId, externalId: idOf(one) })) },
      plan(draft) {
        const atMs = nowMs();
        for (const trouble of troubles) {
          const { kindId, cameraId, sinceMs } = trouble;
          const place = options.place(cameraId);
          const externalId = idOf(trouble);
          if (place === undefined || draft.report(hubKeyId, externalId) !== undefined) continue;
          const before = draft.latest(joinKey(kindId, cameraKeyOf(cameraId, cameraId)));
          if (before !== undefined && !isClosed(before)) continue;
          const kind = options.kind(kindId);
          const alertId = options.newId(atMs);
          draft.raise({
            alertId,
            revision: 1,
            kindId,
            ...raiseAlert(
              {
                class: kind.class,
                expiresAfterMs: kind.expiresAfterMs,
                acknowledgeTimes: options.acknowledgeTimes(kind),
              },
              atMs,
            ),
            source: { type: 'hub' },
            occurredAtMs: sinceMs,
            lastOccurredAtMs: sinceMs,
            reportedCamera: cameraId,
            place,
            notes: 0,
          });
          draft.addAudit({ alertId, actor: hubActor.name, atMs, entry: { action: 'raised' } });
          draft.addOccurrence({
            alertId,
            keyId: hubKeyId,
            source: hubActor.name,
            externalId,
            receivedAtMs: atMs,
            occurredAtMs: sinceMs,
          });
        }
      },
    });
    for (const trouble of troubles) raised.add(idOf(trouble));
  };

  const end = (alertIds: readonly string[], type: 'recovered' | 'cameraRemoved'): Promise<void> =>
    ledger.submit({
      weight: alertIds.length,
      plan(draft) {
        const atMs = nowMs();
        const event: AlertEvent = { type, by: hubActor };
        for (const alertId of alertIds) {
          const alert = draft.alert(alertId);
          const moved = alert === undefined ? undefined : transitionAlert(alert, event, atMs);
          if (alert === undefined || moved?.ok !== true) continue;
          const after = { ...alert, ...moved.state };
          draft.change(after);
          draft.addAudit({ alertId, actor: hubActor.name, atMs, entry: historyOf(alert, after, event) });
        }
      },
    });

  const check = async (): Promise<void> => {
    const now = nowMs();
    for (const known of [conditions, covered]) {
      for (const cameraId of known.keys()) if (!isRegistered(cameraId)) known.delete(cameraId);
    }
    const troubles = [...conditions.values(), ...covered.values()].filter((one) => one !== undefined);
    const present = new Set(troubles.map(({ kindId, cameraId }) => pairKey(kindId, cameraId)));
    const due = troubles.filter((one) => now - one.sinceMs >= limitMs[one.kindId] && !raised.has(idOf(one)));
    const over: string[] = [];
    const removed: string[] = [];
    for (const { alertId, kindId, place, source } of book.open()) {
      const cameraId = place?.cameraId;
      if (cameraId === undefined || source.type !== 'hub' || !hubKindIds.some((one) => one === kindId))
        continue;
      if (!isRegistered(cameraId)) {
        removed.push(alertId);
        continue;
      }
      const isKnown = (kindId === 'camera_covered' ? covered : conditions).has(cameraId);
      if (isKnown && !present.has(pairKey(kindId, cameraId))) over.push(alertId);
    }
    if (due.length > 0) await raise(due);
    if (over.length > 0) await end(over, 'recovered');
    if (removed.length > 0) await end(removed, 'cameraRemoved');
    const current = new Set(troubles.map(idOf));
    for (const id of raised) if (!current.has(id)) raised.delete(id);
  };

  const checkSoon = (): void => {
    if (isChecking) {
      isWanted = true;
      return;
    }
    isChecking = true;
    isWanted = false;
    check()
      .catch((error: unknown) =>
        logger.error({ err: error }, 'alerts about the condition of cameras could not be raised or ended'),
      )
      .finally(() => {
        isChecking = false;
        if (isWanted) checkSoon();
      });
  };
  const timer = setInterval(checkSoon, checkMs);
  timer.unref();

  return {
    healthChanged(changed) {
      for (const health of changed) conditions.set(health.cameraId, troubleOf(health));
    },
    pictureJudged(cameraId, coveredSinceMs) {
      const before = covered.get(cameraId);
      if (coveredSinceMs === undefined) covered.set(cameraId, undefined);
      else if (before === undefined) {
        covered.set(cameraId, { kindId: 'camera_covered', cameraId, sinceMs: coveredSinceMs });
      }
    },
    registryChanged: checkSoon,
    close() {
      clearInterval(timer);
    },
  };
}
