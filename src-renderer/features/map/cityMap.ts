import { LngLatBounds, Map as MapLibre, Marker, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { districts, type District } from '../../../src-shared/cameras/cameras.protocol.ts';
import { homeBounds } from './homeBounds.ts';
import type { MapSettings } from '../../../src-shared/map/map.protocol.ts';
import { emptyStyle, offlineSources, seatLayers, waterLayers } from './baseStyle.ts';
import { fromDisplay, toDisplay, type Position } from './coordinates.ts';
import { nameFeatures, readDistrictShapes, shapeFeatures, type DistrictShape } from './districtShapes.ts';
import { drawIcons } from './mapIcons.ts';
import type { MapStore, MapView } from './mapStore.ts';
import type { MovingPoints } from './movingPoints.ts';
import { operatorStyle } from './operatorStyle.ts';
import {
  districtFillLayers,
  districtLineLayers,
  districtNameLayers,
  districtNamesSource,
  districtsSource,
  overlaySources,
  siteLayers,
} from './overlayLayers.ts';
import { createOrderSheet } from './orderSheet.ts';
import { createPointsSheet } from './pointsSheet.ts';
import { createSiteHandle, type SiteDrag, type SiteHandle } from './siteHandle.ts';
import { nameOf, shadeOf, urgentMarks } from './siteMarks.ts';
import { createSiteUpdates } from './siteUpdates.ts';
import { createUrgentMarkers } from './urgentMarkers.ts';
import './cityMap.css';

export interface CityMapOptions {
  container: HTMLElement;
  store: MapStore;
  points: MovingPoints;
  settings: MapSettings;
  language: string;
  /** Whether people move it, or it only shows. */
  interactive: boolean;
  /** Where it begins; without it at the whole city. */
  view: MapView | undefined;
  words: {
    district(district: District): string;
    today(count: number): string;
    kind(kindId: string): string;
  };
  drag: SiteDrag | undefined;
  onSite(siteId: string | undefined): void;
  onPoint: ((pointId: string) => void) | undefined;
  onOrder: ((orderId: string) => void) | undefined;
  /** A place was pointed at with the other mouse button, WGS-84 degrees. */
  onPlace?: ((place: { longitude: number; latitude: number }) => void) | undefined;
  /** Everything was drawn for the first time. */
  onReady(): void;
  /** A part of the map is missing; the text is that of the reporting part. */
  onProblem(message: string): void;
  /** The graphics processor took the map's picture away, or gave it back. */
  onGraphicsLost(isLost: boolean): void;
}

/** A map on the page. */
export interface CityMap {
  /** Flies to a place given in WGS-84. */
  flyTo(position: Position, zoom?: number): void;
  /** Shows all these places at once. WGS-84. */
  fitTo(positions: readonly Position[]): void;
  showAll(): void;
  zoomBy(step: number): void;
  view(): MapView;
  /** Where a site is on the page, in pixels, whether or not it stands for itself there. */
  placeOf(siteId: string): { x: number; y: number } | undefined;
  /** When somebody last moved it by hand; milliseconds of `performance.now()`. */
  lastTouchedMs(): number;
  figures(): { frames: number; siteUpdatesDrawn: number; ordersDrawn: number; loaded: boolean };
  onFrame(listener: () => void): () => void;
  destroy(): void;
}

/** The area outside of which the map cannot be moved. WGS-84 degrees: west, south, east, north. */
const offlineReach: [number, number, number, number] = [111, 28, 117, 32];
const closestZoom = 17;
const flightMs = 1_200;

setWorkerUrl(workerUrl);

/** Builds a map. Rejects when this browser cannot draw it. */
export async function createCityMap(options: CityMapOptions): Promise<CityMap> {
  const { container, store, points, settings, language, interactive, words } = options;
  const scale = Number.parseFloat(getComputedStyle(container).fontSize) / 14;
  const margin = 24 * scale;
  // A wall's legend lies along the lower edge.
  const padding = { top: margin, right: margin, bottom: interactive ? margin : 70 * scale, left: margin };
  const { basemap } = settings;
  const operators = basemap && (await operatorStyle(basemap, { language, scale }).catch(problem));
  const system = operators === undefined ? 'wgs84' : (basemap?.coordinateSystem ?? 'wgs84');
  const toMap = (position: Position): Position => toDisplay(position, system);
  const shapes = await readDistrictShapes(settings.districts, system).catch(async (error: unknown) => {
    problem(error);
    return readDistrictShapes(undefined, system);
  });
  const home = (): [number, number, number, number] => {
    const { west, south, east, north } = homeBounds(store.getState());
    return [west, south, east, north];
  };
  const isSketch = settings.districts === undefined;

  function problem(error: unknown): undefined {
    options.onProblem(error instanceof Error ? error.message : String(error));
    return undefined;
  }

  const map = new MapLibre({
    container,
    style: emptyStyle({ ...(operators?.sources ?? offlineSources()), ...overlaySources(scale) }, [
      ...(operators?.ground ?? []),
      ...districtFillLayers(operators === undefined),
      ...(operators === undefined ? waterLayers(scale) : []),
      ...districtLineLayers(isSketch, scale),
      ...districtNameLayers(scale),
      ...(operators?.names ?? seatLayers({ language, scale })),
      ...siteLayers(scale),
    ]),
    ...(options.view ?? { bounds: home(), fitBoundsOptions: { padding } }),
    ...(operators === undefined ? { maxBounds: offlineReach } : {}),
    minZoom: 6.5,
    maxZoom: closestZoom,
    interactive,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    renderWorldCopies: false,
    // Names appear at once: fading draws the whole map again for a third of a second.
    fadeDuration: 0,
    canvasContextAttributes: { antialias: false },
    // The panel around the map shows its texts.
    maplibreLogo: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.on('error', ({ error }) => problem(error));
  map.on('webglcontextlost', () => options.onGraphicsLost(true));
  map.on('webglcontextrestored', () => options.onGraphicsLost(false));
  for (const { name, data, ratio } of drawIcons(scale, Math.min(window.devicePixelRatio, 2))) {
    map.addImage(name, data, { pixelRatio: ratio });
  }
  await new Promise<void>((resolve) => void map.once('style.load', () => resolve()));

  let frames = 0;
  let touchedMs = -Infinity;
  map.on('render', () => void (frames += 1));
  map.on('movestart', ({ originalEvent }) => {
    if (originalEvent !== undefined) touchedMs = performance.now();
  });

  const sites = createSiteUpdates({ map, store, language, toMap });
  const orders = createOrderSheet({ map, store, scale, toMap });
  const sheet = createPointsSheet({ map, points, scale, toMap });
  const urgent = createUrgentMarkers({
    map,
    language,
    toMap,
    onChosen: interactive ? options.onSite : undefined,
  });
  const handle: SiteHandle | undefined = interactive
    ? createSiteHandle({
        map,
        drag: options.drag,
        labelOf(siteId) {
          const site = store.getState().sites.get(siteId);
          return site === undefined ? '' : nameOf(site, language);
        },
        positionOf: sites.positionOf,
        onChosen: options.onSite,
        onElsewhere(x, y) {
          const orderId = orders.orderAt(x, y);
          if (orderId !== undefined) options.onOrder?.(orderId);
          const pointId = orderId === undefined ? sheet.pointAt(x, y) : undefined;
          if (pointId !== undefined) options.onPoint?.(pointId);
          return orderId !== undefined || pointId !== undefined;
        },
      })
    : undefined;
  if (interactive) {
    map.on('contextmenu', ({ lngLat }) => {
      const [longitude, latitude] = fromDisplay([lngLat.lng, lngLat.lat], system);
      options.onPlace?.({ longitude, latitude });
    });
  }
  const ring = document.createElement('div');
  ring.className = 'map-chosen';
  const chosen = new Marker({ element: ring });

  const showDistricts = (): void => showToday(map, shapes, store.getState().today, words);
  const showUrgent = (): void => {
    const { alerts, sites: known } = store.getState();
    urgent.show(urgentMarks(alerts.values(), known), words.kind);
  };
  const showChosen = (): void => {
    const { selectedSiteId, sites: known } = store.getState();
    const site = known.get(selectedSiteId ?? '');
    if (site?.longitude === undefined || site.latitude === undefined) return void chosen.remove();
    chosen.setLngLat(toMap([site.longitude, site.latitude])).addTo(map);
  };
  void map.getSource<GeoJSONSource>(districtsSource)?.setData(shapeFeatures(shapes));
  showDistricts();
  showUrgent();
  showChosen();
  const stopListening = store.subscribe((state, before) => {
    if (state.today !== before.today) showDistricts();
    if (state.alerts !== before.alerts || state.kinds !== before.kinds || state.sites !== before.sites)
      showUrgent();
    if (state.selectedSiteId !== before.selectedSiteId || state.sites !== before.sites) showChosen();
  });
  void map.once('idle', options.onReady);

  return {
    flyTo(position, zoom = 14) {
      const camera = { center: toMap(position), zoom: Math.max(zoom, map.getZoom()) };
      const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
      if (still || !map.getBounds().contains(camera.center))
        map.flyTo({ ...camera, maxDuration: 2_000, animate: !still });
      else map.easeTo({ ...camera, duration: flightMs });
    },
    fitTo(positions) {
      const bounds = new LngLatBounds();
      for (const position of positions) bounds.extend(toMap(position));
      if (bounds.isEmpty()) return;
      const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
      const room = { top: 3 * margin, bottom: 3 * margin, left: 3 * margin, right: 3 * margin };
      map.fitBounds(bounds, { padding: room, maxZoom: 14.5, animate: !still, duration: flightMs });
    },
    showAll: () => void map.fitBounds(home(), { padding, duration: flightMs / 2 }),
    zoomBy: (step) => void map.easeTo({ zoom: map.getZoom() + step, duration: 250 }),
    view() {
      const { lng, lat } = map.getCenter();
      return { center: [lng, lat], zoom: map.getZoom() };
    },
    placeOf(siteId) {
      const position = sites.positionOf(siteId);
      if (position === undefined) return undefined;
      const { x, y } = map.project(position);
      const { left, top } = container.getBoundingClientRect();
      return { x: left + x, y: top + y };
    },
    lastTouchedMs: () => touchedMs,
    figures: () => ({
      frames,
      siteUpdatesDrawn: sites.drawn(),
      ordersDrawn: orders.drawn(),
      loaded: map.loaded(),
    }),
    onFrame(listener) {
      map.on('render', listener);
      return () => map.off('render', listener);
    },
    destroy() {
      stopListening();
      handle?.destroy();
      sheet.destroy();
      orders.destroy();
      urgent.destroy();
      sites.destroy();
      map.remove();
    },
  };
}

/** Shades the districts by the alerts of the day, and writes how many there are. */
function showToday(
  map: MapLibre,
  shapes: readonly DistrictShape[],
  today: Partial<Record<District, number>>,
  words: CityMapOptions['words'],
): void {
  for (const district of districts) {
    map.setFeatureState({ source: districtsSource, id: district }, { shade: shadeOf(today[district] ?? 0) });
  }
  void map
    .getSource<GeoJSONSource>(districtNamesSource)
    ?.setData(nameFeatures(shapes, words.district, (district) => words.today(today[district] ?? 0)));
}
