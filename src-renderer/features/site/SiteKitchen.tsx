import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { maxWatchedCameras, type SiteCamera } from '../../../src-shared/sites/sites.protocol.ts';
import { CameraTile, type Pictures } from '../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { toggleCamera, type SiteStore } from './siteStore.ts';

const connecting: TileState = { kind: 'connecting' };

export interface SiteKitchenProps {
  store: SiteStore;
  pictures: Pictures;
  /** By the camera's id. */
  states: ReadonlyMap<string, TileState>;
  times: TimeFormat;
  /** A page that nobody sees receives no pictures. */
  isVisible: boolean;
}

/** The site's cameras: up to two live, and how each one is. */
export function SiteKitchen({ store, pictures, states, times, isVisible }: SiteKitchenProps) {
  const { t, i18n } = useTranslation();
  const site = useStore(store, (state) => state.site);
  const watched = useStore(store, (state) => state.watched);
  if (site === undefined) return null;
  const nameOf = ({ cameraName, cameraNameEn }: SiteCamera): string =>
    (i18n.language === 'en' ? cameraNameEn : undefined) ?? cameraName;
  const shown = site.cameras.filter(({ cameraId }) => isVisible && watched.includes(cameraId));
  return (
    <section className="site-section" aria-labelledby="site-kitchen">
      <h2 id="site-kitchen">{t('site.kitchen.title', { count: site.cameras.length })}</h2>
      <div className="site-tiles">
        {shown.map((camera) => {
          const state = states.get(camera.cameraId) ?? connecting;
          return (
            <div
              key={camera.cameraId}
              className="site-tile"
              data-tile-camera={camera.cameraId}
              data-tile-state={state.kind}
            >
              <CameraTile
                tileId={camera.cameraId}
                // Everything here is of one site: the camera's name stands where a tile has its site's.
                camera={{
                  ...camera,
                  ...site,
                  siteName: camera.cameraName,
                  siteNameEn: camera.cameraNameEn ?? camera.cameraName,
                  cameraName: '',
                  cameraNameEn: '',
                  externalId: camera.cameraId,
                }}
                stream="sub"
                state={state}
                pictures={pictures}
                times={times}
              />
            </div>
          );
        })}
      </div>
      {site.cameras.length === 0 && <p className="site-quiet">{t('site.kitchen.none')}</p>}
      {site.cameras.length > maxWatchedCameras && (
        <p className="site-quiet">{t('site.kitchen.most', { count: maxWatchedCameras })}</p>
      )}
      <ul className="site-list">
        {site.cameras.map((camera) => {
          const isShown = watched.includes(camera.cameraId);
          const isNormal = camera.condition === 'online' || camera.condition === 'unknown';
          return (
            <li key={camera.cameraId} className="site-camera">
              <span className="site-camera-name">{nameOf(camera)}</span>
              <span className={isNormal ? 'site-quiet' : 'site-wrong'}>
                {t(`condition.${camera.condition}`)}
                {camera.sinceMs !== undefined &&
                  camera.condition !== 'unknown' &&
                  ` · ${t('tile.since', { since: times.timeOfDay(camera.sinceMs) })}`}
              </span>
              <button
                type="button"
                className="site-key site-key--small"
                aria-pressed={isShown}
                onClick={() => toggleCamera(store, camera.cameraId)}
              >
                {isShown ? t('site.kitchen.stop') : t('site.kitchen.watch')}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
