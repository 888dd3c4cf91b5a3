import { useTranslation } from 'react-i18next';
import type { AlertHistoryEntry } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { seatWords } from '../../ui/seatWords.ts';

/** The handling record of an alert, the oldest line first: who did what, when, and with which note. */
export function AlertHistoryLines({
  history,
  times,
}: {
  history: readonly AlertHistoryEntry[];
  times: TimeFormat;
}) {
  const { t } = useTranslation();
  return (
    <ol className="alert-history">
      {history.map((entry, index) => (
        <li key={index} data-action={entry.action}>
          <span className="desk-dim">{times.timeOfDay(entry.atMs)}</span>
          <span>
            {entry.action === 'escalated'
              ? t(entry.escalation === 2 ? 'alerts.done.escalated2' : 'alerts.done.escalated1')
              : t(`alerts.done.${entry.action}`, { id: entry.externalId ?? '' })}
            {entry.reason !== undefined &&
              t('alerts.inBrackets', { words: t(`alerts.reason.${entry.reason}`) })}
            {entry.note !== undefined && <q>{entry.note}</q>}
          </span>
          <span className="alert-actor">
            {entry.actor === 'hub' ? t('alerts.hub') : seatWords(entry.actor, t)}
          </span>
        </li>
      ))}
    </ol>
  );
}
