import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../../../../src-renderer/features/accounts/accountsClient.ts';
import { createDeskLock } from '../../../../../src-renderer/features/accounts/deskLock.ts';
import {
  createPrincipalStore,
  isLocked,
  type PrincipalStore,
  takePrincipal,
} from '../../../../../src-renderer/features/accounts/principalStore.ts';
import type { DeskSession } from '../../../../../src-shared/session/session.protocol.ts';

const desk: DeskSession = {
  accountId: 'wang',
  name: '王芳',
  scope: { districts: 'all', squads: 'all' },
  standing: 'open',
  lockAfterMs: 600_000,
  shifts: [],
  rights: {},
};
const fine: Answer<never> = { ok: true, data: {} as never };

describe('the lock of a desk', () => {
  let store: PrincipalStore;
  let asked: string[];
  let answers: Answer<never>[];
  let isTalking: boolean;
  let closed: number;
  let target: EventTarget;
  const start = (changes: Partial<DeskSession> = {}) => {
    takePrincipal(store, { role: 'duty_officer', capabilities: [], desk: { ...desk, ...changes } });
    const lock = createDeskLock({
      store,
      ask: (method, path) => {
        asked.push(`${method} ${path}`);
        return Promise.resolve(answers.shift() ?? fine);
      },
      isTalking: () => isTalking,
      nowMs: () => Date.now(),
      onLocked: () => (closed += 1),
    });
    lock.watch(target as unknown as Window);
    return lock;
  };
  /** The hub says how the desk stands. */
  const says = (standing: DeskSession['standing']): void =>
    takePrincipal(store, { role: 'duty_officer', capabilities: [], desk: { ...desk, standing } });
  const locked = (): boolean => isLocked(store.getState());

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    store = createPrincipalStore();
    asked = [];
    answers = [];
    isTalking = false;
    closed = 0;
    target = new EventTarget();
  });
  afterEach(() => vi.useRealTimers());

  it('hides everything at once, and asks the hub', () => {
    const lock = start();
    lock.lock();
    expect(locked()).toBe(true);
    expect(closed).toBe(1);
    expect(asked).toEqual(['POST session/lock']);
    lock.lock();
    expect(asked).toHaveLength(1);
  });

  it('stays whatever old snapshot comes, until the hub has said that it is locked and then that it is not', () => {
    start().lock();
    says('open');
    expect(locked()).toBe(true);
    says('locked');
    expect(locked()).toBe(true);
    says('open');
    expect(locked()).toBe(false);
  });

  it('is asked for again while the hub is away', async () => {
    answers = [
      { ok: false, refusal: { reason: 'session.no_answer' } },
      { ok: false, refusal: { code: 'unavailable' } },
    ];
    start().lock();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(3);
    expect(locked()).toBe(true);
  });

  it('opens again where nobody is signed in with an account, as nobody could unlock it', async () => {
    answers = [{ ok: false, refusal: { reason: 'accounts.signed_out' } }];
    start().lock();
    await vi.advanceTimersByTimeAsync(0);
    expect(locked()).toBe(false);
  });

  it.each(['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'])(
    'comes by itself when nobody touched the desk for the time, counted from the last %s',
    async (touch) => {
      start();
      await vi.advanceTimersByTimeAsync(599_000);
      target.dispatchEvent(new Event(touch));
      await vi.advanceTimersByTimeAsync(599_000);
      expect(locked()).toBe(false);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(locked()).toBe(true);
    },
  );

  it('does not come while somebody talks, nor where the setting is 0', async () => {
    isTalking = true;
    start();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(locked()).toBe(false);
    isTalking = false;
    start({ lockAfterMs: 0 });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(locked()).toBe(false);
  });

  it('gives the whole time again after it was unlocked', async () => {
    start();
    await vi.advanceTimersByTimeAsync(601_000);
    says('locked');
    says('open');
    await vi.advanceTimersByTimeAsync(598_000);
    expect(locked()).toBe(false);
  });

  it('closes what is open also where another page locked the same sign-in', () => {
    start();
    says('locked');
    expect(closed).toBe(1);
    expect(asked).toEqual([]);
  });
});
