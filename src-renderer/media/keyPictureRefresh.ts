import type { KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import type { HeldStream } from './heldStreams.ts';
import type { PictureSink } from './pictureSink.ts';
import { ReadyStream } from './readyStream.ts';
import type { Signalling } from './signalling.ts';
import type { Subscription } from './subscription.ts';

/** A live stream that was held ready has shown a picture by then. One that has not gets the hub's last key picture. Milliseconds. */
const catchUpMs = 250;
/** At each tick one of the streams that are held ready gets a new picture: 25 a second cost little, whatever their number. */
const readyTickMs = 40;

export interface KeyPictureRefreshOptions {
  signalling: Signalling;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
  /** Every stream in which this page has a share. */
  held(): HeldStream[];
}

/** Asks the hub for its last key pictures, for everything that has no live picture yet or is held ready for later. */
export class KeyPictureRefresh {
  readonly #options: KeyPictureRefreshOptions;

  constructor(options: KeyPictureRefreshOptions) {
    this.#options = options;
    setInterval(() => this.#refreshReady(), readyTickMs);
  }

  /** Shows the hub's last key picture of a stream in `sink`. */
  async refresh(subscription: Subscription, sink: PictureSink): Promise<void> {
    const keyPicture = await this.#fetch(subscription);
    if (keyPicture !== undefined) await sink.showKeyPicture(keyPicture);
  }

  /** The picture that came with a stream held ready is old. A live stream shows a newer one sooner than a key picture is decoded. */
  refreshLater({ subscription }: HeldStream, sink: PictureSink, live: boolean): void {
    subscription.forgetKeyPicture();
    const waitMs = live && subscription.view.status?.state === 'live' ? catchUpMs : 0;
    setTimeout(() => {
      if (sink.clock.firstPictureMs === undefined) void this.refresh(subscription, sink);
    }, waitMs);
  }

  /** Gives the hub's last key picture to those who still have no picture of a stream. */
  fillGaps(held: HeldStream | undefined): void {
    if (held === undefined) return;
    for (const sink of held.sinks.keys())
      if (sink.clock.firstPictureMs === undefined) void this.refresh(held.subscription, sink);
  }

  /** A stream that is held ready with its paused track; its picture is kept recent here. */
  makeReady({ subscription }: HeldStream, stream: MediaStream): ReadyStream {
    return new ReadyStream({
      stream,
      fetchPicture: () => this.#fetch(subscription),
      nowMs: this.#options.nowMs,
    });
  }

  async #fetch({ streamId }: Subscription): Promise<KeyPicture | undefined> {
    if (streamId === undefined) return undefined;
    const answer = await this.#options.signalling.request('cameras:getKeyPicture', { streamId });
    return answer.ok ? answer.data.keyPicture : undefined;
  }

  /** Refreshes the ready stream whose picture is most overdue. */
  #refreshReady(): void {
    if (document.hidden) return;
    const nowMs = this.#options.nowMs();
    const due = this.#options
      .held()
      .flatMap(({ ready }) => (ready !== undefined && ready.dueAtMs <= nowMs ? [ready] : []))
      .sort((one, other) => one.dueAtMs - other.dueAtMs);
    void due[0]?.refresh();
  }
}
