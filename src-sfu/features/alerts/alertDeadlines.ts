import { nextAlertDeadline, transitionAlert, type AlertEvent } from '../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import type { AlertBook } from './alertBook.ts';
import type { AlertLedger } from './alertLedger.ts';
import { historyOf } from './alertWork.ts';
import { hubActor } from './hubActor.ts';

const retryMs = 1_000;

/** Escalates alerts that nobody acknowledged in time, and carries out the deadlines of others. */
export interface AlertDeadlines {
  /** An alert that may not wait for an acknowledgement was loaded or changed. Call `await` when all of them have been followed. */
  follow(alert: Alert): void;
  /** Sets the timer for the next escalation. */
  await(): void;
  /** Escalates or expires the alerts whose deadline has passed. */
  reach(alertIds: readonly string[]): void;
  /** Whether an alert that is not of class 1 has a deadline that has passed. */
  isDue(alert: Alert): boolean;
  /** The alert's times lie in the future, because the date was set back while the hub was off. */
  isAhead(alertId: string, aheadMs: number): void;
  close(): void;
}

export function createAlertDeadlines(options: {
  book: Pick<AlertBook, 'alert'>;
  ledger: AlertLedger;
  logger: Logger;
  nowMs(): number;
}): AlertDeadlines {
  const { book, ledger, logger, nowMs } = options;
  /** Unacknowledged alerts that are still to be escalated. */
  const escalating = new Set<string>();
  /** How far stored alerts lie in the future. Their times count from the hub's start, because otherwise they would be escalated far too late. */
  const aheadMs = new Map<string, number>();
  const presentFor = (alertId: string): number => nowMs() + (aheadMs.get(alertId) ?? 0);
  let escalationTimer: Timer | undefined;
  let closed = false;

  /** Escalates or expires the alerts whose deadline has passed. */
  const reach = (alertIds: readonly string[]): void => {
    if (alertIds.length === 0) return;
    const event: AlertEvent = { type: 'deadlineReached', by: hubActor };
    ledger
      .submit({
        weight: alertIds.length,
        unstored: 'answer',
        plan(draft) {
          const atMs = nowMs();
          for (const alertId of alertIds) {
            const alert = draft.alert(alertId);
            if (alert === undefined) continue;
            const moved = transitionAlert(alert, event, presentFor(alertId));
            if (!moved.ok) continue;
            const after = { ...alert, ...moved.state };
            draft.change(after);
            draft.addAudit({ alertId, actor: hubActor.name, atMs, entry: historyOf(alert, after, event) });
          }
        },
      })
      .then(awaitEscalation, (error: unknown) => {
        if (closed) return;
        logger.error({ err: error }, 'alerts could not be escalated; escalation is tried again in a second');
        escalationTimer?.cancel();
        escalationTimer = startTimer(awaitEscalation, retryMs);
      });
  };

  const awaitEscalation = (): void => {
    escalationTimer?.cancel();
    if (closed) return;
    let next = Number.POSITIVE_INFINITY;
    for (const alertId of escalating) {
      const alert = book.alert(alertId);
      const deadline = alert === undefined ? undefined : nextAlertDeadline(alert);
      if (deadline === undefined) escalating.delete(alertId);
      else next = Math.min(next, deadline - (aheadMs.get(alertId) ?? 0));
    }
    if (next === Number.POSITIVE_INFINITY) return;
    escalationTimer = startTimer(
      () => {
        const due = [...escalating].filter((alertId) => {
          const alert = book.alert(alertId);
          return (
            alert !== undefined &&
            (nextAlertDeadline(alert) ?? Number.POSITIVE_INFINITY) <= presentFor(alertId)
          );
        });
        // A timer may fire a millisecond early.
        if (due.length === 0) awaitEscalation();
        else reach(due);
      },
      Math.max(20, next - nowMs()),
    );
  };

  return {
    follow(alert) {
      if (nextAlertDeadline(alert) === undefined) escalating.delete(alert.alertId);
      else escalating.add(alert.alertId);
    },
    await: awaitEscalation,
    reach,
    isDue(alert) {
      const deadline = alert.class === 1 ? undefined : nextAlertDeadline(alert);
      return deadline !== undefined && deadline <= presentFor(alert.alertId);
    },
    isAhead: (alertId, ms) => void aheadMs.set(alertId, ms),
    close() {
      closed = true;
      escalationTimer?.cancel();
    },
  };
}
