import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import { placeName } from '../../../src-shared/orders/orders.protocol.ts';
import { TimelineButton } from '../../ui/desk/TimelineButton.tsx';
import { FindingCardMark } from '../../ui/findings/FindingCardMark.tsx';
import { dueText } from '../../ui/findings/dueText.ts';
import { FindingConflictNotice } from './FindingConflictNotice.tsx';
import { FindingDeeds } from './FindingDeeds.tsx';
import { FindingSteps } from './FindingSteps.tsx';
import type { FindingsPanelProps } from './findingsPanelProps.ts';

/** One finding: what it is, the pictures before and after, what can be done, and everything that happened. */
export function FindingDetail(props: FindingsPanelProps & { findingId: string }) {
  const { store, actions, times, nowMs, findingId } = props;
  const { t, i18n } = useTranslation();
  const read = useStore(store, (state) => state.read);
  const open = useStore(store, (state) => state.findings.get(findingId));
  const finding = open ?? read?.finding;
  const revision = finding?.revision;
  useEffect(() => {
    if (revision !== undefined) actions.refresh();
  }, [actions, revision]);
  if (finding === undefined) return <p className="desk-dim">{t('findings.reading')}</p>;
  const { place, answer, appeal, sentBack } = finding;
  const due = dueText(finding, nowMs, t);
  return (
    <article className="finding-detail" data-detail-finding-id={findingId} data-finding-state={finding.state}>
      <header>
        <h1>
          <span className="finding-number">{finding.number}</span> {placeName(place, i18n.language)}{' '}
          <FindingCardMark finding={finding} />
        </h1>
        <p>
          <strong>{t(`findings.state.${finding.state}`)}</strong> · {t(`alerts.class.${finding.class}`)} ·{' '}
          {t('findings.by', { date: times.timeOfDay(finding.dueAtMs) })}
          {due !== undefined && (
            <span className={finding.escalation >= 2 ? 'finding-late' : ''}> · {due}</span>
          )}
        </p>
        <p className="desk-dim">
          {[place.district === undefined ? '' : t(`district.${place.district}`), place.address]
            .filter((part) => part !== undefined && part !== '')
            .join(' · ')}
        </p>
        <div className="finding-deeds">
          {finding.orderId !== undefined && <TimelineButton type="order" id={finding.orderId} />}
          {finding.orderId === undefined && place.siteId !== undefined && (
            <TimelineButton type="site" id={place.siteId} />
          )}
        </div>
        <p className="finding-said">{finding.words}</p>
        {finding.clauses.length > 0 && (
          <p className="desk-dim">{t('findings.clauses', { clauses: finding.clauses.join('、') })}</p>
        )}
        {finding.escalation === 1 && due !== undefined && (
          <p className="desk-not-normal">{t('findings.escalation.1')}</p>
        )}
        {answer?.planAtMs !== undefined && finding.state === 'answered' && (
          <p>{t('findings.planned', { date: times.timeOfDay(answer.planAtMs) })}</p>
        )}
        {answer !== undefined && (
          <p className="finding-said" data-finding-answer={answer.kind}>
            {t('findings.answered', { answer: t(`findings.answer.${answer.kind}`) })}
            {answer.words !== undefined && ` · ${answer.words}`}
          </p>
        )}
        {finding.state === 'again' && sentBack !== undefined && (
          <p className="finding-said">{t('findings.sentBack', { reason: sentBack.reason })}</p>
        )}
        {finding.state === 'appealed' && appeal !== undefined && (
          <p className="finding-said">{t('findings.appealed', { reason: appeal.reason })}</p>
        )}
      </header>
      <Pair {...props} finding={finding} />
      {props.photographs?.(finding)}
      <FindingConflictNotice {...props} finding={finding} />
      <FindingDeeds {...props} finding={finding} />
      <section>
        <h2>{t('findings.steps')}</h2>
        <FindingSteps {...props} steps={read?.steps ?? []} />
      </section>
    </article>
  );
}

/** The picture of the alert and the last one of the same camera, beside each other. */
function Pair({ store, times, finding }: FindingsPanelProps & { finding: Finding }) {
  const { t } = useTranslation();
  const pictures = useStore(store, (state) => state.pictures);
  if (finding.place.cameraId === undefined && finding.alertId === undefined) return null;
  return (
    <div className="finding-pictures">
      {(['before', 'now'] as const).map((which) => {
        const picture = pictures[which];
        return (
          <figure key={which} data-finding-picture={which}>
            {picture === undefined ? (
              <div className="finding-no-picture">{t('findings.noPicture')}</div>
            ) : (
              <img src={picture.url} alt={t(`findings.picture.${which}`)} />
            )}
            <figcaption className="desk-dim">
              {t(`findings.picture.${which}`)}
              {picture !== undefined && ` · ${times.timeOfDay(picture.atMs)}`}
            </figcaption>
          </figure>
        );
      })}
      {pictures.isTurned === true && (
        <p className="desk-not-normal finding-turned" role="note">
          {t('findings.turned')}
        </p>
      )}
    </div>
  );
}
