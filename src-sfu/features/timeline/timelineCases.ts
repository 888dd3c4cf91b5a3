import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import type { Resource } from '../../../src-shared/session/principal.ts';
import { isEmergencyEnded } from '../../../src-shared/squads/emergency.ts';
import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import type { TimelineSubject } from '../../../src-shared/timeline/timeline.protocol.ts';
import type { Period, TimelineCase, TimelineGroup, TimelineRecords } from './timeline.ports.ts';

/** A site without a period shows so much until now: a week. Milliseconds. */
const siteSpanMs = 7 * 24 * 3_600_000;
/** Alerts and orders of one site at most; a site with more is shown by a shorter period. */
const maxOfSite = 2_000;
/** Orders beside one SOS at most. */
const maxOfEmergency = 20;
/** Steps by which those who worked on an order are found; an order has a hundred at most. */
const maxCrewSteps = 5_000;

type Asked = Partial<{ [Part in keyof Period]: number | undefined }>;

export interface TimelineCasesOptions {
  records: Pick<
    TimelineRecords,
    | 'order'
    | 'orderSteps'
    | 'ordersOfSite'
    | 'ordersOfMember'
    | 'alert'
    | 'alertsOfSite'
    | 'emergency'
    | 'site'
  >;
  resourceOfOrder(order: Order): Resource;
  /** Those who are in the squad now. */
  membersOf(squadId: string): readonly string[];
  /** When something last happened in what follows from an order, such as its findings; 0 where nothing did. */
  lastWorkAfter(order: Order): Promise<number>;
  nowMs(): number;
}

/** Finds what a timeline is about: undefined where there is no such thing. */
export function createTimelineCases(options: TimelineCasesOptions) {
  const { records, resourceOfOrder, membersOf, lastWorkAfter, nowMs } = options;

  /** A case goes on after its order: the alert is resolved, the site answers, somebody else reviews, a photograph comes late. */
  async function endOfCase(order: Order, alert: Alert | undefined): Promise<number> {
    const endMs = endOf(order);
    if (endMs === undefined) return nowMs();
    const [steps, lastMs] = await Promise.all([
      records.orderSteps([order.orderId], { fromMs: endMs, toMs: nowMs() }, maxCrewSteps),
      lastWorkAfter(order),
    ]);
    return Math.max(endMs, lastMs, alert?.sinceMs ?? 0, ...steps.map(({ step }) => step.atMs));
  }

  async function ofOrder(orderId: string, asked: Asked): Promise<TimelineCase | undefined> {
    const order = await records.order(orderId);
    if (order === undefined) return undefined;
    const alert = order.alertId === undefined ? undefined : await records.alert(order.alertId);
    const period = {
      fromMs: asked.fromMs ?? Math.min(order.createdAtMs, alert?.raisedAtMs ?? Infinity),
      toMs: asked.toMs ?? (await endOfCase(order, alert)),
    };
    const { members, groups } = await crewsOf([order], period);
    const { name, nameEn, district, latitude, longitude, cameraId } = order.place;
    return {
      head: {
        subject: { type: 'order', id: orderId },
        name,
        number: order.number,
        ...(nameEn === undefined ? {} : { nameEn }),
        ...(district === undefined ? {} : { district }),
        ...(latitude === undefined || longitude === undefined ? {} : { place: { latitude, longitude } }),
        ...period,
      },
      resource: resourceOfOrder(order),
      alerts: alert === undefined ? [] : [alert],
      orders: [order],
      members,
      groups,
      cameraIds: [...new Set([cameraId, alert?.place?.cameraId].filter((id) => id !== undefined))],
    };
  }

  async function ofSite(siteId: string, asked: Asked): Promise<TimelineCase | undefined> {
    const site = await records.site(siteId);
    if (site === undefined) return undefined;
    const toMs = asked.toMs ?? nowMs();
    const period = { fromMs: asked.fromMs ?? toMs - siteSpanMs, toMs };
    const [alerts, orders] = await Promise.all([
      records.alertsOfSite(siteId, period, maxOfSite),
      records.ordersOfSite(siteId, period, maxOfSite),
    ]);
    const { members, groups } = await crewsOf(orders, period);
    const { name, nameEn, district, latitude, longitude } = site;
    return {
      head: {
        subject: { type: 'site', id: siteId },
        name,
        district,
        ...(nameEn === undefined ? {} : { nameEn }),
        ...(latitude === undefined || longitude === undefined ? {} : { place: { latitude, longitude } }),
        ...period,
      },
      resource: { district },
      alerts,
      orders,
      members,
      groups,
      cameraIds: site.cameras.map(({ cameraId }) => cameraId),
    };
  }

  async function ofEmergency(emergencyId: string, asked: Asked): Promise<TimelineCase | undefined> {
    const emergency = await records.emergency(emergencyId);
    if (emergency === undefined) return undefined;
    const { memberId, memberName, squadId, raisedAtMs, position } = emergency;
    const period = {
      fromMs: asked.fromMs ?? raisedAtMs,
      toMs: asked.toMs ?? endOfEmergency(emergency) ?? nowMs(),
    };
    const memberIds = [...new Set([memberId, ...membersOf(squadId)])];
    return {
      head: {
        subject: { type: 'emergency', id: emergencyId },
        name: memberName,
        ...(position === undefined
          ? {}
          : { place: { latitude: position.latitude, longitude: position.longitude } }),
        ...period,
      },
      resource: { squadId },
      alerts: [],
      orders: await records.ordersOfMember({ memberId, squadId }, period, maxOfEmergency),
      emergency,
      members: memberIds.map((id) => ({ memberId: id, ...period })),
      groups: ['all', `squad:${squadId}`, `private:${memberId}`].map((groupId) => ({ groupId, ...period })),
      cameraIds: [],
    };
  }

  /** Who worked on orders and when, and the talk groups in which that was heard: from the steps, also of squads that gave an order back. */
  async function crewsOf(
    orders: readonly Order[],
    period: Period,
  ): Promise<Pick<TimelineCase, 'members' | 'groups'>> {
    const wholeTime = { fromMs: 0, toMs: period.toMs };
    const steps = Map.groupBy(
      await records.orderSteps(
        orders.map(({ orderId }) => orderId),
        wholeTime,
        maxCrewSteps,
      ),
      ({ orderId }) => orderId,
    );
    const members: (Period & { memberId: string })[] = [];
    const groups: TimelineGroup[] = [];
    for (const order of orders) {
      const toMs = Math.min(period.toMs, endOf(order) ?? Infinity);
      groups.push({
        groupId: `order:${order.orderId}`,
        // Also of an order that has ended, whose group is no longer open.
        resource: resourceOfOrder(order),
        fromMs: Math.max(period.fromMs, order.createdAtMs),
        toMs,
      });
      for (const crew of crewPeriods(
        order,
        (steps.get(order.orderId) ?? []).map(({ step }) => step),
      )) {
        const within = { fromMs: Math.max(period.fromMs, crew.fromMs), toMs: Math.min(toMs, crew.toMs) };
        if (within.fromMs > within.toMs) continue;
        groups.push({ groupId: `squad:${crew.squadId}`, ...within });
        for (const memberId of crew.memberIds) {
          members.push({ memberId, ...within });
          groups.push({ groupId: `private:${memberId}`, ...within });
        }
      }
    }
    return { members, groups };
  }

  return {
    /** Whose it is, as far as it decides who may see it. */
    async resourceOf({ type, id }: TimelineSubject): Promise<Resource | undefined> {
      if (type === 'order') {
        const order = await records.order(id);
        return order === undefined ? undefined : resourceOfOrder(order);
      }
      if (type === 'site') {
        const site = await records.site(id);
        return site === undefined ? undefined : { district: site.district };
      }
      const emergency = await records.emergency(id);
      return emergency === undefined ? undefined : { squadId: emergency.squadId };
    },
    find({ type, id }: TimelineSubject, asked: Asked = {}): Promise<TimelineCase | undefined> {
      if (type === 'order') return ofOrder(id, asked);
      return type === 'site' ? ofSite(id, asked) : ofEmergency(id, asked);
    },
  };
}

/**
 * Those who had an order: one squad after the other, and beside it members who joined, from when until when. Steps of an earlier version
 * name only who was in charge; the present crew is known from the order.
 */
export function crewPeriods(
  order: Pick<Order, 'squadId' | 'memberIds'>,
  steps: readonly Pick<OrderStep, 'action' | 'atMs' | 'squadId' | 'memberId' | 'memberIds'>[],
): (Period & { squadId: string; memberIds: string[] })[] {
  const crews: (Period & { squadId: string; memberIds: string[] })[] = [];
  let given: { crew: (typeof crews)[number]; isWhole: boolean } | undefined;
  for (const { action, atMs, squadId, memberId, memberIds } of steps) {
    const isGiven = action === 'dispatched' || action === 'reassigned' || action === 'passedOn';
    // Of a rejection it is known who went; others wait for the next squad. Steps of an earlier version do not name them: all went.
    if (isGiven || (action === 'rejected' && memberIds === undefined))
      for (const crew of crews) crew.toMs = Math.min(crew.toMs, atMs);
    else if (action === 'rejected' || action === 'removed') leave(crews, memberIds ?? [], atMs);
    if (isGiven || action === 'rejected') given = undefined;
    if (action === 'declined' && memberId !== undefined) leave(crews, [memberId], atMs);
    if ((!isGiven && action !== 'joined') || squadId === undefined) continue;
    const crew = {
      squadId,
      memberIds: memberIds ?? (memberId === undefined ? [] : [memberId]),
      fromMs: atMs,
      toMs: Infinity,
    };
    crews.push(crew);
    if (isGiven) given = { crew, isWhole: memberIds !== undefined };
  }
  if (given?.isWhole === false && given.crew.squadId === order.squadId) {
    given.crew.memberIds = [...new Set([...given.crew.memberIds, ...order.memberIds])];
  }
  return crews;
}

/** The time of these members ends, that of others who came at the same moment goes on. */
function leave(
  crews: (Period & { squadId: string; memberIds: string[] })[],
  leavingIds: readonly string[],
  atMs: number,
): void {
  for (const crew of [...crews]) {
    const gone = crew.toMs === Infinity ? crew.memberIds.filter((one) => leavingIds.includes(one)) : [];
    if (gone.length === 0) continue;
    const others = crew.memberIds.filter((one) => !leavingIds.includes(one));
    const own = { ...crew, memberIds: gone, toMs: atMs };
    crews.splice(
      crews.indexOf(crew),
      1,
      ...(others.length === 0 ? [own] : [{ ...crew, memberIds: others }, own]),
    );
  }
}

/** When an order ended; undefined while it is open. */
function endOf({ closed, cancelled }: Order): number | undefined {
  return closed?.atMs ?? cancelled?.atMs;
}

function endOfEmergency({ progress }: Emergency): number | undefined {
  return isEmergencyEnded(progress) ? progress.ended?.atMs : undefined;
}

/** The district of an alert, which decides who may see it. */
export function resourceOfAlert({ place }: Pick<Alert, 'place'>): Resource {
  return { district: place?.district };
}
