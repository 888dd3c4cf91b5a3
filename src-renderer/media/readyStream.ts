import type { KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import { decodeKeyPicture } from './keyPictureDecoder.ts';
import { createVideo, dropVideo } from './liveVideo.ts';

/** A key picture on a canvas of its own, not on screen yet. */
export interface StillPicture {
  canvas: HTMLCanvasElement;
  capturedAtMs: number;
}

export interface ReadyStreamOptions {
  stream: MediaStream;
  /** The hub's last key picture of the stream. */
  fetchPicture(): Promise<KeyPicture | undefined>;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
}

/** Cameras make a key picture a second as a rule; the real distance is learnt from two of them. */
const usualGapMs = 1_000;
const gapRangeMs = { least: 500, most: 12_000 };
/** A picture is with the hub this long after it was taken, and with us. */
const passageMs = 40;
const againMs = 150;
const absentMs = 1_000;

/**
 * A stream held ready out of sight: its video plays a paused track, which takes longer to begin than to resume, and its last
 * key picture is drawn, so that it can be shown in the same frame in which it is asked for.
 */
export class ReadyStream {
  readonly stream: MediaStream;
  readonly #options: ReadyStreamOptions;
  #video: HTMLVideoElement | undefined;
  #picture: StillPicture | undefined;
  readonly #canvas = document.createElement('canvas');
  #gapMs = usualGapMs;
  #fetching = false;
  #closed = false;
  /** When the next key picture is to be fetched, in the hub's clock. */
  dueAtMs: number;

  constructor(options: ReadyStreamOptions) {
    this.#options = options;
    this.stream = options.stream;
    this.#video = createVideo(options.stream);
    this.dueAtMs = options.nowMs();
  }

  /** Fetches and decodes the newest key picture. */
  async refresh(): Promise<void> {
    if (this.#fetching || this.#closed) return;
    this.#fetching = true;
    this.dueAtMs = this.#options.nowMs() + absentMs;
    try {
      const picture = await this.#options.fetchPicture();
      const before = this.#picture?.capturedAtMs;
      if (picture === undefined) return;
      if (before !== undefined && picture.capturedAtMs <= before) {
        this.dueAtMs = this.#options.nowMs() + againMs;
        return;
      }
      if (before !== undefined) {
        const gapMs = picture.capturedAtMs - before;
        this.#gapMs = Math.min(gapRangeMs.most, Math.max(gapRangeMs.least, gapMs));
      }
      // One that was fetched late in its time may be followed at once.
      this.dueAtMs = picture.capturedAtMs + this.#gapMs + passageMs;
      await this.#decode(picture);
    } finally {
      this.#fetching = false;
    }
  }

  /** Returns what is ready, and then has nothing more. */
  take(): { video: HTMLVideoElement | undefined; picture: StillPicture | undefined } {
    const taken = { video: this.#video, picture: this.#picture };
    this.#video = undefined;
    this.#picture = undefined;
    this.#closed = true;
    return taken;
  }

  close(): void {
    const { video } = this.take();
    if (video !== undefined) dropVideo(video);
  }

  async #decode(picture: KeyPicture): Promise<void> {
    const frame = await decodeKeyPicture(picture);
    if (frame === undefined) return;
    if (!this.#closed) {
      const { displayWidth: width, displayHeight: height } = frame;
      if (this.#canvas.width !== width) this.#canvas.width = width;
      if (this.#canvas.height !== height) this.#canvas.height = height;
      // Kept in plain memory: it goes to the graphics side once, if it is ever shown.
      this.#canvas
        .getContext('2d', { alpha: false, willReadFrequently: true })
        ?.drawImage(frame, 0, 0, width, height);
      this.#picture = { canvas: this.#canvas, capturedAtMs: picture.capturedAtMs };
    }
    frame.close();
  }
}
