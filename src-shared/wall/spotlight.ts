/**
 * The spotlight of one screen: a tile, or all of it, is taken for an event and then given back. The machine only says who
 * has it; what lies beneath stays as it is, because the tour holds the covered tiles (`tilesHeld`) meanwhile.
 */
import { z } from 'zod';
import type { WallRefusal } from './wall.refusals.ts';

/** The number of events that may wait; beyond it the least urgent one is removed. */
export const maxWaiting = 32;
/** Least time from one block of tiles to the next, so that a burst of alerts leaves the wall readable. Milliseconds. */
export const blockSpacingMs = 10_000;
/** Events remembered after their end, so that a repeat does not bring them back. */
const maxRemembered = 256;

const identifier = z.string().min(1).max(64);

/** A wish to show an event on the wall. */
export const spotlightRequestSchema = z.object({
  /** The same event asks once, however often it is repeated. */
  eventId: identifier,
  source: z.discriminatedUnion('type', [
    z.object({ type: z.literal('camera'), cameraId: identifier }),
    z.object({ type: z.literal('bodyCam'), bodyCamId: identifier }),
  ]),
  /** What it is, such as `alert` or `bodyCam`; the screen's words for it are chosen by this. */
  kind: identifier,
  /** 1 is the most urgent, as the class of an alert. */
  priority: z.number().int().min(1).max(9),
  /** The layout's spotlight tile, which the most urgent grow to a block of small tiles, or the whole screen. */
  target: z.enum(['tile', 'screen']),
  /** How long it stays at least, unless something more urgent comes. Milliseconds. */
  minShowMs: z.number().int().min(1_000).max(3_600_000),
  /** Stays until it is handled; waiting ones that are as urgent then take turns with it. */
  untilHandled: z.boolean(),
  /** A supervisor asked for it: a duty officer's does not take turns with it. */
  isSupervisors: z.literal(true).optional(),
});
export type SpotlightRequest = z.output<typeof spotlightRequestSchema>;

const waitingSchema = spotlightRequestSchema.extend({
  /** Its number in the order of arrival. */
  arrival: z.number().int(),
});

/** The spotlight as it is kept and stored: who has it, and who waits, the next one first. */
export const spotlightSchema = z.object({
  version: z.literal(1),
  shown: waitingSchema
    .extend({
      sinceMs: z.number(),
      /** It has one tile so far: it grows to its block once the last block is long enough ago. */
      waitsForBlock: z.literal(true).optional(),
    })
    .optional(),
  /** When a block was taken last. Unix milliseconds. */
  lastBlockAtMs: z.number().optional(),
  waiting: z.array(waitingSchema).max(maxWaiting),
  arrivals: z.number().int(),
  /** Events that ended, the newest last. */
  ended: z.array(identifier).max(maxRemembered),
});
export type SpotlightState = z.output<typeof spotlightSchema>;
type Waiting = z.output<typeof waitingSchema>;

export type SpotlightEvent =
  | { type: 'requested'; request: SpotlightRequest }
  /** The event was handled or has nothing to show any more; it is removed, whether shown or waiting. */
  | { type: 'handled'; eventId: string }
  /** The event has nothing to show at present; it is removed as if handled, but may ask again. */
  | { type: 'withdrawn'; eventId: string }
  | { type: 'deadlineReached' };

export type SpotlightTransition = { ok: true; state: SpotlightState } | WallRefusal;

/** A spotlight nobody has asked for. */
export const freeSpotlight: SpotlightState = { version: 1, waiting: [], arrivals: 0, ended: [] };

/** Whether an event takes a block of tiles where tiles are small: one of priority 1, as an alert of class 1. */
export function takesBlock({ target, priority }: Pick<SpotlightRequest, 'target' | 'priority'>): boolean {
  return target === 'tile' && priority === 1;
}

/** The next state, or why the event changes nothing, in a sentence. */
export function transitionSpotlight(
  state: SpotlightState,
  event: SpotlightEvent,
  nowMs: number,
): SpotlightTransition {
  switch (event.type) {
    case 'requested':
      return requested(state, event.request, nowMs);
    case 'handled':
    case 'withdrawn': {
      const { eventId } = event;
      const end = (left: SpotlightState): SpotlightState =>
        event.type === 'handled' ? remembered(left, eventId) : left;
      if (state.shown?.eventId === eventId) return moveTo(showNext(end(freed(state)), nowMs));
      const waiting = state.waiting.filter((one) => one.eventId !== eventId);
      if (waiting.length === state.waiting.length)
        return refused(`Event ${eventId} has no spotlight.`, { reason: 'wall.spotlight_not_found' });
      return moveTo(end({ ...state, waiting }));
    }
    case 'deadlineReached': {
      const deadline = nextSpotlightDeadline(state);
      const { shown } = state;
      if (shown === undefined || deadline === undefined)
        return refused('The spotlight waits for nothing.', { reason: 'wall.not_due' });
      if (nowMs < deadline)
        return refused('The spotlight stays a little longer.', { reason: 'wall.not_due' });
      if (nowMs < (turnAtMs(state) ?? Infinity)) return moveTo(grown(state, nowMs));
      if (!shown.untilHandled) return moveTo(showNext(ended(state, shown.eventId), nowMs));
      const arrivals = state.arrivals + 1;
      const again = { ...withoutSince(shown), arrival: arrivals };
      return moveTo(
        showNext({ ...freed(state), arrivals, waiting: inOrder([...state.waiting, again]) }, nowMs),
      );
    }
  }
}

/**
 * When the spotlight wants `deadlineReached`, in the clock of `nowMs`: when it grows to its block, or at the end of its
 * least time, whichever comes first. An event that stays until it is handled stays as long as nobody as urgent waits.
 */
export function nextSpotlightDeadline(state: SpotlightState): number | undefined {
  const turn = turnAtMs(state);
  if (state.shown?.waitsForBlock !== true || state.lastBlockAtMs === undefined) return turn;
  return Math.min(turn ?? Infinity, state.lastBlockAtMs + blockSpacingMs);
}

/** When the shown event gives way; its least time counts from when it had its block. */
function turnAtMs({ shown, waiting, lastBlockAtMs }: SpotlightState): number | undefined {
  if (shown === undefined) return undefined;
  const [next] = waiting;
  if (shown.untilHandled && (next === undefined || next.priority > shown.priority)) return undefined;
  const hasBlock = takesBlock(shown) && shown.waitsForBlock !== true;
  return (hasBlock ? (lastBlockAtMs ?? shown.sinceMs) : shown.sinceMs) + shown.minShowMs;
}

function requested(state: SpotlightState, request: SpotlightRequest, nowMs: number): SpotlightTransition {
  const { eventId } = request;
  if (state.shown?.eventId === eventId)
    return refused(`Event ${eventId} has the spotlight already.`, { reason: 'wall.spotlight_is_shown' });
  if (state.waiting.some((one) => one.eventId === eventId)) {
    return refused(`Event ${eventId} waits for the spotlight already.`, { reason: 'wall.spotlight_waits' });
  }
  if (state.ended.includes(eventId))
    return refused(`Event ${eventId} has had the spotlight.`, { reason: 'wall.spotlight_has_ended' });
  const arrivals = state.arrivals + 1;
  const arrived: Waiting = { ...request, arrival: arrivals };
  const { shown } = state;
  if (shown === undefined) return moveTo(show({ ...state, arrivals }, arrived, nowMs));
  const takesOver = request.priority < shown.priority;
  const waiting = inOrder([...state.waiting, takesOver ? withoutSince(shown) : arrived]);
  if (waiting[maxWaiting]?.eventId === eventId) {
    return refused(`${maxWaiting} events that are as urgent wait for the spotlight already.`, {
      reason: 'wall.too_many_spotlights',
      limit: maxWaiting,
    });
  }
  const kept = { ...state, arrivals, waiting: waiting.slice(0, maxWaiting) };
  return moveTo(takesOver ? show(kept, arrived, nowMs) : kept);
}

function showNext(state: SpotlightState, nowMs: number): SpotlightState {
  const [next, ...waiting] = state.waiting;
  return next === undefined ? state : show({ ...state, waiting }, next, nowMs);
}

function show(state: SpotlightState, request: Waiting, nowMs: number): SpotlightState {
  const shown = { ...request, sinceMs: nowMs };
  if (!takesBlock(request)) return { ...state, shown };
  const sinceBlockMs = nowMs - (state.lastBlockAtMs ?? Number.NEGATIVE_INFINITY);
  // After the clock was set back, the age of the last block is not known.
  if (sinceBlockMs < 0 || sinceBlockMs >= blockSpacingMs) return { ...state, shown, lastBlockAtMs: nowMs };
  return { ...state, shown: { ...shown, waitsForBlock: true } };
}

function grown(state: SpotlightState, nowMs: number): SpotlightState {
  if (state.shown === undefined) return state;
  const { waitsForBlock: _waitsForBlock, ...shown } = state.shown;
  return { ...state, shown, lastBlockAtMs: nowMs };
}

function ended(state: SpotlightState, eventId: string): SpotlightState {
  return remembered(freed(state), eventId);
}

function freed(state: SpotlightState): SpotlightState {
  const { shown: _shown, ...rest } = state;
  return rest;
}

function remembered(state: SpotlightState, eventId: string): SpotlightState {
  return { ...state, ended: [...state.ended, eventId].slice(-maxRemembered) };
}

function withoutSince(shown: NonNullable<SpotlightState['shown']>): Waiting {
  const { sinceMs: _sinceMs, waitsForBlock: _waitsForBlock, ...request } = shown;
  return request;
}

/** The most urgent first, and first come first served among equals. */
function inOrder(waiting: Waiting[]): Waiting[] {
  return waiting.sort((left, right) => left.priority - right.priority || left.arrival - right.arrival);
}

function moveTo(state: SpotlightState): SpotlightTransition {
  return { ok: true, state };
}

function refused(reason: string, cause: WallRefusal['cause']): SpotlightTransition {
  return { ok: false, reason, cause };
}
