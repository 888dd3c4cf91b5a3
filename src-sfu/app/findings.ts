import type { FindingActor } from '../../src-shared/findings/finding.ts';
import type { Finding, FindingStep } from '../../src-shared/findings/findings.protocol.ts';
import type { Ack } from '../../src-shared/protocol/define.ts';
import type { InputOf } from '../../src-shared/protocol/index.ts';
import { may, type Resource } from '../../src-shared/session/principal.ts';
import { createMessageDates } from '../base/messageDates.ts';
import { createClausesService } from '../features/findings/clauses.service.ts';
import {
  createFindingAttachmentRules,
  createFindingStills,
} from '../features/findings/findingPhotographs.ts';
import { findingResource, placeOf } from '../features/findings/findingPlace.ts';
import { createFindingPictures, type FindingPictures } from '../features/findings/findingPictures.ts';
import { createFindingHandlers, districtsOf } from '../features/findings/findings.handlers.ts';
import type { FindingFigures } from '../features/findings/findings.repository.ts';
import { createFindingSettings } from '../features/findings/findingSettings.service.ts';
import { createFindingsService } from '../features/findings/findings.service.ts';
import { createSiteFindings } from '../features/findings/siteFindings.ts';
import { createClauseRoutes } from '../http/findings/clauseRoutes.ts';
import { createFalseAlarmRoutes } from '../http/findings/falseAlarmRoutes.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { createClausesRepository, createFindingsRepository } from '../storage/findings.sql.ts';
import { findingsFrom } from '../storage/findingsSearch.sql.ts';
import { createFindingSettingsRepository } from '../storage/findingSettings.sql.ts';
import { readFalseAlarmRates } from '../storage/falseAlarms.sql.ts';
import { readOffenders } from '../storage/offenders.sql.ts';
import type { AlertsFeature } from './alerts.ts';
import type { AttachmentsFeature } from './attachments.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import { announceToSites } from './findingsForSites.ts';
import type { OrdersFeature } from './orders.ts';
import type { SquadsFeature } from './squads.ts';
import type { TurningFeature } from './turning.ts';

/** What was found wrong at sites, and what becomes of it. */
export interface FindingsFeature extends HubFeature<Extract<keyof RequestHandlers, `findings:${string}`>> {
  /** Where a finding is, as far as it decides who may see it. */
  resourceOfFinding(findingId: string): Promise<Resource>;
  /** The district of a site in the registry. */
  districtOfSite(siteId: string): string | undefined;
  /** Findings of a site, the newest first, ended ones too, at most 200. */
  ofSite(siteId: string): Promise<Finding[]>;
  /** All that came from any of these orders or alerts, ended ones too. */
  from(sources: { orderIds: readonly string[]; alertIds: readonly string[] }): Promise<Finding[]>;
  /** Those not ended, of the whole city. */
  openFindings(): Finding[];
  find(findingId: string): Promise<Finding | undefined>;
  steps(findingId: string): Promise<FindingStep[]>;
  /** The picture of the finding's alert, and the last one of its camera. */
  picturesOf(finding: Finding): ReturnType<FindingPictures['pairOf']>;
  offenders: FindingFigures['offenders'];
  create(input: InputOf<'findings:create'>, by: FindingActor): Promise<Ack<{ finding: Finding }>>;
  /** A finding as it is now, and as it was before; undefined when it is new. */
  onChanged(listener: (finding: Finding, before: Finding | undefined) => void): void;
}

/** Composes findings and loads the open ones. */
export async function createFindingsFeature(
  { store, logger, clock, toJpeg, nowMs }: Drivers,
  parts: {
    squads: Pick<SquadsFeature, 'roster'>;
    cameras: Pick<CamerasFeature, 'directory' | 'health'>;
    alerts: Pick<AlertsFeature, 'alertPlace' | 'calledFalseBy' | 'pictureOf' | 'onPictureReady'>;
    orders: Pick<OrdersFeature, 'originOfFinding'>;
    turning: Pick<TurningFeature, 'turnedBetween'>;
    attachments: Pick<AttachmentsFeature, 'registerOwner' | 'addFromHub' | 'listOf' | 'onAdded'>;
  },
): Promise<FindingsFeature> {
  const { directory } = parts.cameras;
  const repository = createFindingsRepository(store);
  const clauses = createClausesService({ repository: createClausesRepository(store), nowMs });
  await clauses.load();
  const settings = createFindingSettings({
    repository: createFindingSettingsRepository(store),
    logger,
    nowMs,
  });
  await settings.load();
  const findings = createFindingsService({
    repository,
    sources: {
      site(siteId) {
        const site = directory.site(siteId);
        return site === undefined ? undefined : placeOf(site);
      },
      siteOfCamera: (cameraId) => directory.camera(cameraId)?.siteId,
      order: parts.orders.originOfFinding,
      alert: parts.alerts.alertPlace,
    },
    hasClause: clauses.has,
    times: () => settings.read().times,
    logger,
    nowMs,
  });
  await findings.load();
  const pictures = createFindingPictures({
    alertPicture: parts.alerts.pictureOf,
    poster: parts.cameras.health.poster,
    turnedBetween: parts.turning.turnedBetween,
    toJpeg,
    logger,
  });
  const membersOfOrder = async (orderId: string): Promise<readonly string[]> =>
    (await parts.orders.originOfFinding(orderId))?.memberIds ?? [];
  parts.attachments.registerOwner(
    'finding',
    createFindingAttachmentRules({
      find: findings.find,
      membersOfOrder,
      orderBeganAtMs: async (orderId) => (await parts.orders.originOfFinding(orderId))?.createdAtMs,
    }),
  );
  const stills = createFindingStills({
    pictures,
    add: (id, jpeg, picture) => parts.attachments.addFromHub({ kind: 'finding', id }, jpeg, picture),
    cameraName: (cameraId) => directory.camera(cameraId)?.name ?? cameraId,
    open: findings.open,
    logger,
    nowMs,
  });
  findings.onChanged(stills.changed);
  parts.alerts.onPictureReady(stills.alertPictured);
  const figures: FindingFigures = {
    offenders: (districts) => readOffenders(store, { nowMs: nowMs(), districts }),
    falseAlarmRates: (days, districts, keyId) =>
      readFalseAlarmRates(store, { nowMs: nowMs(), days, districts, keyId }),
  };
  findings.onChanged((finding, before) => {
    const { decided } = finding.appeal ?? {};
    if (decided?.upheld !== true || before?.appeal?.decided !== undefined) return;
    parts.alerts.calledFalseBy(finding, decided.by);
  });

  const ofSites = createSiteFindings({
    findings,
    repository,
    photographs: (id) => parts.attachments.listOf({ kind: 'finding', id }),
    clause: (number) => clauses.list({ all: true }).find((one) => one.number === number),
    nowMs,
  });

  return {
    async resourceOfFinding(findingId) {
      const finding = await findings.find(findingId);
      // One that is not there is answered by its handler, and only to those who work for the whole city.
      return finding === undefined ? { district: undefined } : findingResource(finding);
    },
    districtOfSite: (siteId) => directory.site(siteId)?.district,
    ofSite: async (siteId) => (await repository.search({ filter: { siteId }, limit: 200 })).findings,
    from: (sources) => findingsFrom(store, sources),
    openFindings: findings.open,
    find: findings.find,
    steps: repository.steps,
    picturesOf: pictures.pairOf,
    offenders: figures.offenders,
    create: findings.create,
    onChanged: findings.onChanged,
    handlers: createFindingHandlers({
      findings,
      clauses,
      repository,
      figures,
      pictures,
      settings,
      ofSites,
      memberName: (memberId) => parts.squads.roster.member(memberId)?.name,
    }),
    routes: (admit) => [
      createClauseRoutes({ clauses, admit }),
      createFalseAlarmRoutes({
        rates: ({ days, platform }, scope) => figures.falseAlarmRates(days, districtsOf(scope), platform),
        dates: createMessageDates(clock),
        admit,
      }),
    ],
    snapshotFor({ identity }) {
      if (identity === undefined || !may(identity.principal, 'findings:view')) return {};
      const { principal } = identity;
      const isSeen = (finding: Finding): boolean => may(principal, 'findings:view', findingResource(finding));
      return {
        findings: findings.mostUrgent(isSeen),
        openFindings: findings.open().filter(isSeen).length,
      };
    },
    announceTo(surfaces) {
      announceToSites({ surfaces, findings, ofSites, attachments: parts.attachments, logger });
      findings.onChanged((finding, before) =>
        surfaces.broadcast(
          'findings:changed',
          { findings: [finding], ...(before === undefined ? { areNew: true } : {}) },
          { district: finding.place.district },
        ),
      );
    },
    start: stills.begin,
    close: () => findings.close(),
  };
}
