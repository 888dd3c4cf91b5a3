import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  isOrderEnded,
  isOrderWithSquad,
  transitionOrder,
  type OrderEvent,
} from '../../../../src-shared/orders/order.ts';
import { awaitsAnswer, deliveryOf, givenAtMs, ringsOf } from '../../../../src-shared/orders/orderJoining.ts';
import { orderSchema, type Order, type OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';
import type { Moment } from '../moment.ts';
import type { ReportRefusal, WaitingReport } from './reportOutbox.ts';

/** Why an order is not the member's any more. */
export type OrderGone =
  | { type: 'cancelled'; reason: string }
  /** `gone`: it went while this phone was away, and the hub does not say why. */
  /** `taken_off`: the others go on without this member. */
  | { type: 'closed' | 'given_away' | 'handed_back' | 'taken_off' | 'gone' };

/** One sentence to the member about an order, until it is read. */
export type OrderNews = { newsId: string; number: string } & (
  OrderGone | { type: 'refused'; step: OrderReport['type']; refusal: ReportRefusal }
);

/** What a phone knows of its member's orders, and what only it knows. */
export interface FieldOrdersState {
  /** Whose orders they are; empty while nobody is signed in. */
  memberId: string;
  /** As the hub sent them last. */
  orders: readonly Order[];
  waiting: readonly WaitingReport[];
  /** The newest last. */
  news: readonly OrderNews[];
  /** The order that is opened over the page. */
  openOrderId: string | undefined;
  /** Whether a browser lets this page be heard: only after it was touched. */
  canRing: boolean;
}

export type FieldOrdersStore = StoreApi<FieldOrdersState>;

/** `kept` and `keptMemberId` are what the page before kept. */
export function createFieldOrdersStore(kept: KeptOrders | undefined, keptMemberId = ''): FieldOrdersStore {
  return createStore<FieldOrdersState>(() => ({
    memberId: kept?.memberId ?? keptMemberId,
    orders: kept?.orders ?? [],
    waiting: [],
    news: [],
    openOrderId: undefined,
    canRing: false,
  }));
}

/** More sentences than these nobody reads. */
const mostNews = 4;

export function addNews(store: FieldOrdersStore, news: readonly OrderNews[]): void {
  if (news.length > 0) store.setState((state) => ({ news: [...state.news, ...news].slice(-mostNews) }));
}

/** Whether a member still has an order. */
function isOf(order: Order, memberId: string): boolean {
  return !isOrderEnded(order) && order.memberIds.includes(memberId);
}

/** The member's orders after some changed, and those that went away with the reason. An older state than the known one changes nothing. */
export function mergeOrders(
  known: readonly Order[],
  changed: readonly Order[],
  memberId: string,
): { orders: readonly Order[]; gone: { order: Order; why: OrderGone }[] } {
  const orders = new Map(known.map((order) => [order.orderId, order]));
  const gone: { order: Order; why: OrderGone }[] = [];
  for (const order of changed) {
    const before = orders.get(order.orderId);
    if (before !== undefined && before.revision > order.revision) continue;
    if (isOf(order, memberId)) {
      orders.set(order.orderId, order);
    } else if (before !== undefined) {
      orders.delete(order.orderId);
      const why = whyGone(before, order, memberId);
      if (why !== undefined) gone.push({ order, why });
    }
  }
  return { orders: [...orders.values()], gone };
}

/** Undefined where the member did it. */
function whyGone(before: Order, order: Order, memberId: string): OrderGone | undefined {
  if (order.declined?.some((one) => one.memberId === memberId) === true) return undefined;
  if (order.state === 'cancelled') return { type: 'cancelled', reason: order.cancelled?.reason ?? '' };
  if (order.state === 'closed') return { type: 'closed' };
  const isWithTheSame = before.dispatched?.atMs === order.dispatched?.atMs;
  if (deliveryOf(before, memberId)?.joined !== undefined && isWithTheSame) return { type: 'taken_off' };
  if (order.state !== 'created') return { type: 'given_away' };
  return order.rejections.at(-1)?.by === memberId ? undefined : { type: 'handed_back' };
}

/**
 * An order as the member sees it: with what waits to be sent. A report that cannot follow changes nothing. `atMsOf` has the time
 * of a report by the hub's clock.
 */
export function shownOrder(
  order: Order,
  waiting: readonly WaitingReport[],
  memberId: string,
  atMsOf: (at: Moment) => number,
): Order {
  let shown = order;
  for (const { orderId, report, at } of waiting) {
    if (orderId !== order.orderId) continue;
    if (report.type === 'check') {
      const checklist = shown.checklist.map((item) =>
        item.itemId === report.itemId ? { ...item, isDone: report.isDone } : item,
      );
      shown = { ...shown, checklist };
      continue;
    }
    const event = eventOf(report, memberId);
    const moved = event === undefined ? undefined : transitionOrder(shown, event, atMsOf(at));
    if (moved?.ok === true) shown = { ...shown, ...moved.state };
  }
  return shown;
}

/** The step of the order that a report is; undefined for a report that changes no step. */
function eventOf(report: OrderReport, by: string): OrderEvent | undefined {
  switch (report.type) {
    case 'accepted':
    case 'enRoute':
    case 'onScene':
      return { type: report.type, by };
    case 'cleared':
    case 'rejected':
      return { ...report, by };
    default:
      return undefined;
  }
}

/** Reports of an order that wait and that the member made; those of the delivery are the page's own. */
export function waitingDeeds(waiting: readonly WaitingReport[], orderId: string): readonly WaitingReport[] {
  return waiting.filter(
    (one) => one.orderId === orderId && one.report.type !== 'delivered' && one.report.type !== 'shown',
  );
}

/** What is to be done first, first. */
export function byUrgency(one: Order, other: Order): number {
  return one.priority - other.priority || one.createdAtMs - other.createdAtMs;
}

/** Whether a phone must ring for an order that came: it is new to this member and was not shown yet, or it was not answered so long. */
export function mustRing(before: Order | undefined, after: Order, memberId: string): boolean {
  if (!isOrderWithSquad(after)) return false;
  if (before === undefined || givenAtMs(before, memberId) !== givenAtMs(after, memberId)) {
    return deliveryOf(after, memberId)?.shownAtMs === undefined;
  }
  return awaitsAnswer(after, memberId) && ringsOf(after, memberId) > ringsOf(before, memberId);
}

const ordersKey = 'mingchu.fieldOrders';
const keptSchema = z.object({ memberId: z.string(), orders: z.array(z.unknown()) });

const memberKey = 'mingchu.fieldMember';

/** Keeps who is signed in, also without any order, so that a page that is opened without a network knows whose what waits is; empty: nobody. */
export function keepMember(storage: Pick<Storage, 'setItem' | 'removeItem'>, memberId: string): void {
  if (memberId === '') storage.removeItem(memberKey);
  else storage.setItem(memberKey, memberId);
}

/** Who was signed in; empty: nobody. */
export function readKeptMember(storage: Pick<Storage, 'getItem'>): string {
  return storage.getItem(memberKey) ?? '';
}

/** What a page that is opened without a network shows. */
export function keepOrders(storage: Pick<Storage, 'setItem' | 'removeItem'>, kept: KeptOrders): void {
  if (kept.orders.length === 0) storage.removeItem(ordersKey);
  else storage.setItem(ordersKey, JSON.stringify(kept));
}

export interface KeptOrders {
  memberId: string;
  orders: readonly Order[];
}

/** What was kept; a damaged order is left out. */
export function readKeptOrders(storage: Pick<Storage, 'getItem'>): KeptOrders | undefined {
  try {
    const { memberId, orders } = keptSchema.parse(JSON.parse(storage.getItem(ordersKey) ?? 'null'));
    return {
      memberId,
      orders: orders.flatMap((one) => {
        const read = orderSchema.safeParse(one);
        return read.success ? [read.data] : [];
      }),
    };
  } catch {
    return undefined;
  }
}
