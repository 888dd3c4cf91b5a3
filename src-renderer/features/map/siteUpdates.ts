import type { GeoJSONSource, GeoJSONSourceDiff, Map as MapLibre } from 'maplibre-gl';
import type { Position } from './coordinates.ts';
import type { MapStore } from './mapStore.ts';
import { sitesSource } from './overlayLayers.ts';
import { markChanges, siteMarks, type SiteMark } from './siteMarks.ts';

/** Keeps the map's sites as the store has them. */
export interface SiteUpdates {
  /** Where a site is drawn. */
  positionOf(siteId: string): Position | undefined;
  /** How many changes of sites have been drawn so far. */
  drawn(): number;
  destroy(): void;
}

/**
 * Passes to the map only what changed, at most once for each picture. One update is under way at a time: what changes
 * meanwhile goes with the next, so that a burst of alerts costs a few updates and not a thousand.
 */
export function createSiteUpdates(options: {
  map: MapLibre;
  store: MapStore;
  language: string;
  toMap(position: Position): Position;
}): SiteUpdates {
  const { map, store, language, toMap } = options;
  let shown: ReadonlyMap<string, SiteMark> = new Map();
  let frame = 0;
  let busy = false;
  let again = false;
  let sent = 0;
  let applied = 0;
  let drawn = 0;
  let ended = false;

  const featureOf = (mark: SiteMark): NonNullable<GeoJSONSourceDiff['add']>[number] => ({
    type: 'Feature',
    properties: { ...mark },
    geometry: { type: 'Point', coordinates: toMap([mark.longitude, mark.latitude]) },
  });

  const update = async (): Promise<void> => {
    const source = map.getSource<GeoJSONSource>(sitesSource);
    if (source === undefined) return;
    const next = siteMarks(store.getState(), language);
    const changes = markChanges(shown, next);
    const { added, changed, removed } = changes;
    if (added.length + changed.length + removed.length === 0) return;
    shown = next;
    const number = ++sent;
    await source.updateData({
      remove: removed,
      add: added.map(featureOf),
      update: changed.map((mark) => ({
        id: mark.siteId,
        newGeometry: featureOf(mark).geometry,
        addOrUpdateProperties: Object.entries(mark).map(([key, value]) => ({ key, value: value as unknown })),
      })),
    });
    applied = number;
  };
  const run = (): void => {
    frame = 0;
    if (ended) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    void update()
      // The map was taken away while its worker had it.
      .catch(() => undefined)
      .finally(() => {
        busy = false;
        if (!again) return;
        again = false;
        ask();
      });
  };
  const ask = (): void => {
    if (frame === 0) frame = requestAnimationFrame(run);
  };
  const onRender = (): void => {
    if (drawn < applied && map.isSourceLoaded(sitesSource)) drawn = applied;
  };
  map.on('render', onRender);
  const stopListening = store.subscribe((state, before) => {
    if (
      state.sites !== before.sites ||
      state.health !== before.health ||
      state.alerts !== before.alerts ||
      state.cards !== before.cards
    )
      ask();
  });
  ask();

  return {
    positionOf(siteId) {
      const mark = shown.get(siteId);
      return mark === undefined ? undefined : toMap([mark.longitude, mark.latitude]);
    },
    drawn: () => drawn,
    destroy() {
      ended = true;
      cancelAnimationFrame(frame);
      stopListening();
      map.off('render', onRender);
    },
  };
}
