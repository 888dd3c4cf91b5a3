import { Button, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import type { SitesActions } from './sitesActions.ts';
import type { SitesStore } from './sitesStore.ts';

export interface SiteSideProps {
  store: SitesStore;
  actions: SitesActions;
  alertId: string;
  times: TimeFormat;
  enabled: boolean;
}

/** The site's side of an alert: whether it was seen there, and the appeal with its decision. */
export function SiteSide({ store, actions, alertId, times, enabled }: SiteSideProps) {
  const { t } = useTranslation();
  const answer = useStore(store, (state) => (state.answer?.alertId === alertId ? state.answer : undefined));
  useEffect(() => {
    if (enabled) void actions.readAlert(alertId);
  }, [actions, alertId, enabled]);
  if (answer === undefined) return null;
  const { phones, seenAtMs, appeal } = answer;
  return (
    <section data-site-side={alertId}>
      <h2>{t('sites.side.title')}</h2>
      <p>
        {seenAtMs !== undefined
          ? t('sites.side.seen', { at: times.timeOfDay(seenAtMs) })
          : phones > 0
            ? t('sites.side.notSeen', { count: phones })
            : t('sites.side.noPhone')}
      </p>
      {appeal !== undefined && (
        <div data-appeal={appeal.state}>
          <p className={appeal.state === 'waiting' ? 'desk-not-normal' : undefined}>
            {t('sites.side.appeal', {
              at: times.timeOfDay(appeal.madeAtMs),
              reason: t(`alerts.reason.${appeal.reason}`),
            })}
          </p>
          {appeal.note !== undefined && <p>{appeal.note}</p>}
          {appeal.state === 'waiting' ? (
            <Decision {...{ actions, alertId, enabled }} />
          ) : (
            <p>
              {t(`sites.side.${appeal.state}`, {
                by: appeal.decidedBy ?? '',
                at: times.timeOfDay(appeal.decidedAtMs ?? appeal.madeAtMs),
              })}
              {appeal.answer !== undefined && ` ${appeal.answer}`}
            </p>
          )}
        </div>
      )}
    </section>
  );
}

function Decision({ actions, alertId, enabled }: Pick<SiteSideProps, 'actions' | 'alertId' | 'enabled'>) {
  const { t } = useTranslation();
  const [answer, setAnswer] = useState('');
  const words = answer.trim();
  return (
    <May asks="sites:decideAppeal">
      <Textarea
        aria-label={t('sites.side.answer')}
        placeholder={t('sites.side.answer')}
        maxLength={500}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <div className="desk-row">
        <Button disabled={!enabled} onClick={() => void actions.decide(alertId, { type: 'uphold' })}>
          {t('sites.side.uphold')}
        </Button>
        <Button
          disabled={!enabled || words === ''}
          onClick={() => void actions.decide(alertId, { type: 'decline', answer: words })}
        >
          {t('sites.side.decline')}
        </Button>
      </div>
    </May>
  );
}
