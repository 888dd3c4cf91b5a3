import type { CameraEntry, CameraHealth } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import { cardsBySite } from '../../../../src-shared/findings/siteCards.ts';
import type { FindingsStore } from '../../../features/findings/findingsStore.ts';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import { takeSites, type SiteHealth } from '../../../features/map/mapStore.ts';
import { feedSurfaceMap, type MapFeedParts, type SurfaceMap } from '../../shared/mapFeed.ts';

/** What the desk's map is drawn from. */
export type DeskMap = SurfaceMap;

/** Keeps a map as the directory and the alerts of this desk are. */
export function feedMap({
  directory,
  alerts,
  findings,
  ...parts
}: Omit<MapFeedParts, 'alerts'> & {
  directory: DirectoryStore;
  alerts: AlertsStore;
  findings: FindingsStore;
}): DeskMap {
  const map = feedSurfaceMap({ ...parts, alerts });
  const { store } = map;
  directory.subscribe((state, before) => {
    if (state.sites !== before.sites) takeSites(store, state.sites.values());
    if (state.cameras !== before.cameras || state.health !== before.health || state.sites !== before.sites) {
      store.setState({ health: healthBySite(state.sites.keys(), state.cameras.values(), state.health) });
    }
  });
  findings.subscribe((state, before) => {
    if (state.findings !== before.findings) {
      store.setState({ cards: cardsBySite(state.findings.values()) });
    }
  });
  alerts.subscribe(({ counts }, before) => {
    if (counts?.today !== before.counts?.today) store.setState({ today: counts?.today ?? {} });
  });
  return map;
}

/** The number of cameras of each site, and of those with a fault; a site without cameras is among them. */
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
