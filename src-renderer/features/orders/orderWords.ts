import type { TFunction } from 'i18next';
import { awaitsAnswer, deliveryOf, ringsOf, squadOfGoing } from '../../../src-shared/orders/orderJoining.ts';
import type { Way } from '../../../src-shared/orders/orderWay.ts';
import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import type { Member, Squad } from '../../../src-shared/squads/squads.protocol.ts';
import type { RankedPerson } from '../../ui/desk/RankedPeople.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import type { PlaceDistrict, RankedMember } from './ordersStore.ts';

/** Names of those who go. */
export interface OrderPeople {
  members: ReadonlyMap<string, Member>;
  squads: readonly Squad[];
}

/** The name of a squad in the language shown; of one that was removed, that it was. */
export function squadOf(squadId: string, { squads }: OrderPeople, t: TFunction, language: string): string {
  const squad = squads.find((one) => one.squadId === squadId);
  return (
    (language === 'en' ? squad?.nameEn : undefined) ??
    squad?.name ??
    t('orders.removedSquad', { id: squadId })
  );
}

/** The name of a member; of one that was removed, that it was. */
export function memberOf(memberId: string, { members }: OrderPeople, t: TFunction): string {
  return members.get(memberId)?.name ?? t('orders.removedMember', { id: memberId });
}

/** Whether all who go are still in the list of members: an order of others is to be given to somebody else. */
export function isCrewThere(order: Order, { members }: OrderPeople): boolean {
  return order.memberIds.every((memberId) => members.has(memberId));
}

/** All who go, as one line; those of another squad than the order's with their squad. */
export function crewText(order: Order, people: OrderPeople, t: TFunction, language: string): string {
  return order.memberIds
    .map((memberId) => {
      const squadId = squadOfGoing(order, memberId);
      const own = memberOf(memberId, people, t);
      const name =
        squadId === undefined || squadId === order.squadId
          ? own
          : t('orders.crew.ofSquad', { name: own, squad: squadOf(squadId, people, t, language) });
      return memberId === order.inChargeId && order.memberIds.length > 1
        ? t('orders.inCharge', { name })
        : name;
    })
    .join(t('orders.listComma'));
}

/** How far and how long, and whether by the road: `about 7 min · straight line 3.2 km`. */
export function wayText({ kind, distanceM, durationMs }: Omit<Way, 'line'>, t: TFunction): string {
  const distance = distanceText(distanceM, t);
  const minutes = Math.max(1, Math.round(durationMs / 60_000));
  return t(kind === 'road' ? 'orders.way.road' : 'orders.way.straight', { minutes, distance });
}

/** From where the district of a point of the map is known. */
export function districtFromText(from: PlaceDistrict, t: TFunction, language: string): string {
  if (from.by === 'border') return t('orders.form.districtByBorder');
  const site = (language === 'en' ? from.siteNameEn : undefined) ?? from.siteName;
  return t('orders.form.districtByNearest', { site, distance: distanceText(from.metres, t) });
}

function distanceText(metres: number, t: TFunction): string {
  return metres < 1_000
    ? t('orders.metres', { count: Math.round(metres / 10) * 10 })
    : t('orders.kilometres', { distance: (metres / 1_000).toFixed(1) });
}

/** Why somebody should go or not: `about 3 min · straight line 1.2 km · free`. */
function reasonsText({ arrival, reasons, skill = '', district }: RankedMember, t: TFunction): string {
  const away = arrival === undefined ? [] : [wayText(arrival, t)];
  const said = reasons.filter((reason) => reason !== 'near' && reason !== 'far');
  const words = { skill, district: district === undefined ? '' : t(`district.${district}`) };
  return [...away, ...said.map((reason) => t(`orders.because.${reason}`, words))].join(' · ');
}

/** Somebody who could go, in the words of a ranking. */
export function rankedPerson(
  candidate: RankedMember,
  people: OrderPeople,
  t: TFunction,
  language: string,
): RankedPerson {
  const name = memberOf(candidate.memberId, people, t);
  const label = `${name} · ${squadOf(candidate.squadId, people, t, language)}`;
  return { id: candidate.memberId, name, label, reasons: reasonsText(candidate, t) };
}

/** Why an order needs somebody else, for one of which `needsSomebody` says so. */
export function needText({ state, escalation }: Order, t: TFunction): string {
  return state === 'created'
    ? t('orders.needs.rejected')
    : t(`orders.escalation.${escalation}` as 'orders.escalation.1');
}

/** How far an order came on the phone of who is in charge. */
export function deliveryText(order: Order, t: TFunction): string | undefined {
  if (order.state !== 'dispatched') return undefined;
  const delivery = order.deliveries.find(({ memberId }) => memberId === order.inChargeId);
  if (delivery?.shownAtMs !== undefined) return t('orders.delivery.shown');
  if (delivery?.deliveredAtMs !== undefined) return t('orders.delivery.delivered');
  return t(delivery?.sentAtMs === undefined ? 'orders.delivery.waiting' : 'orders.delivery.sent');
}

/** How far an order came on the phone of one member, with the time; `isProved` from when the phone showed it. */
export function memberDeliveryText(
  order: Order,
  memberId: string,
  times: Pick<TimeFormat, 'timeOfDay'>,
  t: TFunction,
): { text: string; isProved: boolean } {
  const { sentAtMs, deliveredAtMs, shownAtMs, acceptedAtMs, arrivedAtMs } = deliveryOf(order, memberId) ?? {};
  const reached = arrivedAtMs ?? acceptedAtMs ?? shownAtMs ?? deliveredAtMs ?? sentAtMs;
  const word =
    arrivedAtMs !== undefined
      ? t('orders.delivery.arrived')
      : acceptedAtMs !== undefined
        ? t('orders.delivery.accepted')
        : shownAtMs !== undefined
          ? t('orders.delivery.shown')
          : deliveredAtMs !== undefined
            ? t('orders.delivery.delivered')
            : t(sentAtMs === undefined ? 'orders.delivery.waiting' : 'orders.delivery.sent');
  const again =
    ringsOf(order, memberId) > 0 && awaitsAnswer(order, memberId) ? [t('orders.crew.rangAgain')] : [];
  const text = [reached === undefined ? word : `${word} ${times.timeOfDay(reached)}`, ...again].join(' · ');
  return { text, isProved: shownAtMs !== undefined || acceptedAtMs !== undefined };
}

/** The words beside the name of a step: the reason, the disposition, or what was written. */
export function stepDetail(step: OrderStep, t: TFunction, people: OrderPeople, language: string): string {
  const parts: string[] = [];
  if (step.squadId !== undefined) parts.push(squadOf(step.squadId, people, t, language));
  // All who were given it, who is in charge first; steps of an earlier version name one.
  const memberIds = step.memberIds ?? (step.memberId === undefined ? [] : [step.memberId]);
  const named = memberIds.filter((memberId) => memberId !== step.actor || memberIds.length > 1);
  if (named.length > 0)
    parts.push(named.map((memberId) => memberOf(memberId, people, t)).join(t('orders.listComma')));
  if (step.action === 'cleared' && step.reason !== undefined) {
    parts.push(t(`orders.disposition.${step.reason}` as 'orders.disposition.other'));
  } else if ((step.action === 'rejected' || step.action === 'declined') && step.reason !== undefined) {
    parts.push(t(`orders.rejection.${step.reason}` as 'orders.rejection.other'));
  } else if (step.reason !== undefined) parts.push(step.reason);
  if (step.action === 'escalated' && step.escalation !== undefined) {
    parts.push(t(`orders.escalation.${String(step.escalation)}` as 'orders.escalation.1'));
  }
  if (step.to !== undefined) parts.push(t(`orders.state.${step.to}`));
  if (step.action === 'overridden' && step.note !== undefined) {
    parts.push(t(`orders.disposition.${step.note}` as 'orders.disposition.other'));
  } else if (step.note !== undefined) parts.push(step.note);
  return parts.join(' · ');
}
