import { newOrder, transitionOrder } from '../../../src-shared/orders/order.ts';
import { maxOpenOrders, type Order, type OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import type { OrderBook } from './orderBook.ts';
import { crewOf } from './orderPlan.ts';
import type { PendingAlertDeed } from './orders.repository.ts';

/** Who acts: the name is kept in records, the id decides whose alert it is. */
export type Officer = PendingAlertDeed['officer'];

/** Writes an order; one that is known by its id is answered as it is. */
export async function createOrder(
  book: OrderBook,
  { orderId, content, crew }: InputOf<'orders:create'>,
  officer: Officer,
  parts: {
    member(memberId: string): Member | undefined;
    dayOf(atMs: number): string;
    alertKindOf(alertId: string): Promise<string | undefined>;
  },
): Promise<Ack<{ order: Order }>> {
  const known = await book.find(orderId);
  if (known !== undefined) return ok({ order: known });
  const { open, repository } = book;
  if (open.size >= maxOpenOrders) {
    return refuse('too_many', `There are ${maxOpenOrders} open orders. Close some first.`, {
      reason: 'orders.too_many_open',
      limit: maxOpenOrders,
    });
  }
  const atMs = book.nowMs();
  if (content.dueAtMs !== undefined && content.dueAtMs <= atMs) {
    return refuse('bad_request', 'The time by which it is due has passed. Choose a later one.', {
      reason: 'orders.due_in_the_past',
    });
  }
  const { alertId } = content;
  const forAlert =
    alertId === undefined ? undefined : [...open.values()].find((order) => order.alertId === alertId);
  if (forAlert !== undefined) {
    return refuse('conflict', `Order ${forAlert.number} is for this alert already. Open that one.`, {
      reason: 'orders.alert_has_order',
    });
  }
  const going = crew === undefined ? undefined : crewOf(crew, parts.member);
  if (going?.ok === false) return going;
  const day = parts.dayOf(atMs);
  const countOfDay = (await repository.lastCountOf(day)) + 1;
  const number = `${Number(day.slice(-2))}-${String(countOfDay).padStart(3, '0')}`;
  const actor = officer.name;
  const step = (action: OrderStep['action']): OrderStep => ({ atMs, happenedAtMs: atMs, actor, action });
  const alertKindId = alertId === undefined ? undefined : await parts.alertKindOf(alertId);
  const about = { ...content, ...(alertKindId === undefined ? {} : { alertKindId }) };
  const times = book.timesOf(about);
  let order: Order = { ...about, ...newOrder(atMs, times), orderId, number, createdBy: actor };
  const steps = [step('created')];
  if (going !== undefined) {
    const moved = transitionOrder(order, { type: 'dispatched', by: actor, ...going.data }, atMs, times);
    if (moved.ok) order = { ...order, ...moved.state };
    const { squadId, inChargeId, memberIds } = going.data;
    steps.push({ ...step('dispatched'), squadId, memberId: inChargeId, memberIds });
  }
  await book.write({
    order,
    steps,
    numbered: { day, countOfDay },
    alertDeed: alertId === undefined ? undefined : { alertId, officer, deed: { type: 'dispatch', orderId } },
    audit: {
      action: 'orders:create',
      actor,
      detail: {
        orderId,
        kind: order.kind,
        priority: order.priority,
        place: order.place.name,
        ...(order.squadId === undefined ? {} : { squadId: order.squadId }),
      },
    },
  });
  return ok({ order });
}
