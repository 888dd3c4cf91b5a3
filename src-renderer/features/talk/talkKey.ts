import type { FloorDenial, FloorPriority, RevokeCause } from '../../../src-shared/talk/floorState.ts';
import type { FloorAnswer } from '../../../src-shared/talk/talk.protocol.ts';
import type { PressPriority } from './holdMachine.ts';
import type { TalkTone } from './talkTones.ts';

/** Why a press ended without, or before, its key was released. */
export type TalkEnd = FloorDenial | RevokeCause | 'connection_lost' | 'no_answer' | 'keyboard_silent';

/** The talk key of one surface, in the words of 3GPP TS 24.380. */
export type TalkKeyState =
  | { phase: 'has_no_permission'; ended?: TalkEnd }
  | { phase: 'pending_request'; press: number; groupId: string }
  | { phase: 'queued'; press: number; groupId: string; position: number; size: number }
  | {
      phase: 'has_permission';
      press: number;
      groupId: string;
      epoch: number;
      priority: FloorPriority;
      /** By the hub's clock. */
      endsAtMs: number;
      isLimitNear: boolean;
    }
  | { phase: 'pending_release'; press: number; groupId: string; ended?: TalkEnd | undefined };

export type TalkKeyEvent =
  /** Without a priority it is a normal press. */
  | { type: 'pressed'; press: number; groupId: string; priority?: PressPriority | undefined }
  /** `isUnproven`: no release was noticed, but the keyboard does not say that the key is held. */
  | { type: 'letGo'; isUnproven?: boolean }
  | { type: 'answered'; press: number; answer: FloorAnswer }
  | { type: 'unanswered'; press: number }
  | {
      type: 'granted';
      groupId: string;
      press: number;
      epoch: number;
      priority: FloorPriority;
      endsAtMs: number;
    }
  | { type: 'denied'; press: number; cause: FloorDenial }
  | { type: 'queueMoved'; press: number; position: number; size: number }
  | { type: 'limitNear'; epoch: number; endsAtMs: number }
  | { type: 'revoked'; epoch: number; cause: RevokeCause }
  | { type: 'released'; press: number }
  | { type: 'connectionLost' };

/** The actions that follow from it. */
export type TalkEffect =
  | { type: 'request'; press: number; groupId: string; priority?: PressPriority | undefined }
  | { type: 'release'; press: number; groupId: string }
  | { type: 'confirm'; groupId: string; epoch: number }
  | { type: 'tone'; tone: TalkTone };

export interface TalkStep {
  state: TalkKeyState;
  effects: TalkEffect[];
}

/** The key as a page begins with it. */
export const quietTalkKey: TalkKeyState = { phase: 'has_no_permission' };

/**
 * Whether the microphone is open: from the press on, so that the first word is whole; the hub passes nothing on before the
 * floor is granted. Not while waiting: that may be long.
 */
export function opensMicrophone({ phase }: TalkKeyState): boolean {
  return phase === 'pending_request' || phase === 'has_permission';
}

/** The key's next state. Messages about another press than the present one are ignored. */
export function transitionTalkKey(state: TalkKeyState, event: TalkKeyEvent): TalkStep {
  switch (event.type) {
    case 'pressed':
      return pressed(state, event);
    case 'letGo':
      return letGo(state, event.isUnproven === true);
    case 'answered':
      return answered(state, event.press, event.answer);
    case 'unanswered':
      if (!isOf(state, event.press) || state.phase !== 'pending_request') return stay(state);
      // The hub may have granted it nevertheless.
      return end('no_answer', [release(state), tone('denied')]);
    case 'granted':
      return granted(state, event);
    case 'denied':
      return isOf(state, event.press) ? end(event.cause, [tone('denied')]) : stay(state);
    case 'queueMoved': {
      if (!isOf(state, event.press) || state.phase !== 'queued') return stay(state);
      return { state: { ...state, position: event.position, size: event.size }, effects: [] };
    }
    case 'limitNear':
      if (state.phase !== 'has_permission' || state.epoch !== event.epoch) return stay(state);
      return { state: { ...state, isLimitNear: true, endsAtMs: event.endsAtMs }, effects: [tone('limit')] };
    case 'revoked':
      if (state.phase !== 'has_permission' || state.epoch !== event.epoch) return stay(state);
      return end(event.cause, [release(state), tone('lost')]);
    case 'released':
      if (state.phase !== 'pending_release' || state.press !== event.press) return stay(state);
      return { state: withEnd(state.ended), effects: [] };
    case 'connectionLost':
      if (state.phase === 'has_no_permission') return stay(state);
      if (state.phase === 'pending_release') return { state: quietTalkKey, effects: [] };
      return end('connection_lost', [tone('lost')]);
  }
}

function pressed(state: TalkKeyState, event: Extract<TalkKeyEvent, { type: 'pressed' }>): TalkStep {
  // The hot microphone of an emergency needs no key, and a second finger changes nothing.
  if (state.phase !== 'has_no_permission' && state.phase !== 'pending_release') return stay(state);
  const { press, groupId, priority } = event;
  return {
    state: { phase: 'pending_request', press, groupId },
    effects: [{ type: 'request', press, groupId, priority }],
  };
}

function letGo(state: TalkKeyState, isUnproven: boolean): TalkStep {
  switch (state.phase) {
    case 'has_no_permission':
      // The text about the last press has been shown long enough.
      return { state: quietTalkKey, effects: [] };
    case 'pending_release':
      return stay(state);
    case 'has_permission':
      // An emergency's microphone stays open for its time.
      if (state.priority === 'emergency') return stay(state);
      return leave(state, isUnproven);
    case 'pending_request':
    case 'queued':
      return leave(state, isUnproven);
  }
}

function leave(state: { press: number; groupId: string }, isUnproven: boolean): TalkStep {
  const { press, groupId } = state;
  const ended = isUnproven ? 'keyboard_silent' : undefined;
  return {
    state: { phase: 'pending_release', press, groupId, ...(ended === undefined ? {} : { ended }) },
    effects: [release(state), ...(isUnproven ? [tone('lost')] : [])],
  };
}

function withEnd(ended: TalkEnd | undefined): TalkKeyState {
  return ended === undefined ? quietTalkKey : { phase: 'has_no_permission', ended };
}

function answered(state: TalkKeyState, press: number, answer: FloorAnswer): TalkStep {
  if (!isOf(state, press) || state.phase !== 'pending_request') return stay(state);
  const { groupId } = state;
  switch (answer.state) {
    case 'granted': {
      const { epoch, endsAtMs } = answer;
      return {
        state: {
          phase: 'has_permission',
          press,
          groupId,
          epoch,
          endsAtMs,
          priority: 'normal',
          isLimitNear: false,
        },
        effects: [tone('granted')],
      };
    }
    case 'queued': {
      const { position, size } = answer;
      return { state: { phase: 'queued', press, groupId, position, size }, effects: [tone('queued')] };
    }
    case 'denied':
      return end(answer.cause, [tone('denied')]);
  }
}

function granted(state: TalkKeyState, event: Extract<TalkKeyEvent, { type: 'granted' }>): TalkStep {
  const { groupId, press, epoch, priority, endsAtMs } = event;
  const isEmergency = priority === 'emergency';
  const isAwaited = isOf(state, press) && (state.phase === 'pending_request' || state.phase === 'queued');
  if (!isAwaited && !isEmergency) {
    // The key was released before the grant came: the release is sent again, because the hub may not have received it.
    const isPast = !isOf(state, press) || state.phase === 'pending_release';
    return { state, effects: isPast ? [{ type: 'release', press, groupId }] : [] };
  }
  if (state.phase === 'has_permission' && state.epoch >= epoch) return stay(state);
  return {
    state: { phase: 'has_permission', press, groupId, epoch, priority, endsAtMs, isLimitNear: false },
    effects: [...(isEmergency ? [] : [{ type: 'confirm' as const, groupId, epoch }]), tone('granted')],
  };
}

function isOf(state: TalkKeyState, press: number): boolean {
  return state.phase !== 'has_no_permission' && state.press === press;
}

function stay(state: TalkKeyState): TalkStep {
  return { state, effects: [] };
}

function end(cause: TalkEnd, effects: TalkEffect[]): TalkStep {
  return { state: { phase: 'has_no_permission', ended: cause }, effects };
}

function release({ press, groupId }: { press: number; groupId: string }): TalkEffect {
  return { type: 'release', press, groupId };
}

function tone(name: TalkTone): TalkEffect {
  return { type: 'tone', tone: name };
}
