import i18next from 'i18next';
import type { AlertCounts } from '../../../../src-shared/alerts/alerts.protocol.ts';
import type { AlertMarksStore } from '../../../features/alerts/alertMarks.ts';
import type { CityMap } from '../../../features/map/cityMap.ts';
import { createMapStore, takeSites, type MapStore } from '../../../features/map/mapStore.ts';
import { MovingPoints } from '../../../features/map/movingPoints.ts';
import type { SquadsStore } from '../../../features/squads/squadsStore.ts';
import type { WallStore } from '../../../features/wall/wallStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import { followSquads } from '../../shared/squadPoints.ts';

/** What the map of a wall's screen is drawn from: what strangers may see, and no more. */
export interface WallMap {
  store: MapStore;
  points: MovingPoints;
  accessKey: string | undefined;
  /** The map on the page, while there is one; for the probe. */
  current: { readonly map: CityMap | undefined };
  /** The page's map was made, or is gone. */
  setMap(map: CityMap | undefined): void;
  /** The surface joined: what was read before may be old. */
  joined(): void;
  /** The registry changed. */
  sitesChanged(): void;
  takeCounts(counts: AlertCounts | undefined): void;
}

/** Keeps a screen's map as the hub has it. Sites are read only while the screen shows a map. */
export function feedWallMap(parts: {
  marks: AlertMarksStore;
  wallStore: WallStore;
  squads: SquadsStore;
  link: Pick<HubLink, 'request'>;
  accessKey: string | undefined;
  nowMs(): number;
}): WallMap {
  const { marks, wallStore, squads, link, accessKey, nowMs } = parts;
  const store = createMapStore();
  const points = new MovingPoints();
  followSquads({ squads, points, nowMs, t: i18next.t });
  const current: { map: CityMap | undefined } = { map: undefined };
  let isOld = true;
  let asked = 0;

  const readSites = async (): Promise<void> => {
    const number = ++asked;
    isOld = false;
    const answer = await link.request('map:readSites', {});
    // The registry may have changed again meanwhile: the last one that asked is right.
    if (number !== asked) return;
    if (answer.ok) takeSites(store, answer.data.sites);
    else isOld = true;
  };
  const readSettings = async (): Promise<void> => {
    const answer = await link.request('map:readSettings', {});
    // The same again would only draw the map anew.
    if (answer.ok && JSON.stringify(answer.data) !== JSON.stringify(store.getState().settings)) {
      store.setState({ settings: answer.data });
    }
  };
  const readIfShown = (): void => {
    if (isOld && wallStore.getState().wall?.content === 'map') void readSites();
  };
  wallStore.subscribe((state, before) => {
    if (state.wall?.content !== before.wall?.content) readIfShown();
  });
  marks.subscribe(({ open, kinds }, before) => {
    if (open !== before.open) store.setState({ alerts: open });
    if (kinds !== before.kinds) store.setState({ kinds });
  });

  return {
    store,
    points,
    accessKey,
    current,
    setMap(map) {
      current.map = map;
    },
    joined() {
      isOld = true;
      readIfShown();
      void readSettings();
    },
    sitesChanged() {
      isOld = true;
      readIfShown();
    },
    takeCounts(counts) {
      store.setState({ today: counts?.today ?? {} });
    },
  };
}
