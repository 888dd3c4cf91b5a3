import type { ReplacedCause } from '../../../../src-shared/wall/replacedPage.ts';
import { takeReplacedCause } from '../../shared/replacedCause.ts';
import type { DecodeMeasurement } from '../../../../src-shared/wall/decodeMeasurement.ts';
import type { Receiver } from '../../../media/receiver.ts';
import { watchPageFrames } from '../../../media/pageFrames.ts';
import { measurePlayback, type PlaybackCounts } from '../../../media/playbackMeter.ts';
import type { Signalling } from '../../../media/signalling.ts';
import type { WallStore } from '../../../features/wall/wallStore.ts';

/** The hub thins after two bad measurements, so within five seconds. */
const measureMs = 2_000;
/** A window that is dragged to another size reports the size once it rests. */
const resizeRestMs = 300;

/** No picture came: cameras are away, or all tiles show key pictures. Nothing was lost. */
const withoutPictures: DecodeMeasurement = {
  tilesShown: 0,
  framesExpected: 0,
  framesPresented: 0,
  framesDropped: 0,
  framesLate: 0,
  decodeMs: 0,
};

/** Reports to the hub how large this screen is and how well it keeps up, for as long as the page lives. */
export class ScreenReporter {
  readonly #signalling: Signalling;
  readonly #receiver: Receiver;
  readonly #wallStore: WallStore;
  readonly #pageFrames = watchPageFrames();
  #before: PlaybackCounts | undefined;
  /** The count before that, of the same page. */
  #earlier: PlaybackCounts | undefined;
  /** A page that turned between two counts shows other streams: that interval says nothing. */
  #shownBefore = '';
  /** Reported once: it is about how this page came up. */
  #replaced: ReplacedCause | undefined = takeReplacedCause(window.location, window.history);

  constructor(signalling: Signalling, receiver: Receiver, wallStore: WallStore) {
    this.#signalling = signalling;
    this.#receiver = receiver;
    this.#wallStore = wallStore;
    let rest: ReturnType<typeof setTimeout> | undefined;
    window.addEventListener('resize', () => {
      clearTimeout(rest);
      rest = setTimeout(() => this.#tellDisplay(), resizeRestMs);
    });
    document.addEventListener('visibilitychange', () => {
      this.#forget();
      this.#pageFrames.reset();
    });
    setInterval(() => void this.#measure(), measureMs);
  }

  /** A new connection: the hub knows nothing of this screen's size. It is reported once the tiles are drawn. */
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
      ...(this.#replaced === undefined ? {} : { replaced: this.#replaced }),
    });
    this.#replaced = undefined;
  }

  async #measure(): Promise<void> {
    const { missingMs, isDrawn } = this.#pageFrames.read();
    // A page that is hidden, covered or on a sleeping display presents nothing, and that is not its machine's fault.
    if (document.hidden || !isDrawn) return this.#forget();
    const shown = JSON.stringify(
      this.#wallStore
        .getState()
        .wall?.tiles.map(({ camera, stream, live }) => [camera?.cameraId, stream, live]),
    );
    const after: PlaybackCounts = {
      video: await this.#receiver.videoCounts(),
      atMs: performance.now(),
      reports: this.#receiver.reports().map((report) => ({ ...report, clock: { ...report.clock } })),
      pageMissingMs: missingMs,
    };
    if (shown !== this.#shownBefore) this.#forget();
    const [before, earlier] = [this.#before, this.#earlier];
    this.#earlier = before;
    this.#before = after;
    this.#shownBefore = shown;
    if (before === undefined) return;
    const measurement = measurePlayback(before, after, earlier) ?? withoutPictures;
    void this.#signalling.request('wall:reportPlayback', measurement);
  }

  #forget(): void {
    this.#before = undefined;
    this.#earlier = undefined;
  }
}
