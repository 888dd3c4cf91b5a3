import { createStore, type StoreApi } from 'zustand/vanilla';
import { isClosed } from '../../../src-shared/alerts/alert.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { AlertMark } from '../../../src-shared/alerts/alertView.ts';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { SiteCard } from '../../../src-shared/findings/siteCards.ts';
import type { MapSettings, MapSite } from '../../../src-shared/map/map.protocol.ts';

/** The visible part of the map: degrees in the basemap's own system, and MapLibre's zoom. */
export interface MapView {
  center: [longitude: number, latitude: number];
  zoom: number;
}

/** A site on a map; the last two only where the surface may see them. */
export interface SiteOnMap extends MapSite {
  address?: string;
  phone?: string | undefined;
}

/** The condition of a site's cameras. */
export interface SiteHealth {
  cameras: number;
  /** Those that are offline, frozen or otherwise not well. */
  wrong: number;
}

/** An open order on a map. Positions are WGS-84 degrees, longitude first. */
export interface OrderOnMap {
  orderId: string;
  /** As it is spoken over the radio, `7-042`. */
  number: string;
  position: readonly [longitude: number, latitude: number];
  isOverdue: boolean;
  /** The way of each who goes, with who it is and the expected arrival in words. */
  ways: readonly {
    memberId: string;
    line: readonly (readonly [longitude: number, latitude: number])[];
    isRoad: boolean;
    label: string;
  }[];
}

/** What a map shows: a cache of the hub's state, and the site that is selected on this screen. */
export interface MapState {
  /** Undefined until the hub has answered. */
  settings: MapSettings | undefined;
  sites: ReadonlyMap<string, SiteOnMap>;
  /** The districts whose sites are on it, where they are not all. */
  districts: 'all' | readonly string[];
  health: ReadonlyMap<string, SiteHealth>;
  /** The cards that sites show for what is overdue, by the site's id. */
  cards: ReadonlyMap<string, SiteCard>;
  /** The open alerts. */
  alerts: ReadonlyMap<string, AlertMark>;
  kinds: ReadonlyMap<string, AlertKind>;
  /** Alerts raised since midnight. */
  today: Partial<Record<District, number>>;
  selectedSiteId: string | undefined;
  orders: readonly OrderOnMap[];
  /** The order that is looked for on it. */
  focusedOrderId: string | undefined;
  /** The view of a map that was removed: the next one begins with it. */
  lastView: MapView | undefined;
}

export type MapStore = StoreApi<MapState>;

/** A map that knows nothing yet. */
export function createMapStore(): MapStore {
  return createStore<MapState>(() => ({
    settings: undefined,
    sites: new Map(),
    districts: 'all',
    health: new Map(),
    cards: new Map(),
    alerts: new Map(),
    kinds: new Map(),
    today: {},
    selectedSiteId: undefined,
    orders: [],
    focusedOrderId: undefined,
    lastView: undefined,
  }));
}

/** Replaces the registry's sites; sites that are not in the answer any more are removed. */
export function takeSites(store: MapStore, sites: Iterable<SiteOnMap>): void {
  store.setState({ sites: new Map([...sites].map((site) => [site.siteId, site])) });
}

/** Replaces the open alerts, as they arrive when a surface joins. */
export function takeOpenAlerts(store: MapStore, marks: readonly AlertMark[]): void {
  store.setState({
    alerts: new Map(marks.filter((mark) => !isClosed(mark)).map((mark) => [mark.alertId, mark])),
  });
}

/** Adds new and changed alerts and removes closed ones. Of two messages about one alert the newer counts. */
export function takeAlerts(store: MapStore, marks: readonly AlertMark[]): void {
  const alerts = new Map(store.getState().alerts);
  for (const mark of marks) {
    if ((alerts.get(mark.alertId)?.revision ?? -1) > mark.revision) continue;
    if (isClosed(mark)) alerts.delete(mark.alertId);
    else alerts.set(mark.alertId, mark);
  }
  store.setState({ alerts });
}
