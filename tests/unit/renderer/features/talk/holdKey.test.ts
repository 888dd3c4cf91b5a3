import { describe, expect, it, vi } from 'vitest';
import { HoldKey } from '../../../../../src-renderer/features/talk/holdKey.ts';

/** A page of event targets, and what the key did. */
function holdPage() {
  const document = Object.assign(new EventTarget(), { hidden: false });
  const window = new EventTarget();
  const done: string[] = [];
  const key = new HoldKey(
    { window, document },
    { press: () => done.push('press'), letGo: () => done.push('letGo') },
  );
  const pointer = (name: string, pointerId: number): boolean =>
    window.dispatchEvent(Object.assign(new Event(name), { pointerId }));
  /** A pointer comes down on the key itself: the page hears of it before the key does. */
  const touch = (pointerId: number): void => {
    pointer('pointerdown', pointerId);
    key.pointerDown({ pointerId });
  };
  /** A key of the keyboard goes down where it stands for this one. */
  const type = (code: string, repeat = false): void => {
    const event = Object.assign(new Event('keydown'), { code, key: code, repeat });
    window.dispatchEvent(event);
    key.keyDown(event);
  };
  /** One goes down anywhere else. */
  const typeElsewhere = (code: string): boolean =>
    window.dispatchEvent(Object.assign(new Event('keydown'), { code, key: code, repeat: false }));
  const keyUp = (code: string): boolean =>
    window.dispatchEvent(Object.assign(new Event('keyup', { cancelable: true }), { code, key: code }));
  return { document, window, done, key, pointer, touch, type, typeElsewhere, keyUp };
}

describe('a held key', () => {
  it('passes the priority of each press with it, and none to a later press', () => {
    const presses: string[] = [];
    const page = { window: new EventTarget(), document: Object.assign(new EventTarget(), { hidden: false }) };
    const key = new HoldKey(page, { press: (priority) => presses.push(priority), letGo: () => undefined });
    const space = { code: 'Space', key: ' ', repeat: false };
    key.keyDown(space, 'override');
    key.up();
    key.keyDown(space);
    key.up();
    // A repeat presses nothing, so its priority is nobody's.
    key.keyDown({ ...space, repeat: true }, 'override');
    key.pointerDown({ pointerId: 1 });
    expect(presses).toEqual(['override', 'normal', 'normal']);
    key.up();
  });

  it.each(['pointerup', 'pointercancel', 'lostpointercapture'])(
    'is let go by %s of its own finger only',
    (name) => {
      const { touch, pointer, done } = holdPage();
      touch(3);
      pointer(name, 4);
      expect(done).toEqual(['press']);
      pointer(name, 3);
      expect(done).toEqual(['press', 'letGo']);
    },
  );

  it.each(['blur', 'pagehide', 'freeze'])('is let go by %s of the page', (name) => {
    const { touch, window, done } = holdPage();
    touch(1);
    window.dispatchEvent(new Event(name));
    expect(done).toEqual(['press', 'letGo']);
  });

  it('is let go when the page is hidden, as by a lock or a call', () => {
    const { key, touch, document, done } = holdPage();
    touch(1);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(key.isDown).toBe(true);
    document.hidden = true;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(done).toEqual(['press', 'letGo']);
  });

  it('stays down for a mouse when a key of the keyboard goes up, and for the keyboard when a mouse does', () => {
    const { key, touch, type, keyUp, pointer, done } = holdPage();
    touch(1);
    type('Space');
    keyUp('Space');
    expect(key.isHeldByKeyboard).toBe(false);
    expect(done).toEqual(['press']);
    pointer('pointerup', 1);
    type('Space');
    pointer('pointerup', 1);
    expect(done).toEqual(['press', 'letGo', 'press']);
    keyUp('Space');
    expect(done).toEqual(['press', 'letGo', 'press', 'letGo']);
  });

  it('presses once and lets go once, however many fingers and ends there are', () => {
    const { key, window, touch, pointer, done } = holdPage();
    touch(1);
    touch(2);
    window.dispatchEvent(new Event('blur'));
    pointer('pointerup', 1);
    key.up();
    expect(done).toEqual(['press', 'letGo']);
  });

  it('is let go by any other key, and by a click anywhere, while the keyboard holds it', () => {
    const { type, typeElsewhere, pointer, done } = holdPage();
    type('Enter');
    typeElsewhere('KeyA');
    expect(done).toEqual(['press', 'letGo']);
    type('Space');
    pointer('pointerdown', 1);
    expect(done).toEqual(['press', 'letGo', 'press', 'letGo']);
  });

  it('is not opened again by repeats of a key that was let go, nor pressed by its going up', () => {
    const { type, typeElsewhere, keyUp, done } = holdPage();
    type('Enter');
    typeElsewhere('KeyA');
    type('Enter', true);
    expect(done).toEqual(['press', 'letGo']);
    // A button that has the focus would be pressed by it.
    expect(keyUp('Enter')).toBe(false);
    expect(keyUp('Enter')).toBe(true);
  });

  it('takes the next press of a key, a mouse or a finger whose going up was never heard', () => {
    const { touch, type, done } = holdPage();
    type('Space');
    type('Space');
    expect(done).toEqual(['press', 'letGo', 'press']);
    touch(1);
    expect(done).toEqual(['press', 'letGo', 'press', 'letGo', 'press']);
    touch(1);
    expect(done.slice(-2)).toEqual(['letGo', 'press']);
  });

  it('is let go by a mouse that moves without its button, or that leaves the key', () => {
    const { key, window, touch, done } = holdPage();
    touch(1);
    window.dispatchEvent(Object.assign(new Event('pointermove'), { pointerId: 1, buttons: 1 }));
    expect(done).toEqual(['press']);
    window.dispatchEvent(Object.assign(new Event('pointermove'), { pointerId: 1, buttons: 0 }));
    expect(done).toEqual(['press', 'letGo']);
    key.pointerDown({ pointerId: 1, clientX: 50, clientY: 50 });
    // What appears above the key pushes it away from under the mouse.
    key.pointerLeft({ pointerId: 1, clientX: 51, clientY: 50 });
    expect(done).toHaveLength(3);
    key.pointerLeft({ pointerId: 1, clientX: 90, clientY: 50 });
    expect(done).toHaveLength(4);
  });

  it('is let go when a keyboard never repeats and nothing else happens on the page', () => {
    vi.useFakeTimers();
    try {
      const { type, keyUp, done } = holdPage();
      type('Space');
      vi.advanceTimersByTime(2_500);
      expect(done).toEqual(['press']);
      vi.advanceTimersByTime(1_000);
      expect(done).toEqual(['press', 'letGo']);
      keyUp('Space');
      type('Space');
      expect(done).toEqual(['press', 'letGo', 'press']);
      keyUp('Space');
      expect(done).toEqual(['press', 'letGo', 'press', 'letGo']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is let go when a keyboard that repeats says nothing more', () => {
    vi.useFakeTimers();
    try {
      const { type, done } = holdPage();
      type('Space');
      vi.advanceTimersByTime(500);
      for (let count = 0; count < 40; count += 1) {
        type('Space', true);
        vi.advanceTimersByTime(33);
      }
      expect(done).toEqual(['press']);
      vi.advanceTimersByTime(1_000);
      expect(done).toEqual(['press', 'letGo']);
      // From now on it is known that this keyboard repeats.
      type('Space');
      vi.advanceTimersByTime(2_000);
      expect(done).toEqual(['press', 'letGo', 'press', 'letGo']);
    } finally {
      vi.useRealTimers();
    }
  });
});
