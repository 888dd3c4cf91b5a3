import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TimeFormat } from '../../ui/times.ts';
import type { AlertMarksStore } from './alertMarks.ts';
import './alertBadge.css';

export interface AlertBadgeProps {
  store: AlertMarksStore;
  cameraId: string;
  times: TimeFormat;
}

/** A class's shape, so that colour never says it alone: drawn on a 16 × 16 grid. */
export const classShapes = {
  1: 'M8 1.5l6.9 12.5H1.1zM7.2 6v4h1.6V6zm0 5v1.6h1.6V11z',
  2: 'M8 1.5L14.5 8 8 14.5 1.5 8z',
  3: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z',
} as const;

/** The worst alert in a tile's kitchen and its time, under the picture. Nothing where no alert of class 1 or 2 is open. */
export function AlertBadge({ store, cameraId, times }: AlertBadgeProps) {
  const { t, i18n } = useTranslation();
  const mark = useStore(store, (state) => state.byCamera.get(cameraId));
  const kind = useStore(store, (state) => (mark === undefined ? undefined : state.kinds.get(mark.kindId)));
  if (mark === undefined || mark.class === 3) return null;
  const name = (i18n.language === 'en' ? kind?.nameEn : kind?.name) ?? mark.kindId;
  const calls = mark.class === 1 && mark.state === 'new';
  return (
    <p
      className={`alert-badge alert-badge--${mark.class}${calls ? ' alert-badge--calls' : ''}`}
      role="status"
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={classShapes[mark.class]} fillRule="evenodd" />
      </svg>
      <span className="alert-badge-class">{t(`alertBadge.class${mark.class}`)}</span>
      <span>{name}</span>
      <span className="alert-badge-since">
        {t('alertBadge.since', { since: times.timeOfDay(mark.raisedAtMs) })}
      </span>
    </p>
  );
}
