/** What the page needs of its window. */
export interface PageFrameClock {
  requestFrame(drawn: () => void): void;
  every(intervalMs: number, tick: () => void): void;
  /** `performance.now()`. */
  nowMs(): number;
}

/** What was seen of the page's frames since the last reading. */
export interface PageFrameReading {
  /** Time in which the page drew nothing although it was asked to, in gaps long enough to be seen. */
  missingMs: number;
  /** False when the page was not drawn for a while though it had the time to: it is covered, or the display sleeps. */
  isDrawn: boolean;
}

/** A frame is asked for this often: enough to see gaps, and too rare to cost anything. */
const askEveryMs = 100;
/** A gap up to this long is not seen on a wall of cameras with five pictures a second. */
const unseenGapMs = 300;
/** No machine that draws takes so long for one frame while its timers ring in time. */
const leastCoveredMs = 1_000;
/** Share of the ticks that must have come in a gap for it to be no lack of power. */
const timelyShare = 0.7;

/**
 * Watches whether the page draws. A machine that lacks power is late with its frames; a page that is covered or whose
 * display sleeps is not drawn at all, while its timers go on in time.
 */
export class PageFrames {
  readonly #clock: PageFrameClock;
  #drawnAtMs: number;
  #ticksSinceDrawn = 0;
  #isAsked = false;
  #missingMs = 0;
  #isDrawn = true;
  /** What is missing of the present gap and was read already. */
  #readOfGapMs = 0;

  constructor(clock: PageFrameClock) {
    this.#clock = clock;
    this.#drawnAtMs = clock.nowMs();
    clock.every(askEveryMs, () => this.#tick());
  }

  /** What happened since the last reading. */
  read(): PageFrameReading {
    this.#closeGap(this.#clock.nowMs());
    const reading = { missingMs: this.#missingMs, isDrawn: this.#isDrawn };
    this.#missingMs = 0;
    this.#isDrawn = true;
    return reading;
  }

  /** The page was hidden: what was not drawn meanwhile does not count. */
  reset(): void {
    this.#missingMs = 0;
    this.#isDrawn = true;
    this.#beginGap();
  }

  #tick(): void {
    this.#ticksSinceDrawn += 1;
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#clock.requestFrame(() => {
      this.#isAsked = false;
      this.#closeGap(this.#clock.nowMs());
      this.#beginGap();
    });
  }

  /** Counts what is missing up to now, each moment once. */
  #closeGap(nowMs: number): void {
    const gapMs = nowMs - this.#drawnAtMs;
    if (gapMs <= unseenGapMs) return;
    const isCovered = gapMs >= leastCoveredMs && this.#ticksSinceDrawn >= (timelyShare * gapMs) / askEveryMs;
    if (isCovered) {
      this.#isDrawn = false;
      return;
    }
    const missingMs = gapMs - askEveryMs;
    this.#missingMs += missingMs - this.#readOfGapMs;
    this.#readOfGapMs = missingMs;
  }

  #beginGap(): void {
    this.#drawnAtMs = this.#clock.nowMs();
    this.#ticksSinceDrawn = 0;
    this.#readOfGapMs = 0;
  }
}

/** The frames of this page. */
export function watchPageFrames(): PageFrames {
  return new PageFrames({
    requestFrame: (drawn) => void requestAnimationFrame(drawn),
    every: (intervalMs, tick) => void setInterval(tick, intervalMs),
    nowMs: () => performance.now(),
  });
}
