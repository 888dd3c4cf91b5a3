/**
 * The order machine (domain.md): work that is given to a squad, from one alert or from none, followed to its end.
 * Pure: the clock comes in with each event; the hub keeps the timers and the store. The same functions decide which keys of a desk
 * and of a phone are enabled.
 */
import {
  isOrderEnded,
  isOrderWithSquad,
  orderStates,
  type OrderDelivery,
  type OrderProgress,
  type OrderStateName,
} from './orderProgress.ts';
import {
  overrideTargets,
  type OrderEvent,
  type OrderStepRefusal,
  type OrderTransition,
  type OverrideTarget,
} from './orderEvents.ts';
import {
  joinDeadline,
  nextOrderDeadline,
  rungAgain,
  stepDeadline,
  type TimedProgress,
} from './orderDeadlines.ts';
import { giveBack, giveOrder } from './orderGiving.ts';
import {
  acceptAsJoined,
  acceptedBy,
  arriveAsJoined,
  arrivedBy,
  awaitsArrival,
  declineOrder,
  joinOrder,
  speaksForOrder,
  takeOff,
  takesAnswers,
} from './orderJoining.ts';
import { defaultOrderTimes, type OrderTimes } from './orderTimes.ts';

export * from './orderEvents.ts';
export * from './orderProgress.ts';
export { nextOrderDeadline, orderDueAtMs } from './orderDeadlines.ts';
export { defaultOrderTimes, type OrderTimes } from './orderTimes.ts';

/** The steps of a squad, each with the states from which it may follow. A squad that is there already need not say that it drove. */
const squadSteps = {
  accepted: { state: 'accepted', from: ['dispatched'] },
  enRoute: { state: 'en_route', from: ['dispatched', 'accepted'] },
  onScene: { state: 'on_scene', from: ['dispatched', 'accepted', 'en_route'] },
} as const satisfies Record<string, { state: OrderStateName; from: readonly OrderStateName[] }>;

const order: readonly OrderStateName[] = orderStates;

/** The next state, or why the event means nothing here. */
export function transitionOrder(
  state: TimedProgress,
  event: OrderEvent,
  nowMs: number,
  times: OrderTimes = defaultOrderTimes,
): OrderTransition {
  const moved = stepOf(state, event, nowMs, times);
  if (!moved.ok) return moved;
  const isNewStep = moved.state.state !== state.state || moved.state.dispatched !== state.dispatched;
  // With each step begin the times that hold now.
  return isNewStep ? { ok: true, state: { ...moved.state, times } } : moved;
}

function stepOf(state: TimedProgress, event: OrderEvent, nowMs: number, times: OrderTimes): OrderTransition {
  if (isOrderEnded(state)) return refused('ended');
  switch (event.type) {
    case 'dispatched':
      return state.state === 'created' ? answered(giveOrder(state, event, nowMs)) : refused('not_from_here');
    case 'reassigned':
      return isOrderWithSquad(state) ? answered(giveOrder(state, event, nowMs)) : refused('not_from_here');
    case 'passedOn':
      return state.state === 'dispatched' || (state.state === 'created' && state.rejections.length > 0)
        ? answered(giveOrder(state, event, nowMs))
        : refused('not_from_here');
    case 'overridden':
      return override(state, event, nowMs);
    case 'joined':
      return answered(joinOrder(state, event, nowMs));
    case 'removed':
      return answered(takeOff(state, event));
    case 'sent':
    case 'delivered':
    case 'shown':
      return deliver(state, event, nowMs);
    case 'accepted':
    case 'enRoute':
    case 'onScene': {
      const own = ownStep(state, event, nowMs);
      if (own !== undefined) return answered(own);
      if (event.type !== 'accepted' && !speaksForOrder(state, event.by)) return refused('not_from_here');
      const step = squadSteps[event.type];
      const from: readonly OrderStateName[] = step.from;
      if (!from.includes(state.state)) {
        return refused(order.indexOf(state.state) >= order.indexOf(step.state) ? 'already' : 'not_from_here');
      }
      const deed = { by: event.by, atMs: nowMs };
      const answering = { ...state, deliveries: acceptedBy(state, event.by, nowMs) };
      const deliveries =
        event.type === 'onScene' ? arrivedBy(answering, event.by, nowMs) : answering.deliveries;
      return moveTo(
        { ...state, [event.type]: deed, accepted: state.accepted ?? deed, deliveries },
        { state: step.state, sinceMs: nowMs, isOverdue: staysOverdue(state, step.state) },
      );
    }
    case 'cleared': {
      if (state.state === 'cleared') return refused('already');
      if (state.state !== 'on_scene') return refused('not_from_here');
      if (awaitsArrival(state, event.by)) return refused('not_there');
      const { by, disposition, note } = event;
      const cleared = { by, atMs: nowMs, disposition, ...(note === undefined ? {} : { note }) };
      return moveTo({ ...state, cleared }, { state: 'cleared', sinceMs: nowMs, isOverdue: false });
    }
    case 'rejected': {
      const own = event.forSquad === true ? undefined : declineOrder(state, event, nowMs);
      return answered(own ?? giveBack(state, event, nowMs));
    }
    case 'closed': {
      if (state.state !== 'cleared') return refused('not_from_here');
      const { by, note } = event;
      const closed = { by, atMs: nowMs, ...(note === undefined ? {} : { note }) };
      return moveTo({ ...state, closed }, { state: 'closed', sinceMs: nowMs, isOverdue: false });
    }
    case 'cancelled':
      return moveTo(
        { ...state, cancelled: { by: event.by, atMs: nowMs, reason: event.reason } },
        { state: 'cancelled', sinceMs: nowMs, isOverdue: false },
      );
    case 'deadlineReached':
      return deadlineReached(state, nowMs, times);
  }
}

/** What can be done with an order in this state; for the keys of a desk and of a phone. */
export function orderDeeds(state: Pick<OrderProgress, 'state'>): {
  dispatch: boolean;
  reassign: boolean;
  /** More members can be added. */
  add: boolean;
  /** Members who joined can be taken off. */
  remove: boolean;
  reject: boolean;
  clear: boolean;
  close: boolean;
  cancel: boolean;
  /** The squad's next step as one key. */
  next: 'accepted' | 'enRoute' | 'onScene' | 'cleared' | undefined;
} {
  const next = {
    dispatched: 'accepted',
    accepted: 'enRoute',
    en_route: 'onScene',
    on_scene: 'cleared',
  } as const;
  return {
    dispatch: state.state === 'created',
    reassign: isOrderWithSquad(state),
    add: isOrderWithSquad(state),
    remove: takesAnswers(state),
    reject: state.state === 'dispatched',
    clear: state.state === 'on_scene',
    close: state.state === 'cleared',
    cancel: !isOrderEnded(state),
    next: state.state in next ? next[state.state as keyof typeof next] : undefined,
  };
}

/**
 * The next step as one key on a member's phone: none while one who joined waits for the squad of the order to accept it; to arrive, for
 * one who joined and is not there yet while others are.
 */
export function memberNext(state: OrderProgress, memberId: string): ReturnType<typeof orderDeeds>['next'] {
  if (!speaksForOrder(state, memberId)) return undefined;
  return awaitsArrival(state, memberId) ? 'onScene' : orderDeeds(state).next;
}

/** A step that is one member's alone, because that one joined; undefined where it is the order's. */
function ownStep(
  state: OrderProgress,
  event: Extract<OrderEvent, { type: 'accepted' | 'enRoute' | 'onScene' }>,
  nowMs: number,
): OrderProgress | OrderStepRefusal | undefined {
  if (event.type === 'onScene') return arriveAsJoined(state, event.by, nowMs);
  if (event.type !== 'accepted' || event.forSquad === true) return undefined;
  return acceptAsJoined(state, event.by, nowMs);
}

/** A phone that has shown an order has it, and it was sent there: what is missing before is filled in. */
function deliver(
  state: OrderProgress,
  { type, memberId }: { type: 'sent' | 'delivered' | 'shown'; memberId: string },
  nowMs: number,
): OrderTransition {
  const delivery = state.deliveries.find((one) => one.memberId === memberId);
  if (delivery === undefined) return refused('not_from_here');
  const known = { sent: delivery.sentAtMs, delivered: delivery.deliveredAtMs, shown: delivery.shownAtMs };
  if (known[type] !== undefined) return refused('already');
  const next: OrderDelivery = {
    ...delivery,
    sentAtMs: delivery.sentAtMs ?? nowMs,
    ...(type === 'sent' ? {} : { deliveredAtMs: delivery.deliveredAtMs ?? nowMs }),
    ...(type === 'shown' ? { shownAtMs: nowMs } : {}),
  };
  const deliveries = state.deliveries.map((one) => (one === delivery ? next : one));
  return { ok: true, state: { ...state, deliveries, revision: state.revision + 1 } };
}

/** One deadline at a time, so that each is in the history, also where several passed while no hub ran. */
function deadlineReached(state: TimedProgress, nowMs: number, times: OrderTimes): OrderTransition {
  const deadline = nextOrderDeadline(state, times);
  if (deadline === undefined || nowMs < deadline) return refused('too_early');
  const revision = state.revision + 1;
  if (joinDeadline(state, times) === deadline)
    return { ok: true, state: { ...state, deliveries: rungAgain(state, nowMs, times), revision } };
  if (stepDeadline(state, times) !== deadline)
    return { ok: true, state: { ...state, dueMissedAtMs: nowMs, revision } };
  if (state.state !== 'dispatched') return { ok: true, state: { ...state, isOverdue: true, revision } };
  const escalation = (state.escalation + 1) as OrderProgress['escalation'];
  return {
    ok: true,
    state: { ...state, escalation, isOverdue: state.isOverdue || escalation === 3, revision },
  };
}

/** Only onwards. What lies between counts as done at the same time; without a squad an order can only be closed. */
function override(
  state: OrderProgress,
  event: Extract<OrderEvent, { type: 'overridden' }>,
  nowMs: number,
): OrderTransition {
  const { by, to, disposition } = event;
  if (!overrideTargetsFrom(state).includes(to)) {
    return refused(order.indexOf(state.state) >= order.indexOf(to) ? 'already' : 'not_from_here');
  }
  const deed = { by, atMs: nowMs };
  const reaches = (one: OverrideTarget): boolean => order.indexOf(to) >= order.indexOf(one);
  const isCleared =
    state.cleared !== undefined || to === 'cleared' || (to === 'closed' && state.squadId !== undefined);
  return moveTo(
    {
      ...state,
      ...(state.squadId === undefined ? {} : { accepted: state.accepted ?? deed }),
      ...(to === 'en_route' ? { enRoute: deed } : {}),
      ...(reaches('on_scene') && state.squadId !== undefined ? { onScene: state.onScene ?? deed } : {}),
      ...(isCleared ? { cleared: state.cleared ?? { ...deed, disposition: disposition ?? 'other' } } : {}),
      ...(to === 'closed' ? { closed: deed } : {}),
    },
    { state: to, sinceMs: nowMs, isOverdue: staysOverdue(state, to) },
  );
}

/** A squad that is late does not become punctual by setting off: accepting and arriving have one time limit together. */
function staysOverdue(state: OrderProgress, next: OrderStateName): boolean {
  return state.state === 'accepted' && next === 'en_route' && state.isOverdue;
}

/** Where a supervisor can take an order from this state. */
export function overrideTargetsFrom(state: Pick<OrderProgress, 'state' | 'squadId'>): OverrideTarget[] {
  if (isOrderEnded(state)) return [];
  if (state.squadId === undefined) return ['closed'];
  return overrideTargets.filter((to) => order.indexOf(to) > order.indexOf(state.state));
}

function moveTo(
  state: OrderProgress,
  step: Pick<OrderProgress, 'state' | 'sinceMs' | 'isOverdue'>,
): OrderTransition {
  return { ok: true, state: { ...state, ...step, revision: state.revision + 1 } };
}

/** What became of an answer that is one member's alone. */
function answered(next: OrderProgress | OrderStepRefusal): OrderTransition {
  return typeof next === 'string' ? refused(next) : { ok: true, state: next };
}

function refused(reason: OrderStepRefusal): OrderTransition {
  return { ok: false, reason };
}
