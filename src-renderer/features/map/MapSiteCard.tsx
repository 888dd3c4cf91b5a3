import { Button, CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import type { cameraConditions } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { MapStore, SiteOnMap } from './mapStore.ts';
import { nameOf } from './siteMarks.ts';
import { May } from '../../ui/May.tsx';
import { TimelineButton } from '../../ui/desk/TimelineButton.tsx';

/** A camera as the card of its site lists it. */
export interface CardCamera {
  cameraId: string;
  cameraName: string;
  cameraNameEn?: string | undefined;
  condition: (typeof cameraConditions)[number];
}

export interface MapSiteCardProps {
  store: MapStore;
  /** Cameras of a site, those that can be watched first. */
  cameras: readonly CardCamera[];
  times: TimeFormat;
  onOpenCamera(cameraId: string): void;
  /** Takes a camera up, to be put on the wall. */
  onCarryCamera(cameraId: string): void;
  onAlert?(alertId: string): void;
  /** Writes an order for the site. */
  onOrder?(site: SiteOnMap): void;
  /** Shown beside the site: open findings. */
  mark?: ReactNode;
}

const shapes = { 1: '▲', 2: '◆', 3: '●' } as const;

/** The chosen site of a map: what it is, its open alerts, its cameras. */
export function MapSiteCard(props: MapSiteCardProps) {
  const { store, cameras, times, onOpenCamera, onCarryCamera, onAlert, onOrder, mark } = props;
  const { t, i18n } = useTranslation();
  const english = i18n.language === 'en';
  const site = useStore(store, (state) => state.sites.get(state.selectedSiteId ?? ''));
  const kinds = useStore(store, (state) => state.kinds);
  const alerts = useStore(
    store,
    useShallow((state) => {
      const siteId = state.selectedSiteId;
      return [...state.alerts.values()]
        .filter(({ place }) => place !== undefined && place.siteId === siteId)
        .sort((a, b) => a.class - b.class || a.raisedAtMs - b.raisedAtMs);
    }),
  );
  if (site === undefined) return null;
  const online = cameras.filter(({ condition }) => condition === 'online').length;
  return (
    <aside className="map-card" aria-label={t('map.card')} data-site-id={site.siteId}>
      <header>
        <h2>{nameOf(site, i18n.language)}</h2>
        <CloseButton
          aria-label={t('map.closeCard')}
          onClick={() => store.setState({ selectedSiteId: undefined })}
        />
      </header>
      <dl className="map-facts">
        <dt>{t('large.type')}</dt>
        <dd>{t(`siteType.${site.siteType}`)}</dd>
        <dt>{t('large.district')}</dt>
        <dd>{t(`district.${site.district}`)}</dd>
        {site.address !== undefined && (
          <>
            <dt>{t('large.address')}</dt>
            <dd>{site.address}</dd>
            <dt>{t('large.phone')}</dt>
            <dd>{site.phone ?? t('large.noPhone')}</dd>
          </>
        )}
      </dl>
      {onOrder !== undefined && (
        <May asks="orders:create">
          <Button fullWidth data-order-here onClick={() => onOrder(site)}>
            {t('map.orderHere')}
          </Button>
        </May>
      )}
      <TimelineButton type="site" id={site.siteId} />
      {mark}
      {alerts.length > 0 && (
        <section>
          <h3>{t('map.openAlerts', { count: alerts.length })}</h3>
          <ul className="map-card-alerts">
            {alerts.map((alert) => {
              const kind = kinds.get(alert.kindId);
              return (
                <li key={alert.alertId} data-class={alert.class}>
                  <button
                    type="button"
                    onClick={() => onAlert?.(alert.alertId)}
                    disabled={onAlert === undefined}
                  >
                    <span className="map-card-kind">
                      {shapes[alert.class]} {(english ? kind?.nameEn : kind?.name) ?? alert.kindId}
                      {alert.count > 1 && ` ×${alert.count}`}
                    </span>
                    <span>{t(`alerts.state.${alert.state}`)}</span>
                    <span>{times.timeOfDay(alert.raisedAtMs)}</span>
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      )}
      <section>
        <h3>{t('map.cameras', { online, count: cameras.length })}</h3>
        {cameras.map((camera) => (
          <div key={camera.cameraId} className="map-card-camera">
            <Button variant="default" justify="flex-start" onClick={() => onOpenCamera(camera.cameraId)}>
              {(english ? camera.cameraNameEn : undefined) ?? camera.cameraName}
            </Button>
            <span data-condition={camera.condition}>{t(`condition.${camera.condition}`)}</span>
            <May asks="wall:placeCamera">
              <Button variant="subtle" color="gray" onClick={() => onCarryCamera(camera.cameraId)}>
                {t('map.toWall')}
              </Button>
            </May>
          </div>
        ))}
        {cameras.length === 0 && <p>{t('map.noCameras')}</p>}
      </section>
    </aside>
  );
}
