import type { DeskFeature } from '../deskFeature.ts';
import { mapView } from './mapView.ts';
import { MapDesk, type MapDeskProps } from './MapDesk.tsx';

/** The map with sites, alerts and members who share their position. */
export function createMapFeature(parts: MapDeskProps): DeskFeature {
  return {
    view: { name: mapView, title: (t) => t('desk.view.map'), View: () => <MapDesk {...parts} /> },
    takeSnapshot({ snapshot }) {
      const { store } = parts.map;
      const districts = snapshot.desk?.scope.districts ?? 'all';
      // Another person may sit here now, who works for another part of the city.
      if (JSON.stringify(districts) !== JSON.stringify(store.getState().districts)) {
        store.setState({ districts, lastView: undefined });
      }
      void parts.map.readSettings();
    },
  };
}
