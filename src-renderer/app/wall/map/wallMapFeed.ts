import type { AlertCounts } from '../../../../src-shared/alerts/alerts.protocol.ts';
import type { AlertMarksStore } from '../../../features/alerts/alertMarks.ts';
import { takeSites } from '../../../features/map/mapStore.ts';
import type { WallStore } from '../../../features/wall/wallStore.ts';
import { feedSurfaceMap, type MapFeedParts, type SurfaceMap } from '../../shared/mapFeed.ts';

/** What the map of a screen is drawn from: what a stranger in the room may see, and no more. */
export interface WallMap extends Omit<SurfaceMap, 'readSettings'> {
  /** The surface joined: what was read before may be old. */
  joined(): void;
  /** The registry changed. */
  sitesChanged(): void;
  takeCounts(counts: AlertCounts | undefined): void;
}

/** Keeps a screen's map as the hub has it. Sites are read only while the screen shows a map. */
export function feedWallMap({
  marks,
  wallStore,
  ...parts
}: Omit<MapFeedParts, 'alerts'> & { marks: AlertMarksStore; wallStore: WallStore }): WallMap {
  const { readSettings, ...map } = feedSurfaceMap({ ...parts, alerts: marks });
  const { store } = map;
  let isOld = true;
  let asked = 0;

  const readSites = async (): Promise<void> => {
    const number = ++asked;
    isOld = false;
    const answer = await parts.link.request('map:readSites', {});
    // The registry may have changed again meanwhile: only the answer to the last request counts.
    if (number !== asked) return;
    if (!answer.ok) {
      isOld = true;
      return;
    }
    const { sites } = answer.data;
    takeSites(store, sites);
    store.setState({
      cards: new Map(sites.flatMap(({ siteId, card }) => (card === undefined ? [] : [[siteId, card]]))),
    });
  };
  const readIfShown = (): void => {
    const content = wallStore.getState().wall?.content;
    if (isOld && (content === 'map' || content === 'case')) void readSites();
  };
  wallStore.subscribe((state, before) => {
    if (state.wall?.content !== before.wall?.content) readIfShown();
  });

  return {
    ...map,
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
