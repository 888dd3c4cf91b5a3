/** A jump of the sequence number beyond this is a new start of the camera's counter, not a loss. */
const maxPlausibleLoss = 2000;
/** A packet so little behind is a straggler; further back, the camera began to count anew. */
const maxStragglerDistance = 128;
/** A jump of the timestamp beyond this is a new start of the camera's clock. */
const maxTimestampJumpSeconds = 10;

/** Sequence numbers and timestamps of one outgoing RTP stream, carried on over any number of sources. */
export class StreamNumbers {
  readonly #clockRate: number;
  readonly #stepTicks: number;
  #sourceClockRate: number;
  #started = false;
  #rebasing = true;
  #lastSequence = 0;
  #lastSourceTimestamp = 0;
  #lastArrivalMs = 0;
  #outSequence = 0;
  /** Of the packets that are now sent, in ticks of `clockRate`. */
  timestamp = 0;
  /** Packets that never came, over all sources. */
  lost = 0;

  /** `stepTicks` is the least step of the timestamp from one source to the next. */
  constructor(clockRate: number, stepTicks: number) {
    this.#clockRate = clockRate;
    this.#sourceClockRate = clockRate;
    this.#stepTicks = stepTicks;
  }

  /** Another source begins: its numbers go on where the last one's ended, as much later as the clock says. */
  rebase(sourceClockRate: number): void {
    this.#rebasing = true;
    this.#sourceClockRate = sourceClockRate;
  }

  /** Takes a source packet's numbers in: how many are missing before it, or -1 when it is late or doubled. */
  accept(sequence: number, timestamp: number, nowMs: number): number {
    let missing = 0;
    if (!this.#rebasing) {
      const step = (sequence - this.#lastSequence) & 0xffff;
      if (step === 0 || step > 0xffff - maxStragglerDistance) return -1;
      if (step - 1 > maxPlausibleLoss) this.#rebasing = true;
      else missing = step - 1;
    }
    const ticks = (timestamp - this.#lastSourceTimestamp) | 0;
    if (Math.abs(ticks) > maxTimestampJumpSeconds * this.#sourceClockRate) this.#rebasing = true;
    if (this.#rebasing) this.#startSource(nowMs);
    else if (ticks !== 0) {
      const scaled =
        this.#sourceClockRate === this.#clockRate
          ? ticks
          : Math.round((ticks * this.#clockRate) / this.#sourceClockRate);
      this.timestamp = (this.timestamp + scaled) >>> 0;
    }
    this.lost += missing;
    // The gap stays a gap, so that receivers ask for the picture anew instead of showing a damaged one.
    this.#outSequence += missing;
    this.#lastSequence = sequence;
    this.#lastSourceTimestamp = timestamp;
    this.#lastArrivalMs = nowMs;
    return missing;
  }

  nextSequenceNumber(): number {
    this.#outSequence = (this.#outSequence + 1) & 0xffff;
    return this.#outSequence;
  }

  #startSource(nowMs: number): void {
    this.#rebasing = false;
    if (this.#started) {
      const elapsedTicks = Math.round(((nowMs - this.#lastArrivalMs) * this.#clockRate) / 1000);
      this.timestamp = (this.timestamp + Math.max(this.#stepTicks, elapsedTicks)) >>> 0;
    }
    this.#started = true;
  }
}
