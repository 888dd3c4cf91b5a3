import type { AlertClass } from '../../../src-shared/alerts/alertKinds.ts';
import type { AlertMark } from '../../../src-shared/alerts/alertView.ts';
import type { MapState, SiteHealth, SiteOnMap } from './mapStore.ts';

/** How a site's cameras do, in a word: none has no camera, partly means that some are not well, down that none is. */
export const siteConditions = ['ok', 'none', 'partly', 'down'] as const;
export type SiteCondition = (typeof siteConditions)[number];

/** Open alerts by class. */
export interface AlertCounts {
  class1: number;
  class2: number;
  class3: number;
}

/** Sites that show a card: 1 or 0 for a site, summed in a cluster. */
interface CardCounts {
  yellow: number;
  red: number;
}

/** A site as it is drawn on the map. Positions are WGS-84 degrees. */
export interface SiteMark extends AlertCounts, CardCounts {
  siteId: string;
  longitude: number;
  latitude: number;
  /** Name of its picture. */
  icon: string;
  label: string;
}

/** What differs between two drawings of the same sites, as a map's source takes it. */
export interface MarkChanges {
  added: SiteMark[];
  changed: SiteMark[];
  removed: string[];
}

/** What a class 1 marker of the map shows. */
export interface UrgentMark {
  alertId: string;
  siteId: string;
  kindId: string;
  siteName: string;
  siteNameEn: string | undefined;
  longitude: number;
  latitude: number;
  /** Nobody has acknowledged it. */
  unacknowledged: boolean;
  raisedAtMs: number;
}

const noAlerts: AlertCounts = { class1: 0, class2: 0, class3: 0 };

/** The condition of a site's cameras, in one word. */
export function siteCondition(health: SiteHealth | undefined): SiteCondition {
  // A surface that does not know the conditions of cameras shows sites without faults.
  if (health === undefined) return 'ok';
  if (health.cameras === 0) return 'none';
  if (health.wrong === 0) return 'ok';
  return health.wrong < health.cameras ? 'partly' : 'down';
}

/** Open alerts by site and class. */
export function alertsBySite(alerts: Iterable<AlertMark>): Map<string, AlertCounts> {
  const bySite = new Map<string, AlertCounts>();
  for (const { place, class: alertClass } of alerts) {
    if (place === undefined) continue;
    const counts = bySite.get(place.siteId) ?? { ...noAlerts };
    counts[`class${alertClass}`] += 1;
    bySite.set(place.siteId, counts);
  }
  return bySite;
}

/** The worst class of which there are any, and how many. */
export function worstOf(counts: AlertCounts): { class: AlertClass; count: number } | undefined {
  if (counts.class1 > 0) return { class: 1, count: counts.class1 };
  if (counts.class2 > 0) return { class: 2, count: counts.class2 };
  if (counts.class3 > 0) return { class: 3, count: counts.class3 };
  return undefined;
}

/** Every site that has a position, as it is drawn. */
export function siteMarks(
  state: Pick<MapState, 'sites' | 'health' | 'alerts' | 'cards'>,
  language: string,
): Map<string, SiteMark> {
  const alerts = alertsBySite(state.alerts.values());
  const marks = new Map<string, SiteMark>();
  for (const site of state.sites.values()) {
    if (site.longitude === undefined || site.latitude === undefined) continue;
    const condition = siteCondition(state.health.get(site.siteId));
    marks.set(site.siteId, {
      siteId: site.siteId,
      longitude: site.longitude,
      latitude: site.latitude,
      icon: siteIconName(site.siteType, condition),
      label: nameOf(site, language),
      ...(alerts.get(site.siteId) ?? noAlerts),
      yellow: Number(state.cards.get(site.siteId) === 'yellow'),
      red: Number(state.cards.get(site.siteId) === 'red'),
    });
  }
  return marks;
}

/** The changes by which the map shows `after` instead of `before`. */
export function markChanges(
  before: ReadonlyMap<string, SiteMark>,
  after: ReadonlyMap<string, SiteMark>,
): MarkChanges {
  const changes: MarkChanges = { added: [], changed: [], removed: [] };
  for (const [siteId, mark] of after) {
    const old = before.get(siteId);
    if (old === undefined) changes.added.push(mark);
    else if (!isSame(old, mark)) changes.changed.push(mark);
  }
  for (const siteId of before.keys()) if (!after.has(siteId)) changes.removed.push(siteId);
  return changes;
}

/**
 * Open class-1 alerts with a place on the map: first those that nobody has acknowledged, then the oldest. The alerts of a site
 * move with it when it is moved or renamed.
 */
export function urgentMarks(
  alerts: Iterable<AlertMark>,
  sites: ReadonlyMap<string, SiteOnMap> = new Map(),
): UrgentMark[] {
  return [...alerts]
    .flatMap((mark): UrgentMark[] => {
      if (mark.class !== 1 || mark.place === undefined) return [];
      const { siteId, ...then } = mark.place;
      const { longitude, latitude, siteName, siteNameEn } = sites.get(siteId) ?? then;
      if (longitude === undefined || latitude === undefined) return [];
      return [
        {
          alertId: mark.alertId,
          siteId,
          kindId: mark.kindId,
          siteName,
          siteNameEn,
          longitude,
          latitude,
          unacknowledged: mark.state === 'new',
          raisedAtMs: mark.raisedAtMs,
        },
      ];
    })
    .sort((a, b) => Number(b.unacknowledged) - Number(a.unacknowledged) || a.raisedAtMs - b.raisedAtMs);
}

/** Open alerts that no map can show: their camera is unknown, or its site has no position. */
export function unplacedAlerts(alerts: Iterable<AlertMark>): number {
  let count = 0;
  for (const { place } of alerts) {
    if (place?.longitude === undefined || place.latitude === undefined) count += 1;
  }
  return count;
}

/** How dark a district is shaded, 0…4, by its alerts of the day: an order of magnitude that the eye can distinguish. */
export function shadeOf(alertsToday: number): 0 | 1 | 2 | 3 | 4 {
  if (alertsToday <= 0) return 0;
  if (alertsToday <= 5) return 1;
  if (alertsToday <= 20) return 2;
  return alertsToday <= 60 ? 3 : 4;
}

/** Name of the picture of a site. */
export function siteIconName(siteType: SiteOnMap['siteType'], condition: SiteCondition): string {
  return `site-${siteType}-${condition}`;
}

/** A site's name in the language of the screen. */
export function nameOf(
  site: { siteName: string; siteNameEn?: string | undefined },
  language: string,
): string {
  return (language === 'en' ? site.siteNameEn : undefined) ?? site.siteName;
}

function isSame(a: SiteMark, b: SiteMark): boolean {
  return (
    a.icon === b.icon &&
    a.class1 === b.class1 &&
    a.class2 === b.class2 &&
    a.class3 === b.class3 &&
    a.yellow === b.yellow &&
    a.red === b.red &&
    a.longitude === b.longitude &&
    a.latitude === b.latitude &&
    a.label === b.label
  );
}
