/** One question to the hub what time it is there. Milliseconds; `hubNowMs` is of the hub's clock, the others of this machine's. */
export interface ClockSample {
  askedAtMs: number;
  answeredAtMs: number;
  hubNowMs: number;
}

/** How much an estimate loses in a second: cheap clocks are a hundred millionths apart. */
const driftPerMs = 0.0001;
/** How far off the time in a snapshot may be, that comes while both sides are busy. Milliseconds. */
const snapshotErrorMs = 1_000;
/** An answer that took longer says too little. Milliseconds. */
const longestRoundTripMs = 2_000;

/** The hub's clock as this machine knows it: ages and times of pictures follow it, whatever the screen's clock. */
export class HubClock {
  #offsetMs = 0;
  /** How far off the offset may be, as it was measured at `#measuredAtMs`. */
  #errorMs = Number.POSITIVE_INFINITY;
  #measuredAtMs = 0;

  /** The hub's clock read `hubNowMs` when this machine's read `atMs`, more or less: what was measured before is better, unless a clock was set. */
  set(hubNowMs: number, atMs: number): void {
    const offsetMs = hubNowMs - atMs;
    if (Number.isFinite(this.#errorMs) && Math.abs(offsetMs - this.#offsetMs) < snapshotErrorMs) return;
    this.#offsetMs = offsetMs;
    this.#errorMs = Number.POSITIVE_INFINITY;
  }

  /**
   * Takes a measurement that says more than what is known, or that contradicts it because one of the clocks was set. What is not a
   * measurement (a value that is not a number, a round trip of less than nothing or of seconds) is ignored.
   */
  measured({ askedAtMs, answeredAtMs, hubNowMs }: ClockSample): void {
    const roundTripMs = answeredAtMs - askedAtMs;
    if (!Number.isFinite(hubNowMs) || !(roundTripMs >= 0 && roundTripMs <= longestRoundTripMs)) return;
    const offsetMs = hubNowMs - (askedAtMs + answeredAtMs) / 2;
    // Clocks of browsers and of the hub count whole milliseconds.
    const errorMs = roundTripMs / 2 + 1;
    const knownToMs = this.#errorMs + Math.abs(answeredAtMs - this.#measuredAtMs) * driftPerMs;
    const isContradicted = Math.abs(offsetMs - this.#offsetMs) > errorMs + knownToMs;
    if (errorMs > knownToMs && !isContradicted) return;
    this.#offsetMs = offsetMs;
    this.#errorMs = errorMs;
    this.#measuredAtMs = answeredAtMs;
  }

  /** Unix milliseconds of the hub for Unix milliseconds of this machine. */
  toHubMs(localMs: number): number {
    return localMs + this.#offsetMs;
  }

  /** Unix milliseconds of the hub, now. */
  nowMs(): number {
    return this.toHubMs(Date.now());
  }
}
