import type { AlertPlace } from '../../src-shared/alerts/alertView.ts';
import type { CitizenReport } from '../../src-shared/citizens/citizens.protocol.ts';
import { maxReportsInSnapshot } from '../../src-shared/citizens/citizens.protocol.ts';
import { followedReportSchema, reportReceiptSchema } from '../../src-shared/citizens/citizenPage.ts';
import { may } from '../../src-shared/session/principal.ts';
import { createMessageDates } from '../base/messageDates.ts';
import { createCitizenBook } from '../features/citizens/citizenBook.ts';
import { createCitizenHandlers } from '../features/citizens/citizens.handlers.ts';
import { createCitizensService } from '../features/citizens/citizens.service.ts';
import { createPublicReports } from '../http/public/publicReports.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { createCitizensRepository } from '../storage/citizens.sql.ts';
import { cleanPicture } from '../storage/pictureCleaning.ts';
import type { AlertsFeature } from './alerts.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { PublicFeature } from './public.ts';

/** Reports of citizens: they come from the public's page, are alerts at the desk, and are answered. */
export interface CitizensFeature extends HubFeature<Extract<keyof RequestHandlers, `citizens:${string}`>> {
  /** Undefined for a report that is not there. */
  districtOfReport(reportId: string): Promise<string | undefined>;
}

/** Composes reports of citizens and loads those without an answer. */
export async function createCitizensFeature(
  { store, clock, nowMs, logger }: Drivers,
  parts: {
    cameras: Pick<CamerasFeature, 'directory'>;
    alerts: Pick<AlertsFeature, 'forCitizens'>;
    shownToPublic: Pick<PublicFeature, 'siteOfCode' | 'serve'>;
  },
): Promise<CitizensFeature> {
  const { directory } = parts.cameras;
  const alerts = parts.alerts.forCitizens;
  const repository = createCitizensRepository(store);
  const placeOfSite = (siteId: string): AlertPlace | undefined => {
    const site = directory.site(siteId);
    if (site === undefined) return undefined;
    return {
      siteId,
      siteName: site.name,
      ...(site.nameEn === undefined ? {} : { siteNameEn: site.nameEn }),
      siteType: site.type,
      district: site.district,
      ...site.position,
    };
  };
  const book = createCitizenBook({
    repository,
    alerts,
    placeOf: ({ siteId, siteName, siteNameEn, siteType, district }) =>
      placeOfSite(siteId) ?? {
        siteId,
        siteName,
        ...(siteNameEn === undefined ? {} : { siteNameEn }),
        siteType,
        district,
      },
    logger,
    nowMs,
  });
  await book.load();
  alerts.onAcknowledged(book.alertsAcknowledged);
  const citizens = createCitizensService({
    book,
    repository,
    alerts,
    openSite(code) {
      const place = placeOfSite(parts.shownToPublic.siteOfCode(code) ?? '');
      return place === undefined ? undefined : { siteId: place.siteId, place };
    },
    cleanPhoto: (photo) => cleanPicture(photo),
    logger,
    nowMs,
  });
  const dates = createMessageDates(clock);
  parts.shownToPublic.serve(
    createPublicReports({
      mayRead: citizens.mayRead,
      async receive(sent) {
        const answer = await citizens.receive(sent);
        return answer.ok
          ? { ok: true, receipt: dates.shown(reportReceiptSchema.parse(answer.receipt)) }
          : answer;
      },
      async follow(code, address, sender) {
        const answer = await citizens.follow(code, address, sender);
        return answer.ok
          ? { ok: true, report: dates.shown(followedReportSchema.parse(answer.report)) }
          : answer;
      },
      senderGone: citizens.senderGone,
      refused: () => citizens.count('refused'),
    }),
  );
  const waiting = (): CitizenReport[] => [...book.open()].map(({ report }) => report);

  return {
    districtOfReport: async (reportId) => (await citizens.find(reportId))?.district,
    handlers: createCitizenHandlers(citizens),
    snapshotFor({ identity }) {
      if (identity === undefined || !may(identity.principal, 'alerts:viewDetails')) return {};
      const { principal } = identity;
      return {
        citizenReports: waiting()
          .filter(({ district }) => may(principal, 'alerts:viewDetails', { district }))
          .toSorted((left, right) => left.dueAtMs - right.dueAtMs)
          .slice(0, maxReportsInSnapshot),
      };
    },
    announceTo(surfaces) {
      book.onChanged((reports) => {
        for (const [district, some] of Map.groupBy(reports, (report) => report.district)) {
          surfaces.broadcast('citizens:reportsChanged', { reports: some }, { district });
        }
      });
    },
    metrics: [
      {
        name: 'mingchu_citizen_reports_total',
        help: 'Reports of citizens that were sent, by what became of them',
        type: 'counter',
        label: 'result',
        read: citizens.results,
      },
      {
        name: 'mingchu_citizen_reports_waiting',
        help: 'Reports of citizens without an answer',
        read: () => waiting().length,
      },
      {
        name: 'mingchu_citizen_reports_overdue',
        help: 'Reports of citizens that were not answered in time',
        read: () => waiting().filter(({ escalatedAtMs }) => escalatedAtMs !== undefined).length,
      },
    ],
    close: book.close,
  };
}
