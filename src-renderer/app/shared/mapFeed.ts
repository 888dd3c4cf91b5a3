import i18next from 'i18next';
import type { CityMap } from '../../features/map/cityMap.ts';
import { createMapStore, type MapState, type MapStore } from '../../features/map/mapStore.ts';
import { MovingPoints } from '../../features/map/movingPoints.ts';
import type { SquadsStore } from '../../features/squads/squadsStore.ts';
import type { HubLink } from '../../server/hubLink.ts';
import { followSquads } from './squadPoints.ts';

/** What the map of a surface is drawn from. */
export interface SurfaceMap {
  store: MapStore;
  /** The members of squads who share their position. */
  points: MovingPoints;
  /** The map on the page, while there is one; for the probe. */
  current: { readonly map: CityMap | undefined };
  /** The map of the page was made, or is gone. */
  setMap(map: CityMap | undefined): void;
  /** Asks the hub what the map is drawn on; called after each joining. */
  readSettings(): Promise<void>;
}

/** The part of a store of alerts that a map shows. */
type AlertsOnMap = Pick<MapState, 'kinds'> & { open: MapState['alerts'] };

export interface MapFeedParts {
  squads: SquadsStore;
  link: Pick<HubLink, 'request'>;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
  /** The store of the open alerts that this surface may know. */
  alerts: {
    subscribe(listener: (state: AlertsOnMap, before: AlertsOnMap) => void): unknown;
  };
}

/** Makes a map that follows squads and open alerts. */
export function feedSurfaceMap({ squads, link, nowMs, alerts }: MapFeedParts): SurfaceMap {
  const store = createMapStore();
  const points = new MovingPoints();
  followSquads({ squads, points, nowMs, t: i18next.t });
  alerts.subscribe(({ open, kinds }, before) => {
    if (open !== before.open) store.setState({ alerts: open });
    if (kinds !== before.kinds) store.setState({ kinds });
  });
  const current: { map: CityMap | undefined } = { map: undefined };
  return {
    store,
    points,
    current,
    setMap(map) {
      current.map = map;
    },
    async readSettings() {
      const answer = await link.request('map:readSettings', {});
      // Settings that are the same would only draw the map again.
      if (answer.ok && JSON.stringify(answer.data) !== JSON.stringify(store.getState().settings)) {
        store.setState({ settings: answer.data });
      }
    },
  };
}
