import { useTranslation } from 'react-i18next';
import { acknowledgeDueAtMs } from '../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import { durationText } from '../../ui/times.ts';

/** How long a new alert may still wait for an acknowledgement, or since when it has waited too long. Nothing where it may wait. */
export function AcknowledgeTimer({ alert, nowMs }: { alert: Alert; nowMs: number }) {
  const { t } = useTranslation();
  const dueAtMs = acknowledgeDueAtMs(alert);
  if (dueAtMs === undefined) return null;
  const left = dueAtMs - nowMs;
  return (
    <span
      className={left < 0 ? 'alert-timer alert-timer--over' : 'alert-timer'}
      role="timer"
      data-acknowledge={left < 0 ? 'over' : 'left'}
    >
      {t(left < 0 ? 'alerts.acknowledgeOver' : 'alerts.acknowledgeLeft', {
        clock: durationText(Math.abs(left)),
      })}
    </span>
  );
}
