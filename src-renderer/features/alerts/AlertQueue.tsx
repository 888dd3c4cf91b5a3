import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { acknowledgeDueAtMs } from '../../../src-shared/alerts/alert.ts';
import type { AlertGroup } from '../../../src-shared/alerts/alertQueue.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import { AcknowledgeTimer } from './AcknowledgeTimer.tsx';
import type { AlertActions } from './alertActions.ts';
import { AlertRow } from './AlertRow.tsx';
import { queueOf, type AlertsState, type AlertsStore } from './alertsStore.ts';
import { ageText, classShapes, kindName } from './alertWords.ts';
import './alerts.css';
import { May } from '../../ui/May.tsx';

export interface AlertQueueProps {
  store: AlertsStore;
  actions: AlertActions;
  nowMs: number;
  enabled: boolean;
}

/**
 * Says that the browser allows no sound before a first key or click. It is below everything else, because the key or click
 * removes it and must not move its own target.
 */
export function SoundBlocked({ store }: Pick<AlertQueueProps, 'store'>) {
  const { t } = useTranslation();
  const isBlocked = useStore(store, (state) => !state.soundAllowed);
  return isBlocked && <p className="alert-sound-blocked desk-not-normal">{t('alerts.soundBlocked')}</p>;
}

/**
 * Open alerts, the most urgent and oldest first; groups of a flood can be unfolded. Only as large as its counts when there is no
 * alert.
 */
export function AlertQueue({ store, actions, nowMs, enabled }: AlertQueueProps) {
  const { t } = useTranslation();
  const state = useStore(store);
  const rowsRef = useRef<HTMLDivElement>(null);
  const rows = queueOf(state);
  const { chosenId, counts } = state;
  const isSilent = state.silence !== undefined && nowMs < state.silence.untilMs;
  const untaken = sum(counts?.unacknowledged);
  const total = sum(counts?.open);
  const unlisted = total - state.open.size;
  useEffect(() => {
    rowsRef.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosenId]);
  return (
    <section
      className={rows.length === 0 ? 'alert-queue alert-queue--empty' : 'alert-queue'}
      aria-label={t('alerts.title')}
    >
      <header>
        <h2>
          {t('alerts.title')}{' '}
          <span className={untaken > 0 ? 'alert-count' : 'desk-dim'}>
            {rows.length === 0 ? t('alerts.none') : t('alerts.counts', { untaken, total })}
          </span>
        </h2>
        <Button size="compact-xs" aria-pressed={isSilent} onClick={actions.silence}>
          {isSilent ? t('alerts.silent') : t('alerts.silence')} · z
        </Button>
      </header>
      {counts?.flood !== undefined && (
        <p className="desk-not-normal">{t('alerts.flood', { arrivals: counts.flood.arrivals })}</p>
      )}
      <div className="alert-rows" ref={rowsRef}>
        {rows.map((row) =>
          row.type === 'alert' ? (
            <AlertRow
              key={row.alert.alertId}
              alert={row.alert}
              kinds={state.kinds}
              nowMs={nowMs}
              isChosen={row.alert.alertId === chosenId}
              isMember={false}
              onChoose={actions.choose}
            />
          ) : (
            <Group key={row.groupId} group={row} {...{ state, actions, nowMs, enabled }} />
          ),
        )}
        {unlisted > 0 && rows.length > 0 && (
          <p className="desk-dim">{t('alerts.unlisted', { count: unlisted })}</p>
        )}
      </div>
    </section>
  );
}

function Group({
  group,
  state,
  actions,
  nowMs,
  enabled,
}: {
  group: AlertGroup<Alert>;
  state: AlertsState;
  actions: AlertActions;
  nowMs: number;
  enabled: boolean;
}) {
  const { t, i18n } = useTranslation();
  const { groupId, kindId, alerts } = group;
  const isUnfolded = state.unfolded.has(groupId);
  const first = firstDue(alerts);
  const place = group.siteId === undefined ? undefined : alerts[0]?.place;
  const site = (i18n.language === 'en' ? place?.siteNameEn : undefined) ?? place?.siteName;
  return (
    <div className="alert-group">
      <button
        type="button"
        className="alert-row"
        data-group-id={groupId}
        data-alert-class={group.class}
        aria-expanded={isUnfolded}
        onClick={() => actions.toggleGroup(groupId)}
      >
        <span className="alert-kind">
          <span aria-hidden="true">
            {isUnfolded ? '▾' : '▸'} {classShapes[group.class]}
          </span>{' '}
          {t(`alerts.class.${group.class}`)} · {kindName(state.kinds.get(kindId), kindId, i18n.language)} ×
          {alerts.length}
        </span>
        <span className="alert-age">{ageText(nowMs - group.raisedAtMs, t)}</span>
        <span className="alert-place">{site ?? t('alerts.wholeCity')}</span>
        <span className="alert-state">
          {first === undefined ? t('alerts.grouped') : <AcknowledgeTimer alert={first} nowMs={nowMs} />}
        </span>
      </button>
      {isUnfolded && (
        <>
          {alerts.map((alert) => (
            <AlertRow
              key={alert.alertId}
              alert={alert}
              kinds={state.kinds}
              nowMs={nowMs}
              isChosen={alert.alertId === state.chosenId}
              isMember
              onChoose={actions.choose}
            />
          ))}
          <May asks="alerts:work">
            <Button
              size="compact-xs"
              className="alert-group-deed"
              disabled={!enabled}
              onClick={() =>
                void actions.work({ type: 'acknowledge' }, { alertIds: alerts.map(({ alertId }) => alertId) })
              }
            >
              {t('alerts.acknowledgeAll', { count: alerts.length })}
            </Button>
          </May>
        </>
      )}
    </div>
  );
}

/** The alert of a group that must be acknowledged first; none where they may all wait. */
function firstDue(alerts: readonly Alert[]): Alert | undefined {
  const dueOf = (alert: Alert): number => acknowledgeDueAtMs(alert) ?? Number.POSITIVE_INFINITY;
  const [first] = alerts.toSorted((left, right) => dueOf(left) - dueOf(right));
  return first === undefined || acknowledgeDueAtMs(first) === undefined ? undefined : first;
}

function sum(byClass: Readonly<Record<string, number>> | undefined): number {
  return Object.values(byClass ?? {}).reduce((total, count) => total + count, 0);
}
