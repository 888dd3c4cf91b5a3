import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CityMap } from './cityMap.ts';
import type { MapStore } from './mapStore.ts';
import { urgentMarks } from './siteMarks.ts';

/** Zoom in, zoom out, the whole city, and the class-1 alert that has waited longest. */
export function MapControls({ map, store }: { map: CityMap | undefined; store: MapStore }) {
  const { t } = useTranslation();
  const waiting = useStore(store, ({ alerts }) => {
    let count = 0;
    for (const alert of alerts.values()) if (alert.class === 1) count += 1;
    return count;
  });
  const goToUrgent = (): void => {
    const [first] = urgentMarks(store.getState().alerts.values(), store.getState().sites);
    if (first === undefined) return;
    store.setState({ selectedSiteId: first.siteId });
    map?.flyTo([first.longitude, first.latitude]);
  };
  return (
    <div className="map-controls">
      <Button aria-label={t('map.closer')} onClick={() => map?.zoomBy(1)}>
        +
      </Button>
      <Button aria-label={t('map.further')} onClick={() => map?.zoomBy(-1)}>
        −
      </Button>
      <Button onClick={() => map?.showAll()}>{t('map.wholeCity')}</Button>
      {waiting > 0 && (
        <Button className="map-to-urgent" onClick={goToUrgent}>
          ▲ {t('map.toUrgent', { count: waiting })}
        </Button>
      )}
    </div>
  );
}
