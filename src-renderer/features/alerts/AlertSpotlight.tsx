import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AlertPlace } from '../../../src-shared/alerts/alertView.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { classShapes } from './AlertBadge.tsx';
import type { AlertMarksStore } from './alertMarks.ts';
import './alertSpotlight.css';

export interface AlertSpotlightProps {
  store: AlertMarksStore;
  alertId: string;
  times: TimeFormat;
  /** Where it is, drawn. */
  inset(place: AlertPlace): ReactNode;
}

/** An alert that has the wall's spotlight, above and beside its live picture: what, where, since when, and its place in the city. */
export function AlertSpotlight({ store, alertId, times, inset }: AlertSpotlightProps) {
  const { t, i18n } = useTranslation();
  const mark = useStore(store, (state) => state.open.get(alertId));
  const kind = useStore(store, (state) => (mark === undefined ? undefined : state.kinds.get(mark.kindId)));
  if (mark === undefined) return null;
  const { place } = mark;
  const english = i18n.language === 'en';
  const calls = mark.class === 1 && mark.state === 'new';
  return (
    <>
      <div
        className={`alert-lit alert-lit--${mark.class}${calls ? ' alert-lit--calls' : ''}`}
        role="alert"
        data-alert-id={alertId}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={classShapes[mark.class]} fillRule="evenodd" />
        </svg>
        <p className="alert-lit-kind">
          {mark.class !== 3 && <span>{t(`alertBadge.class${mark.class}`)} · </span>}
          {(english ? kind?.nameEn : kind?.name) ?? mark.kindId}
          {mark.count > 1 && ` ×${mark.count}`}
        </p>
        <p className="alert-lit-since">
          {t('alertBadge.since', { since: times.timeOfDay(mark.raisedAtMs) })}
        </p>
        {place !== undefined && (
          <p className="alert-lit-site">{(english ? place.siteNameEn : undefined) ?? place.siteName}</p>
        )}
      </div>
      {place !== undefined && <div className="alert-lit-inset">{inset(place)}</div>}
    </>
  );
}
