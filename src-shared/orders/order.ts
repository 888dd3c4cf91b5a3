/**
 * The order machine (domain.md): work that is given to a squad, from one alert or from none, followed to its end.
 * Pure: the clock comes in with each event; the hub keeps the timers and the store. The same functions decide which keys of a desk
 * and of a phone are enabled.
 */
import { z } from 'zod';
import { squadsIdSchema } from '../squads/squads.protocol.ts';

/** In the order of work; the last three are the ends. */
export const orderStates = [
  'created',
  'dispatched',
  'accepted',
  'en_route',
  'on_scene',
  'cleared',
  'closed',
  'cancelled',
] as const;
export type OrderStateName = (typeof orderStates)[number];

/** What the squad found when it cleared an order. */
export const dispositions = [
  'corrected_on_spot',
  'to_be_corrected',
  'no_violation',
  'false_alarm',
  'no_access',
  'other',
] as const;
export type Disposition = (typeof dispositions)[number];

/** Why a squad cannot take an order. */
export const rejectionReasons = ['busy', 'too_far', 'no_vehicle', 'not_ours', 'other'] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** When a dispatched order that nobody accepted rings again, asks for the next squad, and asks for the supervisor. */
export interface OrderTimes {
  /** Milliseconds after it was dispatched to the squad that has it now. */
  ringAgainMs: number;
  askNextSquadMs: number;
  askSupervisorMs: number;
  /** Milliseconds after the step before it: when an order is overdue. */
  arriveMs: number;
  clearMs: number;
  closeMs: number;
}

export const defaultOrderTimes: OrderTimes = {
  ringAgainMs: 20_000,
  askNextSquadMs: 40_000,
  askSupervisorMs: 60_000,
  arriveMs: 20 * 60_000,
  clearMs: 60 * 60_000,
  closeMs: 24 * 3_600_000,
};

const deedSchema = z.object({ by: z.string().min(1).max(40), atMs: z.number() });

/** How far the order came on one member's phone. Times are Unix milliseconds of the hub's clock. */
export const orderDeliverySchema = z.object({
  memberId: squadsIdSchema,
  sentAtMs: z.number().optional(),
  /** The phone has it. */
  deliveredAtMs: z.number().optional(),
  /** The phone showed it on a screen that was on. */
  shownAtMs: z.number().optional(),
});
export type OrderDelivery = z.output<typeof orderDeliverySchema>;

/** An order's way through the machine; plain JSON. */
export const orderProgressSchema = z.object({
  state: z.enum(orderStates),
  /** Since when it is in this state. */
  sinceMs: z.number(),
  /** Rises with every change. */
  revision: z.number().int(),
  createdAtMs: z.number(),
  /** Who has it now; not set before it is dispatched and after it was rejected. */
  squadId: squadsIdSchema.optional(),
  /** Who goes; one of them is in charge. */
  memberIds: z.array(squadsIdSchema).max(50),
  inChargeId: squadsIdSchema.optional(),
  deliveries: z.array(orderDeliverySchema).max(50),
  /** 0: waits; 1: rang again; 2: the next squad is asked for; 3: the supervisor is asked. It falls only with a new squad. */
  escalation: z.literal([0, 1, 2, 3]),
  /** The present step takes longer than allowed; the supervisor was notified. Never taken back within a step. */
  isOverdue: z.boolean(),
  dispatched: deedSchema.optional(),
  accepted: deedSchema.optional(),
  enRoute: deedSchema.optional(),
  onScene: deedSchema.optional(),
  cleared: deedSchema
    .extend({ disposition: z.enum(dispositions), note: z.string().max(500).optional() })
    .optional(),
  closed: deedSchema.extend({ note: z.string().max(500).optional() }).optional(),
  cancelled: deedSchema.extend({ reason: z.string().min(1).max(500) }).optional(),
  /** Squads that said no, the oldest first. */
  rejections: z
    .array(
      deedSchema.extend({
        squadId: squadsIdSchema,
        reason: z.enum(rejectionReasons),
        note: z.string().max(500).optional(),
      }),
    )
    .max(20),
});
export type OrderProgress = z.output<typeof orderProgressSchema>;

export type OrderEvent =
  /** Given to a squad for the first time, or again after a rejection. */
  | { type: 'dispatched'; by: string; squadId: string; memberIds: readonly string[]; inChargeId: string }
  /** Taken from the squad that has it and given to another, with a reason. */
  | { type: 'reassigned'; by: string; squadId: string; memberIds: readonly string[]; inChargeId: string }
  | { type: 'sent' | 'delivered' | 'shown'; memberId: string }
  | { type: 'accepted' | 'enRoute' | 'onScene'; by: string }
  | { type: 'cleared'; by: string; disposition: Disposition; note?: string | undefined }
  | { type: 'rejected'; by: string; reason: RejectionReason; note?: string | undefined }
  | { type: 'closed'; by: string; note?: string | undefined }
  | { type: 'cancelled'; by: string; reason: string }
  | { type: 'deadlineReached' };

/** Why an event means nothing here. */
export const orderStepRefusals = ['not_from_here', 'already', 'ended', 'too_early', 'no_members'] as const;
export type OrderStepRefusal = (typeof orderStepRefusals)[number];
export type OrderTransition = { ok: true; state: OrderProgress } | { ok: false; reason: OrderStepRefusal };

/** An order that was just written. */
export function newOrder(nowMs: number): OrderProgress {
  return {
    state: 'created',
    sinceMs: nowMs,
    revision: 1,
    createdAtMs: nowMs,
    memberIds: [],
    deliveries: [],
    escalation: 0,
    isOverdue: false,
    rejections: [],
  };
}

/** Whether nobody works on it any more. */
export function isOrderEnded({ state }: Pick<OrderProgress, 'state'>): boolean {
  return state === 'closed' || state === 'cancelled';
}

/** Whether a squad works on it, or is asked to. */
export function isOrderWithSquad({ state }: Pick<OrderProgress, 'state'>): boolean {
  return state === 'dispatched' || state === 'accepted' || state === 'en_route' || state === 'on_scene';
}

/** The steps of a squad, each with the states from which it may follow. A squad that is there already need not say that it drove. */
const squadSteps = {
  accepted: { state: 'accepted', from: ['dispatched'] },
  enRoute: { state: 'en_route', from: ['dispatched', 'accepted'] },
  onScene: { state: 'on_scene', from: ['dispatched', 'accepted', 'en_route'] },
} as const satisfies Record<string, { state: OrderStateName; from: readonly OrderStateName[] }>;

const order: readonly OrderStateName[] = orderStates;

/** The next state, or why the event means nothing here. */
export function transitionOrder(
  state: OrderProgress,
  event: OrderEvent,
  nowMs: number,
  times: OrderTimes = defaultOrderTimes,
): OrderTransition {
  if (isOrderEnded(state)) return refused('ended');
  switch (event.type) {
    case 'dispatched':
      return state.state === 'created' ? giveTo(state, event, nowMs) : refused('not_from_here');
    case 'reassigned':
      return isOrderWithSquad(state) ? giveTo(state, event, nowMs) : refused('not_from_here');
    case 'sent':
    case 'delivered':
    case 'shown':
      return deliver(state, event, nowMs);
    case 'accepted':
    case 'enRoute':
    case 'onScene': {
      const step = squadSteps[event.type];
      const from: readonly OrderStateName[] = step.from;
      if (!from.includes(state.state)) {
        return refused(order.indexOf(state.state) >= order.indexOf(step.state) ? 'already' : 'not_from_here');
      }
      const deed = { by: event.by, atMs: nowMs };
      return moveTo(
        { ...state, [event.type]: deed, accepted: state.accepted ?? deed },
        { state: step.state, sinceMs: nowMs, isOverdue: false },
      );
    }
    case 'cleared': {
      if (state.state === 'cleared') return refused('already');
      if (state.state !== 'on_scene') return refused('not_from_here');
      const { by, disposition, note } = event;
      const cleared = { by, atMs: nowMs, disposition, ...(note === undefined ? {} : { note }) };
      return moveTo({ ...state, cleared }, { state: 'cleared', sinceMs: nowMs, isOverdue: false });
    }
    case 'rejected': {
      if (state.state !== 'dispatched' || state.squadId === undefined) return refused('not_from_here');
      const { squadId, inChargeId: _inCharge, dispatched: _dispatched, ...rest } = state;
      const { by, reason, note } = event;
      const rejection = { squadId, by, atMs: nowMs, reason, ...(note === undefined ? {} : { note }) };
      return moveTo(
        { ...rest, memberIds: [], deliveries: [], rejections: [...state.rejections, rejection].slice(-20) },
        { state: 'created', sinceMs: nowMs, isOverdue: false },
      );
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

/** When the machine needs the event `deadlineReached`, in the clock of `nowMs`: to ring, to ask for somebody else, or because it is overdue. */
export function nextOrderDeadline(
  state: OrderProgress,
  times: OrderTimes = defaultOrderTimes,
): number | undefined {
  if (state.state === 'dispatched') {
    const afterMs = [times.ringAgainMs, times.askNextSquadMs, times.askSupervisorMs][state.escalation];
    return afterMs === undefined ? undefined : state.sinceMs + afterMs;
  }
  const afterMs = allowedMs(state, times);
  return afterMs === undefined || state.isOverdue ? undefined : state.sinceMs + afterMs;
}

/** When the present step is overdue, for the timer that a desk shows counting; also after that time has come. */
export function orderDueAtMs(
  state: OrderProgress,
  times: OrderTimes = defaultOrderTimes,
): number | undefined {
  if (state.state === 'dispatched') return state.sinceMs + times.ringAgainMs;
  const afterMs = allowedMs(state, times);
  return afterMs === undefined ? undefined : state.sinceMs + afterMs;
}

/** What can be done with an order in this state; for the keys of a desk and of a phone. */
export function orderDeeds(state: Pick<OrderProgress, 'state'>): {
  dispatch: boolean;
  reassign: boolean;
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
    reject: state.state === 'dispatched',
    clear: state.state === 'on_scene',
    close: state.state === 'cleared',
    cancel: !isOrderEnded(state),
    next: state.state in next ? next[state.state as keyof typeof next] : undefined,
  };
}

function allowedMs({ state }: OrderProgress, times: OrderTimes): number | undefined {
  if (state === 'accepted' || state === 'en_route') return times.arriveMs;
  if (state === 'on_scene') return times.clearMs;
  return state === 'cleared' ? times.closeMs : undefined;
}

function giveTo(
  state: OrderProgress,
  event: Extract<OrderEvent, { type: 'dispatched' | 'reassigned' }>,
  nowMs: number,
): OrderTransition {
  const { by, squadId, inChargeId } = event;
  const memberIds = [...new Set([inChargeId, ...event.memberIds])];
  if (inChargeId === '' || memberIds.length > 50) return refused('no_members');
  const { accepted: _accepted, enRoute: _enRoute, onScene: _onScene, ...rest } = state;
  return moveTo(
    {
      ...rest,
      squadId,
      memberIds,
      inChargeId,
      deliveries: memberIds.map((memberId) => ({ memberId })),
      escalation: 0,
      dispatched: { by, atMs: nowMs },
    },
    { state: 'dispatched', sinceMs: nowMs, isOverdue: false },
  );
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

function deadlineReached(state: OrderProgress, nowMs: number, times: OrderTimes): OrderTransition {
  const deadline = nextOrderDeadline(state, times);
  if (deadline === undefined || nowMs < deadline) return refused('too_early');
  const revision = state.revision + 1;
  if (state.state !== 'dispatched') return { ok: true, state: { ...state, isOverdue: true, revision } };
  const waitedMs = nowMs - state.sinceMs;
  const steps = [times.ringAgainMs, times.askNextSquadMs, times.askSupervisorMs];
  const escalation = steps.filter((afterMs) => waitedMs >= afterMs).length as OrderProgress['escalation'];
  return { ok: true, state: { ...state, escalation, isOverdue: escalation === 3, revision } };
}

function moveTo(
  state: OrderProgress,
  step: Pick<OrderProgress, 'state' | 'sinceMs' | 'isOverdue'>,
): OrderTransition {
  return { ok: true, state: { ...state, ...step, revision: state.revision + 1 } };
}

function refused(reason: OrderStepRefusal): OrderTransition {
  return { ok: false, reason };
}
