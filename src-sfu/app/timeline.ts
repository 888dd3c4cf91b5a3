import { randomUUID } from 'node:crypto';
import { may, type Resource } from '../../src-shared/session/principal.ts';
import type { TimelineSubject } from '../../src-shared/timeline/timeline.protocol.ts';
import { createBodyCamTimes } from '../features/timeline/bodyCamTimes.ts';
import { orderResource } from '../features/orders/orderScope.ts';
import { createPositionTrack } from '../features/timeline/positionTrack.ts';
import { createTimelineCases } from '../features/timeline/timelineCases.ts';
import { createTimelineHandlers } from '../features/timeline/timeline.handlers.ts';
import { createTimelineService } from '../features/timeline/timeline.service.ts';
import {
  attachmentsOfCase,
  createFindingSources,
  lastFindingWork,
} from '../features/timeline/findingSources.ts';
import { lastSiteWord, siteSource } from '../features/timeline/siteSource.ts';
import { clockStepsWithin, namesInTimeline, type FindName } from '../features/timeline/timelineNames.ts';
import { createTimelineSources } from '../features/timeline/timelineSources.ts';
import type { TimelineSource } from '../features/timeline/timeline.ports.ts';
import { createWorkPeriods } from '../features/timeline/workPeriods.ts';
import { createMessageDates } from '../base/messageDates.ts';
import { createTimelineExport } from '../features/timeline/timelineExport.ts';
import { createTimelineRoutes } from '../http/timeline/timelineRoutes.ts';
import { nameOfAsker } from '../http/asRequest.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import { createSitesRepository } from '../storage/sites.sql.ts';
import { createTimelineRecords } from '../storage/timelineRecords.sql.ts';
import { createTimelineWriting } from '../storage/timelineWriting.sql.ts';
import type { AlertsFeature } from './alerts.ts';
import type { AttachmentsFeature } from './attachments.ts';
import type { AuditFeature } from './audit.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { FindingsFeature } from './findings.ts';
import type { OrdersFeature } from './orders.ts';
import { talkGroupResource } from './requestScopes.ts';
import type { SquadsFeature } from './squads.ts';

/** One timeline of an order, a site or an emergency. */
export interface TimelineFeature extends HubFeature<'timeline:read'> {
  /** Whose a timeline is; of nothing that is known, only for those who work for the whole city. */
  resourceOfTimeline(subject: TimelineSubject): Promise<Resource>;
}

/** Composes timelines, and keeps what only they need: positions of those who work, and times of body-worn cameras. */
export async function createTimelineFeature(
  { store, clock, logger, nowMs, pagePrinter }: Drivers,
  parts: {
    squads: Pick<SquadsFeature, 'roster' | 'emergencies' | 'squadOfMember'>;
    orders: Pick<OrdersFeature, 'openOrders' | 'onOrderChanged' | 'resourceOfOpenOrder'>;
    cameras: Pick<CamerasFeature, 'directory'>;
    alerts: Pick<AlertsFeature, 'kinds' | 'readPicture'>;
    findings: Pick<FindingsFeature, 'ofSite' | 'from' | 'steps'>;
    attachments: Pick<AttachmentsFeature, 'listOf' | 'readPhotograph'>;
    audit: Pick<AuditFeature, 'archives'>;
  },
): Promise<TimelineFeature> {
  const { roster, emergencies } = parts.squads;
  const { directory } = parts.cameras;
  const stored = createTimelineRecords(store, clock.parts, {
    ...parts.audit.archives,
    onFault: (error) =>
      logger.error(
        { err: error },
        'archives of the audit log could not be searched for a timeline, which says so; check the disk',
      ),
  });
  const records = {
    ...stored,
    // What is not stored yet is shown as it is.
    emergency: async (emergencyId: string) =>
      emergencies.open().find((one) => one.emergencyId === emergencyId) ??
      (await stored.emergency(emergencyId)),
  };
  const writing = createTimelineWriting(store);
  await writing.cutOffBodyCams();

  const work = createWorkPeriods(nowMs);
  for (const order of parts.orders.openOrders()) work.orderChanged(order);
  for (const emergency of emergencies.open()) work.emergencyChanged(emergency);
  parts.orders.onOrderChanged(work.orderChanged);
  emergencies.onChanged(work.emergencyChanged);
  const track = createPositionTrack({
    worked: work.worked,
    writing,
    onFault: (error) =>
      logger.error(
        { err: error },
        'positions of timelines could not be stored; it is tried again; check the disk',
      ),
    nowMs,
  });
  const bodyCams = createBodyCamTimes({
    writing,
    newId: randomUUID,
    onFault: (error) =>
      logger.error({ err: error }, 'the time of a body-worn camera could not be stored; check the disk'),
    nowMs,
  });
  roster.onNews(({ members, removed, positions }) => {
    bodyCams.membersChanged(members);
    bodyCams.membersRemoved(
      removed.filter(({ memberId }) => roster.member(memberId) === undefined).map(({ memberId }) => memberId),
    );
    for (const { memberId, position } of positions) {
      const squadId = roster.member(memberId)?.squadId;
      if (position !== undefined && squadId !== undefined) track.reported(memberId, squadId, position);
    }
  });

  const findingRecords = {
    ofSite: parts.findings.ofSite,
    from: parts.findings.from,
    steps: parts.findings.steps,
    attachmentsOf: parts.attachments.listOf,
    resourceOfOrder: orderResource,
  };
  const sites = createSitesRepository(store);
  const cases = createTimelineCases({
    records,
    lastWorkAfter: async (order) =>
      Math.max(await lastFindingWork(findingRecords, order), await lastSiteWord(sites, order.alertId)),
    resourceOfOrder: orderResource,
    membersOf: (squadId) => roster.membersOf(squadId).map(({ memberId }) => memberId),
    nowMs,
  });
  const sources: TimelineSource[] = [
    ...createTimelineSources(
      records,
      (groupId) => talkGroupResource(groupId, { ...parts.squads, ...parts.orders }),
      (found, asker) => attachmentsOfCase(findingRecords, found, asker),
    ),
    ...createFindingSources(findingRecords),
    siteSource(sites),
  ];
  const timeline = createTimelineService({
    find: cases.find,
    sources,
    maySee: (order, asker) => may(asker, 'orders:view', orderResource(order)),
    namesOf(found, events) {
      const kinds = new Map(parts.alerts.kinds().map((kind) => [kind.kindId, kind]));
      const find: FindName = (id) => {
        const camera = directory.view(id);
        if (camera !== undefined) return { name: camera.cameraName, nameEn: camera.cameraNameEn };
        return roster.member(id) ?? roster.squad(id) ?? kinds.get(id) ?? directory.site(id);
      };
      return Promise.resolve(namesInTimeline(found, events, find));
    },
    clockSteps: ({ fromMs, toMs }) => clockStepsWithin(clock.parts(fromMs, toMs), clock.toRecordMs),
    newId: randomUUID,
    nowMs,
  });

  const dates = createMessageDates(clock);
  const documents = createTimelineExport({
    readPicture: (picture) =>
      'hash' in picture
        ? parts.alerts.readPicture(picture)
        : parts.attachments.readPhotograph(picture.attachmentId),
    dates,
    wallMs: clock.wallMs,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const audit = createAuditRepository(store);
  const opened = (actor: string, { type, id }: TimelineSubject): Promise<void> =>
    audit.append([{ atMs: nowMs(), actor, action: 'timeline:open', subject: `${type}:${id}`, detail: {} }]);

  return {
    resourceOfTimeline: async (subject) => (await cases.resourceOf(subject)) ?? { district: undefined },
    handlers: createTimelineHandlers(timeline, opened),
    routes: (admit) => [
      createTimelineRoutes({
        admit,
        timeline,
        resourceOf: cases.resourceOf,
        html: documents.html,
        print: pagePrinter.print,
        dates,
        recordExport: (request, { type, id }, detail) =>
          audit.append([
            {
              atMs: nowMs(),
              actor: nameOfAsker(request),
              action: 'timeline:export',
              subject: `${type}:${id}`,
              detail,
              principal: request.principal,
            },
          ]),
      }),
    ],
    async close() {
      await Promise.all([track.close(), bodyCams.close()]);
    },
  };
}
