import type { Attachment, AttachmentOwner } from '../../../src-shared/attachments/attachments.protocol.ts';
import type { Finding, FindingStep } from '../../../src-shared/findings/findings.protocol.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { may, type Principal, type Resource } from '../../../src-shared/session/principal.ts';
import type { TimelineEvent } from '../../../src-shared/timeline/timeline.protocol.ts';
import { isApart } from './apartTimes.ts';
import type { Period, TimelineCase, TimelineSource } from './timeline.ports.ts';

/** What findings and attachments know of a timeline. */
export interface FindingRecords {
  /** Findings of a site, ended ones too. */
  ofSite(siteId: string): Promise<readonly Finding[]>;
  /** All that came from any of these orders or alerts, wherever they are, ended ones too. */
  from(sources: { orderIds: readonly string[]; alertIds: readonly string[] }): Promise<readonly Finding[]>;
  steps(findingId: string): Promise<readonly FindingStep[]>;
  attachmentsOf(owner: AttachmentOwner): Promise<readonly Attachment[]>;
  /** Whose an order is, as far as it decides who may see its photographs. */
  resourceOfOrder(order: Order): Resource;
}

/** The steps of findings among the notes, photographs and voice notes among the pictures. */
export function createFindingSources(records: FindingRecords): TimelineSource[] {
  return [
    {
      lanes: ['note'],
      isOpenTo: (asker) => may(asker, 'findings:view'),
      async eventsOf(found, period, asker, limit) {
        const findings = (await findingsOf(records, found)).filter(({ place: { district } }) =>
          may(asker, 'findings:view', { district }),
        );
        const events = await Promise.all(
          findings.map(async (finding) =>
            (await records.steps(finding.findingId)).map((step, index) => eventOfStep(finding, step, index)),
          ),
        );
        return earliest(events.flat(), period, limit);
      },
    },
    {
      lanes: ['picture'],
      isOpenTo: (asker) => may(asker, 'attachments:view'),
      async eventsOf(found, period, asker, limit) {
        const attachments = await attachmentsOfCase(records, found, asker);
        return earliest(
          attachments.map(({ attachment }) => eventOfAttachment(attachment)),
          period,
          limit,
        );
      },
    },
  ];
}

/** What orders and findings of a case have and the asker may see, each with the number of its order or finding. */
export async function attachmentsOfCase(
  records: FindingRecords,
  found: TimelineCase,
  asker: Principal,
): Promise<{ attachment: Attachment; number: string }[]> {
  const findings = (await findingsOf(records, found)).filter(({ place: { district } }) =>
    may(asker, 'attachments:view', { district }),
  );
  const owners: { owner: AttachmentOwner; number: string }[] = [
    ...found.orders
      .filter((order) => may(asker, 'attachments:view', records.resourceOfOrder(order)))
      .map(({ orderId, number }) => ({ owner: { kind: 'order' as const, id: orderId }, number })),
    ...findings.map(({ findingId, number }) => ({
      owner: { kind: 'finding' as const, id: findingId },
      number,
    })),
  ];
  const attachments = await Promise.all(
    owners.map(async ({ owner, number }) =>
      (await records.attachmentsOf(owner)).map((attachment) => ({ attachment, number })),
    ),
  );
  return attachments.flat();
}

/** When something last happened in the findings of an order or its alert, or was added to any of them; 0 where nothing did. */
export async function lastFindingWork(records: FindingRecords, order: Order): Promise<number> {
  const findings = await records.from({
    orderIds: [order.orderId],
    alertIds: order.alertId === undefined ? [] : [order.alertId],
  });
  const owners: AttachmentOwner[] = [
    { kind: 'order', id: order.orderId },
    ...findings.map(({ findingId }) => ({ kind: 'finding' as const, id: findingId })),
  ];
  const [steps, attachments] = await Promise.all([
    Promise.all(findings.map(({ findingId }) => records.steps(findingId))),
    Promise.all(owners.map((owner) => records.attachmentsOf(owner))),
  ]);
  return Math.max(
    0,
    ...steps.flat().map(({ atMs }) => atMs),
    ...attachments.flat().map(({ receivedAtMs }) => receivedAtMs),
  );
}

/** A site's own, and those that came from an order or an alert of the case. */
async function findingsOf(records: FindingRecords, found: TimelineCase): Promise<readonly Finding[]> {
  const { subject } = found.head;
  if (subject.type === 'site') return records.ofSite(subject.id);
  return records.from({
    orderIds: found.orders.map(({ orderId }) => orderId),
    alertIds: found.alerts.map(({ alertId }) => alertId),
  });
}

function eventOfStep({ findingId, number }: Finding, step: FindingStep, index: number): TimelineEvent {
  const { action, atMs, happenedAtMs, actor, position, words } = step;
  return {
    eventId: `finding:${findingId}:${index}`,
    lane: 'note',
    what: `finding_${action}`,
    atMs,
    actor: actor.name,
    about: number,
    ...(isApart(happenedAtMs, atMs) ? { happenedAtMs } : {}),
    ...(words === undefined ? {} : { text: words }),
    ...(position === undefined ? {} : { place: placeOf(position) }),
  };
}

function eventOfAttachment({
  attachmentId,
  kind,
  purpose,
  by,
  takenAtMs,
  receivedAtMs,
  place,
  words,
}: Attachment): TimelineEvent {
  return {
    eventId: `attachment:${attachmentId}`,
    lane: 'picture',
    ...(kind === 'photograph' ? { picture: { attachmentId } } : {}),
    what: purpose === undefined ? kind : `${kind}_${purpose}`,
    atMs: receivedAtMs,
    actor: by.name,
    ...(by.kind === 'phone' ? { memberId: by.id } : {}),
    ...(isApart(takenAtMs, receivedAtMs) ? { happenedAtMs: takenAtMs } : {}),
    ...(words === undefined ? {} : { text: words }),
    ...(place === undefined ? {} : { place: placeOf(place) }),
  };
}

function placeOf({ latitude, longitude }: { latitude: number; longitude: number }): {
  latitude: number;
  longitude: number;
} {
  return { latitude, longitude };
}

function earliest(events: TimelineEvent[], { fromMs, toMs }: Period, limit: number): TimelineEvent[] {
  return events
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .toSorted((one, other) => one.atMs - other.atMs)
    .slice(0, limit);
}
