import type { Receiver } from '../media/receiver.ts';
import { measurePlayback, type PlaybackCounts } from '../media/playbackMeter.ts';
import type { Signalling } from '../media/signalling.ts';
import type { WallStore } from '../features/wall/wallStore.ts';

/** The hub thins after two bad measurements, so within five seconds. */
const measureMs = 2_000;
/** A window that is dragged to another size tells it once it rests. */
const resizeRestMs = 300;

/** Tells the hub how large this screen is and how well it keeps up, for as long as the page lives. */
export class ScreenReporter {
  readonly #signalling: Signalling;
  readonly #receiver: Receiver;
  readonly #wallStore: WallStore;
  #before: PlaybackCounts | undefined;
  /** A page that turned between two counts shows other streams: that interval says nothing. */
  #shownBefore = '';

  constructor(signalling: Signalling, receiver: Receiver, wallStore: WallStore) {
    this.#signalling = signalling;
    this.#receiver = receiver;
    this.#wallStore = wallStore;
    let rest: ReturnType<typeof setTimeout> | undefined;
    window.addEventListener('resize', () => {
      clearTimeout(rest);
      rest = setTimeout(() => this.#tellDisplay(), resizeRestMs);
    });
    setInterval(() => void this.#measure(), measureMs);
  }

  /** A new connection: the hub knows nothing of this screen's size. It is told once the tiles are drawn. */
  connected(): void {
    setTimeout(() => this.#tellDisplay(), resizeRestMs);
  }

  /** The size of the tiles' room, in the display's own pixels. */
  #tellDisplay(): void {
    const room = document.querySelector('.wall-room') ?? document.documentElement;
    const strip = document.querySelector('.tile-strip');
    const ratio = window.devicePixelRatio;
    const pixels = (length: number, least: number): number => Math.max(least, Math.round(length * ratio));
    void this.#signalling.request('wall:reportDisplay', {
      widthPx: pixels(room.clientWidth, 1),
      heightPx: pixels(room.clientHeight, 1),
      stripPx: pixels(strip?.clientHeight ?? 0, 0),
    });
  }

  async #measure(): Promise<void> {
    // A hidden page presents nothing, and that is not its machine's fault.
    if (document.hidden) {
      this.#before = undefined;
      return;
    }
    const shown = JSON.stringify(
      this.#wallStore.getState().wall?.tiles.map(({ camera, stream }) => [camera?.cameraId, stream]),
    );
    const after: PlaybackCounts = {
      atMs: performance.now(),
      video: await this.#receiver.videoCounts(),
      reports: this.#receiver.reports().map((report) => ({ ...report, clock: { ...report.clock } })),
    };
    const before = shown === this.#shownBefore ? this.#before : undefined;
    this.#before = after;
    this.#shownBefore = shown;
    const measurement = before === undefined ? undefined : measurePlayback(before, after);
    if (measurement !== undefined) void this.#signalling.request('wall:reportPlayback', measurement);
  }
}
