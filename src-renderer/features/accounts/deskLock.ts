import type { AskAccounts } from './accountsClient.ts';
import { isLocked, type PrincipalStore } from './principalStore.ts';

/** How often the desk looks whether somebody touched it, and how long it waits before it asks the hub again. Milliseconds. */
const lookEveryMs = 1_000;
const retryMs = 2_000;

const touches = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

export interface DeskLockOptions {
  store: PrincipalStore;
  ask: AskAccounts;
  /** A person who talks is at the desk, even without touching it. */
  isTalking(): boolean;
  /** A clock that nobody can set. Milliseconds. */
  nowMs(): number;
  /** Called once when the desk is locked: what is open is closed. */
  onLocked(): void;
}

/** Locks the desk by key and after a time in which nobody touches it. */
export interface DeskLock {
  lock(): void;
  /** Starts to watch whether somebody touches the desk. */
  watch(target: Pick<Window, 'addEventListener'>): void;
}

export function createDeskLock({ store, ask, isTalking, nowMs, onLocked }: DeskLockOptions): DeskLock {
  let touchedAtMs = nowMs();
  const send = async (): Promise<void> => {
    const answer = await ask('POST', 'session/lock', {});
    if (!store.getState().isLocking) return;
    // Without an account the desk could not be unlocked again.
    if (!answer.ok && answer.refusal.reason === 'accounts.signed_out') store.setState({ isLocking: false });
    else if (!answer.ok) setTimeout(() => void send(), retryMs);
  };
  const lock = (): void => {
    const { desk } = store.getState();
    if (desk === undefined || desk.standing !== 'open' || isLocked(store.getState())) return;
    store.setState({ isLocking: true, isSwitching: false });
    void send();
  };
  return {
    lock,
    watch(target) {
      for (const name of touches) {
        target.addEventListener(name, () => (touchedAtMs = nowMs()), { capture: true, passive: true });
      }
      let wasLocked = isLocked(store.getState());
      store.subscribe((state) => {
        const locked = isLocked(state);
        // The idle time starts again when somebody unlocks the desk; another page of this sign-in may have locked it.
        if (wasLocked !== locked) touchedAtMs = nowMs();
        if (locked && !wasLocked) onLocked();
        wasLocked = locked;
      });
      setInterval(() => {
        if (isTalking()) touchedAtMs = nowMs();
        const lockAfterMs = store.getState().desk?.lockAfterMs ?? 0;
        if (lockAfterMs > 0 && nowMs() - touchedAtMs >= lockAfterMs) lock();
      }, lookEveryMs);
    },
  };
}
