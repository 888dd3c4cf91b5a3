/** When the hub acts on an order that takes longer than it may. */
import { isOrderWithSquad, type OrderProgress } from './orderProgress.ts';
import { defaultOrderTimes, type OrderTimes } from './orderTimes.ts';

/** An order's progress with the date by which the officer wants it done. */
export type TimedProgress = OrderProgress & { dueAtMs?: number | undefined };

/** The times of the present step: those that held when it began. Orders of an earlier version have none. */
function timesOfStep(state: OrderProgress, times: OrderTimes = defaultOrderTimes): OrderTimes {
  return state.times ?? times;
}

/**
 * When the machine needs the event `deadlineReached`, in the clock of `nowMs`: to ring, to ask for somebody else, because the step is
 * overdue, or because the due date has passed.
 */
export function nextOrderDeadline(state: TimedProgress, times?: OrderTimes): number | undefined {
  const deadlines = [stepDeadline(state, times), dueDeadline(state), joinDeadline(state, times)].filter(
    (one) => one !== undefined,
  );
  return deadlines.length === 0 ? undefined : Math.min(...deadlines);
}

/** The deadline of the present step that was not acted on yet. */
export function stepDeadline(state: OrderProgress, times?: OrderTimes): number | undefined {
  const { ringAgainMs, askNextSquadMs, askSupervisorMs } = timesOfStep(state, times);
  if (state.state === 'dispatched') {
    const afterMs = [ringAgainMs, askNextSquadMs, askSupervisorMs][state.escalation];
    return afterMs === undefined ? undefined : state.sinceMs + afterMs;
  }
  const afterMs = allowedMs(state, times);
  return afterMs === undefined || state.isOverdue ? undefined : countedFromMs(state) + afterMs;
}

/** When the phone of somebody who joined and did not answer is to ring again. */
export function joinDeadline(state: OrderProgress, times?: OrderTimes): number | undefined {
  const waiting = state.deliveries.flatMap((one) => joinedRingAtMs(one, state, times) ?? []);
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

/** The same for one member; not before the present step of the order has had its time. */
function joinedRingAtMs(
  { joined, acceptedAtMs }: OrderProgress['deliveries'][number],
  state: OrderProgress,
  times?: OrderTimes,
): number | undefined {
  if (joined === undefined || acceptedAtMs !== undefined || joined.rangAgainAtMs !== undefined)
    return undefined;
  if (!isOrderWithSquad(state)) return undefined;
  return Math.max(joined.atMs, state.sinceMs) + timesOfStep(state, times).ringAgainMs;
}

/** The deliveries after those phones rang again whose time has come. */
export function rungAgain(
  state: OrderProgress,
  nowMs: number,
  times?: OrderTimes,
): OrderProgress['deliveries'] {
  return state.deliveries.map((one) => {
    const atMs = joinedRingAtMs(one, state, times);
    if (one.joined === undefined || atMs === undefined || nowMs < atMs) return one;
    return { ...one, joined: { ...one.joined, rangAgainAtMs: nowMs } };
  });
}

/** The due date, as long as it was not acted on and the squad's work is not done. */
function dueDeadline(state: TimedProgress): number | undefined {
  const { dueAtMs, dueMissedAtMs } = state;
  const isDone = state.state === 'cleared' || state.state === 'closed' || state.state === 'cancelled';
  return isDone || dueMissedAtMs !== undefined ? undefined : dueAtMs;
}

/** When the present step is overdue, for the timer that a desk shows counting; also after that time has come. */
export function orderDueAtMs(state: OrderProgress, times?: OrderTimes): number | undefined {
  if (state.state === 'dispatched') return state.sinceMs + timesOfStep(state, times).ringAgainMs;
  const afterMs = allowedMs(state, times);
  return afterMs === undefined ? undefined : countedFromMs(state) + afterMs;
}

/** The time to arrive is counted from the acceptance, as the board counts it; that of every other step from its beginning. */
function countedFromMs({ state, sinceMs, accepted }: OrderProgress): number {
  return state === 'en_route' ? (accepted?.atMs ?? sinceMs) : sinceMs;
}

function allowedMs(state: OrderProgress, times?: OrderTimes): number | undefined {
  const { giveMs, arriveMs, clearMs, closeMs } = timesOfStep(state, times);
  switch (state.state) {
    case 'created':
      return giveMs;
    case 'accepted':
    case 'en_route':
      return arriveMs;
    case 'on_scene':
      return clearMs;
    case 'cleared':
      return closeMs;
    default:
      return undefined;
  }
}
