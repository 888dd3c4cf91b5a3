import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { AlertFilter } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { SiteAlert, SiteAppeal } from '../../../src-shared/sites/siteAlerts.ts';
import {
  maxSiteAlerts,
  type SiteCamera,
  type SiteSnapshot,
} from '../../../src-shared/sites/sites.protocol.ts';
import { createSequence } from '../../base/sequence.ts';
import { siteAlertOf } from './siteAlertView.ts';
import type { SiteFacts, SitesRepository } from './sites.repository.ts';

const dayMs = 86_400_000;
/** A site sees what happened within this time, or for as long as it can be appealed against. Days. */
const shownDays = 7;

/** The registry and the health of cameras, as pages of sites need them. */
export interface SiteRegistry {
  site(siteId: string): Omit<SiteSnapshot, 'cameras' | 'appealDays'> | undefined;
  /** In the order of the registry; empty for a site that is not there. */
  camerasOf(siteId: string): readonly { id: string; name: string; nameEn?: string }[];
  siteOf(cameraId: string): string | undefined;
  health(
    cameraIds: readonly string[],
  ): ReadonlyMap<string, { condition: SiteCamera['condition']; sinceMs: number }>;
}

/** Alerts that sites may know of. */
export interface SiteAlertsPort {
  alert(alertId: string): Promise<Alert | undefined>;
  kind(kindId: string): Pick<AlertKind, 'name' | 'nameEn'> | undefined;
  /** The newest first. */
  search(filter: AlertFilter, limit: number): Promise<Alert[]>;
}

/** Pages that are open, and desks. */
export interface SiteSurfaces {
  /** Sites of which a page is open: only for them is anything made. */
  openSites(): ReadonlySet<string>;
  alertsChanged(siteId: string, alerts: SiteAlert[]): void;
  camerasChanged(siteId: string, cameras: SiteCamera[]): void;
  answersChanged(answer: { alertId: string } & SiteFacts, district: string | undefined): void;
}

/** What pages of sites show, and what desks know of appeals that wait. */
export interface SitePages {
  snapshotOf(siteId: string): SiteSnapshot | undefined;
  /** The alerts of a site that its page shows: open ones, and those of the last days. */
  alertsOf(siteId: string): Promise<SiteAlert[]>;
  /** Appeals that wait for a decision, of alerts in these districts. */
  waitingAppeals(mayView: (district: string | undefined) => boolean): SiteAppeal[];
  /** Alerts that came or changed. Resolves when their sites have them. */
  alertsCame(news: { arrived: readonly Alert[]; changed: readonly Alert[] }): Promise<void>;
  /** Something was said or decided about an alert. */
  said(alert: Alert, facts: SiteFacts): void;
  registryChanged(): void;
  camerasChanged(cameraIds: readonly string[]): void;
}

/** Loads the appeals that wait. */
export async function createSitePages(options: {
  repository: Pick<SitesRepository, 'factsOf' | 'waitingAppeals'>;
  registry: SiteRegistry;
  alerts: SiteAlertsPort;
  surfaces: SiteSurfaces;
  /** Days for which an alert can be appealed against. */
  appealDays: number;
  nowMs(): number;
}): Promise<SitePages> {
  const { repository, registry, alerts, surfaces, appealDays, nowMs } = options;
  const { exclusive } = createSequence();
  const viewOf = (alert: Alert, facts: SiteFacts = {}): SiteAlert[] =>
    [siteAlertOf(alert, alerts.kind(alert.kindId), facts, appealDays) ?? []].flat();
  const camerasOf = (siteId: string): SiteCamera[] => {
    const cameras = registry.camerasOf(siteId);
    const conditions = registry.health(cameras.map(({ id }) => id));
    return cameras.map(({ id, name, nameEn }) => {
      const known = conditions.get(id);
      return {
        cameraId: id,
        cameraName: name,
        ...(nameEn === undefined ? {} : { cameraNameEn: nameEn }),
        condition: known?.condition ?? 'unknown',
        ...(known === undefined ? {} : { sinceMs: known.sinceMs }),
      };
    });
  };
  const placed = (alert: Alert, facts?: SiteFacts): { siteId: string; view: SiteAlert }[] =>
    viewOf(alert, facts).map((view) => ({ siteId: alert.place?.siteId ?? '', view }));
  const announceAlerts = (some: readonly { siteId: string; view: SiteAlert }[]): void => {
    for (const [siteId, own] of Map.groupBy(some, (one) => one.siteId))
      surfaces.alertsChanged(
        siteId,
        own.map(({ view }) => view),
      );
  };
  const ofOpenSites = (some: readonly Alert[]): Alert[] => {
    const open = surfaces.openSites();
    return some.filter(({ place }) => place !== undefined && open.has(place.siteId));
  };
  /** The waiting appeals in memory, with the districts of their alerts: a snapshot is made at once. */
  const waiting = new Map<string, { appeal: SiteAppeal; district: string | undefined }>();
  for (const appeal of await repository.waitingAppeals()) {
    const district = (await alerts.alert(appeal.alertId))?.place?.district;
    waiting.set(appeal.alertId, { appeal, district });
  }

  return {
    snapshotOf(siteId) {
      const site = registry.site(siteId);
      return site === undefined ? undefined : { ...site, cameras: camerasOf(siteId), appealDays };
    },
    async alertsOf(siteId) {
      const fromMs = Math.max(0, Math.floor(nowMs() - Math.max(shownDays, appealDays) * dayMs));
      const [open, recent] = await Promise.all([
        alerts.search({ siteIds: [siteId], states: ['new', 'acknowledged', 'dispatched'] }, maxSiteAlerts),
        alerts.search({ siteIds: [siteId], fromMs }, maxSiteAlerts),
      ]);
      const found = [...new Map([...open, ...recent].map((alert) => [alert.alertId, alert])).values()];
      const facts = await repository.factsOf(found.map(({ alertId }) => alertId));
      return found.flatMap((alert) => viewOf(alert, facts.get(alert.alertId)));
    },
    waitingAppeals: (mayView) =>
      [...waiting.values()].flatMap(({ appeal, district }) => (mayView(district) ? [appeal] : [])),
    async alertsCame({ arrived, changed }) {
      // Nobody can have said anything about an alert that is new: it goes out with that of the desks.
      announceAlerts(ofOpenSites(arrived).flatMap((alert) => placed(alert)));
      const some = ofOpenSites(changed);
      if (some.length === 0) return;
      await exclusive(async () => {
        const facts = await repository.factsOf(some.map(({ alertId }) => alertId));
        announceAlerts(some.flatMap((alert) => placed(alert, facts.get(alert.alertId))));
      });
    },
    said(alert, facts) {
      const { alertId, place } = alert;
      const { appeal } = facts;
      if (appeal?.state === 'waiting') waiting.set(alertId, { appeal, district: place?.district });
      else waiting.delete(alertId);
      announceAlerts(placed(alert, facts));
      surfaces.answersChanged({ alertId, ...facts }, place?.district);
    },
    registryChanged() {
      for (const siteId of surfaces.openSites()) surfaces.camerasChanged(siteId, camerasOf(siteId));
    },
    camerasChanged(cameraIds) {
      const open = surfaces.openSites();
      for (const siteId of new Set(cameraIds.map((cameraId) => registry.siteOf(cameraId))))
        if (siteId !== undefined && open.has(siteId)) surfaces.camerasChanged(siteId, camerasOf(siteId));
    },
  };
}
