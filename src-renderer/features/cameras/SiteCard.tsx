import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { TimelineButton } from '../../ui/desk/TimelineButton.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import { cameraTitle } from './cameraWords.ts';
import { ConditionMark } from './ConditionMark.tsx';
import type { DirectoryState, DirectoryStore } from './directoryStore.ts';

export interface SiteCardProps {
  directory: DirectoryStore;
  cameraId: string;
  times: TimeFormat;
  onOpen(cameraId: string): void;
  /** The links of the site's own phones. */
  links: ReactNode;
  /** Shown beside the site: open findings. */
  mark?(site: { siteId: string; siteName: string }): ReactNode;
  /** What can be done with the camera. */
  children: ReactNode;
}

/** The place and condition of a camera, and the other cameras of its site. */
export function SiteCard({ directory, cameraId, times, onOpen, links, mark, children }: SiteCardProps) {
  const { t, i18n } = useTranslation();
  const camera = useStore(directory, (state) => state.cameras.get(cameraId));
  const site = useStore(directory, (state) => state.sites.get(camera?.siteId ?? ''));
  const health = useStore(directory, (state) => state.health.get(cameraId));
  const others = useStore(
    directory,
    useShallow((state) => camerasOfSite(state, camera?.siteId)),
  );
  if (camera === undefined || site === undefined) {
    return (
      <section className="desk-section">
        <p>{t('large.gone')}</p>
      </section>
    );
  }
  const title = cameraTitle({ ...site, ...camera }, i18n.language);
  const size =
    health?.width === undefined || health.height === undefined
      ? undefined
      : `${health.width}×${health.height}`;
  const rate =
    health?.frameRate === undefined ? undefined : t('large.frameRate', { rate: health.frameRate.toFixed(0) });
  const seen = [health?.codec, size, rate].filter((part) => part !== undefined).join(' · ');
  return (
    <>
      <section className="desk-section">
        <h2>{t('large.camera')}</h2>
        <p className="site-card-name">{title.camera}</p>
        <dl className="desk-facts">
          <dt>{t('large.condition')}</dt>
          <dd>
            <ConditionMark condition={health?.condition ?? 'unknown'} />
            {health !== undefined && health.condition !== 'unknown' && (
              <> {t('tile.since', { since: times.timeOfDay(health.sinceMs) })}</>
            )}
          </dd>
          {health?.checkedAtMs !== undefined && (
            <>
              <dt>{t('large.checked')}</dt>
              <dd>{times.timeOfDay(health.checkedAtMs)}</dd>
            </>
          )}
          {seen !== '' && (
            <>
              <dt>{t('large.picture')}</dt>
              <dd>{seen}</dd>
            </>
          )}
          <dt>{t('large.number')}</dt>
          <dd>{camera.externalId}</dd>
        </dl>
        {children}
      </section>
      <section className="desk-section">
        <h2>{t('large.site')}</h2>
        <p className="site-card-name">{title.site}</p>
        {mark?.(site)}
        <TimelineButton type="site" id={site.siteId} />
        <dl className="desk-facts">
          <dt>{t('large.type')}</dt>
          <dd>{t(`siteType.${site.siteType}`)}</dd>
          <dt>{t('large.district')}</dt>
          <dd>{t(`district.${site.district}`)}</dd>
          <dt>{t('large.address')}</dt>
          <dd>{site.address}</dd>
          <dt>{t('large.phone')}</dt>
          <dd>{site.phone ?? t('large.noPhone')}</dd>
        </dl>
      </section>
      {links}
      {others.length > 1 && (
        <section className="desk-section">
          <h2>{t('large.others', { count: others.length })}</h2>
          {others.map((other) => (
            <Button
              key={other.cameraId}
              variant={other.cameraId === cameraId ? 'filled' : 'default'}
              justify="flex-start"
              onClick={() => onOpen(other.cameraId)}
            >
              {cameraTitle({ ...site, ...other }, i18n.language).camera}
            </Button>
          ))}
        </section>
      )}
    </>
  );
}

function camerasOfSite(state: DirectoryState, siteId: string | undefined) {
  return [...state.cameras.values()].filter((camera) => camera.siteId === siteId);
}
