import { beforeEach, describe, expect, it } from 'vitest';
import {
  createHeldPress,
  type HeldPress,
} from '../../../../../src-renderer/features/kitchenTalk/heldPress.ts';

let done: string[];
let window: EventTarget;
let held: HeldPress;

beforeEach(() => {
  done = [];
  window = new EventTarget();
  held = createHeldPress({
    press: (takesOver) => done.push(takesOver ? 'takeOver' : 'press'),
    release: () => done.push('release'),
  });
});

describe('a key on the screen that is held', () => {
  it('is let go when it is not shown any more', () => {
    const gone = held.shown(window);
    held.down(false);
    gone();
    held.up();
    window.dispatchEvent(new Event('pointerup'));
    expect(done).toEqual(['press', 'release']);
  });

  it('is let go wherever on the page the pointer is', () => {
    held.shown(window);
    held.down(true);
    window.dispatchEvent(new Event('pointerup'));
    expect(done).toEqual(['takeOver', 'release']);
  });

  it('lets nothing go that another key holds', () => {
    const gone = held.shown(window);
    window.dispatchEvent(new Event('pointerup'));
    gone();
    expect(done).toEqual([]);
  });
});
