import type { Consumer } from 'mediasoup-client/types';
import { decodeCountsOf } from './inboundCounts.ts';
import type { ReceivedTrack } from './subscription.ts';

/** The tracks that come through one transport, until each is closed. */
export class ReceivedTracks {
  readonly #options: { isClosed(): boolean; onClosed(): void };
  readonly #entries = new Set<{ lost: () => void }>();

  /** `isClosed` is asked about the transport; `onClosed` is called after a track was closed. */
  constructor(options: { isClosed(): boolean; onClosed(): void }) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A track for whoever receives it. `onClosed` frees what carries it and is called once, when the receiver closes the track. */
  add(
    consumerId: string,
    { track, rtpReceiver }: Pick<Consumer, 'track' | 'rtpReceiver'>,
    onClosed: () => void,
  ): ReceivedTrack {
    const lost = Promise.withResolvers<void>();
    const entry = { lost: lost.resolve };
    this.#entries.add(entry);
    if (this.#options.isClosed()) lost.resolve();
    return {
      consumerId,
      stream: new MediaStream([track]),
      lost: lost.promise,
      decodeCounts: async () => decodeCountsOf(await rtpReceiver?.getStats()),
      close: () => {
        if (!this.#entries.delete(entry)) return;
        onClosed();
        this.#options.onClosed();
      },
    };
  }

  /** The transport is gone: whoever receives a track through it is notified by the track's `lost`. */
  loseAll(): void {
    for (const entry of [...this.#entries]) entry.lost();
  }
}
