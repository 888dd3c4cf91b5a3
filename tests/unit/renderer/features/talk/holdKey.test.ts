import fc from '../../../../support/properties.ts';
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
    'is released by %s of its own finger only',
    (name) => {
      const { touch, pointer, done } = holdPage();
      touch(3);
      pointer(name, 4);
      expect(done).toEqual(['press']);
      pointer(name, 3);
      expect(done).toEqual(['press', 'letGo']);
    },
  );

  it.each(['blur', 'pagehide', 'freeze'])('is released by %s of the page', (name) => {
    const { touch, window, done } = holdPage();
    touch(1);
    window.dispatchEvent(new Event(name));
    expect(done).toEqual(['press', 'letGo']);
  });

  it('is released when the page is hidden, as by a lock or a call', () => {
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

  it('presses once and releases once, however many fingers and ends there are', () => {
    const { key, window, touch, pointer, done } = holdPage();
    touch(1);
    touch(2);
    window.dispatchEvent(new Event('blur'));
    pointer('pointerup', 1);
    key.up();
    expect(done).toEqual(['press', 'letGo']);
  });

  it('is released by any other key, and by a click anywhere, while the keyboard holds it', () => {
    const { type, typeElsewhere, pointer, done } = holdPage();
    type('Enter');
    typeElsewhere('KeyA');
    expect(done).toEqual(['press', 'letGo']);
    type('Space');
    pointer('pointerdown', 1);
    expect(done).toEqual(['press', 'letGo', 'press', 'letGo']);
  });

  it('is not opened again by repeats of a key that was released, nor pressed by its going up', () => {
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

  it('is released by a mouse that moves without its button, or that leaves the key', () => {
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

  it('is released when a keyboard never repeats and nothing else happens on the page', () => {
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

  it('is released when a keyboard that repeats says nothing more', () => {
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

/** A key of 100 by 100 pixels on a page, and what a browser sends there. */
function pointerPage() {
  const document = Object.assign(new EventTarget(), { hidden: false, isFocused: true });
  const window = new EventTarget();
  const done: string[] = [];
  const captured: number[] = [];
  const area = { left: 0, right: 100, top: 0, bottom: 100 };
  const element = {
    setPointerCapture: (pointerId: number) => void captured.push(pointerId),
    getBoundingClientRect: () => area as DOMRect,
  };
  const key = new HoldKey(
    { window, document: Object.assign(document, { hasFocus: () => document.isFocused }) },
    { press: () => done.push('press'), letGo: () => done.push('letGo') },
  );
  const send = (name: string, values: object = {}): boolean =>
    window.dispatchEvent(Object.assign(new Event(name, { cancelable: true }), values));
  const press = (pointerType: string, changes: object = {}): void => {
    const values = { pointerId: 1, pointerType, button: 0, buttons: 1, clientX: 50, clientY: 50, ...changes };
    send('pointerdown', values);
    key.pointerDown({ ...values, currentTarget: element });
  };
  return { window, document, area, done, captured, key, send, press };
}

describe('a key that a mouse, a pen or a finger holds', () => {
  it('captures its pointer, so that its end is heard outside of the window too', () => {
    const { press, captured, send, done } = pointerPage();
    press('mouse');
    expect(captured).toEqual([1]);
    send('lostpointercapture', { pointerId: 1 });
    expect(done).toEqual(['press', 'letGo']);
  });

  it.each([
    ['mouse', 'pointermove', { pointerId: 1, pointerType: 'mouse', buttons: 0, clientX: 50, clientY: 50 }],
    ['mouse', 'pointerover', { pointerId: 1, pointerType: 'mouse', buttons: 0, clientX: 50, clientY: 50 }],
    // The left button went up while the right one is down: no pointerup comes before both are up.
    ['mouse', 'pointermove', { pointerId: 1, pointerType: 'mouse', buttons: 2, clientX: 50, clientY: 50 }],
    ['mouse', 'pointermove', { pointerId: 1, pointerType: 'mouse', buttons: 1, clientX: 150, clientY: 50 }],
    [
      'mouse',
      'pointerout',
      { pointerId: 1, pointerType: 'mouse', buttons: 1, clientX: 150, clientY: 50, relatedTarget: null },
    ],
    ['mouse', 'mousemove', { buttons: 0 }],
    ['mouse', 'mouseover', { buttons: 0 }],
    ['mouse', 'mouseup', { buttons: 0 }],
    ['mouse', 'wheel', { buttons: 0 }],
    ['mouse', 'contextmenu', {}],
    ['mouse', 'dragstart', {}],
    ['mouse', 'pointerdown', { pointerId: 7, pointerType: 'touch' }],
    ['touch', 'pointerdown', { pointerId: 7, pointerType: 'mouse' }],
    ['touch', 'touchend', { touches: [] }],
    ['touch', 'touchcancel', { touches: [] }],
    ['touch', 'pointercancel', { pointerId: 1 }],
    ['touch', 'contextmenu', {}],
    ['pen', 'pointermove', { pointerId: 1, pointerType: 'pen', buttons: 0, clientX: 50, clientY: 50 }],
    // It was lifted out of reach and came near again.
    ['pen', 'pointerover', { pointerId: 9, pointerType: 'pen', buttons: 0, clientX: 50, clientY: 50 }],
    ['pen', 'pointerdown', { pointerId: 7, pointerType: 'touch' }],
  ])('by a %s is released by %s %j, though its going up was lost', (pointerType, name, values) => {
    const { press, send, done } = pointerPage();
    press(pointerType);
    send(name, values);
    expect(done).toEqual(['press', 'letGo']);
  });

  it.each([
    ['mouse', 'pointermove', { pointerId: 1, pointerType: 'mouse', buttons: 1, clientX: 90, clientY: 10 }],
    ['mouse', 'mousemove', { buttons: 1 }],
    ['mouse', 'wheel', { buttons: 1 }],
    ['touch', 'pointerdown', { pointerId: 7, pointerType: 'touch' }],
    ['touch', 'pointerup', { pointerId: 7, pointerType: 'touch' }],
    ['touch', 'touchend', { touches: [{}] }],
    ['touch', 'mousemove', { buttons: 0 }],
    // A thumb rolls over the edge of the key.
    ['touch', 'pointermove', { pointerId: 1, pointerType: 'touch', buttons: 1, clientX: 120, clientY: 50 }],
    ['pen', 'mousemove', { buttons: 0 }],
  ])('by a %s stays down at %s %j', (pointerType, name, values) => {
    const { press, send, done } = pointerPage();
    press(pointerType);
    send(name, values);
    expect(done).toEqual(['press']);
  });

  it('stays down when a menu is prevented, as the key prevents that of a finger that stays long', () => {
    const { press, window, send, done } = pointerPage();
    // The key is reached before the window.
    window.addEventListener('contextmenu', (event) => event.preventDefault(), { capture: true });
    press('touch');
    send('contextmenu');
    expect(done).toEqual(['press']);
  });

  it('stays down while the key itself moves away under the mouse', () => {
    const { press, area, done, send } = pointerPage();
    press('mouse');
    Object.assign(area, { top: 200, bottom: 300 });
    send('pointermove', { pointerId: 1, pointerType: 'mouse', buttons: 1, clientX: 52, clientY: 51 });
    expect(done).toEqual(['press']);
  });

  it('is not pressed by another button of a mouse', () => {
    const { press, done } = pointerPage();
    press('mouse', { button: 2, buttons: 2 });
    press('mouse', { button: 1, buttons: 4 });
    expect(done).toEqual([]);
  });

  it('is released when the page has lost the focus without an event, as to a dialog of the browser', () => {
    vi.useFakeTimers();
    try {
      const { press, document, done } = pointerPage();
      press('mouse');
      vi.advanceTimersByTime(1_000);
      expect(done).toEqual(['press']);
      document.isFocused = false;
      vi.advanceTimersByTime(250);
      expect(done).toEqual(['press', 'letGo']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is never down after a sight of the same mouse, pen or screen without it, whatever came before', () => {
    const noise = fc.constantFrom<[string, object]>(
      ['pointerdown', { pointerId: 2, pointerType: 'touch' }],
      ['pointerup', { pointerId: 2 }],
      ['pointermove', { pointerId: 1, pointerType: 'mouse', buttons: 1, clientX: 50, clientY: 50 }],
      ['touchend', { touches: [{}] }],
      ['keydown', { code: 'KeyA', key: 'a', repeat: false }],
      ['keyup', { code: 'KeyA', key: 'a' }],
      ['mousemove', { buttons: 1 }],
    );
    const sights: Record<string, [string, object][]> = {
      mouse: [
        ['mousemove', { buttons: 0 }],
        ['pointerover', { pointerId: 1, pointerType: 'mouse', buttons: 0, clientX: 5, clientY: 5 }],
      ],
      pen: [['pointermove', { pointerId: 4, pointerType: 'pen', buttons: 0, clientX: 5, clientY: 5 }]],
      touch: [['touchcancel', { touches: [] }]],
    };
    fc.assert(
      fc.property(
        fc.array(fc.oneof(noise, fc.constantFrom('mouse', 'pen', 'touch')), { maxLength: 30 }),
        fc.constantFrom('mouse', 'pen', 'touch'),
        fc.nat(),
        (before, pointerType, choice) => {
          const { press, send, done, key } = pointerPage();
          for (const one of before) {
            if (typeof one === 'string') press(one);
            else send(...one);
          }
          key.up();
          press(pointerType);
          expect(key.isDown).toBe(true);
          const ways = sights[pointerType] ?? [];
          send(...(ways[choice % ways.length] ?? ['blur', {}]));
          expect(key.isDown).toBe(false);
          done.forEach((effect, index) => expect(effect).toBe(index % 2 === 0 ? 'press' : 'letGo'));
        },
      ),
    );
  });
});
