/** Whether the screen stays on. */
export type WakeLockState = 'off' | 'held' | 'refused';

/** The part of a browser that keeps a screen on; undefined where it has none. */
type WakeLockSource = Pick<WakeLock, 'request'> | undefined;

const againMs = 10_000;

/** Keeps the screen on while on duty; a browser takes that back when the page is hidden, so it is asked for again. */
export class ScreenWakeLock {
  readonly #source: WakeLockSource;
  readonly #onState: (state: WakeLockState) => void;
  #isWanted = false;
  #lock: WakeLockSentinel | undefined;

  constructor(source: WakeLockSource, onState: (state: WakeLockState) => void) {
    this.#source = source;
    this.#onState = onState;
    document.addEventListener('visibilitychange', () => void this.#hold());
  }

  keepOn(isWanted: boolean): void {
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    if (isWanted) void this.#hold();
    else {
      void this.#lock?.release();
      this.#onState('off');
    }
  }

  /**
   * A hidden page loses the wake lock and requests it again when it becomes visible. A visible page loses it only when the
   * battery is low.
   */
  #released(): void {
    this.#lock = undefined;
    if (!this.#isWanted || document.hidden) return;
    this.#onState('refused');
    setTimeout(() => void this.#hold(), againMs);
  }

  async #hold(): Promise<void> {
    if (!this.#isWanted || document.hidden || this.#lock !== undefined) return;
    try {
      if (this.#source === undefined) throw new Error('this browser has no wake lock');
      const lock = await this.#source.request('screen');
      if (!this.#isWanted || this.#lock !== undefined) return void lock.release();
      this.#lock = lock;
      lock.addEventListener('release', () => this.#released());
      this.#onState('held');
    } catch {
      // Low battery, or an old browser: the phone must be kept awake in its settings.
      this.#onState('refused');
    }
  }
}
