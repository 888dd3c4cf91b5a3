/**
 * The alert machine (domain.md): who acknowledged an alert, how it ended, and when it is escalated.
 * Pure: the clock comes in with each event; the hub keeps the timers and the store. The same functions decide which buttons
 * of a desk are enabled.
 */
import { z } from 'zod';
import {
  acknowledgeTimesSchema,
  defaultAcknowledgeTimes,
  type AcknowledgeTimes,
} from './acknowledgeTimes.ts';
import { alertClassSchema } from './alertKinds.ts';

/** In the order of work; the last three are closed. */
export const alertStates = [
  'new',
  'acknowledged',
  'dispatched',
  'resolved',
  'false_alarm',
  'duplicate',
] as const;
export type AlertStateName = (typeof alertStates)[number];

/** Why an officer judged the alert false. */
export const falseAlarmReasons = [
  'nothing_there',
  'mistaken_object',
  'steam_or_light',
  'allowed_here',
  'drill_or_test',
  'other',
] as const;
export type FalseAlarmReason = (typeof falseAlarmReasons)[number];

/**
 * How an alert was resolved: by an officer's work, by itself, by expiring without an acknowledgement, or because its camera
 * was removed from the registry.
 */
export const resolutions = ['handled', 'recovered', 'expired', 'removed'] as const;

/** Who did something: a person at a desk, or the hub itself. */
export const alertActorSchema = z.object({
  type: z.enum(['officer', 'hub']),
  /** The same for the same seat, also after it reconnected. */
  id: z.string().min(1).max(64),
  /** As it is shown. */
  name: z.string().min(1).max(40),
});
export type AlertActor = z.output<typeof alertActorSchema>;

const deedSchema = z.object({ by: alertActorSchema, atMs: z.number() });

/** An alert's way through the machine; plain JSON. Times are Unix milliseconds of the hub's clock. */
export const alertProgressSchema = z.object({
  state: z.enum(alertStates),
  /** Since when it is in this state. */
  sinceMs: z.number(),
  class: alertClassSchema,
  /** When the hub received the first report. Ages and escalations always count from this time. */
  raisedAtMs: z.number(),
  /** The last time it was reported. */
  lastAtMs: z.number(),
  /** How often it was reported. */
  count: z.number().int().positive(),
  /** 0: not escalated; 1: the supervisor was notified; 2: notified again with a louder sound. It never decreases. */
  escalation: z.literal([0, 1, 2]),
  /**
   * How long it may wait for an acknowledgement: what was set when it was raised. Of an earlier version's alerts only class 1
   * waits for nobody.
   */
  acknowledgeTimes: acknowledgeTimesSchema.optional(),
  /** An alert that nobody acknowledged expires this long after its last report. Milliseconds. */
  expiresAfterMs: z.number().optional(),
  acknowledged: deedSchema.optional(),
  dispatched: deedSchema.extend({ orderId: z.string().min(1).max(64).optional() }).optional(),
  closed: deedSchema
    .extend({
      resolution: z.enum(resolutions).optional(),
      reason: z.enum(falseAlarmReasons).optional(),
      duplicateOf: z.string().min(1).max(64).optional(),
    })
    .optional(),
});
export type AlertProgress = z.output<typeof alertProgressSchema>;

export type AlertEvent =
  /** It was reported again. */
  | { type: 'repeated'; times: number }
  | { type: 'acknowledged'; by: AlertActor }
  | { type: 'dispatched'; by: AlertActor; orderId?: string }
  /** The order of its squad ended without the work being done: it is acknowledged, and nobody works on it. */
  | { type: 'orderEnded'; by: AlertActor; orderId: string }
  | { type: 'resolved'; by: AlertActor }
  | { type: 'calledFalse'; by: AlertActor; reason: FalseAlarmReason }
  | { type: 'calledDuplicate'; by: AlertActor; of: string }
  /** The site said that it is false, and an officer agreed: also of one that was closed as handled. */
  | { type: 'appealUpheld'; by: AlertActor; reason: FalseAlarmReason }
  /** The cause ended by itself, for example the camera is online again. */
  | { type: 'recovered'; by: AlertActor }
  /** The camera that it was about is not in the registry any more. */
  | { type: 'cameraRemoved'; by: AlertActor }
  | { type: 'deadlineReached'; by: AlertActor };

/** Why an event means nothing here. A closed list: a desk has a sentence for each. */
export const alertRefusals = ['taken', 'yours_already', 'closed', 'too_early', 'not_dispatched'] as const;
export type AlertRefusal = (typeof alertRefusals)[number];

export type AlertTransition = { ok: true; state: AlertProgress } | { ok: false; reason: AlertRefusal };

/** An alert that has just arrived. */
export function raiseAlert(
  options: Pick<AlertProgress, 'class'> & {
    expiresAfterMs?: number | undefined;
    acknowledgeTimes?: AcknowledgeTimes | undefined;
    times?: number;
  },
  nowMs: number,
): AlertProgress {
  const { expiresAfterMs, acknowledgeTimes } = options;
  return {
    state: 'new',
    sinceMs: nowMs,
    class: options.class,
    raisedAtMs: nowMs,
    lastAtMs: nowMs,
    count: options.times ?? 1,
    escalation: 0,
    ...(acknowledgeTimes === undefined ? {} : { acknowledgeTimes }),
    ...(expiresAfterMs === undefined || options.class === 1 ? {} : { expiresAfterMs }),
  };
}

/** Whether no more work is needed. */
export function isClosed({ state }: Pick<AlertProgress, 'state'>): boolean {
  return state === 'resolved' || state === 'false_alarm' || state === 'duplicate';
}

/** The next state, or why the event means nothing here. */
export function transitionAlert(state: AlertProgress, event: AlertEvent, nowMs: number): AlertTransition {
  if (event.type === 'repeated') return repeated(state, event.times, nowMs);
  if (event.type === 'appealUpheld' && state.state === 'resolved') {
    return close(state, 'false_alarm', { by: event.by, atMs: nowMs, reason: event.reason });
  }
  if (isClosed(state)) return refused('closed');
  switch (event.type) {
    case 'acknowledged':
      if (state.acknowledged !== undefined) {
        return refused(state.acknowledged.by.id === event.by.id ? 'yours_already' : 'taken');
      }
      return moveTo(acknowledged({ ...state, state: 'acknowledged', sinceMs: nowMs }, event.by, nowMs));
    case 'dispatched': {
      if (state.dispatched !== undefined) {
        return refused(state.dispatched.by.id === event.by.id ? 'yours_already' : 'taken');
      }
      const { by, orderId } = event;
      const dispatched = { by, atMs: nowMs, ...(orderId === undefined ? {} : { orderId }) };
      return moveTo(acknowledged({ ...state, state: 'dispatched', sinceMs: nowMs, dispatched }, by, nowMs));
    }
    case 'orderEnded': {
      const { dispatched, ...rest } = state;
      if (state.state !== 'dispatched' || (dispatched?.orderId ?? event.orderId) !== event.orderId) {
        return refused('not_dispatched');
      }
      return moveTo({ ...rest, state: 'acknowledged', sinceMs: nowMs });
    }
    case 'resolved':
      return close(state, 'resolved', { by: event.by, atMs: nowMs, resolution: 'handled' });
    case 'calledFalse':
    case 'appealUpheld':
      return close(state, 'false_alarm', { by: event.by, atMs: nowMs, reason: event.reason });
    case 'calledDuplicate':
      return close(state, 'duplicate', { by: event.by, atMs: nowMs, duplicateOf: event.of });
    case 'recovered':
      return close(state, 'resolved', { by: event.by, atMs: nowMs, resolution: 'recovered' });
    case 'cameraRemoved':
      return close(state, 'resolved', { by: event.by, atMs: nowMs, resolution: 'removed' });
    case 'deadlineReached':
      return deadlineReached(state, event.by, nowMs);
  }
}

/** When the machine needs the event `deadlineReached`, in the clock of `nowMs`: to escalate or to expire. */
export function nextAlertDeadline(state: AlertProgress): number | undefined {
  if (state.state !== 'new') return undefined;
  const times = acknowledgeTimesOf(state);
  const afterMs = times && [times.supervisorMs, times.againMs][state.escalation];
  const deadlines = [
    afterMs === undefined ? undefined : state.raisedAtMs + afterMs,
    expiresAtMs(state),
  ].filter((one) => one !== undefined);
  return deadlines.length === 0 ? undefined : Math.min(...deadlines);
}

/** How long an alert may wait for an acknowledgement; undefined where it may wait for as long as it is open. */
export function acknowledgeTimesOf(
  state: Pick<AlertProgress, 'class' | 'acknowledgeTimes'>,
): AcknowledgeTimes | undefined {
  return state.acknowledgeTimes ?? (state.class === 1 ? defaultAcknowledgeTimes : undefined);
}

/** By when a new alert must be acknowledged, for the timer that a desk shows counting; also after that time has come. */
export function acknowledgeDueAtMs(
  state: Pick<AlertProgress, 'state' | 'class' | 'acknowledgeTimes' | 'raisedAtMs'>,
): number | undefined {
  const times = acknowledgeTimesOf(state);
  return state.state !== 'new' || times === undefined ? undefined : state.raisedAtMs + times.supervisorMs;
}

function expiresAtMs(state: AlertProgress): number | undefined {
  return state.class === 1 || state.expiresAfterMs === undefined
    ? undefined
    : state.lastAtMs + state.expiresAfterMs;
}

/** What a person can do with an alert in this state; for the buttons of a desk. */
export function alertDeeds(state: Pick<AlertProgress, 'state'>): {
  acknowledge: boolean;
  dispatch: boolean;
  close: boolean;
} {
  const isOpen = !isClosed(state);
  return {
    acknowledge: state.state === 'new',
    dispatch: state.state === 'new' || state.state === 'acknowledged',
    close: isOpen,
  };
}

function repeated(state: AlertProgress, times: number, nowMs: number): AlertTransition {
  // More reports of an alert that was judged false may arrive for a while: they are counted and change nothing else (alertJoin.ts).
  if (isClosed(state) && state.state !== 'false_alarm') return refused('closed');
  const lastAtMs = Math.max(state.lastAtMs, nowMs);
  return moveTo({ ...state, count: state.count + times, lastAtMs });
}

function deadlineReached(state: AlertProgress, by: AlertActor, nowMs: number): AlertTransition {
  const deadline = nextAlertDeadline(state);
  if (deadline === undefined || nowMs < deadline) return refused('too_early');
  const times = acknowledgeTimesOf(state);
  if (times === undefined || nowMs >= (expiresAtMs(state) ?? Number.POSITIVE_INFINITY)) {
    return close(state, 'resolved', { by, atMs: nowMs, resolution: 'expired' });
  }
  return moveTo({ ...state, escalation: nowMs >= state.raisedAtMs + times.againMs ? 2 : 1 });
}

/** An officer who works on an unacknowledged alert acknowledges it by doing so. */
function acknowledged(state: AlertProgress, by: AlertActor, nowMs: number): AlertProgress {
  return { ...state, acknowledged: state.acknowledged ?? { by, atMs: nowMs } };
}

function close(
  state: AlertProgress,
  name: AlertStateName,
  closed: NonNullable<AlertProgress['closed']>,
): AlertTransition {
  const { by, atMs } = closed;
  const taken = by.type === 'officer' ? acknowledged(state, by, atMs) : state;
  return moveTo({ ...taken, state: name, sinceMs: atMs, closed });
}

function moveTo(state: AlertProgress): AlertTransition {
  return { ok: true, state };
}

function refused(reason: AlertRefusal): AlertTransition {
  return { ok: false, reason };
}
