import type { Attachment } from '../../../src-shared/attachments/attachments.protocol.ts';
import { may, type Principal, type Resource } from '../../../src-shared/session/principal.ts';
import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { TimelineEvent } from '../../../src-shared/timeline/timeline.protocol.ts';
import { wholeCityThing } from '../../base/requestScopes.ts';
import { isApart } from './apartTimes.ts';
import { positionSource } from './positionSource.ts';
import type { TimelineCase, TimelineRecords, TimelineSource, ViewGap } from './timeline.ports.ts';
import { resourceOfAlert } from './timelineCases.ts';

/** What the orders and findings of a case have, as far as the asker may see it, with the number of each one's owner. */
type AttachmentsOfCase = (
  found: TimelineCase,
  asker: Principal,
) => Promise<readonly { attachment: Pick<Attachment, 'attachmentId'>; number: string }[]>;

/** The sources of what the store has. Those of other features stand beside them in `app/timeline.ts`. */
export function createTimelineSources(
  records: TimelineRecords,
  resourceOfGroup: (groupId: string) => Resource,
  attachmentsOf: AttachmentsOfCase,
): TimelineSource[] {
  return [
    alertSource(records),
    pictureSource(records),
    orderSource(records),
    emergencySource,
    talkSource(records, resourceOfGroup),
    bodyCamSource(records),
    positionSource(records),
    viewSource(records, attachmentsOf),
  ];
}

function alertSource(records: Pick<TimelineRecords, 'alertHistory'>): TimelineSource {
  return {
    lanes: ['alert'],
    isOpenTo: (asker) => may(asker, 'alerts:viewDetails'),
    async eventsOf({ alerts }, period, asker, limit) {
      const seen = new Map(
        alerts
          .filter((alert) => may(asker, 'alerts:viewDetails', resourceOfAlert(alert)))
          .map((alert) => [alert.alertId, alert]),
      );
      const history = await records.alertHistory([...seen.keys()], period, limit);
      return history.map(({ id, alertId, entry }): TimelineEvent => {
        const alert = seen.get(alertId);
        const { action, note, reason, escalation } = entry;
        return {
          eventId: `alert:${id}`,
          lane: action === 'noted' ? 'note' : 'alert',
          what: action,
          atMs: entry.atMs,
          actor: entry.actor,
          ...(alert === undefined ? {} : { about: alert.kindId }),
          ...(action === 'raised' && alert !== undefined && isApart(alert.occurredAtMs, entry.atMs)
            ? { happenedAtMs: alert.occurredAtMs }
            : {}),
          ...(reason === undefined ? {} : { reason }),
          ...(escalation === undefined ? {} : { reason: String(escalation) }),
          ...(note === undefined ? {} : { text: note }),
        };
      });
    },
  };
}

/** Reports of alerts: each with its picture, where one can be shown. */
function pictureSource(records: Pick<TimelineRecords, 'alertReports'>): TimelineSource {
  return {
    lanes: ['picture'],
    isOpenTo: (asker) => may(asker, 'alerts:viewDetails'),
    async eventsOf({ alerts }, period, asker, limit) {
      const seen = new Map(
        alerts
          .filter((alert) => may(asker, 'alerts:viewDetails', resourceOfAlert(alert)))
          .map((alert) => [alert.alertId, alert]),
      );
      const reports = await records.alertReports([...seen.keys()], period, limit);
      // The first report is the alert itself; it is an event of its own only by what it brings besides.
      const isMore = ({ alertId, receivedAtMs, hash, message }: (typeof reports)[number]): boolean =>
        hash !== undefined || message !== undefined || receivedAtMs !== seen.get(alertId)?.raisedAtMs;
      return reports
        .filter(isMore)
        .map(({ id, alertId, receivedAtMs, occurredAtMs, source, message, hash }): TimelineEvent => ({
          eventId: `report:${id}`,
          lane: hash === undefined ? 'alert' : 'picture',
          what: hash === undefined ? 'reported' : 'pictured',
          atMs: receivedAtMs,
          actor: source,
          about: placeIdOf(seen.get(alertId)),
          ...(isApart(occurredAtMs, receivedAtMs) ? { happenedAtMs: occurredAtMs } : {}),
          ...(message === undefined ? {} : { text: message.slice(0, 2_000) }),
          ...(hash === undefined ? {} : { picture: { alertId, hash } }),
        }));
    },
  };
}

function orderSource(records: Pick<TimelineRecords, 'orderSteps'>): TimelineSource {
  return {
    lanes: ['order', 'note'],
    isOpenTo: (asker) => may(asker, 'orders:view'),
    async eventsOf({ head, orders }, period, _asker, limit) {
      const isNamed = orders.length > 1 || head.subject.type === 'emergency';
      const numbers = new Map(orders.map(({ orderId, number }) => [orderId, number]));
      return (await records.orderSteps([...numbers.keys()], period, limit)).map(({ id, orderId, step }) => {
        const { action, actor, memberId, memberIds, squadId, reason, note, escalation, position } = step;
        const number = numbers.get(orderId);
        return {
          eventId: `order:${id}`,
          lane: action === 'noted' ? 'note' : 'order',
          what: action,
          atMs: step.atMs,
          actor,
          ...(isApart(step.happenedAtMs, step.atMs) ? { happenedAtMs: step.happenedAtMs } : {}),
          ...(number === undefined || !isNamed ? {} : { about: number }),
          ...(memberId === undefined ? {} : { memberId }),
          ...(memberIds === undefined ? {} : { memberIds }),
          ...(squadId === undefined ? {} : { squadId }),
          ...(escalation === undefined ? {} : { reason: String(escalation) }),
          ...(reason === undefined ? {} : { reason }),
          ...(note === undefined ? {} : { text: note }),
          ...(position === undefined
            ? {}
            : { place: { latitude: position.latitude, longitude: position.longitude } }),
        };
      });
    },
  };
}

const emergencySource: TimelineSource = {
  lanes: ['order'],
  isOpenTo: (asker) => may(asker, 'squads:viewEmergencies'),
  eventsOf({ emergency }, { fromMs, toMs }) {
    const events = emergency === undefined ? [] : emergencyEvents(emergency);
    return Promise.resolve(events.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs));
  },
};

/** The steps of an SOS, from its record. */
function emergencyEvents({
  emergencyId,
  memberId,
  squadId,
  raisedAtMs,
  position,
  progress,
}: Emergency): TimelineEvent[] {
  const step = (
    what: string,
    deed: { by: string; atMs: number; reason?: string } | undefined,
  ): TimelineEvent[] =>
    deed === undefined
      ? []
      : [
          {
            eventId: `emergency:${emergencyId}:${what}`,
            lane: 'order',
            what,
            atMs: deed.atMs,
            actor: deed.by,
            ...(deed.reason === undefined ? {} : { text: deed.reason }),
          },
        ];
  const { shown, acknowledged, ended, state } = progress;
  return [
    {
      eventId: `emergency:${emergencyId}:raised`,
      lane: 'order',
      what: 'sosRaised',
      atMs: raisedAtMs,
      actor: memberId,
      squadId,
      ...(position === undefined
        ? {}
        : { place: { latitude: position.latitude, longitude: position.longitude } }),
    },
    ...step('sosShown', shown),
    ...step('sosAcknowledged', acknowledged),
    ...step(state === 'false' ? 'sosFalse' : 'sosResolved', ended),
  ];
}

function talkSource(
  records: Pick<TimelineRecords, 'talks'>,
  resourceOfGroup: (groupId: string) => Resource,
): TimelineSource {
  return {
    lanes: ['talk'],
    isOpenTo: (asker) => may(asker, 'talk:hear'),
    async eventsOf({ groups }, _period, asker, limit) {
      const heard = groups.filter(({ groupId, resource }) =>
        may(asker, 'talk:hear', resource ?? resourceOfGroup(groupId)),
      );
      const talks = await records.talks(heard, limit);
      return talks.map(({ talkId, groupId, talker, startedAtMs, endedAtMs, place }): TimelineEvent => ({
        eventId: `talk:${talkId}`,
        lane: 'talk',
        what: 'talked',
        atMs: startedAtMs,
        ...(endedAtMs === undefined ? {} : { endedAtMs }),
        actor: talker.memberId ?? talker.name,
        about: groupId,
        ...(place === undefined ? {} : { place }),
      }));
    },
  };
}

function bodyCamSource(records: Pick<TimelineRecords, 'bodyCamTimes'>): TimelineSource {
  return {
    lanes: ['bodycam'],
    isOpenTo: (asker) => may(asker, 'bodycam:view'),
    async eventsOf({ members }, _period, asker, limit) {
      const times = await records.bodyCamTimes(members, limit);
      return times
        .filter(({ squadId }) => may(asker, 'bodycam:view', { squadId }))
        .map(({ id, memberId, squadId, startedAtMs, endedAtMs }) => ({
          eventId: `bodycam:${id}`,
          lane: 'bodycam',
          what: 'bodyCamLive',
          atMs: startedAtMs,
          actor: memberId,
          squadId,
          ...(endedAtMs === undefined ? {} : { endedAtMs }),
        }));
    },
  };
}

/** Who viewed what, from the audit log: only for those who may read that log. */
function viewSource(
  records: Pick<TimelineRecords, 'views'>,
  attachmentsOf: AttachmentsOfCase,
): TimelineSource {
  const whats: Record<string, string> = {
    'cameras:view': 'viewedCamera',
    'bodycam:view': 'viewedBodyCam',
    'alerts:viewSnapshot': 'viewedSnapshot',
    'attachments:view': 'viewedAttachment',
    'timeline:open': 'viewedTimeline',
    'timeline:export': 'exportedTimeline',
  };
  return {
    lanes: ['view'],
    isOpenTo: (asker) => may(asker, 'audit:view', wholeCityThing),
    async eventsOf(found, period, asker, limit) {
      if (!may(asker, 'audit:view', wholeCityThing)) return [];
      const { head, cameraIds, members, alerts } = found;
      const { type, id } = head.subject;
      // What was viewed, in words where its id says nothing: the kind of an alert, the number of an order or a finding.
      const pictures = new Map([
        ...alerts.map(({ alertId, kindId }) => [alertId, kindId] as const),
        ...(await attachmentsOf(found, asker)).map(
          ({ attachment: { attachmentId }, number }) => [attachmentId, number] as const,
        ),
      ]);
      const subjects = new Set([
        ...cameraIds,
        ...members.map(({ memberId }) => memberId),
        ...pictures.keys(),
        `${type}:${id}`,
      ]);
      const { views, gaps } = await records.views([...subjects], period, limit);
      const lastMs = views.length < limit ? Infinity : (views.at(-1)?.atMs ?? Infinity);
      const events = views.map(({ id: lineId, atMs, actor, action, subject, seconds }): TimelineEvent => ({
        eventId: `view:${lineId}`,
        lane: 'view',
        what: whats[action] ?? action,
        atMs,
        actor,
        ...(subject === `${type}:${id}` ? {} : { about: pictures.get(subject) ?? subject }),
        ...(seconds === undefined ? {} : { endedAtMs: atMs + seconds * 1_000 }),
      }));
      // A gap after the last view of a source that has more is left out with what is left out there.
      return [...events, ...gaps.filter(({ fromMs }) => fromMs <= lastMs).map(gapEvent)];
    },
  };
}

/** That lines are missing is an event where they are, so that the list, the lanes and every export say it. */
function gapEvent({ kind, file, fromMs, toMs }: ViewGap): TimelineEvent {
  return {
    eventId: `viewGap:${kind}:${file ?? ''}`,
    lane: 'view',
    what: `viewGap_${kind}`,
    atMs: fromMs,
    endedAtMs: toMs,
    ...(file === undefined ? {} : { text: file }),
  };
}

/** What a report is about: its camera, else its site, else what was reported as a camera. */
function placeIdOf(alert: Pick<Alert, 'place' | 'reportedCamera'> | undefined): string {
  return alert?.place?.cameraId ?? alert?.place?.siteName ?? alert?.reportedCamera ?? '';
}
