/** A press of a key on the screen that lasts until something ends it, whatever that is. */
export interface HeldPress {
  down(takesOver: boolean): void;
  up(): void;
  /** The key is shown. Returns a function for when it is not any more: a key that goes while it is held hears no release. */
  shown(window: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>): () => void;
}

/** `release` is called once for each press, and never without one: other keys may hold the same. */
export function createHeldPress(actions: { press(takesOver: boolean): void; release(): void }): HeldPress {
  let isDown = false;
  const up = (): void => {
    if (!isDown) return;
    isDown = false;
    actions.release();
  };
  return {
    down(takesOver) {
      isDown = true;
      actions.press(takesOver);
    },
    up,
    shown(window) {
      // Where the pointer is not captured, it is let go outside of the key.
      window.addEventListener('pointerup', up);
      return () => {
        window.removeEventListener('pointerup', up);
        up();
      };
    },
  };
}
