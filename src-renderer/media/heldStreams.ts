import type { StreamKind } from '../../src-shared/cameras/cameras.protocol.ts';
import { DecodeWatch } from './decodeWatch.ts';
import type { PictureSink } from './pictureSink.ts';
import type { ReadyStream } from './readyStream.ts';
import type { Subscription } from './subscription.ts';

/** Who shows a stream, and whether as video. */
export interface Shown {
  targetId: string;
  live: boolean;
}

/** A stream that this page holds, with everything that shows it. */
export interface HeldStream {
  subscription: Subscription;
  holders: number;
  sinks: Map<PictureSink, Shown>;
  /** While the stream is held and nobody shows it. */
  ready: ReadyStream | undefined;
  /** When this side last began to wait for pictures, hub time. */
  waitingSinceMs: number;
  decoding: DecodeWatch;
}

export interface HeldStreamsOptions {
  subscribe(cameraId: string, stream: StreamKind): Subscription;
  /** The subscription of a held stream changed. */
  onChange(held: HeldStream): void;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
}

/** A camera that moves from one tile to another is released and taken again at once: its share stays. Milliseconds. */
const releaseMs = 100;

/** The streams that this page holds: one subscription for each camera and stream, whoever shows it. */
export class HeldStreams {
  readonly #options: HeldStreamsOptions;
  readonly #held = new Map<string, HeldStream>();

  constructor(options: HeldStreamsOptions) {
    this.#options = options;
  }

  all(): HeldStream[] {
    return [...this.#held.values()];
  }

  find(cameraId: string, stream: StreamKind): HeldStream | undefined {
    return this.#held.get(keyOf(cameraId, stream));
  }

  /** Adds a holder. The function that it is released with comes from `releaseOnce`. */
  take(cameraId: string, stream: StreamKind): HeldStream {
    let held = this.find(cameraId, stream);
    if (held === undefined) {
      const made: HeldStream = {
        subscription: this.#options.subscribe(cameraId, stream),
        holders: 0,
        sinks: new Map(),
        ready: undefined,
        waitingSinceMs: this.#options.nowMs(),
        decoding: new DecodeWatch(),
      };
      made.subscription.onChange(() => this.#options.onChange(made));
      this.#held.set(keyOf(cameraId, stream), made);
      held = made;
    }
    held.holders += 1;
    return held;
  }

  /** The function that takes one holder away; a second call of it does nothing. */
  releaseOnce(held: HeldStream): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      held.holders -= 1;
      if (held.holders === 0) setTimeout(() => this.#letGo(held), releaseMs);
    };
  }

  /**
   * Whether another subscription of this page holds the same share: a camera without a sub stream serves one stream to
   * both names, and one that was released may just have been asked for again.
   */
  isShared(cameraId: string, streamId: string): boolean {
    return this.all().some(
      ({ subscription }) =>
        subscription.cameraId === cameraId &&
        (subscription.streamId === streamId || subscription.streamId === undefined),
    );
  }

  #letGo(held: HeldStream): void {
    const { cameraId, stream } = held.subscription;
    if (held.holders > 0 || this.find(cameraId, stream) !== held) return;
    this.#held.delete(keyOf(cameraId, stream));
    held.ready?.close();
    held.subscription.close();
  }
}

function keyOf(cameraId: string, stream: StreamKind): string {
  return `${cameraId}/${stream}`;
}
