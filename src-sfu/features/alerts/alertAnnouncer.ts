import { isClosed } from '../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';

/** What happened to alerts, gathered for a moment; each alert once, as it is now. */
export interface AlertNews {
  arrived: Alert[];
  changed: Alert[];
}

/** Gathers news so that a burst is told in few messages; of class 1 it is told at once. */
export interface AlertAnnouncer {
  note(alerts: readonly Alert[], isRaised: (alertId: string) => boolean): void;
  close(): void;
}

const gatherMs = 50;
/** Alerts in one message; what is more waits for the next. */
const maxTold = 200;

export function createAlertAnnouncer(tell: (news: AlertNews) => void): AlertAnnouncer {
  const arrived = new Map<string, Alert>();
  const changed = new Map<string, Alert>();
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    timer = undefined;
    const news: AlertNews = { arrived: take(arrived, maxTold), changed: [] };
    news.changed = take(changed, maxTold - news.arrived.length);
    if (arrived.size + changed.size > 0) timer = setTimeout(flush, gatherMs);
    tell(news);
  };

  return {
    note(alerts, isRaised) {
      let isUrgent = false;
      for (const alert of alerts) {
        const { alertId } = alert;
        // What nobody was told of yet arrives as it is now.
        (isRaised(alertId) || arrived.has(alertId) ? arrived : changed).set(alertId, alert);
        if (alert.class === 1 && (isRaised(alertId) || isClosed(alert) || alert.count === 1)) isUrgent = true;
      }
      if (arrived.size + changed.size === 0) return;
      if (isUrgent && arrived.size + changed.size <= maxTold) {
        clearTimeout(timer);
        flush();
      } else {
        timer ??= setTimeout(flush, gatherMs);
      }
    },
    close() {
      clearTimeout(timer);
    },
  };
}

function take(from: Map<string, Alert>, count: number): Alert[] {
  const taken: Alert[] = [];
  for (const [alertId, alert] of from) {
    if (taken.length >= count) break;
    taken.push(alert);
    from.delete(alertId);
  }
  return taken;
}
