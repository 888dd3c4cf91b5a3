import { IntervalMeter } from './intervalMeter.ts';
import { uint32At } from './rtpPacket.ts';
import { StillnessMeter } from './stillness.ts';

const rateWindowMs = 2_000;
/** Counts the pictures of a stream as they pass: how many, how often, and whether they still change. */
export class PictureMeter {
  readonly #stillness = new StillnessMeter();
  #codedBytes = 0;
  #digest = 0;
  #framesSinceKey = 0;
  #windowStartMs = 0;
  readonly intervals = new IntervalMeter();
  #lastKeyAtMs: number | undefined;
  #windowFrames = 0;
  framesReceived = 0;
  /** Pictures from one key picture to the next, of the last whole group; undefined before two were seen. */
  gopFrames: number | undefined;
  /** Over the last two seconds or more in which pictures came. */
  estimatedFps: number | undefined;
  lastFrameAtMs: number | undefined;
  lastPictureChangeAtMs: number | undefined;

  /** A source begins: a camera that just came back gets its full time before its picture counts as stuck. */
  beginSource(nowMs: number): void {
    this.#stillness.reset();
    this.#framesSinceKey = 0;
    this.#windowFrames = 0;
    this.intervals.beginSource();
    this.#lastKeyAtMs = undefined;
    this.lastPictureChangeAtMs = nowMs;
    this.beginPicture();
  }

  beginPicture(): void {
    this.#codedBytes = 0;
    this.#digest = 0;
  }

  /** Bytes of a slice. A few words of them are enough to distinguish two pictures. */
  addSlice(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.#codedBytes += length;
    let digest = Math.imul(this.#digest ^ length, 0x9e3779b1);
    if (length >= 16) {
      const step = (length - 4) / 3;
      for (let word = 0; word < 4; word += 1) {
        digest = Math.imul(digest ^ uint32At(bytes, start + ((word * step) | 0)), 0x85ebca6b);
        digest ^= digest >>> 13;
      }
    } else {
      for (let at = start; at < end; at += 1) digest = Math.imul(digest ^ (bytes[at] ?? 0), 0x85ebca6b);
    }
    this.#digest = digest;
  }

  /** A picture is over; false when it had no slice, so that it was none. */
  endPicture(isKey: boolean, macroblocks: number, nowMs: number): boolean {
    if (this.#codedBytes === 0) return false;
    this.framesReceived += 1;
    this.lastFrameAtMs = nowMs;
    this.intervals.add(nowMs);
    if (isKey) {
      this.#lastKeyAtMs = nowMs;
      if (this.#framesSinceKey > 0) this.gopFrames = this.#framesSinceKey;
      this.#framesSinceKey = 0;
    }
    if (isKey || this.#framesSinceKey > 0) this.#framesSinceKey += 1;
    if (this.#stillness.pictureChanged(isKey, this.#codedBytes, this.#digest, macroblocks, nowMs)) {
      this.lastPictureChangeAtMs = nowMs;
    }
    this.#measureRate(nowMs);
    return true;
  }

  /** How long the present group of pictures is, as far as it came, or the one before; undefined before a key picture. */
  groupMs(nowMs: number): number | undefined {
    const sinceKeyMs = this.#lastKeyAtMs === undefined ? undefined : Math.max(0, nowMs - this.#lastKeyAtMs);
    if (this.gopFrames === undefined || this.estimatedFps === undefined) return sinceKeyMs;
    return Math.max(sinceKeyMs ?? 0, (this.gopFrames * 1000) / this.estimatedFps);
  }

  #measureRate(nowMs: number): void {
    if (this.#windowFrames === 0) this.#windowStartMs = nowMs;
    const elapsedMs = nowMs - this.#windowStartMs;
    if (elapsedMs >= rateWindowMs) {
      this.estimatedFps = (this.#windowFrames * 1000) / elapsedMs;
      this.#windowStartMs = nowMs;
      this.#windowFrames = 0;
    }
    this.#windowFrames += 1;
  }
}
