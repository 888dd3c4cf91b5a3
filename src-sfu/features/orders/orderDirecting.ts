import { isOrderEnded, transitionOrder } from '../../../src-shared/orders/order.ts';
import { fittingAlertDeed, type Order, type OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import { alertDeedOf } from './orderAlerts.ts';
import type { OrderBook } from './orderBook.ts';
import type { Officer } from './orderCreation.ts';
import { planDeed, planOverride, type OrderPlan } from './orderPlan.ts';

/** A command about an order as it was at this revision. */
export interface OrderCommand {
  commandId: string;
  orderId: string;
  revision: number;
}

/** Carries out what an officer decided about an order, once however often the command comes. */
export async function directOrder(
  book: OrderBook,
  input: InputOf<'orders:direct'>,
  officer: Officer,
  member: (memberId: string) => Member | undefined,
): Promise<Ack<{ order: Order }>> {
  const { deed } = input;
  const alert = deed.type === 'close' || deed.type === 'cancel' ? deed.alert : undefined;
  return changeOrder(book, input, officer, {
    action: 'orders:direct',
    isFree: deed.type === 'note',
    alert,
    plan: (order) => planDeed(deed, officer.name, member, order),
    nameOf: (actor) => member(actor)?.name ?? actor,
  });
}

/** A supervisor takes a step for the squad, or closes what is not cleared. */
export async function overrideOrder(
  book: OrderBook,
  input: InputOf<'orders:override'>,
  officer: Officer,
  member: (memberId: string) => Member | undefined,
): Promise<Ack<{ order: Order }>> {
  return changeOrder(book, input, officer, {
    action: 'orders:override',
    nameOf: (actor) => member(actor)?.name ?? actor,
    isFree: false,
    alert: input.alert,
    plan: () => ok(planOverride(input, officer.name)),
  });
}

/** Carries out what is planned, once however often the command comes. */
export async function changeOrder(
  book: OrderBook,
  { commandId, orderId, revision }: OrderCommand,
  officer: Officer,
  wanted: {
    action: 'orders:direct' | 'orders:override' | 'orders:lead';
    /** From where the command comes: a desk, unless it is named. */
    from?: 'leader';
    /** Where who decides it is, as far as that is known. */
    position?: OrderStep['position'];
    /** It is done whatever became of the order meanwhile. */
    isFree: boolean;
    alert: Parameters<typeof alertDeedOf>[1] | undefined;
    plan(order: Order): Ack<OrderPlan>;
    /** The name of whoever did a step, where that is a member. */
    nameOf(actor: string): string;
  },
): Promise<Ack<{ order: Order }>> {
  const order = await book.find(orderId);
  if (order === undefined) {
    return refuse('not_found', `There is no order ${orderId}.`, { reason: 'orders.no_such_order' });
  }
  const id = `${wanted.from ?? 'desk'}:${officer.id} ${commandId}`;
  const [answered] = await book.repository.findCommands([id]);
  if (answered !== undefined) return ok({ order });
  const { number } = order;
  if (!wanted.isFree && order.revision !== revision) {
    return changedMeanwhile(order, revision, await book.repository.steps(orderId), wanted.nameOf);
  }
  const planned = wanted.plan(order);
  if (!planned.ok) return planned;
  const { event, step, otherSteps = [] } = planned.data;
  const atMs = book.nowMs();
  const moved = event === undefined ? undefined : transitionOrder(order, event, atMs, book.timesOf(order));
  if (moved?.ok === false) {
    return moved.reason === 'ended'
      ? refuse('conflict', `Order ${number} is ended already.`, { reason: 'orders.already_ended', number })
      : refuse('conflict', `Order ${number} is ${order.state}; this cannot follow.`, {
          reason: 'orders.step_cannot_follow',
          number,
        });
  }
  const next: Order = { ...order, ...moved?.state };
  const { position } = wanted;
  await book.write({
    order: next,
    steps: [step, ...otherSteps].map((one) => ({
      atMs,
      happenedAtMs: atMs,
      actor: officer.name,
      ...one,
      ...(position === undefined ? {} : { position }),
    })),
    command: { commandId: id, orderId, atMs },
    alertDeed: isOrderEnded(order) ? undefined : alertDeedAfter(next, wanted.alert, officer),
    audit: {
      action: wanted.action,
      actor: officer.name,
      detail: {
        ...step,
        ...(otherSteps.length === 0
          ? {}
          : { memberIds: [step, ...otherSteps].flatMap(({ memberIds = [] }) => memberIds) }),
      },
    },
  });
  return ok({ order: next });
}

/** The last thing that somebody did; what a phone reports of itself says less, and is named only where there was nothing else. */
function changedMeanwhile(
  { number, sinceMs, revision: present }: Order,
  seen: number,
  steps: readonly OrderStep[],
  nameOf: (actor: string) => string,
): Ack<never> {
  const since = steps.filter((step) => (step.revision ?? 0) > seen);
  const last = since.findLast(({ action }) => !isOfPhone(action)) ?? since.at(-1);
  const { action = 'changed', actor = '', atMs = sinceMs } = last ?? {};
  const who = nameOf(actor);
  return refuse(
    'conflict',
    `Order ${number} changed meanwhile: ${who}, ${action}. Look at it and decide again.`,
    {
      reason: 'orders.changed_meanwhile',
      number,
      who,
      action,
      atMs,
      // With this one a system of the city can ask again.
      revision: present,
    },
  );
}

function isOfPhone(action: OrderStep['action']): boolean {
  return action === 'sent' || action === 'delivered' || action === 'shown';
}

/** What becomes of the alert of an order that has just ended. */
function alertDeedAfter(
  order: Order,
  chosen: Parameters<typeof alertDeedOf>[1] | undefined,
  officer: Officer,
): ReturnType<typeof alertDeedOf> {
  if (order.state !== 'closed' && order.state !== 'cancelled') return undefined;
  return alertDeedOf(order, chosen ?? fittingAlertDeed(order.state, order.cleared?.disposition), officer);
}
