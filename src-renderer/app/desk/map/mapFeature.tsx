import type { DeskFeature } from '../deskFeature.ts';
import { MapDesk, type MapDeskProps } from './MapDesk.tsx';

/** The map with sites, alerts and members who share their position. */
export function createMapFeature(parts: MapDeskProps): DeskFeature {
  return {
    view: { name: 'map', title: (t) => t('desk.view.map'), View: () => <MapDesk {...parts} /> },
    takeSnapshot: () => void parts.map.readSettings(),
  };
}
