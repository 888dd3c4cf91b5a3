import { isEmergencyEnded } from '../../../../src-shared/squads/emergency.ts';
import { mayChangeStatus, type MemberStatus } from '../../../../src-shared/squads/memberStatus.ts';
import { memberNext } from '../../../../src-shared/orders/order.ts';
import { awaitsAnswer, deliveryOf, givenAtMs } from '../../../../src-shared/orders/orderJoining.ts';
import type { Order, OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';
import { shownStatus, type FieldStore } from '../../../features/field/fieldStore.ts';
import { ageMs, type Moment } from '../../../features/field/moment.ts';
import type { OrderRing } from '../../../features/field/orders/orderRing.ts';
import {
  addNews,
  byUrgency,
  keepMember,
  keepOrders,
  mergeOrders,
  mustRing,
  shownOrder,
  type FieldOrdersStore,
} from '../../../features/field/orders/ordersStore.ts';
import type { ReportOutbox } from '../../../features/field/orders/reportOutbox.ts';
import type { Outbox } from '../../../features/field/outbox.ts';
import type { PositionSharing } from '../../../features/field/positionSharing.ts';
import type { PageStorage } from '../../../server/pageStorage.ts';
import { onPageReturn } from '../../../ui/pageReturn.ts';

export interface OrderWorkParts {
  clock: { nowMs(): number };
  storage: PageStorage;
  field: FieldStore;
  orders: FieldOrdersStore;
  reports: Pick<ReportOutbox, 'add' | 'ownerChanged'>;
  ring: Pick<OrderRing, 'ring' | 'stop'>;
  moment(): Moment;
  sharing: Pick<PositionSharing, 'place'>;
  outbox: Pick<Outbox, 'addStatus' | 'ownerChanged'>;
}

/** A member's work with orders: what comes is rung for and its delivery reported; what the member does is reported. */
export interface OrderWork {
  /** Orders of the member that is signed in, as a snapshot has them. */
  takeAll(memberId: string, orders: readonly Order[]): void;
  takeChanged(changed: readonly Order[]): void;
  report(order: Order, report: OrderReport): void;
  /** Nobody's any more. */
  forget(): void;
  /** Whether the member calls for help: orders stand back. */
  isInEmergency(): boolean;
  /** The orders as the member sees them: those that wait for an answer, the one that is opened, and the cards. */
  shown(): { arrived: Order[]; open: Order | undefined; cards: Order[] };
}

/** The status that a step of an order brings with it. */
const statusAfter: Partial<Record<OrderReport['type'], MemberStatus>> = {
  enRoute: 'en_route',
  onScene: 'on_scene',
  cleared: 'returning',
};

/** The same for this member: who joins while others drive already or are there has no other key to say that this one sets off. */
function statusOf(deed: OrderReport, order: Order, memberId: string): MemberStatus | undefined {
  const isSettingOff =
    deed.type === 'accepted' &&
    deliveryOf(order, memberId)?.joined !== undefined &&
    (order.state === 'en_route' || order.state === 'on_scene');
  return isSettingOff ? 'en_route' : statusAfter[deed.type];
}

export function createOrderWork(parts: OrderWorkParts): OrderWork {
  const { clock, storage, field, orders, reports, ring, moment } = parts;
  /** Deliveries that this page has reported, by order, dispatch and kind. */
  const reported = new Set<string>();

  const isInEmergency = (): boolean => {
    const { progress } = field.getState().emergency;
    return progress.state !== 'idle' && progress.state !== 'arming' && !isEmergencyEnded(progress);
  };
  const shown: OrderWork['shown'] = () => {
    const { memberId, orders: known, waiting, openOrderId } = orders.getState();
    const now = moment();
    const atMsOf = (at: Moment): number => clock.nowMs() - ageMs(at, now);
    const all = known
      .map((order) => shownOrder(order, waiting, memberId, atMsOf))
      .filter(({ memberIds }) => memberIds.includes(memberId))
      .sort(byUrgency);
    return {
      // The one that was opened by hand, before others that wait.
      arrived: all
        .filter((order) => awaitsAnswer(order, memberId))
        .sort((left, right) => Number(right.orderId === openOrderId) - Number(left.orderId === openOrderId)),
      open: all.find((order) => order.orderId === openOrderId && !awaitsAnswer(order, memberId)),
      cards: all.filter((order) => !awaitsAnswer(order, memberId)),
    };
  };
  const place = () => (field.getState().sharing.state === 'off' ? undefined : parts.sharing.place);

  /** Reports once how far an order came on this phone. */
  const reportDelivery = (order: Order, type: 'delivered' | 'shown'): void => {
    const { memberId } = orders.getState();
    const delivery = deliveryOf(order, memberId);
    if (delivery === undefined || delivery[`${type}AtMs`] !== undefined) return;
    const key = `${order.orderId} ${givenAtMs(order, memberId)} ${type}`;
    const isWaiting = orders
      .getState()
      .waiting.some((one) => one.orderId === order.orderId && one.report.type === type);
    if (isWaiting || reported.has(key)) return;
    reported.add(key);
    reports.add(order, { type });
  };
  /** Reports those as shown that are on a screen that is on. */
  const reportShown = (): void => {
    if (document.hidden || isInEmergency() || !field.getState().isSignedIn) return;
    const { arrived, open, cards } = shown();
    const over = arrived[0] ?? open;
    for (const { orderId } of over === undefined ? cards : [over]) {
      const order = orders.getState().orders.find((one) => one.orderId === orderId);
      if (order === undefined) continue;
      reportDelivery(order, 'delivered');
      reportDelivery(order, 'shown');
    }
  };

  const take = (next: readonly Order[]): void => {
    const before = new Map(orders.getState().orders.map((order) => [order.orderId, order]));
    const { memberId } = orders.getState();
    orders.setState({ orders: next });
    keepOrders(storage, { memberId, orders: next });
    for (const order of next) reportDelivery(order, 'delivered');
    const { arrived, cards } = shown();
    const isRinging = [...arrived, ...cards].some((order) =>
      mustRing(before.get(order.orderId), order, memberId),
    );
    if (isRinging && !isInEmergency()) ring.ring();
    else if (arrived.length === 0) ring.stop();
    reportShown();
  };

  const takeAll = (memberId: string, next: readonly Order[]): void => {
    // What is kept of another member is nobody's any more.
    const known = orders.getState().memberId === memberId ? orders.getState().orders : [];
    orders.setState({ memberId, orders: known });
    keepMember(storage, memberId);
    reports.ownerChanged();
    parts.outbox.ownerChanged();
    const gone = known.filter(
      (order) =>
        !next.some(({ orderId }) => orderId === order.orderId) &&
        shownOrder(order, orders.getState().waiting, memberId, clock.nowMs).memberIds.includes(memberId),
    );
    addNews(
      orders,
      gone.map(({ number }) => ({ newsId: crypto.randomUUID(), number, type: 'gone' })),
    );
    take(next);
  };
  const takeChanged = (changed: readonly Order[]): void => {
    const { orders: known, memberId } = orders.getState();
    const merged = mergeOrders(known, changed, memberId);
    addNews(
      orders,
      merged.gone.map(({ order, why }) => ({ newsId: crypto.randomUUID(), number: order.number, ...why })),
    );
    take(merged.orders);
  };

  const report = (order: Order, deed: OrderReport): void => {
    const isStep = deed.type !== 'check' && deed.type !== 'note';
    if (isStep) ring.stop();
    reports.add(order, deed, place());
    if (deed.type === 'cleared') orders.setState({ openOrderId: undefined });
    const status = statusOf(deed, order, orders.getState().memberId);
    const present = shownStatus(field.getState());
    if (status === undefined || present === undefined || present === status) return;
    const isBusyElsewhere = shown().cards.some(
      (one) => one.orderId !== order.orderId && memberNext(one, orders.getState().memberId) !== undefined,
    );
    if (deed.type === 'cleared' && isBusyElsewhere) return;
    if (mayChangeStatus(present, status, 'member')) parts.outbox.addStatus(status);
  };

  const forget = (): void => {
    ring.stop();
    reported.clear();
    orders.setState({ memberId: '', orders: [], news: [], openOrderId: undefined });
    // What was not sent stays on the phone until the member is back.
    reports.ownerChanged();
    parts.outbox.ownerChanged();
    keepMember(storage, '');
    keepOrders(storage, { memberId: '', orders: [] });
  };

  onPageReturn({ window, document }, reportShown);
  // The next order comes to the front.
  orders.subscribe(reportShown);
  let wasInEmergency = isInEmergency();
  field.subscribe(() => {
    if (wasInEmergency === isInEmergency()) return;
    wasInEmergency = !wasInEmergency;
    // What came during an SOS rings when it is over.
    if (wasInEmergency) ring.stop();
    else if (shown().arrived.length > 0) ring.ring();
    reportShown();
  });
  return { takeAll, takeChanged, report, forget, isInEmergency, shown };
}
