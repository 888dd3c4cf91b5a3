import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { MapStore } from './mapStore.ts';
import { alertsBySite, nameOf, worstOf } from './siteMarks.ts';

export interface MapWithoutGraphicsProps {
  store: MapStore;
  /** Where it stands: on a wall it is read from afar. */
  variant: 'desk' | 'wall' | 'inset' | 'case';
  problem: string | undefined;
  onSite: ((siteId: string | undefined) => void) | undefined;
  children?: ReactNode;
}

/** What a map would show, as a list, where this browser cannot draw one. */
export function MapWithoutGraphics({ store, variant, problem, onSite, children }: MapWithoutGraphicsProps) {
  const { t, i18n } = useTranslation();
  const sites = useStore(store, (state) => state.sites);
  const alerts = useStore(store, (state) => state.alerts);
  const today = useStore(store, (state) => state.today);
  const rows = [...alertsBySite(alerts.values())]
    .flatMap(([siteId, counts]) => {
      const worst = worstOf(counts);
      const site = sites.get(siteId);
      return worst === undefined || site === undefined ? [] : [{ site, worst }];
    })
    .sort((a, b) => a.worst.class - b.worst.class || b.worst.count - a.worst.count);
  const choose = (siteId: string): void => {
    store.setState({ selectedSiteId: siteId });
    onSite?.(siteId);
  };
  return (
    <section className={`map-panel map-panel--${variant} map-panel--list`} aria-label={t('map.title')}>
      <div className="map-list">
        <h2>{t('map.noGraphicsTitle')}</h2>
        <p>{t('map.noGraphicsText')}</p>
        {problem !== undefined && (
          <p className="map-note--wrong" title={problem}>
            {t('map.problem')}
          </p>
        )}
        <dl className="map-facts">
          {districts.map((district) => (
            <div key={district} className="map-list-district">
              <dt>{t(`district.${district}`)}</dt>
              <dd>{t('map.today', { count: today[district] ?? 0 })}</dd>
            </div>
          ))}
        </dl>
        {rows.length === 0 && <p>{t('map.noAlerts')}</p>}
        {rows.map(({ site, worst }) => (
          <button
            key={site.siteId}
            type="button"
            className="map-list-site"
            data-class={worst.class}
            onClick={() => choose(site.siteId)}
          >
            {t(`alerts.class.${worst.class}`)} ×{worst.count} · {nameOf(site, i18n.language)} ·{' '}
            {t(`district.${site.district}`)}
          </button>
        ))}
      </div>
      {children}
    </section>
  );
}
