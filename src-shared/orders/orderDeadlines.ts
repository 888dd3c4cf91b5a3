/** When the hub acts on an order that takes longer than it may. */
import type { OrderProgress } from './orderProgress.ts';
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
  const deadlines = [stepDeadline(state, times), dueDeadline(state)].filter((one) => one !== undefined);
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
