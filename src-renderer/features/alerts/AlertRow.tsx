import { useTranslation } from 'react-i18next';
import { acknowledgeDueAtMs } from '../../../src-shared/alerts/alert.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import { AcknowledgeTimer } from './AcknowledgeTimer.tsx';
import { ageText, alertTitle, classShapes, placeText } from './alertWords.ts';
import { seatWords } from '../../ui/seatWords.ts';

export interface AlertRowProps {
  alert: Alert;
  kinds: ReadonlyMap<string, AlertKind>;
  nowMs: number;
  isChosen: boolean;
  isMember: boolean;
  onChoose(alertId: string): void;
}

/** One alert in the queue. */
export function AlertRow({ alert, kinds, nowMs, isChosen, isMember, onChoose }: AlertRowProps) {
  const { t, i18n } = useTranslation();
  return (
    <button
      type="button"
      className={isMember ? 'alert-row alert-row--member' : 'alert-row'}
      data-alert-id={alert.alertId}
      data-alert-class={alert.class}
      data-alert-state={alert.state}
      aria-current={isChosen}
      onClick={() => onChoose(alert.alertId)}
    >
      <span className="alert-kind">
        <span className="alert-shape" aria-hidden="true">
          {classShapes[alert.class]}
        </span>{' '}
        {t(`alerts.class.${alert.class}`)} · {alertTitle(alert, kinds, i18n.language)}
        {alert.count > 1 && ` ×${alert.count}`}
      </span>
      <span className="alert-age">{ageText(nowMs - alert.raisedAtMs, t)}</span>
      <span className="alert-place">{placeText(alert, t, i18n.language)}</span>
      <span className="alert-state">
        <AcknowledgeTimer alert={alert} nowMs={nowMs} />
        {alert.acknowledged === undefined
          ? acknowledgeDueAtMs(alert) === undefined && t(`alerts.state.${alert.state}`)
          : seatWords(alert.acknowledged.by.name, t)}
        {alert.isNotStoredYet === true && <span data-not-stored> · {t('alerts.notStored')}</span>}
      </span>
    </button>
  );
}
