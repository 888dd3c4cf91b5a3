import { describe, expect, it } from 'vitest';
import { createAwaitedListeners, createListeners } from '../../../src-shared/listeners.ts';

describe('listeners of an event', () => {
  it('are called in the order in which they were added, with the arguments of the event', () => {
    const spoke = createListeners<[memberId: string, atMs: number]>();
    const calls: string[] = [];
    spoke.add((memberId, atMs) => calls.push(`first ${memberId} ${atMs}`));
    spoke.add((memberId) => calls.push(`second ${memberId}`));
    spoke.notify('member-7', 5);
    expect(calls).toEqual(['first member-7 5', 'second member-7']);
  });

  it('are removed one by one, also when the same function was added twice', () => {
    const changed = createListeners();
    let calls = 0;
    const count = (): void => void (calls += 1);
    const remove = changed.add(count);
    changed.add(count);
    remove();
    remove();
    changed.notify();
    expect(calls).toBe(1);
  });

  it('may remove themselves or add others while they are notified', () => {
    const changed = createListeners();
    const calls: string[] = [];
    const remove = changed.add(() => {
      remove();
      calls.push('once');
      changed.add(() => calls.push('late'));
    });
    changed.add(() => calls.push('other'));
    changed.notify();
    expect(calls).toEqual(['once', 'other']);
    changed.notify();
    expect(calls).toEqual(['once', 'other', 'other', 'late']);
  });
});

describe('awaited listeners of an event', () => {
  it('are called one after the other, each after the promise of the one before', async () => {
    const imported = createAwaitedListeners<[revision: number]>();
    const calls: string[] = [];
    let finish = (): void => undefined;
    imported.add(async (revision) => {
      calls.push(`began ${revision}`);
      await new Promise<void>((resolve) => (finish = resolve));
      calls.push('ended');
    });
    imported.add((revision) => void calls.push(`second ${revision}`));
    const notified = imported.notify(3);
    expect(calls).toEqual(['began 3']);
    finish();
    await notified;
    expect(calls).toEqual(['began 3', 'ended', 'second 3']);
  });

  it('end with the first rejection', async () => {
    const imported = createAwaitedListeners();
    let isCalled = false;
    imported.add(() => Promise.reject(new Error('the disk is full')));
    imported.add(() => void (isCalled = true));
    await expect(imported.notify()).rejects.toThrow('the disk is full');
    expect(isCalled).toBe(false);
  });
});
