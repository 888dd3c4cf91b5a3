import { isClosed } from '../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';

/** Changes of alerts that were gathered for some milliseconds; each alert once, in its present state. */
export interface AlertNews {
  arrived: Alert[];
  changed: Alert[];
}

/** Gathers changes so that a burst needs few messages; changes of class 1 are sent at once. */
export interface AlertAnnouncer {
  note(alerts: readonly Alert[], isRaised: (alertId: string) => boolean): void;
  close(): void;
}

const gatherMs = 50;
/** The largest number of alerts in one message; further ones wait for the next message. */
const maxPerMessage = 200;

export function createAlertAnnouncer(notify: (news: AlertNews) => void): AlertAnnouncer {
  const arrived = new Map<string, Alert>();
  const changed = new Map<string, Alert>();
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    timer = undefined;
    const news: AlertNews = { arrived: take(arrived, maxPerMessage), changed: [] };
    news.changed = take(changed, maxPerMessage - news.arrived.length);
    if (arrived.size + changed.size > 0) timer = setTimeout(flush, gatherMs);
    notify(news);
  };

  return {
    note(alerts, isRaised) {
      let isUrgent = false;
      for (const alert of alerts) {
        const { alertId } = alert;
        // An alert that was not announced yet is announced in its present state.
        (isRaised(alertId) || arrived.has(alertId) ? arrived : changed).set(alertId, alert);
        if (alert.class === 1 && (isRaised(alertId) || isClosed(alert) || alert.count === 1)) isUrgent = true;
      }
      if (arrived.size + changed.size === 0) return;
      if (isUrgent && arrived.size + changed.size <= maxPerMessage) {
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
