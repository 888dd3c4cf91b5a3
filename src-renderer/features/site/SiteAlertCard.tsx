import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { appealReasons, appealRefusal, type SiteAlert } from '../../../src-shared/sites/siteAlerts.ts';
import type { SiteReport } from '../../../src-shared/sites/sites.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { SayingRefusal, WaitingSaying } from './sayings.ts';
import { SitePair, type SitePictures } from './SitePair.tsx';

/** A class's shape, so that colour never says it alone. */
const shapes = { 1: '▲', 2: '◆', 3: '●' } as const;

export interface SiteAlertCardProps {
  alert: SiteAlert;
  /** What was said about it and waits for the network. */
  waiting: readonly WaitingSaying[];
  refused: SayingRefusal | undefined;
  isOpen: boolean;
  pictures: SitePictures;
  times: TimeFormat;
  nowMs: number;
  onOpen(isOpen: boolean): void;
  onSay(report: SiteReport): void;
}

/** One alert of the site: what, where, when; its picture beside the present one; seen, and appeal. */
export function SiteAlertCard(props: SiteAlertCardProps) {
  const { alert, waiting, refused, isOpen, pictures, times, nowMs, onOpen, onSay } = props;
  const { t, i18n } = useTranslation();
  const english = i18n.language === 'en';
  const { alertId, appeal } = alert;
  const isSeen = alert.seenAtMs !== undefined || waiting.some(({ report }) => report.type === 'seen');
  const appealWaits = waiting.some(({ report }) => report.type === 'appeal');
  const mayAppeal = !appealWaits && appealRefusal(alert, nowMs) === undefined;
  return (
    <li
      className={`site-alert site-alert--${alert.class} site-alert--${alert.state}`}
      data-alert-id={alertId}
      data-alert-state={alert.state}
      data-seen={isSeen}
    >
      <button
        type="button"
        className="site-alert-head"
        aria-expanded={isOpen}
        onClick={() => onOpen(!isOpen)}
      >
        <span className="site-alert-shape" aria-hidden="true">
          {shapes[alert.class]}
        </span>
        <span className="site-alert-title">
          {english ? alert.kindNameEn : alert.kindName}
          {alert.count > 1 && ` ×${alert.count}`}
        </span>
        <span className="site-alert-state">{t(`site.alert.state.${alert.state}`)}</span>
        <span className="site-alert-place">
          {t(`alerts.class.${alert.class}`)} ·{' '}
          {(english ? alert.cameraNameEn : undefined) ?? alert.cameraName} ·{' '}
          {times.timeOfDay(alert.raisedAtMs)}
        </span>
      </button>
      {isOpen && <SitePair alert={alert} pictures={pictures} times={times} />}
      {refused !== undefined && (
        <p className="site-strip site-strip--wrong" role="alert">
          {t(`site.refused.${refused}`)}
        </p>
      )}
      {appealWaits && <p className="site-quiet">{t('site.appeal.unsent')}</p>}
      {appeal !== undefined && (
        <p className="site-quiet" data-appeal={appeal.state}>
          {t(`site.appeal.state.${appeal.state}`, { reason: t(`alerts.reason.${appeal.reason}`) })}
          {appeal.answer !== undefined && ` ${t('site.appeal.answer', { answer: appeal.answer })}`}
        </p>
      )}
      <div className="site-keys">
        {isSeen ? (
          <span className="site-quiet">
            {alert.seenAtMs === undefined
              ? t('site.alert.seenUnsent')
              : t('site.alert.seenAt', { at: times.timeOfDay(alert.seenAtMs) })}
          </span>
        ) : (
          <button
            type="button"
            className="site-key site-key--first"
            onClick={() => onSay({ type: 'seen', alertId })}
          >
            {t('site.alert.seen')}
          </button>
        )}
      </div>
      {isOpen && mayAppeal && <AppealForm alertId={alertId} onSay={onSay} />}
      {isOpen && appeal === undefined && alert.state !== 'false_alarm' && nowMs > alert.appealUntilMs && (
        <p className="site-quiet">{t('site.refused.too_late')}</p>
      )}
    </li>
  );
}

/** Says that an alert is false, with a reason; asked for once more before it is sent, because there is one appeal only. */
function AppealForm({ alertId, onSay }: Pick<SiteAlertCardProps, 'onSay'> & { alertId: string }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState<(typeof appealReasons)[number] | undefined>();
  const [note, setNote] = useState('');
  if (!isOpen) {
    return (
      <button type="button" className="site-key" onClick={() => setOpen(true)}>
        {t('site.appeal.open')}
      </button>
    );
  }
  return (
    <form
      className="site-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === undefined) return;
        const words = note.trim();
        onSay({ type: 'appeal', alertId, reason, ...(words === '' ? {} : { note: words }) });
      }}
    >
      <fieldset>
        <legend>{t('site.appeal.why')}</legend>
        {appealReasons.map((one) => (
          <label key={one} className="site-choice">
            <input
              type="radio"
              name={`reason-${alertId}`}
              checked={reason === one}
              onChange={() => setReason(one)}
            />
            {t(`alerts.reason.${one}`)}
          </label>
        ))}
      </fieldset>
      <label className="site-words">
        <span>{t('site.appeal.note')}</span>
        <textarea rows={3} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      <p className="site-quiet">{t('site.appeal.once')}</p>
      <div className="site-keys">
        <button type="submit" className="site-key site-key--first" disabled={reason === undefined}>
          {t('site.appeal.send')}
        </button>
        <button type="button" className="site-key" onClick={() => setOpen(false)}>
          {t('dialog.cancel')}
        </button>
      </div>
    </form>
  );
}
