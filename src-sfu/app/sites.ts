import { may } from '../../src-shared/session/principal.ts';
import { startTimer, type Timer } from '../base/timers.ts';
import { createWrongCodes } from '../base/wrongCodes.ts';
import { createSiteLinks } from '../features/sites/siteLinks.ts';
import { createSitePages } from '../features/sites/sitePages.service.ts';
import { createSiteReports } from '../features/sites/siteReports.ts';
import { createSiteHandlers } from '../features/sites/sites.handlers.ts';
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
  let surfaces: Signaling | undefined;
  let timer: Timer | undefined;
  const pages = await createSitePages({
    repository,
    registry: {
      site(siteId) {
        const site = directory.site(siteId);
        if (site === undefined) return undefined;
        const { name, nameEn, type, district, address } = site;
        return {
          ...{ siteId, siteName: name, siteType: type, district, address },
          ...(nameEn === undefined ? {} : { siteNameEn: nameEn }),
        };
      },
      camerasOf: directory.camerasOf,
      siteOf: directory.siteOf,
      health: health.of,
    },
    alerts: forSites,
    surfaces: {
      openSites: () =>
        new Set(
          (surfaces?.surfaces() ?? []).flatMap(({ identity }) =>
            identity?.principal.kind === 'site' ? [identity.principal.accountId] : [],
          ),
        ),
      alertsChanged: (siteId, alerts) => surfaces?.broadcast('sites:alertsChanged', { alerts }, { siteId }),
      camerasChanged: (siteId, cameras) =>
        surfaces?.broadcast('sites:camerasChanged', { cameras }, { siteId }),
      answersChanged: (answer, district) =>
        surfaces?.broadcast('sites:answersChanged', { answers: [answer] }, { district }),
    },
    appealDays,
    nowMs,
  });

  parts.cameras.onRegistryChanged(() => {
    links.tidy(isSite);
    pages.registryChanged();
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
      alertsOf: pages.alertsOf,
    }),
    routes: () => [createSiteSessionRoutes({ links, siteName, denied: parts.denied })],
    snapshotFor({ identity }) {
      if (identity === undefined) return {};
      const { principal } = identity;
      if (principal.kind === 'site') return { site: pages.snapshotOf(principal.accountId) };
      if (!may(principal, 'alerts:viewDetails')) return {};
      return {
        siteAppeals: pages.waitingAppeals((district) => may(principal, 'alerts:viewDetails', { district })),
      };
    },
    announceTo(signaling) {
      surfaces = signaling;
      forSites.onNews((news) => {
        pages
          .alertsCame(news)
          .catch((error: unknown) =>
            logger.error({ err: error }, 'changes of alerts could not be sent to their sites'),
          );
      });
      reports.onSaid(pages.said);
      health.onChanged((changed) => pages.camerasChanged(changed.map(({ cameraId }) => cameraId)));
    },
    start: tidy,
    close: () => timer?.cancel(),
  };
}
