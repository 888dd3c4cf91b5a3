import { expect, it } from 'vitest';
import type { Alert } from '../../../../src-shared/alerts/alertView.ts';
import { createAlertMetrics } from '../../../../src-sfu/features/alerts/alertMetrics.ts';
import type { AlertNews } from '../../../../src-sfu/features/alerts/alertAnnouncer.ts';

const alert = (facts: Pick<Alert, 'class' | 'state' | 'raisedAtMs'>): Alert => facts as Alert;

it('counts alerts by class, since the start and now, and says how long the oldest new one waits', () => {
  let arrive: (news: AlertNews) => void = () => undefined;
  const open: Alert[] = [
    alert({ class: 1, state: 'new', raisedAtMs: 4_000 }),
    alert({ class: 1, state: 'new', raisedAtMs: 9_000 }),
    alert({ class: 1, state: 'acknowledged', raisedAtMs: 0 }),
    alert({ class: 3, state: 'dispatched', raisedAtMs: 0 }),
  ];
  const metrics = createAlertMetrics({
    open: () => open,
    onNews: (listener) => void (arrive = listener),
    notStored: () => 2,
    nowMs: () => 10_000,
  });
  arrive({ arrived: open.slice(0, 2), changed: open.slice(2) } as AlertNews);
  expect(Object.fromEntries(metrics.map(({ name, read }) => [name, read()]))).toEqual({
    mingchu_alerts_raised_total: { '1': 2, '2': 0, '3': 0 },
    mingchu_alerts_open: { '1': 3, '2': 0, '3': 1 },
    mingchu_alerts_oldest_new_seconds: { '1': 6, '2': 0, '3': 0 },
    mingchu_alerts_not_stored: 2,
  });
});
