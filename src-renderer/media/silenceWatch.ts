import { pictureLimits } from '../../src-shared/cameras/pictureLimits.ts';
import type { HeldStream } from './heldStreams.ts';
import type { Signalling } from './signalling.ts';
import type { ReceivedTrack } from './subscription.ts';

export interface SilenceWatchOptions {
  signalling: Pick<Signalling, 'request'>;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
  /** What is known of a target changed. */
  onReport(targetId: string): void;
}

/** How often `check` is to be called. Milliseconds. */
export const silenceCheckMs = 1_000;
/** Live at the hub, resumed, and yet no picture for this long (two of the longest GOPs seen): ask for it again. */
const silentMs = 10_000;

/** Finds streams that are live at the hub and show nothing here: they are asked for again, or the browser cannot decode them. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  /** Checks every held stream. */
  check(streams: readonly HeldStream[]): void {
    for (const held of streams) this.#checkOne(held);
  }

  #checkOne(held: HeldStream): void {
    const nowMs = this.#options.nowMs();
    const { status, track } = held.subscription.view;
    const expected = status?.state === 'live' && status.frozenSinceMs === undefined && track !== undefined;
    if (!expected || ![...held.sinks.values()].some(({ live }) => live)) return;
    const lastFrameMs = Math.max(...[...held.sinks.keys()].map((sink) => sink.clock.lastFrameAtMs ?? 0));
    const lastMs = Math.max(held.waitingSinceMs, status.sinceMs, lastFrameMs);
    // A picture may be missing for this time: one group of pictures, or some intervals of a slow camera.
    const owedMs = Math.max(pictureLimits(status.pictureIntervalMs).beginMs, status.groupMs ?? 0);
    this.#watchDecoding(held, track, lastFrameMs, nowMs - lastMs > owedMs);
    if (nowMs - lastMs < Math.max(silentMs, owedMs + silentMs / 2) || document.hidden) return;
    held.waitingSinceMs = nowMs;
    held.subscription.restart();
  }

  /** Notifies the hub when the browser decodes nothing of what it receives, and when it does after all. */
  #watchDecoding(held: HeldStream, track: ReceivedTrack, lastFrameMs: number, isOverdue: boolean): void {
    const { subscription, decoding, sinks } = held;
    const nowMs = this.#options.nowMs();
    if (nowMs - lastFrameMs < silenceCheckMs) {
      const wasUndecodable = decoding.undecodableSinceMs !== undefined;
      decoding.reset();
      if (wasUndecodable || subscription.view.status?.isUndecodable === true)
        this.#reportDecoding(held, true);
      return;
    }
    if (!isOverdue || document.hidden) return;
    const { consumerId } = track;
    void track.decodeCounts?.().then((counts) => {
      if (counts === undefined || subscription.consumerId !== consumerId) return;
      if (!decoding.check(consumerId, counts, this.#options.nowMs())) return;
      this.#reportDecoding(held, false);
      for (const { targetId } of sinks.values()) this.#options.onReport(targetId);
    });
  }

  #reportDecoding({ subscription: { streamId } }: HeldStream, decodes: boolean): void {
    if (streamId !== undefined)
      void this.#options.signalling.request('cameras:reportDecoding', { streamId, decodes });
  }
}
