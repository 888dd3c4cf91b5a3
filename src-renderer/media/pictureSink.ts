import type { KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import { decodeKeyPicture } from './keyPictureDecoder.ts';

/** The two elements a picture is drawn with: the video for live pictures, the canvas above it for old ones. */
export interface PictureElements {
  video: HTMLVideoElement;
  canvas: HTMLCanvasElement;
}

/** What the picture clock of one target counted. Times are Unix milliseconds of the hub's clock. */
export interface PictureClock {
  framesPresented: number;
  lastFrameAtMs: number | undefined;
  /** Since when the present track has been in the element. */
  playingSinceMs: number | undefined;
  /** When the picture on the canvas was taken; undefined while the canvas shows nothing. */
  stillAtMs: number | undefined;
  /** From the asking to the first picture of any kind, and to the first live one. Milliseconds. */
  firstPictureMs: number | undefined;
  firstFrameMs: number | undefined;
  /** When the first picture was there, and how old it was by then: 0 for a live one. */
  firstPictureAtMs: number | undefined;
  firstPictureAgeMs: number | undefined;
}

/** How long a tile keeps what it showed last while the first picture of its new camera is on its way. */
const backdropMs = 1_000;

/**
 * Draws one stream into its elements and counts the pictures the browser really presented. Nothing here runs through
 * React: a frame costs one callback and a few assignments.
 */
export class PictureSink {
  readonly #elements: PictureElements;
  readonly #nowMs: () => number;
  readonly #askedAt = performance.now();
  readonly #onFirst: () => void;
  readonly #clock: PictureClock = {
    framesPresented: 0,
    lastFrameAtMs: undefined,
    playingSinceMs: undefined,
    stillAtMs: undefined,
    firstPictureMs: undefined,
    firstFrameMs: undefined,
    firstPictureAtMs: undefined,
    firstPictureAgeMs: undefined,
  };
  #stream: MediaStream | undefined;
  #callback: number | undefined;
  /** `presentedFrames` counts from the start of each stream; this is where the present one started from. */
  #presentedBefore = 0;
  #keyPicture: KeyPicture | undefined;
  #canvasShown = false;
  #closed = false;
  /** Whether this browser tells the RTP timestamp of received frames at all. */
  #toldRtpTimestamps = false;

  /** `onFirst` is called when the first picture and the first live frame are there. */
  constructor(elements: PictureElements, nowMs: () => number, onFirst: () => void) {
    this.#elements = elements;
    this.#nowMs = nowMs;
    this.#onFirst = onFirst;
    // What the tile showed before stays for a moment, so that a turn of the page is never black; a camera that has
    // no picture by then shows none. The words beside it say "connecting" meanwhile.
    this.#canvasShown = elements.canvas.width > 0 && elements.canvas.style.visibility === 'visible';
    if (this.#canvasShown) setTimeout(() => this.#dropBackdrop(), backdropMs);
    else this.#hideCanvas();
  }

  get clock(): Readonly<PictureClock> {
    return this.#clock;
  }

  get hasPicture(): boolean {
    return this.#canvasShown || this.#clock.framesPresented > this.#presentedBefore;
  }

  /** Puts a new track into the element. The last picture stays on the canvas until the new track's first frame. */
  play(stream: MediaStream): void {
    if (this.#stream === stream) return;
    this.keepPicture();
    this.#stream = stream;
    this.#clock.playingSinceMs = this.#nowMs();
    const { video } = this.#elements;
    if (this.#callback !== undefined) video.cancelVideoFrameCallback(this.#callback);
    this.#presentedBefore = this.#clock.framesPresented;
    video.srcObject = stream;
    // An interrupted play() is followed by the next one; autoplay covers the rest.
    video.play().catch(() => undefined);
    this.#awaitFrame();
  }

  /** The track is about to end: its last picture is kept, and nothing that it still presents is taken for another. */
  halt(): void {
    this.keepPicture();
    if (this.#callback !== undefined) this.#elements.video.cancelVideoFrameCallback(this.#callback);
    this.#callback = undefined;
    this.#stream = undefined;
  }

  /** Draws the hub's key picture, unless live frames were faster or a newer picture is there already. */
  async showKeyPicture(picture: KeyPicture): Promise<void> {
    if (this.#keyPicture === picture || this.#isOlder(picture.capturedAtMs)) return;
    this.#keyPicture = picture;
    const frame = await decodeKeyPicture(picture);
    if (frame === undefined) return;
    if (!this.#closed && !this.#isOlder(picture.capturedAtMs)) {
      this.#draw(frame, frame.displayWidth, frame.displayHeight, picture.capturedAtMs);
    }
    frame.close();
  }

  /** Copies the picture of the video onto the canvas, before the video can lose it. */
  keepPicture(): void {
    const { video } = this.#elements;
    const { lastFrameAtMs } = this.#clock;
    const playing = this.#stream !== undefined;
    if (!playing || this.#canvasShown || lastFrameAtMs === undefined || video.videoWidth === 0) return;
    this.#draw(video, video.videoWidth, video.videoHeight, lastFrameAtMs);
  }

  /** Leaves the last picture on the canvas for whoever draws there next; nobody within a moment, and it is emptied. */
  close(): void {
    this.keepPicture();
    this.#closed = true;
    const { video, canvas } = this.#elements;
    if (this.#callback !== undefined) video.cancelVideoFrameCallback(this.#callback);
    video.srcObject = null;
    setTimeout(() => {
      if (canvas.isConnected) return;
      // A canvas of no size holds no pixels.
      canvas.width = 0;
      canvas.height = 0;
    }, backdropMs);
  }

  #dropBackdrop(): void {
    if (!this.#closed && this.#canvasShown && this.#clock.stillAtMs === undefined) this.#hideCanvas();
  }

  #isOlder(capturedAtMs: number): boolean {
    const newestMs = Math.max(this.#clock.lastFrameAtMs ?? 0, this.#clock.stillAtMs ?? 0);
    return newestMs > 0 && capturedAtMs <= newestMs;
  }

  #awaitFrame(): void {
    this.#callback = this.#elements.video.requestVideoFrameCallback((_now, metadata) => {
      if (this.#isReceived(metadata)) this.#presented(metadata.presentedFrames);
      this.#awaitFrame();
    });
  }

  /**
   * When a track ends, Chromium presents one black frame of its own making: it never came over RTP, and taking it for a
   * picture would call a dead tile live and uncover its blackness.
   */
  #isReceived(metadata: VideoFrameCallbackMetadata): boolean {
    this.#toldRtpTimestamps ||= metadata.rtpTimestamp !== undefined;
    return metadata.rtpTimestamp !== undefined || !this.#toldRtpTimestamps;
  }

  #presented(presentedFrames: number): void {
    const clock = this.#clock;
    clock.framesPresented = this.#presentedBefore + presentedFrames;
    clock.lastFrameAtMs = this.#nowMs();
    if (this.#canvasShown) this.#hideCanvas();
    if (clock.firstFrameMs !== undefined) return;
    clock.firstFrameMs = performance.now() - this.#askedAt;
    if (clock.firstPictureMs === undefined) this.#firstPicture(0);
    this.#onFirst();
  }

  #draw(source: CanvasImageSource, width: number, height: number, atMs: number): void {
    const { canvas } = this.#elements;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext('2d', { alpha: false })?.drawImage(source, 0, 0, width, height);
    canvas.style.visibility = 'visible';
    this.#canvasShown = true;
    this.#clock.stillAtMs = atMs;
    if (this.#clock.firstPictureMs !== undefined) return;
    this.#firstPicture(this.#nowMs() - atMs);
    this.#onFirst();
  }

  #firstPicture(ageMs: number): void {
    this.#clock.firstPictureMs = performance.now() - this.#askedAt;
    this.#clock.firstPictureAtMs = this.#nowMs();
    this.#clock.firstPictureAgeMs = ageMs;
  }

  #hideCanvas(): void {
    this.#elements.canvas.style.visibility = 'hidden';
    this.#canvasShown = false;
    this.#clock.stillAtMs = undefined;
  }
}
