import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { transitionOrder, type OrderEvent, type OrderTimes } from '../../../src-shared/orders/order.ts';
import { givenAtMs } from '../../../src-shared/orders/orderJoining.ts';
import type { Order, OrderReport, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import type { MemberPosition } from '../../../src-shared/squads/squads.protocol.ts';
import type { OrderBook } from './orderBook.ts';

type Report = InputOf<'orders:report'>['reports'][number];
type Result = OutputOf<'orders:report'>['results'][number];
type Refusal = NonNullable<Result['refusal']>;

/**
 * What a phone reports, in its order: each report once, however often it comes. Where a step was refused the next are tried all
 * the same; a phone that was offline may have been overtaken by the desk.
 */
export async function reportOrders(
  book: OrderBook,
  memberId: string,
  reports: readonly Report[],
  lastPosition: MemberPosition | undefined,
): Promise<OutputOf<'orders:report'>> {
  const idOf = ({ reportId }: Report): string => `member:${memberId} ${reportId}`;
  const answered = await book.repository.findCommands(reports.map(idOf));
  const known = new Map(answered.map((one) => [one.commandId, one.refusal as Refusal | undefined]));
  const results: Result[] = [];
  for (const report of reports) {
    const commandId = idOf(report);
    if (!known.has(commandId))
      known.set(commandId, await take(book, memberId, report, commandId, lastPosition));
    const refusal = known.get(commandId);
    results.push({
      reportId: report.reportId,
      applied: refusal === undefined,
      ...(refusal === undefined ? {} : { refusal }),
    });
  }
  return { results };
}

/** Carries out one report and stores it; why it means nothing, when it does not. */
async function take(
  book: OrderBook,
  memberId: string,
  { orderId, report, ageMs, place }: Report,
  commandId: string,
  lastPosition: MemberPosition | undefined,
): Promise<Refusal | undefined> {
  const { repository } = book;
  const atMs = book.nowMs();
  const order = await book.find(orderId);
  const refuseIt = async (refusal: Refusal): Promise<Refusal> => {
    await repository.saveRefused({ commandId, orderId, atMs, refusal });
    return refusal;
  };
  if (order === undefined) return refuseIt('no_such_order');
  if (!order.memberIds.includes(memberId)) return refuseIt('not_yours');
  const changed = change(order, report, memberId, atMs, book.timesOf(order));
  if (typeof changed === 'string') return refuseIt(changed);
  // The date of a phone can be a day wrong: nothing is done with an order before the member has it.
  const happenedAtMs = Math.min(
    atMs,
    Math.max(atMs - ageMs, givenAtMs(order, memberId) ?? order.createdAtMs),
  );
  const position = place === undefined ? lastPosition : { ...place, atMs: happenedAtMs };
  const step: OrderStep = {
    atMs,
    happenedAtMs,
    actor: memberId,
    memberId,
    ...changed.step,
    ...(position === undefined ? {} : { position }),
  };
  await book.write({
    order: changed.order,
    steps: [step],
    command: { commandId, orderId, atMs },
    audit: { action: 'orders:report', actor: memberId, detail: { ...changed.step } },
  });
  return undefined;
}

function change(
  order: Order,
  report: OrderReport,
  memberId: string,
  atMs: number,
  times: OrderTimes,
): { order: Order; step: Pick<OrderStep, 'action' | 'memberIds' | 'reason' | 'note'> } | Refusal {
  switch (report.type) {
    case 'note':
      return { order, step: { action: 'noted', note: report.note } };
    case 'check': {
      const item = order.checklist.find(({ itemId }) => itemId === report.itemId);
      if (item === undefined || item.isDone === report.isDone) return 'already';
      const checklist = order.checklist.map((one) =>
        one === item ? { ...item, isDone: report.isDone } : one,
      );
      return {
        order: { ...order, checklist, revision: order.revision + 1 },
        step: { action: report.isDone ? 'checked' : 'unchecked', note: item.text },
      };
    }
    default: {
      const moved = transitionOrder(order, eventOf(report, memberId), atMs, times);
      if (!moved.ok) return moved.reason;
      const reason =
        report.type === 'cleared'
          ? { reason: report.disposition }
          : report.type === 'rejected'
            ? { reason: report.reason }
            : {};
      const note = 'note' in report && report.note !== undefined ? { note: report.note } : {};
      // One who joined and cannot come takes the order from nobody else.
      const isDeclined = report.type === 'rejected' && moved.state.state === order.state;
      const action = isDeclined ? 'declined' : report.type;
      const { memberIds } = moved.state;
      const left =
        action === 'rejected' ? { memberIds: order.memberIds.filter((one) => !memberIds.includes(one)) } : {};
      return { order: { ...order, ...moved.state }, step: { action, ...left, ...reason, ...note } };
    }
  }
}

function eventOf(report: Exclude<OrderReport, { type: 'note' | 'check' }>, memberId: string): OrderEvent {
  switch (report.type) {
    case 'delivered':
    case 'shown':
      return { type: report.type, memberId };
    case 'cleared':
      return { type: 'cleared', by: memberId, disposition: report.disposition, note: report.note };
    case 'rejected':
      return { type: 'rejected', by: memberId, reason: report.reason, note: report.note };
    default:
      return { type: report.type, by: memberId };
  }
}
