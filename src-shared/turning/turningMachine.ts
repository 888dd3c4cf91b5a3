import { isAtRest, type Motion } from './motion.ts';

/**
 * Who holds a camera, and when it must stop. Pure: events go in with the time, effects come out. A camera moves only for as long as its
 * holder says so again and again; whatever ends that, the camera is sent `stop` at once and a second time after `secondStopMs`.
 */

/** A camera stops so long after the last word of the desk that moves it. Milliseconds. */
export const silenceMs = 500;
/** The desk says that it goes on this often. Milliseconds. */
export const renewEveryMs = 200;
/** A stop is sent again after this time, because a datagram can be lost or overtaken. Milliseconds. */
export const secondStopMs = 100;
/** Nobody else moves a camera for so long after its holder's last word. Milliseconds. */
export const holdMs = 5_000;

/** A desk that moves cameras, or an upper platform. */
export interface TurnHolder {
  holderId: string;
  /** For people. */
  name: string;
  /** It goes last: whoever does not yield has the camera with the first word. */
  yields?: true;
}

/** Why a move ended. `silence`: the desk said nothing for `silenceMs`. */
export const moveEnds = ['released', 'silence', 'left', 'taken', 'closed', 'restarted'] as const;
export type MoveEnd = (typeof moveEnds)[number];

/** What a camera does for its holder. */
interface Move {
  /** Rises with each move of a holder, so that a late word of an earlier one is recognised. */
  moveId: number;
  motion: Motion;
  startedAtMs: number;
  lastWordAtMs: number;
}

export interface TurnState {
  holder: TurnHolder | undefined;
  /** When the holder said something last. */
  usedAtMs: number;
  move: Move | undefined;
  /** The last move of this holder that ended. */
  endedMoveId: number;
  secondStopAtMs: number | undefined;
}

export const untouched: TurnState = {
  holder: undefined,
  usedAtMs: 0,
  move: undefined,
  endedMoveId: -1,
  secondStopAtMs: undefined,
};

export type TurnEvent =
  /** Begins a move, or changes its direction. */
  | { type: 'move'; holder: TurnHolder; moveId: number; motion: Motion }
  | { type: 'keepMoving'; holder: TurnHolder; moveId: number }
  | { type: 'stop'; holder: TurnHolder; moveId: number }
  /** Something short that needs the camera for itself: a preset. */
  | { type: 'use'; holder: TurnHolder }
  | { type: 'takeOver'; holder: TurnHolder }
  | { type: 'left'; holderId: string }
  /** The camera is gone from the registry, or the hub ends. */
  | { type: 'close' }
  | { type: 'tick' };

/** A move that ended, for the record. */
export interface EndedMove {
  holder: TurnHolder;
  motion: Motion;
  startedAtMs: number;
  endedAtMs: number;
  end: MoveEnd;
}

export type TurnEffect =
  | { type: 'drive'; motion: Motion }
  | { type: 'stop' }
  | { type: 'ended'; move: EndedMove }
  | { type: 'held'; holder: TurnHolder }
  | { type: 'free' };

/** `held`: another desk has the camera. `late`: the move of this word is over. */
export type TurnVerdict = 'done' | 'held' | 'late';

export interface TurnStep {
  state: TurnState;
  effects: TurnEffect[];
  verdict: TurnVerdict;
}

/** When the machine wants a `tick` next; undefined when nothing is due. */
export function dueAtMs({ holder, usedAtMs, move, secondStopAtMs }: TurnState): number | undefined {
  const times = [
    move === undefined ? undefined : move.lastWordAtMs + silenceMs,
    secondStopAtMs,
    holder === undefined || move !== undefined ? undefined : usedAtMs + holdMs,
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

export function turn(before: TurnState, event: TurnEvent, nowMs: number): TurnStep {
  const due = pastDue(before, nowMs);
  const step = apply(due.state, event, nowMs);
  return { ...step, effects: [...due.effects, ...step.effects] };
}

/** What is overdue happens first, whatever event comes: a word that comes after the silence does not undo it. */
function pastDue(state: TurnState, nowMs: number): Omit<TurnStep, 'verdict'> {
  let next = state;
  const effects: TurnEffect[] = [];
  if (next.move !== undefined && nowMs - next.move.lastWordAtMs >= silenceMs) {
    const ended = endMove(next, 'silence', nowMs);
    next = ended.state;
    effects.push(...ended.effects);
  }
  if (next.secondStopAtMs !== undefined && nowMs >= next.secondStopAtMs) {
    next = { ...next, secondStopAtMs: undefined };
    effects.push({ type: 'stop' });
  }
  if (next.holder !== undefined && next.move === undefined && nowMs - next.usedAtMs >= holdMs) {
    next = { ...untouched, secondStopAtMs: next.secondStopAtMs };
    effects.push({ type: 'free' });
  }
  return { state: next, effects };
}

function apply(state: TurnState, event: TurnEvent, nowMs: number): TurnStep {
  const done = (next: TurnState, effects: TurnEffect[] = []): TurnStep => ({
    state: next,
    effects,
    verdict: 'done',
  });
  const refused = (verdict: TurnVerdict): TurnStep => ({ state, effects: [], verdict });
  switch (event.type) {
    case 'tick':
      return done(state);
    case 'left':
      if (state.holder?.holderId !== event.holderId) return done(state);
      return release(state, 'left', nowMs);
    case 'close':
      return state.holder === undefined ? done(state) : release(state, 'closed', nowMs);
    case 'takeOver': {
      if (state.holder?.holderId === event.holder.holderId) return done({ ...state, usedAtMs: nowMs });
      const ended = endMove(state, 'taken', nowMs);
      const taken = { ...untouched, secondStopAtMs: ended.state.secondStopAtMs };
      return done({ ...taken, holder: event.holder, usedAtMs: nowMs }, [
        ...ended.effects,
        { type: 'held', holder: event.holder },
      ]);
    }
    case 'use':
    case 'move': {
      const { holder } = event;
      if (state.holder !== undefined && state.holder.holderId !== holder.holderId) {
        if (state.holder.yields !== true || holder.yields === true) return refused('held');
        const taken = apply(state, { type: 'takeOver', holder }, nowMs);
        const begun = apply(taken.state, event, nowMs);
        return { ...begun, effects: [...taken.effects, ...begun.effects] };
      }
      const isNew = state.holder === undefined;
      const held: TurnState = isNew
        ? { ...untouched, secondStopAtMs: state.secondStopAtMs, holder, usedAtMs: nowMs }
        : { ...state, usedAtMs: nowMs };
      const effects: TurnEffect[] = isNew ? [{ type: 'held', holder }] : [];
      if (event.type === 'use') {
        const ended = endMove(held, 'released', nowMs);
        return done(ended.state, [...effects, ...ended.effects]);
      }
      if (event.moveId <= state.endedMoveId && !isNew) return refused('late');
      return begin(held, effects, event, nowMs);
    }
    case 'keepMoving':
      if (state.holder?.holderId !== event.holder.holderId) return refused('late');
      if (state.move?.moveId !== event.moveId) return refused('late');
      return done({ ...state, usedAtMs: nowMs, move: { ...state.move, lastWordAtMs: nowMs } }, [
        { type: 'drive', motion: state.move.motion },
      ]);
    case 'stop': {
      if (state.holder?.holderId !== event.holder.holderId) return refused('late');
      if (state.move === undefined || state.move.moveId > event.moveId)
        return done({ ...state, endedMoveId: Math.max(state.endedMoveId, event.moveId) });
      const ended = endMove({ ...state, usedAtMs: nowMs }, 'released', nowMs);
      const endedMoveId = Math.max(ended.state.endedMoveId, event.moveId);
      return done({ ...ended.state, endedMoveId }, ended.effects);
    }
  }
}

function begin(
  held: TurnState,
  effects: TurnEffect[],
  { moveId, motion }: { moveId: number; motion: Motion },
  nowMs: number,
): TurnStep {
  const isSame = held.move?.moveId === moveId;
  const ended = isSame && !isAtRest(motion) ? { state: held, effects: [] } : endMove(held, 'released', nowMs);
  if (isAtRest(motion)) return { ...ended, effects: [...effects, ...ended.effects], verdict: 'done' };
  const startedAtMs = (isSame ? held.move?.startedAtMs : undefined) ?? nowMs;
  const move = { moveId, motion, startedAtMs, lastWordAtMs: nowMs };
  // The second stop of an earlier move would stop this one.
  const state = { ...ended.state, move, secondStopAtMs: undefined };
  return { state, effects: [...effects, ...ended.effects, { type: 'drive', motion }], verdict: 'done' };
}

function endMove(state: TurnState, end: MoveEnd, nowMs: number): { state: TurnState; effects: TurnEffect[] } {
  const { holder, move } = state;
  if (holder === undefined || move === undefined) return { state, effects: [] };
  const { moveId, motion, startedAtMs } = move;
  return {
    state: {
      ...state,
      move: undefined,
      endedMoveId: Math.max(state.endedMoveId, moveId),
      secondStopAtMs: nowMs + secondStopMs,
    },
    effects: [
      { type: 'stop' },
      { type: 'ended', move: { holder, motion, startedAtMs, endedAtMs: nowMs, end } },
    ],
  };
}

function release(state: TurnState, end: MoveEnd, nowMs: number): TurnStep {
  const ended = endMove(state, end, nowMs);
  return {
    state: { ...untouched, secondStopAtMs: ended.state.secondStopAtMs },
    effects: [...ended.effects, { type: 'free' }],
    verdict: 'done',
  };
}
