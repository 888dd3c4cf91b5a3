import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { alertDeeds } from '../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { AlertActions } from './alertActions.ts';
import { AcknowledgeTimer } from './AcknowledgeTimer.tsx';
import { AlertAskPanel } from './AlertAskPanel.tsx';
import type { AlertDetail } from './alertDetail.ts';
import { AlertHistoryLines } from './AlertHistoryLines.tsx';
import { AlertSnapshotPicture } from './AlertSnapshotPicture.tsx';
import type { AlertsStore } from './alertsStore.ts';
import { ageText, alertTitle, classShapes, placeText } from './alertWords.ts';
import './alertDetail.css';
import { seatWords } from '../../ui/seatWords.ts';
import { refusalText } from '../../ui/refusalText.ts';
import { May } from '../../ui/May.tsx';

export interface AlertDetailPanelProps {
  store: AlertsStore;
  detail: AlertDetail;
  actions: AlertActions;
  times: TimeFormat;
  nowMs: number;
  enabled: boolean;
  /** The live picture of its camera; undefined when the registry does not know it. */
  live: ReactNode | undefined;
  /** What its recorder recorded in the minute before. */
  recording?: ReactNode;
  /** Who should go to it, or the order that it has; not for one that is closed. */
  order: ReactNode;
  /** What the site says of it. */
  site: ReactNode;
  /** Shown beside its site: open findings. */
  mark?: ReactNode;
  /** What can be written of its site, also when it is closed. */
  finding?: ReactNode;
}

/** The chosen alert: its snapshot beside the live picture, its handling record, and the actions that are possible. */
export function AlertDetailPanel(props: AlertDetailPanelProps) {
  const { store, detail, actions, times, nowMs, enabled, live, recording, order, site, mark, finding } =
    props;
  const { t, i18n } = useTranslation();
  const { read, problem, refusal, picture, pictureHash, alertId } = useStore(detail.store);
  const { open, kinds, ask } = useStore(store);
  // The queue receives a change first; the handling record is read after that.
  const alert = open.get(alertId ?? '') ?? read?.alert;
  if (alert === undefined) {
    return (
      <div className="alert-detail alert-detail--empty" role="status">
        <p>
          {problem === undefined
            ? t('alerts.reading')
            : t('alerts.unread', { problem: refusalText(refusal ?? {}, t) })}
        </p>
        <Button onClick={actions.leave}>{t('dialog.close')} · Esc</Button>
      </div>
    );
  }
  const deeds = alertDeeds(alert);
  const shown = read?.occurrences.find(({ snapshotHash }) => snapshotHash === pictureHash);
  const takenAtMs = pictureHash === undefined ? alert.snapshot?.takenAtMs : shown?.occurredAtMs;
  return (
    <article
      className="alert-detail"
      data-alert-class={alert.class}
      data-alert-state={alert.state}
      data-detail-id={alert.alertId}
    >
      <header>
        <h1>
          <span className="alert-shape" aria-hidden="true">
            {classShapes[alert.class]}
          </span>{' '}
          {t(`alerts.class.${alert.class}`)} · {alertTitle(alert, kinds, i18n.language)}
          {alert.count > 1 && ` ×${alert.count}`}
        </h1>
        <p className="alert-detail-place">
          {placeText(alert, t, i18n.language)} {mark}
        </p>
        <StateWords alert={alert} times={times} nowMs={nowMs} />
        {alert.isNotStoredYet === true && <p className="desk-not-normal">{t('alerts.notStored')}</p>}
        <button type="button" className="alert-close" onClick={actions.leave} aria-label={t('dialog.close')}>
          × <span>Esc</span>
        </button>
      </header>
      <div className="alert-pictures">
        <AlertSnapshotPicture
          picture={picture}
          takenAtMs={takenAtMs}
          regions={pictureHash === undefined ? alert.regions : undefined}
          isOfCitizen={alert.source.type === 'public'}
          times={times}
        />
        <div className="alert-live">
          {live ?? (
            <p className="desk-dim">
              {alert.place === undefined
                ? t('alerts.noLive', { camera: alert.reportedCamera })
                : t('alerts.noCamera')}
            </p>
          )}
        </div>
      </div>
      {recording}
      <div className="alert-deeds">
        <May asks="alerts:work">
          <Button
            variant={deeds.acknowledge ? 'filled' : 'default'}
            disabled={!enabled || !deeds.acknowledge}
            onClick={() => void actions.work({ type: 'acknowledge' })}
          >
            {t('alerts.acknowledge')} · Enter
          </Button>
          <Button disabled={!enabled || !deeds.close} onClick={() => actions.ask('resolve')}>
            {t('alerts.resolve')} · r
          </Button>
          <Button disabled={!enabled || !deeds.close} onClick={() => actions.ask('false')}>
            {t('alerts.falseAlarm')}… · f
          </Button>
          <Button disabled={!enabled || !deeds.close} onClick={() => actions.ask('duplicate')}>
            {t('alerts.duplicate')}… · d
          </Button>
          <Button disabled={!enabled} onClick={() => actions.ask('note')}>
            {t('alerts.note')}… · o
          </Button>
        </May>
        {finding}
      </div>
      {ask !== undefined && (
        <May asks="alerts:work">
          <AlertAskPanel ask={ask} alert={alert} open={open} kinds={kinds} actions={actions} />
        </May>
      )}
      <div className="alert-facts">
        {deeds.close && order}
        {site}
        <section>
          <h2>{t('alerts.history')}</h2>
          <AlertHistoryLines history={read?.history ?? []} times={times} />
          {problem !== undefined && (
            <p className="desk-not-normal">
              {t('alerts.unread', { problem: refusalText(refusal ?? {}, t) })}
            </p>
          )}
        </section>
        <section>
          <h2>{t('alerts.reports', { count: alert.count })}</h2>
          <Reports {...props} alert={alert} />
        </section>
      </div>
    </article>
  );
}

function StateWords({ alert, times, nowMs }: { alert: Alert; times: TimeFormat; nowMs: number }) {
  const { t } = useTranslation();
  const { acknowledged, closed } = alert;
  const isOpen = closed === undefined;
  const age = ageText((closed?.atMs ?? nowMs) - alert.raisedAtMs, t);
  const words = [
    ...(closed !== undefined
      ? [
          t('alerts.closedBy', {
            by: closed.by.type === 'hub' ? t('alerts.hub') : seatWords(closed.by.name, t),
            at: times.timeOfDay(closed.atMs),
          }),
        ]
      : acknowledged !== undefined
        ? [
            t('alerts.takenBy', {
              by: seatWords(acknowledged.by.name, t),
              at: times.timeOfDay(acknowledged.atMs),
            }),
          ]
        : []),
  ];
  return (
    <p className="alert-detail-state" role="status">
      <strong>{t(`alerts.state.${alert.state}`)}</strong> <AcknowledgeTimer alert={alert} nowMs={nowMs} />
      {words.map((word) => ` · ${word}`)}
      {closed?.reason !== undefined && t('alerts.inBrackets', { words: t(`alerts.reason.${closed.reason}`) })}
      <span className="desk-dim">
        {' · '}
        {t('alerts.since', { at: times.timeOfDay(alert.raisedAtMs) })} ·{' '}
        {t(isOpen ? 'alerts.age' : 'alerts.lasted', { age })}
      </span>
    </p>
  );
}

/** The reports of the alert with their content; a report with a picture shows it. */
function Reports({ detail, times, alert }: AlertDetailPanelProps & { alert: Alert }) {
  const { t } = useTranslation();
  const { read, pictureHash } = useStore(detail.store);
  const source = alert.source.type === 'platform' ? alert.source.name : t('alerts.hub');
  const isOfCitizen = alert.source.type === 'public';
  return (
    <>
      <p className="desk-dim">
        {isOfCitizen
          ? t('alerts.fromPublic')
          : t('alerts.reportedBy', { source, camera: alert.reportedCamera })}
        {alert.confidence !== undefined &&
          ` · ${t('alerts.confidence', { percent: Math.round(alert.confidence * 100) })}`}
      </p>
      <ol className="alert-history">
        {(read?.occurrences ?? []).map(({ receivedAtMs, message, snapshotHash }, index) => (
          <li key={index}>
            <span className="desk-dim">{times.timeOfDay(receivedAtMs)}</span>
            <span>{message}</span>
            {snapshotHash !== undefined && (
              <Button
                size="compact-xs"
                aria-pressed={snapshotHash === (pictureHash ?? alert.snapshot?.hash)}
                onClick={() => detail.showPicture(snapshotHash)}
              >
                {t(isOfCitizen ? 'alerts.citizenPhoto.title' : 'alerts.snapshot.title')}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
