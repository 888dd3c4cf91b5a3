import { beforeEach, describe, expect, it, vi } from 'vitest';
import { withKitchenHold } from '../../../../../../src-renderer/app/desk/kitchenTalk/kitchenHold.ts';
import type { DeskKitchenTalk } from '../../../../../../src-renderer/features/kitchenTalk/deskKitchenTalk.ts';
import { longestSilenceMs } from '../../../../../../src-renderer/features/talk/holdMachine.ts';

let done: string[];
let window: EventTarget;
let document: EventTarget & { hidden: boolean; hasFocus(): boolean };
let hold: ReturnType<typeof withKitchenHold>['hold'];

const key = (name: 'keydown' | 'keyup', code: string, repeat = false) =>
  Object.assign(new Event(name, { cancelable: true }), { code, key: code, repeat });

beforeEach(() => {
  vi.useFakeTimers();
  done = [];
  window = new EventTarget();
  document = Object.assign(new EventTarget(), { hidden: false, hasFocus: () => true });
  const talk = {
    press: (takesOver: boolean) => done.push(takesOver ? 'takeOver' : 'press'),
    release: (isUnproven = false) => done.push(isUnproven ? 'silent' : 'release'),
  } as unknown as DeskKitchenTalk;
  hold = withKitchenHold(talk, { window, document }).hold;
});

describe('the key that is held to speak into a kitchen', () => {
  it('takes over only at the press that says so', () => {
    hold.keyDown(key('keydown', 'Enter'), 'override');
    hold.up();
    hold.pointerDown({ pointerId: 1 }, 'override');
    hold.up();
    hold.pointerDown({ pointerId: 1 });
    hold.up();
    expect(done).toEqual(['takeOver', 'release', 'takeOver', 'release', 'press', 'release']);
  });

  it.each(['KeyK', 'Enter'])('is released by any other key while %s holds it', (code) => {
    hold.keyDown(key('keydown', code));
    window.dispatchEvent(key('keydown', 'KeyA'));
    expect(done).toEqual(['press', 'release']);
  });

  it('is released when a keyboard that repeats says nothing more, and its release was lost', () => {
    hold.keyDown(key('keydown', 'KeyK'));
    vi.advanceTimersByTime(longestSilenceMs + 500);
    // The talk is given the cause, so that the desk can say it.
    expect(done).toEqual(['press', 'silent']);
  });

  it.each(['blur', 'pagehide', 'freeze'])('is released by %s of the page, however it is held', (name) => {
    hold.pointerDown({ pointerId: 1 });
    window.dispatchEvent(new Event(name));
    hold.keyDown(key('keydown', 'KeyK'));
    window.dispatchEvent(new Event(name));
    expect(done).toEqual(['press', 'release', 'press', 'release']);
  });
});
