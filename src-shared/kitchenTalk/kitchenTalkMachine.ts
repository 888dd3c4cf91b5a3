/**
 * Who speaks into one kitchen, and when that must end. Pure: events go in with the time, effects come out. One desk at a time speaks; its voice is
 * passed on only after the tone, and only for as long as the desk says again and again that the key is held.
 */

import { soundMs } from './aLaw.ts';

/** A talk ends so long after the last word of its desk. Milliseconds. */
export const silenceMs = 1_500;
/** The desk says that its key is held this often. Milliseconds. */
export const keepEveryMs = 400;
/** Longer does nobody speak with one press: a key may be stuck. Milliseconds. */
export const longestMs = 120_000;
/** A stored sentence is at most so much longer on its way than it is: the process may pause meanwhile. Milliseconds. */
export const sentenceReserveMs = 2_000;
/** So many presses that are over are remembered, so that a late word of one of them begins nothing. */
const rememberedIds = 16;

/** `opening`: the camera is being asked. `tone`: the cook hears that somebody will speak. */
export const talkPhases = ['opening', 'tone', 'speaking'] as const;
export type TalkPhase = (typeof talkPhases)[number];

/** Why a talk ended. `played`: its stored sentence was said whole. `silence`: the desk said nothing for `silenceMs`. `emergency`: a call for help came, which the desk has to hear. */
export const talkEnds = [
  'released',
  'played',
  'silence',
  'limit',
  'left',
  'taken',
  'emergency',
  'failed',
  'closed',
  'restarted',
] as const;
export type TalkEnd = (typeof talkEnds)[number];

/** A desk that speaks into kitchens. */
export interface KitchenSpeaker {
  speakerId: string;
  /** For people. */
  name: string;
}

/** A stored sentence, which the hub says in place of a desk. */
export interface SpokenSentence {
  /** For people. */
  name: string;
  /** G.711 A-law at 8 kHz. */
  sound: Uint8Array;
}

export interface KitchenTalk {
  commandId: string;
  cameraId: string;
  speaker: KitchenSpeaker;
  phase: TalkPhase;
  startedAtMs: number;
  lastWordAtMs: number;
  /** When the voice is passed on; undefined while the camera is being asked. */
  speaksAtMs: number | undefined;
  /** Left out where a desk speaks itself. */
  sentence?: SpokenSentence;
}

export interface KitchenTalkState {
  talk: KitchenTalk | undefined;
  /** Presses that are over, the newest last. */
  over: readonly string[];
}

export const quietKitchen: KitchenTalkState = { talk: undefined, over: [] };

export type KitchenTalkEvent =
  | {
      type: 'begin' | 'takeOver';
      speaker: KitchenSpeaker;
      commandId: string;
      cameraId: string;
      /** The hub says it: no key has to be held. */
      sentence?: SpokenSentence;
    }
  | { type: 'keep' | 'end'; speakerId: string; commandId: string }
  /** The camera has accepted; the tone sounds for so long. */
  | { type: 'opened'; commandId: string; toneMs: number }
  /** The sentence was said whole. */
  | { type: 'played'; commandId: string }
  /** The camera cannot be spoken to, or ended it. */
  | { type: 'failed'; commandId: string }
  | { type: 'left' | 'emergency'; speakerId: string }
  /** The camera is gone from the registry, or the hub ends. */
  | { type: 'close' }
  | { type: 'tick' };

export type KitchenTalkEffect =
  /** The camera is to be asked. */
  | { type: 'open'; talk: KitchenTalk }
  /** Another phase. */
  | { type: 'phase'; talk: KitchenTalk }
  /** Not one frame of it goes on. `by`: who took over. */
  | { type: 'ended'; talk: KitchenTalk; end: TalkEnd; endedAtMs: number; by?: string };

/** `busy`: another desk speaks. `over`: this press has ended already. */
export type KitchenTalkVerdict = 'done' | 'busy' | 'over';

export interface KitchenTalkStep {
  state: KitchenTalkState;
  effects: KitchenTalkEffect[];
  verdict: KitchenTalkVerdict;
}

/** When the machine wants a `tick` next; undefined while nobody speaks. */
export function dueAtMs({ talk }: KitchenTalkState): number | undefined {
  if (talk === undefined) return undefined;
  const { phase, speaksAtMs } = talk;
  const due = Math.min(silentAtMs(talk), limitAtMs(talk));
  return phase === 'tone' && speaksAtMs !== undefined ? Math.min(due, speaksAtMs) : due;
}

/** When nobody holds the key any more; a stored sentence needs no key. */
function silentAtMs({ lastWordAtMs, sentence }: KitchenTalk): number {
  return sentence === undefined ? lastWordAtMs + silenceMs : Infinity;
}

/** When it has been said for too long, whatever is held. */
function limitAtMs({ startedAtMs, speaksAtMs, sentence }: KitchenTalk): number {
  const longest = startedAtMs + longestMs;
  if (sentence === undefined || speaksAtMs === undefined) return longest;
  return Math.min(longest, speaksAtMs + soundMs(sentence.sound) + sentenceReserveMs);
}

export function talkStep(before: KitchenTalkState, event: KitchenTalkEvent, nowMs: number): KitchenTalkStep {
  const due = pastDue(before, nowMs);
  const step = apply(due.state, event, nowMs);
  return { ...step, effects: [...due.effects, ...step.effects] };
}

/** What is overdue happens first, whatever event comes: a word after the silence does not undo it. */
function pastDue(state: KitchenTalkState, nowMs: number): Omit<KitchenTalkStep, 'verdict'> {
  const { talk } = state;
  if (talk === undefined) return { state, effects: [] };
  if (nowMs >= silentAtMs(talk)) return ended(state, 'silence', nowMs);
  if (nowMs >= limitAtMs(talk)) return ended(state, 'limit', nowMs);
  if (talk.phase !== 'tone' || talk.speaksAtMs === undefined || nowMs < talk.speaksAtMs)
    return { state, effects: [] };
  const speaking: KitchenTalk = { ...talk, phase: 'speaking' };
  return { state: { ...state, talk: speaking }, effects: [{ type: 'phase', talk: speaking }] };
}

function ended(
  { talk, over }: KitchenTalkState,
  end: TalkEnd,
  endedAtMs: number,
  by?: string,
): Omit<KitchenTalkStep, 'verdict'> {
  if (talk === undefined) return { state: { talk, over }, effects: [] };
  return {
    state: { talk: undefined, over: remembered(over, talk.commandId) },
    effects: [{ type: 'ended', talk, end, endedAtMs, ...(by === undefined ? {} : { by }) }],
  };
}

function remembered(over: readonly string[], commandId: string): readonly string[] {
  return over.includes(commandId) ? over : [...over, commandId].slice(-rememberedIds);
}

function apply(state: KitchenTalkState, event: KitchenTalkEvent, nowMs: number): KitchenTalkStep {
  const done = (step: Omit<KitchenTalkStep, 'verdict'> = { state, effects: [] }): KitchenTalkStep => ({
    ...step,
    verdict: 'done',
  });
  const refused = (verdict: KitchenTalkVerdict): KitchenTalkStep => ({ state, effects: [], verdict });
  const { talk } = state;
  switch (event.type) {
    case 'tick':
      return done();
    case 'close':
      return done(ended(state, 'closed', nowMs));
    case 'left':
    case 'emergency':
      return talk?.speaker.speakerId === event.speakerId ? done(ended(state, event.type, nowMs)) : done();
    case 'begin':
    case 'takeOver':
      return begin(state, event, nowMs);
    case 'keep':
    case 'end': {
      const isOwn = talk?.commandId === event.commandId && talk.speaker.speakerId === event.speakerId;
      if (isOwn && event.type === 'keep')
        return done({ state: { ...state, talk: { ...talk, lastWordAtMs: nowMs } }, effects: [] });
      if (isOwn) return done(ended(state, 'released', nowMs));
      if (event.type === 'keep') return refused('over');
      // The press may be overtaken by its own release.
      if (talk?.commandId === event.commandId) return refused('over');
      return done({ state: { ...state, over: remembered(state.over, event.commandId) }, effects: [] });
    }
    case 'opened': {
      if (talk?.commandId !== event.commandId || talk.phase !== 'opening') return refused('over');
      const sounding: KitchenTalk = { ...talk, phase: 'tone', speaksAtMs: nowMs + event.toneMs };
      return done({ state: { ...state, talk: sounding }, effects: [{ type: 'phase', talk: sounding }] });
    }
    case 'played':
      return talk?.commandId === event.commandId ? done(ended(state, 'played', nowMs)) : refused('over');
    case 'failed':
      return talk?.commandId === event.commandId ? done(ended(state, 'failed', nowMs)) : refused('over');
  }
}

function begin(
  state: KitchenTalkState,
  event: Extract<KitchenTalkEvent, { type: 'begin' | 'takeOver' }>,
  nowMs: number,
): KitchenTalkStep {
  const { speaker, commandId, cameraId, sentence } = event;
  const { talk } = state;
  if (state.over.includes(commandId)) return { state, effects: [], verdict: 'over' };
  const isOwn = talk?.speaker.speakerId === speaker.speakerId;
  if (talk?.commandId === commandId) return { state, effects: [], verdict: isOwn ? 'done' : 'busy' };
  if (talk !== undefined && !isOwn && event.type === 'begin') return { state, effects: [], verdict: 'busy' };
  // A desk has one key: its next press ends the one before.
  const cleared = isOwn ? ended(state, 'released', nowMs) : ended(state, 'taken', nowMs, speaker.name);
  const next: KitchenTalk = {
    commandId,
    cameraId,
    speaker,
    phase: 'opening',
    startedAtMs: nowMs,
    lastWordAtMs: nowMs,
    speaksAtMs: undefined,
    ...(sentence === undefined ? {} : { sentence }),
  };
  return {
    state: { ...cleared.state, talk: next },
    effects: [...cleared.effects, { type: 'open', talk: next }],
    verdict: 'done',
  };
}
