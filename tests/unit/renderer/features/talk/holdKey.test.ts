import { describe, expect, it } from 'vitest';
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
  return { document, window, done, key, pointer };
}

describe('a held key', () => {
  it.each(['pointerup', 'pointercancel'])('is let go by %s of its own finger only', (name) => {
    const { key, pointer, done } = holdPage();
    key.down(3);
    pointer(name, 4);
    expect(done).toEqual(['press']);
    pointer(name, 3);
    expect(done).toEqual(['press', 'letGo']);
  });

  it.each(['blur', 'pagehide', 'freeze'])('is let go by %s of the page', (name) => {
    const { key, window, done } = holdPage();
    key.down(1);
    window.dispatchEvent(new Event(name));
    expect(done).toEqual(['press', 'letGo']);
  });

  it('is let go when the page is hidden, as by a lock or a call', () => {
    const { key, document, done } = holdPage();
    key.down(1);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(key.isDown).toBe(true);
    document.hidden = true;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(done).toEqual(['press', 'letGo']);
  });

  it('stays down for a mouse when a key of the keyboard goes up, and for the keyboard when a mouse does', () => {
    const { key, pointer, done } = holdPage();
    key.down(1);
    key.down();
    key.keyUp();
    expect(key.isHeldByKeyboard).toBe(false);
    expect(done).toEqual(['press']);
    pointer('pointerup', 1);
    key.down();
    pointer('pointerup', 1);
    expect(done).toEqual(['press', 'letGo', 'press']);
    key.keyUp();
    expect(done).toEqual(['press', 'letGo', 'press', 'letGo']);
  });

  it('presses once and lets go once, however many fingers and ends there are', () => {
    const { key, window, pointer, done } = holdPage();
    key.down(1);
    key.down(2);
    window.dispatchEvent(new Event('blur'));
    pointer('pointerup', 1);
    key.up();
    expect(done).toEqual(['press', 'letGo']);
  });
});
