import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nothingHeld, transitionHold } from '../../../../../src-renderer/features/talk/holdMachine.ts';
import type { HoldEvent, HoldState } from '../../../../../src-renderer/features/talk/holdMachine.ts';
import type { Pad } from '../../../../../src-renderer/features/talk/padButtons.ts';
import { watchPads } from '../../../../../src-renderer/features/talk/padWatch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function startWatch() {
  const window = new EventTarget();
  const pads: (Pad | null)[] = [];
  const heard: string[] = [];
  watchPads(
    { window, pads: () => pads },
    { down: (id) => heard.push(`down ${id}`), up: (id) => heard.push(`up ${id}`) },
  );
  const plug = (index: number, ...pressed: boolean[]): void => {
    pads[index] = { index, id: 'Foot', buttons: pressed.map((one) => ({ pressed: one })) };
    window.dispatchEvent(new Event('gamepadconnected'));
  };
  const unplug = (index: number): void => {
    pads[index] = null;
    window.dispatchEvent(new Event('gamepaddisconnected'));
  };
  const set = (index: number, ...pressed: boolean[]): void => {
    pads[index] = { index, id: 'Foot', buttons: pressed.map((one) => ({ pressed: one })) };
    vi.advanceTimersByTime(20);
  };
  return { heard, plug, unplug, set };
}

describe('a foot switch', () => {
  it('is heard when it goes down and up', () => {
    const { heard, plug, set } = startWatch();
    plug(0, false);
    set(0, true);
    set(0, true);
    set(0, false);
    expect(heard).toEqual(['down 0 Foot 0', 'up 0 Foot 0']);
  });

  it('that is down when it is plugged in talks only after it was up', () => {
    const { heard, plug, set } = startWatch();
    plug(0, true);
    set(0, true);
    expect(heard).toEqual([]);
    set(0, false);
    set(0, true);
    expect(heard).toEqual(['up 0 Foot 0', 'down 0 Foot 0']);
  });

  it('that is unplugged while it is down goes up, and nothing is read any more', () => {
    const { heard, plug, set, unplug } = startWatch();
    plug(0, false);
    set(0, true);
    unplug(0);
    expect(heard).toEqual(['down 0 Foot 0', 'up 0 Foot 0']);
    expect(vi.getTimerCount()).toBe(0);
    plug(0, false);
    set(0, true);
    expect(heard.at(-1)).toBe('down 0 Foot 0');
  });
});

describe('a talk key that a foot holds', () => {
  const after = (...events: HoldEvent[]): HoldState =>
    events.reduce((state, event) => transitionHold(state, event, 0).state, nothingHeld);
  const down: HoldEvent = { type: 'pressed', by: { kind: 'pad', buttonId: 'a' } };

  it('leaves both hands free, and ends with the foot', () => {
    const held = after(
      down,
      { type: 'keyDown', code: 'KeyA', isRepeat: false },
      { type: 'pointerDown', pointerId: 1, pointerType: 'mouse' },
      { type: 'pointerSeen', pointerId: 1, pointerType: 'mouse', isDown: false },
      { type: 'ticked', stoodStill: true },
      { type: 'padEnded', buttonId: 'b' },
    );
    expect(held.holder).toEqual({ kind: 'pad', buttonId: 'a' });
    expect(transitionHold(held, { type: 'padEnded', buttonId: 'a' }, 0).effect).toBe('letGo');
  });

  it('ends when the page is left, and is not opened again by the same press', () => {
    const left = after(down, { type: 'left' });
    expect(left.holder).toBeUndefined();
    expect(transitionHold(left, { type: 'padEnded', buttonId: 'a' }, 0).effect).toBeUndefined();
  });

  it('is not taken over while a hand holds it', () => {
    const state = after({ type: 'pressed', by: { kind: 'key', code: 'Space' } }, down);
    expect(state.holder?.kind).toBe('key');
    expect(transitionHold(state, { type: 'padEnded', buttonId: 'a' }, 0).effect).toBeUndefined();
  });
});
