/** A jump of the sequence number beyond this is a new start of the camera's counter, not a loss. */
const maxPlausibleLoss = 2000;
/** A packet so little behind is a straggler; further back, the camera began to count again. */
const maxStragglerDistance = 128;
/** A jump of the timestamp beyond this is a new start of the camera's clock: forwards, and backwards. */
const maxTimestampJumpSeconds = 10;
const maxTimestampFallSeconds = 0.5;

/**
 * Sequence numbers and timestamps of one outgoing RTP stream, carried on over any number of sources. The timestamps rise
 * from picture to picture, whatever the camera's do: receivers take two pictures with one timestamp for one.
 */
export class StreamNumbers {
  readonly #clockRate: number;
  readonly #stepTicks: number;
  #sourceClockRate: number;
  #started = false;
  #rebasing = true;
  #rebasingClock = true;
  #lastSequence = 0;
  #lastSourceTimestamp = 0;
  #lastStampMs = 0;
  /** By how many ticks the outgoing timestamps are ahead of the source's, since two of its were the same. */
  #aheadTicks = 0;
  /** Of the packet that was numbered last; the next one's follows it. */
  lastSequenceNumber = 0;
  /** Of the packets that are now sent, in ticks of `clockRate`. */
  timestamp = 0;
  /** Packets that never came, over all sources. */
  lost = 0;
  /** Whether the packet that was accepted last began a new count, so that nothing says what is missing before it. */
  jumped = false;

  /** `stepTicks` is the least step of the timestamp from one source to the next. */
  constructor(clockRate: number, stepTicks: number) {
    this.#clockRate = clockRate;
    this.#sourceClockRate = clockRate;
    this.#stepTicks = stepTicks;
  }

  /** Another source begins: its numbers go on where the last one's ended, as much later as the clock says. */
  rebase(sourceClockRate: number = this.#sourceClockRate): void {
    this.#rebasing = true;
    this.#rebasingClock = true;
    this.#sourceClockRate = sourceClockRate;
  }

  /**
   * Takes a source packet's number in: how many are missing before it, or -1 when it is late or doubled. The gap is left
   * by `skip`, so that what was held back before it can still go out.
   */
  accept(sequence: number): number {
    const step = (sequence - this.#lastSequence) & 0xffff;
    if (!this.#rebasing && (step === 0 || step > 0xffff - maxStragglerDistance)) return -1;
    this.jumped = this.#rebasing || step - 1 > maxPlausibleLoss;
    this.#rebasingClock ||= this.jumped;
    this.#rebasing = false;
    const missing = this.jumped ? 0 : step - 1;
    this.#lastSequence = sequence;
    return missing;
  }

  /** A packet without content had this number: where it is the next one, none is missing. */
  passOver(sequence: number): void {
    if (!this.#rebasing && ((sequence - this.#lastSequence) & 0xffff) === 1) this.#lastSequence = sequence;
  }

  /** The gap stays a gap, so that receivers ask for the picture again instead of showing a damaged one. */
  skip(missing: number): void {
    this.lost += missing;
    this.lastSequenceNumber = (this.lastSequenceNumber + missing) & 0xffff;
  }

  /** A picture, or a packet of sound, begins that has this timestamp of the source. */
  stamp(sourceTimestamp: number, nowMs: number): void {
    const ticks = (sourceTimestamp - this.#lastSourceTimestamp) | 0;
    const rate = this.#sourceClockRate;
    if (ticks > maxTimestampJumpSeconds * rate || -ticks > maxTimestampFallSeconds * rate) {
      this.#rebasingClock = true;
    }
    const elapsedTicks = Math.max(0, Math.round(((nowMs - this.#lastStampMs) * this.#clockRate) / 1000));
    if (this.#rebasingClock) {
      if (this.#started) this.#advance(Math.max(this.#stepTicks, elapsedTicks));
      this.#rebasingClock = false;
      this.#started = true;
      this.#aheadTicks = 0;
    } else {
      const scaled = rate === this.#clockRate ? ticks : Math.round((ticks * this.#clockRate) / rate);
      const step = ticks === 0 ? Math.max(1, elapsedTicks) : Math.max(1, scaled - this.#aheadTicks);
      this.#aheadTicks += step - scaled;
      this.#advance(step);
    }
    this.#lastSourceTimestamp = sourceTimestamp;
    this.#lastStampMs = nowMs;
  }

  nextSequenceNumber(): number {
    this.lastSequenceNumber = (this.lastSequenceNumber + 1) & 0xffff;
    return this.lastSequenceNumber;
  }

  #advance(ticks: number): void {
    this.timestamp = (this.timestamp + ticks) >>> 0;
  }
}
