import { frameSamples, silentByte } from '../../../src-shared/kitchenTalk/aLaw.ts';

/** The voice begins when so many frames wait: what is late by less than that is not heard as a gap. */
const firstFrames = 2;
/** More frames never wait, so that the kitchen hears the voice at most so much later: 100 ms. */
const mostFrames = 5;
/** After so many frames without a voice it begins again with a reserve. */
const dryFrames = 5;

const silentFrame = new Uint8Array(frameSamples).fill(silentByte);

/** Puts the frames of a voice into their order and gives one for each 20 ms: a lost or late one is silence, too many are dropped. */
export class VoiceQueue {
  readonly #frames = new Map<number, Uint8Array>();
  #next: number | undefined;
  #isRunning = false;
  #dry = 0;

  /** A frame came. `sequence` is that of RTP and wraps at 65,536. */
  push(sequence: number, frame: Uint8Array): void {
    if (frame.length !== frameSamples) return;
    this.#next ??= sequence;
    const ahead = (sequence - this.#next) & 0xffff;
    // What is older has been replaced by silence already; what is far ahead is another beginning.
    if (ahead >= 0x8000) return;
    if (ahead > 100) this.#beginAt(sequence);
    this.#frames.set(sequence & 0xffff, frame);
    while (this.#frames.size > mostFrames) this.#drop();
  }

  /** The frame that is due. */
  take(): Uint8Array {
    if (this.#next === undefined) return silentFrame;
    if (!this.#isRunning && this.#frames.size < firstFrames) return silentFrame;
    this.#isRunning = true;
    const frame = this.#frames.get(this.#next);
    if (frame === undefined && this.#frames.size === 0) {
      this.#dry += 1;
      if (this.#dry >= dryFrames) this.#isRunning = false;
      return silentFrame;
    }
    this.#dry = 0;
    this.#frames.delete(this.#next);
    this.#next = (this.#next + 1) & 0xffff;
    return frame ?? silentFrame;
  }

  #beginAt(sequence: number): void {
    this.#frames.clear();
    this.#next = sequence & 0xffff;
    this.#isRunning = false;
    this.#dry = 0;
  }

  #drop(): void {
    if (this.#next === undefined) return;
    this.#frames.delete(this.#next);
    this.#next = (this.#next + 1) & 0xffff;
  }
}
