import {
  dueAtMs,
  turn,
  untouched,
  type EndedMove,
  type TurnEvent,
  type TurnHolder,
  type TurnState,
  type TurnVerdict,
} from '../../../src-shared/turning/turningMachine.ts';
import type { Motion } from '../../../src-shared/turning/motion.ts';
import type { TurnHead } from './turning.ports.ts';

export interface TurnedCameraOptions {
  head: TurnHead;
  nowMs(): number;
  /** Resolves when it is kept that this desk has the camera; only then it moves. */
  onHeld(holder: TurnHolder): Promise<void>;
  onMoves(startedAtMs: number, motion: Motion): void;
  onEnded(move: EndedMove): void;
  /** Somebody else has it now, or nobody. */
  onHolderChanged(): void;
  /** Nobody has it, and the last stop was confirmed or not. */
  onFree(isStopped: boolean): void;
}

/** One camera that a desk has: the machine with its clock, and what it sends to the camera. */
export class TurnedCamera {
  readonly #options: TurnedCameraOptions;
  #state: TurnState = untouched;
  #timer: NodeJS.Timeout | undefined;
  /** Resolved once the present holder is kept. */
  #kept: Promise<void> = Promise.resolve();
  #isKept = true;
  #stopping: AbortController | undefined;
  /** What became of the stops since it moved last. */
  #stops: Promise<boolean>[] = [];

  constructor(options: TurnedCameraOptions) {
    this.#options = options;
  }

  get holder(): TurnHolder | undefined {
    return this.#state.holder;
  }

  /** Resolves with what became of the event, once what it needs is kept. Rejects when the store does not take it. */
  async put(event: TurnEvent): Promise<TurnVerdict> {
    const { nowMs, onHeld, onMoves, onEnded, onHolderChanged, onFree } = this.#options;
    const before = this.#state;
    const { state, effects, verdict } = turn(before, event, nowMs());
    this.#state = state;
    this.#schedule();
    let hasBegun = false;
    for (const effect of effects) {
      if (effect.type === 'held') {
        this.#isKept = false;
        this.#kept = onHeld(effect.holder);
        this.#kept.then(
          () => (this.#isKept = true),
          () => undefined,
        );
        onHolderChanged();
      } else if (effect.type === 'stop') this.#stop();
      else if (effect.type === 'drive') {
        hasBegun = state.move !== undefined && state.move.moveId !== before.move?.moveId;
        if (this.#isKept) this.#drive(effect.motion);
      } else if (effect.type === 'ended') onEnded(effect.move);
      else {
        onHolderChanged();
        void this.#isStopped().then((isStopped) => {
          if (this.#state.holder === undefined) onFree(isStopped);
        });
      }
    }
    if (hasBegun && state.move !== undefined) onMoves(state.move.startedAtMs, state.move.motion);
    const needsHold = event.type === 'move' || event.type === 'use' || event.type === 'takeOver';
    if (this.#isKept || verdict !== 'done' || !needsHold) return verdict;
    try {
      await this.#kept;
    } catch (error) {
      // What is not kept does not move: nobody would stop it after a restart.
      if (this.#state.holder !== undefined)
        void this.put({ type: 'left', holderId: this.#state.holder.holderId });
      throw error;
    }
    const { move } = this.#state;
    if (event.type === 'move' && move?.moveId === event.moveId) this.#drive(move.motion);
    return verdict;
  }

  /** Stops, and waits until the camera has confirmed it or too long has passed. */
  async close(): Promise<void> {
    const hasMoved = this.#state.move !== undefined || this.#state.secondStopAtMs !== undefined;
    void this.put({ type: 'close' });
    clearTimeout(this.#timer);
    if (hasMoved) this.#stop();
    await this.#isStopped();
  }

  /** Whether one of the stops was confirmed; also when none was needed. */
  async #isStopped(): Promise<boolean> {
    const stops = await Promise.all(this.#stops);
    return stops.length === 0 || stops.includes(true);
  }

  #drive(motion: Motion): void {
    this.#stopping?.abort();
    this.#stopping = undefined;
    this.#stops = [];
    this.#options.head.drive(motion);
  }

  #stop(): void {
    // A first stop that is still unconfirmed goes on being sent; this one goes out besides.
    this.#stopping ??= new AbortController();
    this.#stops.push(this.#options.head.stop(this.#stopping.signal));
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const due = dueAtMs(this.#state);
    if (due === undefined) return;
    const waitMs = Math.max(0, due - this.#options.nowMs());
    this.#timer = setTimeout(() => void this.put({ type: 'tick' }), waitMs);
    this.#timer.unref();
  }
}
