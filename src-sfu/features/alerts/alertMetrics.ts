import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { Gauge } from '../../base/gauge.ts';
import type { AlertsService } from './alerts.service.ts';

/** Figures of alerts for `/metrics`. */
export function createAlertMetrics(options: {
  /** Alerts that are not closed. */
  open(): Iterable<Alert>;
  onNews: AlertsService['onNews'];
  /** Changes of alerts of class 1 that are shown and not stored. */
  notStored(): number;
  nowMs(): number;
}): Gauge[] {
  const { open, nowMs } = options;
  const raised: Record<string, number> = { '1': 0, '2': 0, '3': 0 };
  options.onNews(({ arrived }) => {
    for (const alert of arrived) raised[alert.class] = (raised[alert.class] ?? 0) + 1;
  });
  return [
    {
      name: 'mingchu_alerts_raised_total',
      help: 'Alerts since the start, by class',
      type: 'counter',
      label: 'class',
      read: () => ({ ...raised }),
    },
    {
      name: 'mingchu_alerts_open',
      help: 'Alerts that are not closed, by class',
      label: 'class',
      read() {
        const counts: Record<string, number> = { '1': 0, '2': 0, '3': 0 };
        for (const alert of open()) counts[alert.class] = (counts[alert.class] ?? 0) + 1;
        return counts;
      },
    },
    {
      name: 'mingchu_alerts_oldest_new_seconds',
      help: 'Age of the oldest alert that nobody has acknowledged, by class; 0 without one',
      label: 'class',
      read() {
        const ages: Record<string, number> = { '1': 0, '2': 0, '3': 0 };
        for (const alert of open()) {
          if (alert.state !== 'new') continue;
          ages[alert.class] = Math.max(ages[alert.class] ?? 0, (nowMs() - alert.raisedAtMs) / 1_000);
        }
        return ages;
      },
    },
    {
      name: 'mingchu_alerts_not_stored',
      help: 'Changes of alerts of class 1 that are shown and not stored yet',
      read: options.notStored,
    },
  ];
}
