import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CityMap } from './cityMap.ts';
import { canDrawMaps } from './graphics.ts';
import { MapControls } from './MapControls.tsx';
import { MapLegend } from './MapLegend.tsx';
import { MapWithoutGraphics } from './MapWithoutGraphics.tsx';
import type { MapStore } from './mapStore.ts';
import type { MovingPoints } from './movingPoints.ts';
import type { SiteDrag } from './siteHandle.ts';
import { useFocusedOrder } from './useFocusedOrder.ts';
import { unplacedAlerts, urgentMarks } from './siteMarks.ts';
import './mapPanel.css';

export interface MapPanelProps {
  store: MapStore;
  points: MovingPoints;
  /** `desk`: moved by hand, with a legend. `wall`: nobody touches it. `inset`: small, of one place. `case`: of the focused order. */
  variant: 'desk' | 'wall' | 'inset' | 'case';
  /** The centre of an inset's picture. WGS-84 degrees, longitude first. */
  focus?: [longitude: number, latitude: number] | undefined;
  /** Where a wall's map flies to, by the alert it is about; without it the whole city is shown. */
  attention?: { alertId: string; longitude: number; latitude: number } | undefined;
  /** How a site is dragged from the map to a tile. */
  drag?: SiteDrag | undefined;
  onSite?(siteId: string | undefined): void;
  onPoint?(pointId: string): void;
  onOrder?(orderId: string): void;
  /** A place was pointed at with the other mouse button. WGS-84 degrees. */
  onPlace?(place: { longitude: number; latitude: number }): void;
  /** For the bench and the tests: the map, when it is there. */
  onMap?(map: CityMap | undefined): void;
  /** Lies over the map, such as the card of the chosen site. */
  children?: ReactNode;
}

/** The map does not fly to an alert for this time after somebody moved it by hand. Milliseconds. */
const handsOnMs = 10_000;
const insetZoom = 12.5;

/** A graphics processor that was reset recovers within about a second. Milliseconds. */
const restoreMs = 5_000;
/** On a wall nobody presses a button: the map is made again by itself. Milliseconds. */
const wallReloadMs = 15_000;

/** Whether the map lost its picture and did not recover, and how to build the map again. */
function useLostGraphics(variant: MapPanelProps['variant']) {
  const [attempt, setAttempt] = useState(0);
  const [isAway, setLost] = useState(false);
  const [lost, setSaid] = useState(false);
  const reload = useCallback((): void => {
    setLost(false);
    setSaid(false);
    setAttempt((before) => before + 1);
  }, []);
  useEffect(() => {
    if (!isAway) return undefined;
    const say = setTimeout(() => setSaid(true), restoreMs);
    const again = variant === 'desk' ? undefined : setTimeout(reload, wallReloadMs);
    return () => {
      clearTimeout(say);
      clearTimeout(again);
      setSaid(false);
    };
  }, [isAway, variant, reload]);
  return { attempt, lost, setLost, reload };
}

/** The city's map. What draws it is loaded when the first one is shown. */
export function MapPanel(props: MapPanelProps) {
  const { store, points, variant, focus, drag, onSite, onPoint, onOrder, onPlace, onMap, children } = props;
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const settings = useStore(store, (state) => state.settings);
  const unplaced = useStore(store, (state) => unplacedAlerts(state.alerts.values()));
  const room = useRef<HTMLDivElement>(null);
  const latest = useRef({ drag, onSite, onPoint, onOrder, onPlace, onMap });
  const [map, setMap] = useState<CityMap>();
  const [problem, setProblem] = useState<string>();
  const [drawable, setDrawable] = useState(canDrawMaps);
  const { attempt, lost, setLost, reload } = useLostGraphics(variant);
  const [longitude, latitude] = focus ?? [];
  const { alertId: attentionId, longitude: east, latitude: north } = props.attention ?? {};

  useEffect(() => {
    latest.current = { drag, onSite, onPoint, onOrder, onPlace, onMap };
  });

  useEffect(() => {
    const container = room.current;
    if (container === null || settings === undefined || !drawable) return;
    let ended = false;
    let made: CityMap | undefined;
    const build = async (): Promise<void> => {
      const { createCityMap } = await import('./cityMap.ts');
      if (ended) return;
      const map = await createCityMap({
        container,
        store,
        points,
        settings,
        language,
        interactive: variant === 'desk',
        view:
          longitude !== undefined && latitude !== undefined
            ? { center: [longitude, latitude], zoom: insetZoom }
            : variant === 'desk'
              ? store.getState().lastView
              : undefined,
        words: {
          district: (district) => t(`district.${district}`),
          today: (count) => (count === 0 ? '' : t('map.today', { count })),
          kind(kindId) {
            const kind = store.getState().kinds.get(kindId);
            return (language === 'en' ? kind?.nameEn : kind?.name) ?? kindId;
          },
        },
        drag: latest.current.drag && {
          start: (transfer, siteId) => latest.current.drag?.start(transfer, siteId) ?? false,
          end: () => latest.current.drag?.end(),
        },
        onSite(siteId) {
          store.setState({ selectedSiteId: siteId });
          latest.current.onSite?.(siteId);
        },
        onPoint: (pointId) => latest.current.onPoint?.(pointId),
        onOrder: (orderId) => latest.current.onOrder?.(orderId),
        onPlace: (place) => latest.current.onPlace?.(place),
        onReady: () => container.setAttribute('data-map', 'ready'),
        onProblem: setProblem,
        onGraphicsLost: setLost,
      });
      if (ended) return map.destroy();
      made = map;
      setMap(map);
      latest.current.onMap?.(map);
    };
    build().catch((error: unknown) => {
      if (ended) return;
      setProblem(error instanceof Error ? error.message : String(error));
      setDrawable(false);
    });
    return () => {
      ended = true;
      container.removeAttribute('data-map');
      if (made !== undefined && variant === 'desk') store.setState({ lastView: made.view() });
      made?.destroy();
      setMap(undefined);
      latest.current.onMap?.(undefined);
    };
  }, [store, points, settings, language, variant, longitude, latitude, drawable, t, attempt, setLost]);

  useEffect(() => {
    if (map === undefined || variant !== 'wall') return;
    if (attentionId === undefined || east === undefined || north === undefined) map.showAll();
    else map.flyTo([east, north]);
  }, [map, variant, attentionId, east, north]);

  useFocusedOrder(map, store, variant === 'desk' || variant === 'case');

  useEffect(() => {
    if (map === undefined || variant !== 'desk') return;
    let frame = 0;
    const stopListening = store.subscribe((state, before) => {
      if (state.alerts === before.alerts) return;
      const [newest] = urgentMarks(state.alerts.values(), state.sites)
        .filter(({ alertId, unacknowledged }) => unacknowledged && !before.alerts.has(alertId))
        .sort((a, b) => b.raisedAtMs - a.raisedAtMs);
      const handsOn = performance.now() - map.lastTouchedMs() < handsOnMs;
      if (newest === undefined || handsOn) return;
      const { longitude: toLongitude, latitude: toLatitude } = newest;
      // Its marker is seen before the flight begins, which keeps a weak machine busy.
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(() => map.flyTo([toLongitude, toLatitude]));
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      stopListening();
    };
  }, [map, store, variant]);

  if (!drawable)
    return (
      <MapWithoutGraphics store={store} variant={variant} problem={problem} onSite={onSite}>
        {children}
      </MapWithoutGraphics>
    );
  const hasNotes = variant === 'desk' || variant === 'wall';
  const settingsProblem = settings?.problems[0];
  const fault = settings?.faults?.find(({ problem: sentence }) => sentence === settingsProblem);
  return (
    <section className={`map-panel map-panel--${variant}`} aria-label={t('map.title')}>
      <div ref={room} className="map-room" />
      {lost && (
        <div className="map-lost" role="alert">
          <p>{t('map.graphicsLost')}</p>
          <button type="button" onClick={reload}>
            {t('map.reload')}
          </button>
        </div>
      )}
      {variant === 'desk' && <MapControls map={map} store={store} />}
      {hasNotes && (
        <div className="map-notes">
          {settingsProblem !== undefined && (
            <p className="map-note map-note--wrong" role="alert">
              {t('map.settingsProblem', {
                problem: t(`map.fault.${fault?.code ?? 'fileFailed'}`, { value: fault?.value ?? '' }),
              })}
            </p>
          )}
          {problem !== undefined && (
            <p className="map-note map-note--wrong" role="alert" title={problem}>
              {t('map.problem')}
            </p>
          )}
          {unplaced > 0 && <p className="map-note">{t('map.unplaced', { count: unplaced })}</p>}
        </div>
      )}
      {hasNotes && <MapLegend store={store} />}
      <p className="map-sources">
        {[
          settings?.basemap === undefined ? t('map.sources') : settings.basemap.attribution,
          settings?.districts === undefined ? t('map.sketch') : settings.districts.attribution,
        ]
          .filter((words) => words !== '')
          .join(' · ')}
      </p>
      {children}
    </section>
  );
}
