import { describe, expect, it } from 'vitest';
import {
  deadAfterMs,
  pressBesideDeadFingers,
} from '../../../../src-renderer/features/showcase/deadFingers.ts';
import { guardGlass } from '../../../../src-renderer/features/showcase/glassGuard.ts';
import {
  createVisitClock,
  longestVisitMs,
  storyAgainMs,
} from '../../../../src-renderer/features/showcase/idle.ts';
import { chooseMotion } from '../../../../src-renderer/features/showcase/motion.ts';

describe('a visit', () => {
  it('is over 45 s after the last press, and not before', () => {
    const visit = createVisitClock(0);
    expect(visit.isOver(storyAgainMs - 1)).toBe(false);
    visit.pressed('turn quiz', 40_000);
    expect(visit.isOver(40_000 + storyAgainMs - 1)).toBe(false);
    expect(visit.isOver(40_000 + storyAgainMs)).toBe(true);
  });

  it('is not kept open by a glass that presses one control again and again', () => {
    const visit = createVisitClock(0);
    let atMs = 0;
    while (!visit.isOver(atMs) && atMs < longestVisitMs) visit.pressed('turn quiz', (atMs += 500));
    expect(atMs).toBeLessThan(60_000);
  });

  it('ends after ten minutes however much is pressed', () => {
    const visit = createVisitClock(0);
    for (let atMs = 0; atMs < longestVisitMs; atMs += 1_000) visit.pressed(`turn ${atMs % 7}`, atMs);
    expect(visit.isOver(longestVisitMs)).toBe(true);
  });
});

describe('the guard of the glass', () => {
  const guarded = () => {
    const target = new EventTarget();
    const pushed: string[] = [];
    guardGlass({
      target,
      history: { pushState: (_state, _title, url) => void pushed.push(String(url)) },
      location: { href: 'http://hub/showcase.html' },
    });
    const isStopped = (name: string, values: object = {}): boolean => {
      const event = Object.assign(new Event(name, { cancelable: true }), values);
      return !target.dispatchEvent(event);
    };
    return { isStopped, pushed, target };
  };

  it.each([
    'contextmenu',
    'selectstart',
    'dragstart',
    'drop',
    'wheel',
    'touchmove',
    'gesturestart',
    'paste',
    'auxclick',
  ])('stops %s', (name) => {
    expect(guarded().isStopped(name)).toBe(true);
  });

  it('stops every key but those that move between controls and press them', () => {
    const { isStopped } = guarded();
    for (const key of ['F5', 'F11', 'F12', 'Escape', 'a', 'ArrowLeft', 'Backspace', 'BrowserBack'])
      expect(isStopped('keydown', { key }), key).toBe(true);
    for (const key of ['Tab', 'Enter', ' ']) expect(isStopped('keydown', { key }), key).toBe(false);
    expect(isStopped('keydown', { key: 'Tab', altKey: true })).toBe(true);
    expect(isStopped('keydown', { key: 'Enter', ctrlKey: true })).toBe(true);
  });

  it('stops the buttons of a mouse beside the first one, and lets a press through', () => {
    const { isStopped } = guarded();
    for (const button of [1, 2, 3, 4]) expect(isStopped('mousedown', { button })).toBe(true);
    expect(isStopped('pointerdown', { button: 0 })).toBe(false);
    expect(isStopped('click')).toBe(false);
  });

  it('arrives on this page again when somebody turns back', () => {
    const { target, pushed } = guarded();
    target.dispatchEvent(new Event('popstate'));
    expect(pushed).toEqual(['http://hub/showcase.html', 'http://hub/showcase.html']);
  });
});

describe('a dead finger on the glass', () => {
  /** A glass with a control left of 100, and another one right of it. */
  function glass() {
    const target = new EventTarget();
    const pressed: string[] = [];
    const control = (name: string) => ({ click: () => void pressed.push(name) });
    const [left, right] = [control('left'), control('right')];
    pressBesideDeadFingers({ target, controlAt: (x, y) => (y > 500 ? undefined : x < 100 ? left : right) });
    const touch = (
      name: string,
      pointerId: number,
      atMs: number,
      x: number,
      y = 0,
      pointerType = 'touch',
    ) => {
      const event = new Event(name);
      for (const [key, value] of Object.entries({ pointerId, pointerType, clientX: x, clientY: y }))
        Object.defineProperty(event, key, { value });
      Object.defineProperty(event, 'timeStamp', { value: atMs });
      target.dispatchEvent(event);
    };
    return { pressed, touch };
  }

  it('leaves the other fingers their presses, on the control where they began', () => {
    const { pressed, touch } = glass();
    touch('pointerdown', 1, 0, 50);
    touch('pointerdown', 2, deadAfterMs, 150);
    touch('pointerup', 2, deadAfterMs + 80, 150);
    expect(pressed).toEqual(['right']);
    touch('pointerdown', 3, deadAfterMs + 200, 150);
    touch('pointerup', 3, deadAfterMs + 300, 50);
    touch('pointerdown', 4, deadAfterMs + 400, 150, 900);
    touch('pointerup', 4, deadAfterMs + 500, 150, 900);
    touch('pointerdown', 5, deadAfterMs + 600, 150);
    touch('pointercancel', 5, deadAfterMs + 700, 150);
    touch('pointerup', 5, deadAfterMs + 800, 150);
    expect(pressed).toEqual(['right']);
  });

  it('is none where the browser makes the press itself, or many fingers hit at the same time', () => {
    const { pressed, touch } = glass();
    touch('pointerdown', 1, 0, 50);
    touch('pointerup', 1, 5_000, 50);
    touch('pointerdown', 7, 5_100, 50, 0, 'mouse');
    touch('pointerdown', 2, 9_000, 50);
    touch('pointerup', 2, 9_100, 50);
    for (let finger = 10; finger < 30; finger += 1) touch('pointerdown', finger, 10_000 + finger, finger * 7);
    for (let finger = 10; finger < 30; finger += 1) touch('pointerup', finger, 10_400 + finger, finger * 7);
    expect(pressed).toEqual([]);
  });
});

describe('motion', () => {
  it('is smooth where a graphics processor draws, calm where a program does or where it is not known', () => {
    expect(chooseMotion('', () => 'ANGLE (Intel, Mesa Intel(R) UHD Graphics 630)')).toBe('smooth');
    expect(chooseMotion('', () => 'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device))')).toBe('calm');
    expect(chooseMotion('', () => 'llvmpipe (LLVM 15.0.7, 256 bits)')).toBe('calm');
    expect(chooseMotion('', () => undefined)).toBe('calm');
    expect(chooseMotion('?motion=smooth', () => undefined)).toBe('smooth');
    expect(chooseMotion('?motion=odd', () => undefined)).toBe('calm');
  });
});
