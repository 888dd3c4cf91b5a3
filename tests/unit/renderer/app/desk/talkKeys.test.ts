import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTalkKeys } from '../../../../../src-renderer/app/desk/talk/talkKeys.ts';
import { createFootSwitch } from '../../../../../src-renderer/features/talk/footSwitch.ts';

let kept: Map<string, string>;
const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
};
beforeEach(() => {
  kept = new Map();
  for (const name of ['HTMLElement', 'HTMLInputElement']) vi.stubGlobal(name, class {});
});

afterEach(() => void vi.unstubAllGlobals());

const press = (code: string, repeat = false): KeyboardEvent =>
  ({ code, key: code, repeat, shiftKey: false, target: null }) as unknown as KeyboardEvent;

function open(isAllowed = true) {
  const held: string[] = [];
  const footSwitch = createFootSwitch(storage);
  const keys = createTalkKeys(
    {
      hold: { isHeldByKeyboard: false },
      keyDown: ({ code }, priority) => void held.push(`${code} ${priority}`),
    },
    { allow: () => isAllowed },
    footSwitch,
  );
  return { held, footSwitch, first: (event: KeyboardEvent) => keys.first?.(event) };
}

describe('a foot switch that types a key', () => {
  it('is the talk key once its key is chosen, also after the next start', () => {
    const { held, footSwitch, first } = open();
    expect(first(press('F13'))).toBe(false);
    footSwitch.choose('F13');
    expect(first(press('F13'))).toBe(true);
    expect(first(press('F14'))).toBe(false);
    expect(held).toEqual(['F13 normal']);
    const next = open();
    expect(next.first(press('F13'))).toBe(true);
    next.footSwitch.choose(undefined);
    expect(open().first(press('F13'))).toBe(false);
  });

  it('opens nothing by a repeat, and nothing for those who may not talk', () => {
    const { held, footSwitch, first } = open();
    footSwitch.choose('Pause');
    expect(first(press('Pause', true))).toBe(true);
    expect(held).toEqual([]);
    const listener = open(false);
    expect(listener.first(press('Pause'))).toBe(true);
    expect(listener.held).toEqual([]);
  });

  it('is never a key that types, whatever is in the storage', () => {
    for (const code of ['Space', 'KeyA', '', 'Escape']) {
      kept.set('mingchu.desk.footSwitch', code);
      const { held, first } = open();
      first(press(code === 'Space' ? 'KeyB' : code));
      expect(held).toEqual([]);
    }
  });
});
