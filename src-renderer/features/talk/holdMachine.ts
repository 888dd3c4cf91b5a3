/** `PointerEvent.pointerType`; empty where the browser does not know it. */
export type PointerType = string;

/**
 * What holds a key that works only while it is held, and when that ends. Pure. It errs on one side only: a key that is let
 * go too early is pressed again, but one that stays down by itself leaves a microphone open.
 */
export type Holder =
  | { kind: 'pointer'; pointerId: number; pointerType: PointerType }
  /** A foot switch or a button of a gamepad, which is read many times in a second and so proves each time that it is down. */
  | { kind: 'pad'; buttonId: string }
  | {
      kind: 'key';
      /** `KeyboardEvent.code`: the place of the key, whatever letter it has. */
      code: string;
      /** When the keyboard last said that it is down. Milliseconds of a running clock. */
      heardAtMs: number;
      /** The longest time between two repeats so far; undefined before the first repeat. */
      repeatMs: number | undefined;
      /** Whether a standstill of the page was forgiven since the keyboard last said that the key is down. */
      isForgiven: boolean;
    };

export interface HoldState {
  holder: Holder | undefined;
  /** How long this keyboard takes to its first repeat; undefined until one was seen: where it is switched off, there is none. */
  firstRepeatMs: number | undefined;
}

/** Whether a press waits for its turn to speak or takes the floor from whoever has it. */
export type PressPriority = 'normal' | 'override';

export type HoldEvent =
  /** The held key itself was pressed, or the key of the keyboard that stands for it. Without a priority it is a normal press. */
  | {
      type: 'pressed';
      by:
        | { kind: 'pointer'; pointerId: number; pointerType: PointerType }
        | { kind: 'pad'; buttonId: string }
        | { kind: 'key'; code: string };
      priority?: PressPriority;
    }
  /** Any key anywhere, before it is known whom it is for. */
  | { type: 'keyDown'; code: string; isRepeat: boolean }
  | { type: 'keyUp'; code: string }
  /** Any pointer anywhere, before it is known whom it is for. */
  | { type: 'pointerDown'; pointerId: number; pointerType: PointerType }
  /** It went up, was cancelled, left the key or lost its capture. */
  | { type: 'pointerEnded'; pointerId: number }
  /** A pointer was seen anywhere, and whether its main button is down or it touches. */
  | { type: 'pointerSeen'; pointerId: number | undefined; pointerType: PointerType; isDown: boolean }
  /** A button of a pad went up, or its pad was unplugged. */
  | { type: 'padEnded'; buttonId: string }
  /** The screen says that no finger touches it. */
  | { type: 'touchesEnded' }
  /** The page has not the keyboard any more, is hidden, frozen or left, or the key is taken off it. */
  | { type: 'left' }
  /** Time passes; `stoodStill` when this page itself heard nothing meanwhile. */
  | { type: 'ticked'; stoodStill: boolean };

export interface HoldStep {
  state: HoldState;
  effect: 'press' | 'letGo' | undefined;
  /** With `letGo`: it was not heard that the key went up, but the keyboard does not say that it is down any more. */
  isUnproven?: boolean;
}

export const nothingHeld: HoldState = { holder: undefined, firstRepeatMs: undefined };

/** A keyboard that repeats and is silent for three times its longest pause, but at least for so long, is released. */
const missedRepeats = 3;
const leastRepeatSilenceMs = 800;
const leastFirstSilenceMs = 1_500;
/**
 * No key stays down for longer without a repeat, on any keyboard. Only a repeat proves that a key is still held. Systems begin to
 * repeat within 2 s at most (Windows 0.25 to 1 s, its filter keys and macOS up to 2 s). Where repeating is switched off, a press
 * of the keyboard ends after this time; a mouse or a finger can hold the key for as long as it likes.
 */
export const longestSilenceMs = 3_000;

/** The next state, and what is to be done about it. */
export function transitionHold(state: HoldState, event: HoldEvent, nowMs: number): HoldStep {
  const { holder } = state;
  const stay: HoldStep = { state, effect: undefined };
  const letGo = (): HoldStep => ({ state: { ...state, holder: undefined }, effect: 'letGo' });

  if (event.type === 'pressed') {
    if (holder !== undefined) return stay;
    const next: Holder =
      event.by.kind !== 'key'
        ? event.by
        : { ...event.by, heardAtMs: nowMs, repeatMs: undefined, isForgiven: false };
    return { state: { ...state, holder: next }, effect: 'press' };
  }
  if (holder === undefined) return stay;
  switch (event.type) {
    case 'keyDown':
      if (holder.kind !== 'key') return stay;
      // Its own key down again, and not by repeating: that it went up was not heard.
      if (event.code !== holder.code || !event.isRepeat) return letGo();
      return repeated(state, holder, nowMs);
    case 'keyUp':
      return holder.kind === 'key' && event.code === holder.code ? letGo() : stay;
    case 'pointerDown': {
      if (holder.kind === 'key') return letGo();
      // Whoever holds with a foot has both hands for the mouse.
      if (holder.kind === 'pad') return stay;
      // A second finger changes nothing. Nobody holds with a mouse and touches with a finger: one of them was not heard to end.
      const isOtherKind = event.pointerType !== holder.pointerType;
      return event.pointerId === holder.pointerId || isOtherKind ? letGo() : stay;
    }
    case 'pointerEnded':
      return holder.kind === 'pointer' && event.pointerId === holder.pointerId ? letGo() : stay;
    case 'pointerSeen': {
      if (holder.kind !== 'pointer' || event.isDown) return stay;
      // There is one mouse and one pen, though a pen may have another number each time that it comes near.
      const isSingle = holder.pointerType === 'mouse' || holder.pointerType === 'pen';
      const isSameKind = isSingle && event.pointerType === holder.pointerType;
      return event.pointerId === holder.pointerId || isSameKind ? letGo() : stay;
    }
    case 'padEnded':
      return holder.kind === 'pad' && event.buttonId === holder.buttonId ? letGo() : stay;
    case 'touchesEnded':
      return holder.kind === 'pointer' && holder.pointerType === 'touch' ? letGo() : stay;
    case 'left':
      return letGo();
    case 'ticked':
      if (holder.kind !== 'key') return stay;
      // What the keyboard said meanwhile has not been read yet. A page that stands still again and again is forgiven only once.
      if (event.stoodStill && !holder.isForgiven) {
        const forgiven = { ...holder, heardAtMs: nowMs, isForgiven: true };
        return { state: { ...state, holder: forgiven }, effect: undefined };
      }
      if (nowMs - holder.heardAtMs <= silenceLimitMs(state, holder)) return stay;
      return { ...letGo(), isUnproven: true };
  }
}

/** The held key said that it is down still. */
function repeated(state: HoldState, holder: Extract<Holder, { kind: 'key' }>, nowMs: number): HoldStep {
  const sinceMs = nowMs - holder.heardAtMs;
  const isFirst = holder.repeatMs === undefined;
  const next: HoldState = {
    firstRepeatMs: isFirst ? Math.max(sinceMs, state.firstRepeatMs ?? 0) : state.firstRepeatMs,
    holder: {
      ...holder,
      heardAtMs: nowMs,
      repeatMs: isFirst ? 0 : Math.max(sinceMs, holder.repeatMs ?? 0),
      isForgiven: false,
    },
  };
  return { state: next, effect: undefined };
}

function silenceLimitMs(
  { firstRepeatMs }: HoldState,
  { repeatMs }: Extract<Holder, { kind: 'key' }>,
): number {
  if (firstRepeatMs === undefined) return longestSilenceMs;
  const isBeforeSecond = repeatMs === undefined || repeatMs === 0;
  // The second repeat may be as long in coming as the first.
  const limitMs = isBeforeSecond
    ? Math.max(leastFirstSilenceMs, missedRepeats * firstRepeatMs)
    : Math.max(leastRepeatSilenceMs, missedRepeats * repeatMs);
  return Math.min(limitMs, longestSilenceMs);
}
