import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { watchTalkToggle } from '../../../../../src-renderer/app/desk/talk/talkToggle.ts';
import { HoldKey } from '../../../../../src-renderer/features/talk/holdKey.ts';

beforeEach(() => void vi.useFakeTimers());

/** A desk whose floor is given at each press; its page may be hidden and left. */
function openDesk({ mayTalk = true } = {}) {
  const pageWindow = new EventTarget();
  const document = Object.assign(new EventTarget(), { hidden: false, hasFocus: () => !document.hidden });
  const done: string[] = [];
  const store = createStore(() => ({ key: { phase: 'has_no_permission' } }));
  const hold = new HoldKey(
    { window: pageWindow, document },
    {
      press() {
        done.push('press');
        store.setState({ key: { phase: 'has_permission' } });
      },
      letGo() {
        done.push('let go');
        store.setState({ key: { phase: 'has_no_permission' } });
      },
    },
  );
  const page = { title: 'desk' };
  let press = (): void => undefined;
  watchTalkToggle(
    { hold, store: store as never },
    { allow: () => mayTalk },
    {
      bridge: { onTalkToggle: (callback) => void (press = callback) },
      page,
    },
  );
  return { hold, store, page, pageWindow, document, done, press: () => press() };
}

describe('the key of the machine that switches talk on and off', () => {
  it('begins at the first press and ends at the second, also while another window is in front', () => {
    const { press, done, page, pageWindow, document } = openDesk();
    press();
    document.hidden = true;
    for (const name of ['blur', 'keydown', 'pointerdown']) pageWindow.dispatchEvent(new Event(name));
    document.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(10_000);
    expect(done).toEqual(['press']);
    expect(page.title).not.toBe('desk');
    press();
    expect(done).toEqual(['press', 'let go']);
    expect(page.title).toBe('desk');
  });

  it('is off when the talk ends by itself, so that the next press begins another one', () => {
    const { press, done, store, page } = openDesk();
    press();
    // At the limit, and with the connection, the hub or this page ends it.
    store.setState({ key: { phase: 'has_no_permission' } });
    expect(done).toEqual(['press', 'let go']);
    expect(page.title).toBe('desk');
    press();
    expect(done).toEqual(['press', 'let go', 'press']);
  });

  it.each(['pagehide', 'freeze'])('is off when the page goes (%s)', (name) => {
    const { press, done, pageWindow } = openDesk();
    press();
    pageWindow.dispatchEvent(new Event(name));
    expect(done).toEqual(['press', 'let go']);
  });

  it('is off at any press of the talk key, and ends nothing that somebody holds', () => {
    const one = openDesk();
    one.press();
    one.hold.padDown('foot');
    expect(one.done).toEqual(['press', 'let go']);
    const other = openDesk();
    other.hold.padDown('foot');
    other.press();
    expect(other.done).toEqual(['press']);
  });

  it('does nothing for those who may not talk, and where there is no such key', () => {
    const { press, done } = openDesk({ mayTalk: false });
    press();
    expect(done).toEqual([]);
    const parts = [{ hold: undefined, store: undefined }, { allow: () => true }] as never[];
    expect(() => watchTalkToggle(parts[0] as never, parts[1] as never, { bridge: undefined })).not.toThrow();
  });
});
