import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { alertDeeds, falseAlarmReasons } from '../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { AlertActions } from './alertActions.ts';
import { queueOf, type AlertsStore } from './alertsStore.ts';
import './alerts.css';

export interface AlertQueueProps {
  store: AlertsStore;
  actions: AlertActions;
  nowMs: number;
  enabled: boolean;
}

const shapes = { 1: '▲', 2: '◆', 3: '●' } as const;

/** Open alerts, the worst and oldest first, and what can be done with the chosen one. */
export function AlertQueue({ store, actions, nowMs, enabled }: AlertQueueProps) {
  const { t } = useTranslation();
  const state = useStore(store);
  const rows = queueOf(state);
  const chosen = state.open.get(state.chosenId ?? '');
  const isSilent = state.silence !== undefined && nowMs < state.silence.untilMs;
  return (
    <section className="alert-queue" aria-label={t('alerts.title')}>
      <header>
        <h2>{t('alerts.title')}</h2>
        <Button aria-pressed={isSilent} onClick={actions.silence}>
          {isSilent ? t('alerts.silent') : t('alerts.silence')} · z
        </Button>
      </header>
      {!state.soundAllowed && <p className="desk-not-normal">{t('alerts.soundBlocked')}</p>}
      {state.counts?.flood !== undefined && (
        <p className="desk-not-normal">{t('alerts.flood', { arrivals: state.counts.flood.arrivals })}</p>
      )}
      {rows.length === 0 && <p className="desk-dim">{t('alerts.none')}</p>}
      <div className="alert-rows">
        {rows.map((row) => {
          const [alert, times] =
            row.type === 'alert' ? [row.alert, row.alert.count] : [row.alerts[0], row.alerts.length];
          if (alert === undefined) return null;
          const key = row.type === 'alert' ? alert.alertId : row.groupId;
          return (
            <AlertRow
              key={key}
              alert={alert}
              times={times}
              isGroup={row.type === 'group'}
              isChosen={alert.alertId === chosen?.alertId}
              nowMs={nowMs}
              store={store}
              onChoose={actions.choose}
            />
          );
        })}
      </div>
      {chosen !== undefined && (
        <div className="alert-deeds">
          <Button
            disabled={!enabled || !alertDeeds(chosen).acknowledge}
            onClick={() => void actions.work({ type: 'acknowledge' })}
          >
            {t('alerts.acknowledge')} · Enter
          </Button>
          <Button disabled={!enabled} onClick={() => void actions.work({ type: 'resolve' })}>
            {t('alerts.resolve')} · r
          </Button>
          <select
            aria-label={t('alerts.falseAlarm')}
            disabled={!enabled}
            value=""
            onChange={(event) => {
              const reason = falseAlarmReasons.find((one) => one === event.target.value);
              if (reason !== undefined) void actions.work({ type: 'callFalse', reason });
            }}
          >
            <option value="">{t('alerts.falseAlarm')}…</option>
            {falseAlarmReasons.map((reason) => (
              <option key={reason} value={reason}>
                {t(`alerts.reason.${reason}`)}
              </option>
            ))}
          </select>
        </div>
      )}
    </section>
  );
}

interface AlertRowProps {
  alert: Alert;
  times: number;
  isGroup: boolean;
  isChosen: boolean;
  nowMs: number;
  store: AlertsStore;
  onChoose(alertId: string): void;
}

function AlertRow({ alert, times, isGroup, isChosen, nowMs, store, onChoose }: AlertRowProps) {
  const { t, i18n } = useTranslation();
  const kind = useStore(store, ({ kinds }) => kinds.get(alert.kindId));
  const english = i18n.language === 'en';
  const { place } = alert;
  const site = english ? (place?.siteNameEn ?? place?.siteName) : place?.siteName;
  const camera = english ? (place?.cameraNameEn ?? place?.cameraName) : place?.cameraName;
  const seconds = Math.max(0, Math.floor((nowMs - alert.raisedAtMs) / 1_000));
  const age = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <button
      type="button"
      className="alert-row"
      data-alert-id={alert.alertId}
      data-alert-class={alert.class}
      data-alert-state={alert.state}
      aria-current={isChosen}
      onClick={() => onChoose(alert.alertId)}
    >
      <span className="alert-kind">
        {shapes[alert.class]} {t(`alerts.class.${alert.class}`)} ·{' '}
        {(english ? kind?.nameEn : kind?.name) ?? alert.kindId}
        {times > 1 && ` ×${times}`}
        {isGroup && ` ${t('alerts.grouped')}`}
      </span>
      <span className="alert-age">{age}</span>
      <span className="alert-place">
        {site === undefined
          ? t('alerts.unknownCamera', { camera: alert.reportedCamera })
          : `${site} · ${camera}`}
      </span>
      <span className="alert-state">
        {t(`alerts.state.${alert.state}`)} {alert.acknowledged?.by.name}
      </span>
    </button>
  );
}
