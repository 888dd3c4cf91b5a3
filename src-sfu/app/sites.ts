import type { Alert } from '../../src-shared/alerts/alertView.ts';
import { may } from '../../src-shared/session/principal.ts';
import type { SiteAlert } from '../../src-shared/sites/siteAlerts.ts';
import { maxSiteAlerts, type SiteCamera, type SiteSnapshot } from '../../src-shared/sites/sites.protocol.ts';
import { createSequence } from '../base/sequence.ts';
import { startTimer, type Timer } from '../base/timers.ts';
import { createWrongCodes } from '../base/wrongCodes.ts';
import { siteAlertOf } from '../features/sites/siteAlertView.ts';
import { createSiteLinks } from '../features/sites/siteLinks.ts';
import { createSiteReports } from '../features/sites/siteReports.ts';
import { createSiteHandlers } from '../features/sites/sites.handlers.ts';
import type { SiteFacts } from '../features/sites/sites.repository.ts';
import { createSiteDoor } from '../http/sites/siteDoor.ts';
import { createSiteSessionRoutes } from '../http/sites/siteSessionRoutes.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { createSitesRepository } from '../storage/sites.sql.ts';
import type { AlertsFeature } from './alerts.ts';
import type { DenialLog } from './denials.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { TurningFeature } from './turning.ts';

/** How often links that are too old are ended; each is also checked when it is used. Milliseconds. */
const tidyEveryMs = 30_000;
const dayMs = 86_400_000;
/** A site sees what happened within this time, or for as long as it can be appealed against. Days. */
const shownDays = 7;

export type SitesFeature = HubFeature<Extract<keyof RequestHandlers, `sites:${string}`>>;

/** Composes what a kitchen's own people see and say, and loads their links. */
export async function createSitesFeature(
  { config, store, nowMs, logger }: Drivers,
  parts: {
    cameras: Pick<CamerasFeature, 'directory' | 'health' | 'onRegistryChanged'>;
    alerts: Pick<AlertsFeature, 'forSites'>;
    denied: DenialLog['denied'];
    turning: Pick<TurningFeature, 'turnedBetween'>;
  },
): Promise<SitesFeature> {
  const { directory, health } = parts.cameras;
  const { forSites } = parts.alerts;
  const { siteAppealDays: appealDays } = config;
  const repository = createSitesRepository(store);
  const isSite = (siteId: string): boolean => directory.site(siteId) !== undefined;
  const siteName = (siteId: string): string | undefined => directory.site(siteId)?.name;
  const onFault = (error: unknown): void =>
    logger.error(
      { err: error },
      'a change of the links of sites could not be stored; it is in effect, and storing it is tried again',
    );
  const links = createSiteLinks({
    repository,
    stored: await repository.loadLinks(),
    wrongCodes: createWrongCodes(nowMs),
    isSite,
    nowMs,
    onFault,
  });
  const reports = createSiteReports({
    repository,
    alert: forSites.alert,
    callFalse: forSites.callFalse,
    appealDays,
    nowMs,
  });
  const { exclusive } = createSequence();
  let surfaces: Signaling | undefined;
  let timer: Timer | undefined;

  const viewOf = (alert: Alert, facts: SiteFacts = {}): SiteAlert[] =>
    [siteAlertOf(alert, forSites.kind(alert.kindId), facts, appealDays) ?? []].flat();
  const withFacts = async (alerts: readonly Alert[]): Promise<SiteAlert[]> => {
    const facts = await repository.factsOf(alerts.map(({ alertId }) => alertId));
    return alerts.flatMap((alert) => viewOf(alert, facts.get(alert.alertId)));
  };
  const camerasOf = (siteId: string): SiteCamera[] => {
    const conditions = health.of(directory.camerasOf(siteId).map(({ id }) => id));
    return directory.camerasOf(siteId).map(({ id, name, nameEn }) => {
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
  const snapshotOf = (siteId: string): SiteSnapshot | undefined => {
    const site = directory.site(siteId);
    if (site === undefined) return undefined;
    return {
      siteId,
      siteName: site.name,
      ...(site.nameEn === undefined ? {} : { siteNameEn: site.nameEn }),
      siteType: site.type,
      district: site.district,
      address: site.address,
      cameras: camerasOf(siteId),
      appealDays,
    };
  };
  /** Sites of which a page is open: only for them is anything made. */
  const openSites = (): Set<string> =>
    new Set(
      (surfaces?.surfaces() ?? []).flatMap(({ identity }) =>
        identity?.principal.kind === 'site' ? [identity.principal.accountId] : [],
      ),
    );
  const announceAlerts = (alerts: readonly { siteId: string; view: SiteAlert }[]): void => {
    for (const [siteId, some] of Map.groupBy(alerts, (one) => one.siteId)) {
      surfaces?.broadcast('sites:alertsChanged', { alerts: some.map(({ view }) => view) }, { siteId });
    }
  };
  const ofOpenSites = (alerts: readonly Alert[]): Alert[] => {
    const open = openSites();
    return alerts.filter(({ place }) => place !== undefined && open.has(place.siteId));
  };
  const placed = (alert: Alert, facts?: SiteFacts): { siteId: string; view: SiteAlert }[] =>
    viewOf(alert, facts).map((view) => ({ siteId: alert.place?.siteId ?? '', view }));
  /** The waiting appeals in memory, with the districts of their alerts: a snapshot is made at once. */
  const waiting = new Map<string, { facts: SiteFacts; district: string | undefined }>();
  for (const appeal of await repository.waitingAppeals()) {
    const district = (await forSites.alert(appeal.alertId))?.place?.district;
    waiting.set(appeal.alertId, { facts: { appeal }, district });
  }

  parts.cameras.onRegistryChanged(() => {
    links.tidy(isSite);
    for (const siteId of openSites()) {
      surfaces?.broadcast('sites:camerasChanged', { cameras: camerasOf(siteId) }, { siteId });
    }
  });
  const tidy = (): void => {
    links.tidy(isSite);
    timer = startTimer(tidy, tidyEveryMs);
  };

  return {
    door: createSiteDoor({ links, siteName }),
    handlers: createSiteHandlers({
      links,
      reports,
      repository,
      alert: forSites.alert,
      pictureOf: forSites.picture,
      async isTurnedSince({ place, snapshot }) {
        const cameraId = place?.cameraId;
        if (cameraId === undefined || snapshot === undefined) return false;
        return parts.turning.turnedBetween(cameraId, snapshot.takenAtMs, nowMs());
      },
      async alertsOf(siteId) {
        const fromMs = Math.max(0, Math.floor(nowMs() - Math.max(shownDays, appealDays) * dayMs));
        const [open, recent] = await Promise.all([
          forSites.search(
            { siteIds: [siteId], states: ['new', 'acknowledged', 'dispatched'] },
            maxSiteAlerts,
          ),
          forSites.search({ siteIds: [siteId], fromMs }, maxSiteAlerts),
        ]);
        const found = new Map([...open, ...recent].map((alert) => [alert.alertId, alert]));
        return withFacts([...found.values()]);
      },
    }),
    routes: () => [createSiteSessionRoutes({ links, siteName, denied: parts.denied })],
    snapshotFor({ identity }) {
      if (identity === undefined) return {};
      const { principal } = identity;
      if (principal.kind === 'site') return { site: snapshotOf(principal.accountId) };
      if (!may(principal, 'alerts:viewDetails')) return {};
      return {
        siteAppeals: [...waiting.values()].flatMap(({ facts, district }) =>
          facts.appeal !== undefined && may(principal, 'alerts:viewDetails', { district })
            ? [facts.appeal]
            : [],
        ),
      };
    },
    announceTo(signaling) {
      surfaces = signaling;
      forSites.onNews(({ arrived, changed }) => {
        // Nobody can have said anything about an alert that is new: it goes out with that of the desks.
        announceAlerts(ofOpenSites(arrived).flatMap((alert) => placed(alert)));
        const some = ofOpenSites(changed);
        if (some.length === 0) return;
        exclusive(async () => {
          const facts = await repository.factsOf(some.map(({ alertId }) => alertId));
          announceAlerts(some.flatMap((alert) => placed(alert, facts.get(alert.alertId))));
        }).catch((error: unknown) =>
          logger.error({ err: error }, 'changes of alerts could not be sent to their sites'),
        );
      });
      reports.onSaid((alert, facts) => {
        const { alertId, place } = alert;
        if (facts.appeal?.state === 'waiting') waiting.set(alertId, { facts, district: place?.district });
        else waiting.delete(alertId);
        announceAlerts(placed(alert, facts));
        signaling.broadcast(
          'sites:answersChanged',
          { answers: [{ alertId, ...facts }] },
          { district: place?.district },
        );
      });
      health.onChanged((changed) => {
        const open = openSites();
        const siteIds = new Set(changed.map(({ cameraId }) => directory.siteOf(cameraId)));
        for (const siteId of siteIds) {
          if (siteId === undefined || !open.has(siteId)) continue;
          signaling.broadcast('sites:camerasChanged', { cameras: camerasOf(siteId) }, { siteId });
        }
      });
    },
    start: tidy,
    close: () => timer?.cancel(),
  };
}
