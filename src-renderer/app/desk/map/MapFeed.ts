import i18next from 'i18next';
import type { CameraEntry, CameraHealth } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import type { CityMap } from '../../../features/map/cityMap.ts';
import { createMapStore, takeSites, type MapStore, type SiteHealth } from '../../../features/map/mapStore.ts';
import { MovingPoints } from '../../../features/map/movingPoints.ts';
import type { SquadsStore } from '../../../features/squads/squadsStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import { followSquads } from '../../shared/squadPoints.ts';

/** What the desk's map is drawn from. */
export interface DeskMap {
  store: MapStore;
  /** The members of squads who share their position. */
  points: MovingPoints;
  accessKey: string | undefined;
  /** The map on the page, while there is one; for the probe. */
  current: { readonly map: CityMap | undefined };
  /** The page's map was made, or is gone. */
  setMap(map: CityMap | undefined): void;
  /** Asks the hub what the map is drawn on; after each joining. */
  readSettings(): Promise<void>;
}

/** Keeps a map as the directory and the alerts of this desk are. */
export function feedMap(parts: {
  directory: DirectoryStore;
  alerts: AlertsStore;
  squads: SquadsStore;
  link: Pick<HubLink, 'request'>;
  accessKey: string | undefined;
  nowMs(): number;
}): DeskMap {
  const { directory, alerts, squads, link, accessKey, nowMs } = parts;
  const store = createMapStore();
  const points = new MovingPoints();
  followSquads({ squads, points, nowMs, t: i18next.t });
  const current: { map: CityMap | undefined } = { map: undefined };
  directory.subscribe((state, before) => {
    if (state.sites !== before.sites) takeSites(store, state.sites.values());
    if (state.cameras !== before.cameras || state.health !== before.health || state.sites !== before.sites) {
      store.setState({ health: healthBySite(state.sites.keys(), state.cameras.values(), state.health) });
    }
  });
  alerts.subscribe((state, before) => {
    if (state.open !== before.open) store.setState({ alerts: state.open });
    if (state.kinds !== before.kinds) store.setState({ kinds: state.kinds });
    if (state.counts?.today !== before.counts?.today) store.setState({ today: state.counts?.today ?? {} });
  });
  return {
    store,
    points,
    accessKey,
    current,
    setMap(map) {
      current.map = map;
    },
    async readSettings() {
      const answer = await link.request('map:readSettings', {});
      // The same again would only draw the map anew.
      if (answer.ok && JSON.stringify(answer.data) !== JSON.stringify(store.getState().settings)) {
        store.setState({ settings: answer.data });
      }
    },
  };
}

/** How the cameras of each site do; sites without any are among them. */
export function healthBySite(
  siteIds: Iterable<string>,
  cameras: Iterable<CameraEntry>,
  health: ReadonlyMap<string, Pick<CameraHealth, 'condition'>>,
): Map<string, SiteHealth> {
  const bySite = new Map([...siteIds].map((siteId) => [siteId, { cameras: 0, wrong: 0 }]));
  for (const { cameraId, siteId } of cameras) {
    const site = bySite.get(siteId);
    if (site === undefined) continue;
    const condition = health.get(cameraId)?.condition ?? 'unknown';
    site.cameras += 1;
    if (condition !== 'online' && condition !== 'unknown') site.wrong += 1;
  }
  return bySite;
}
