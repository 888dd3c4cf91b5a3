import type { KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import { leaveBackdrop, takeBackdrop, type Backdrop } from './backdrop.ts';
import { decodeKeyPicture } from './keyPictureDecoder.ts';
import { createVideo, dropVideo } from './liveVideo.ts';
import type { StillPicture } from './readyStream.ts';

/** Where a picture is drawn: live pictures in video elements put before `video`, old ones on the canvas above them. */
export interface PictureElements {
  /** Stays empty: it marks the place, and its class and data go to those that play. */
  video: HTMLVideoElement;
  canvas: HTMLCanvasElement;
}

/** What the picture clock of one target counted. Times are Unix milliseconds of the hub's clock. */
export interface PictureClock {
  framesPresented: number;
  /** Of those, shown later than a frame's time after they had arrived. */
  framesLate: number;
  /** Pictures whose times of arrival and display are known, and the sum of what lay between, milliseconds. */
  timedFrames: number;
  delaySumMs: number;
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

/** A frame's time at 15 frames a second, and one refresh of a 60 Hz display. */
const lateMs = 83;

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
    framesLate: 0,
    timedFrames: 0,
    delaySumMs: 0,
    lastFrameAtMs: undefined,
    playingSinceMs: undefined,
    stillAtMs: undefined,
    firstPictureMs: undefined,
    firstFrameMs: undefined,
    firstPictureAtMs: undefined,
    firstPictureAgeMs: undefined,
  };
  #stream: MediaStream | undefined;
  #video: HTMLVideoElement | undefined;
  /** A key picture on a canvas of its own, until there is anything newer. */
  #still: HTMLCanvasElement | undefined;
  /** What the place showed before, until this has a picture of its own. */
  readonly #backdrop: Backdrop | undefined;
  #callback: number | undefined;
  /** `presentedFrames` counts from the start of each stream; this is where the present one started from. */
  #presentedBefore = 0;
  #keyPicture: KeyPicture | undefined;
  #canvasShown = false;
  #closed = false;
  /** Whether this browser reports the RTP timestamp of received frames at all. */
  #hasRtpTimestamps = false;

  /** `onFirst` is called when the first picture and the first live frame are there. */
  constructor(elements: PictureElements, nowMs: () => number, onFirst: () => void) {
    this.#elements = elements;
    this.#nowMs = nowMs;
    this.#onFirst = onFirst;
    // What the place showed before stays for a moment, so that a turn of the page is never black; a camera that has
    // no picture by then shows none. The words beside it say "connecting" meanwhile.
    this.#backdrop = takeBackdrop(elements.video);
    if (this.#backdrop === undefined) this.#hideCanvas();
  }

  get clock(): Readonly<PictureClock> {
    return this.#clock;
  }

  get hasPicture(): boolean {
    const live = this.#clock.framesPresented > this.#presentedBefore;
    return this.#canvasShown || live || this.#still !== undefined || this.#backdrop?.isShown === true;
  }

  /** Puts a new track on screen, in `ready` where that plays it already. The last picture stays until its first frame. */
  play(stream: MediaStream, ready?: HTMLVideoElement): void {
    if (this.#stream === stream) return;
    this.halt();
    this.#stream = stream;
    this.#clock.playingSinceMs = this.#nowMs();
    this.#presentedBefore = this.#clock.framesPresented;
    const { video: place } = this.#elements;
    const video = ready ?? createVideo(stream);
    video.className = place.className;
    Object.assign(video.dataset, place.dataset);
    place.before(video);
    this.#video = video;
    this.#awaitFrame(video);
  }

  /** Whether this video is the one on screen. */
  plays(video: HTMLVideoElement): boolean {
    return this.#video === video;
  }

  /** The track is about to end: its last picture is kept, and nothing that it still presents is taken for another. */
  halt(): void {
    this.keepPicture();
    if (this.#video === undefined) return;
    this.#stopCounting(this.#video);
    dropVideo(this.#video);
    this.#video = undefined;
    this.#stream = undefined;
  }

  /** Shows a key picture that is drawn already. */
  showStill({ canvas, capturedAtMs }: StillPicture): void {
    if (this.#isOlder(capturedAtMs)) return;
    const place = this.#elements.video;
    canvas.className = place.className;
    place.before(canvas);
    this.#still = canvas;
    this.#backdrop?.drop();
    this.#pictureDrawn(capturedAtMs);
  }

  /** Draws the hub's key picture, unless live frames were faster or a newer picture is there already; of a whole page after `graceMs`. */
  async showKeyPicture(picture: KeyPicture, graceMs = 0): Promise<void> {
    if (this.#keyPicture === picture || this.#isOlder(picture.capturedAtMs)) return;
    this.#keyPicture = picture;
    const isWanted = (): boolean => !this.#closed && !this.#isOlder(picture.capturedAtMs);
    const frame = await decodeKeyPicture(picture, { isWanted, graceMs });
    if (frame === undefined) return;
    if (isWanted()) {
      this.#draw(frame, frame.displayWidth, frame.displayHeight, picture.capturedAtMs);
    }
    frame.close();
  }

  /** Copies the picture of the video onto the canvas, before the video can lose it. */
  keepPicture(): void {
    const video = this.#video;
    const { lastFrameAtMs, framesPresented } = this.#clock;
    const playing = video !== undefined && framesPresented > this.#presentedBefore;
    if (!playing || this.#canvasShown || lastFrameAtMs === undefined || video.videoWidth === 0) return;
    this.#draw(video, video.videoWidth, video.videoHeight, lastFrameAtMs);
  }

  /**
   * Leaves the last picture where it is for whoever shows something there next; nobody within a moment, and it goes.
   * `onDropped` is called when the track is no longer needed.
   */
  close(onDropped: () => void): void {
    this.#closed = true;
    if (this.#video !== undefined) this.#stopCounting(this.#video);
    const live = this.#clock.framesPresented > this.#presentedBefore;
    const still = this.#still;
    leaveBackdrop(this.#elements.video, {
      earlier: this.#backdrop,
      video: this.#video,
      canvas: this.#canvasShown ? this.#elements.canvas : undefined,
      hasPicture: live || this.#canvasShown || still !== undefined,
      onDropped() {
        still?.remove();
        onDropped();
      },
    });
  }

  /** Lets what the place showed before stay longer than usual. */
  keepBackdrop(forMs: number): void {
    this.#backdrop?.keep(forMs);
  }

  #stopCounting(video: HTMLVideoElement): void {
    if (this.#callback !== undefined) video.cancelVideoFrameCallback(this.#callback);
    this.#callback = undefined;
  }

  #isOlder(capturedAtMs: number): boolean {
    const newestMs = Math.max(this.#clock.lastFrameAtMs ?? 0, this.#clock.stillAtMs ?? 0);
    return newestMs > 0 && capturedAtMs <= newestMs;
  }

  #awaitFrame(video: HTMLVideoElement): void {
    this.#callback = video.requestVideoFrameCallback((_now, metadata) => {
      if (this.#isReceived(metadata)) this.#presented(metadata);
      this.#awaitFrame(video);
    });
  }

  /**
   * When a track ends, Chromium presents one black frame of its own making: it never came over RTP, and taking it for a
   * picture would call a dead tile live and uncover its blackness.
   */
  #isReceived(metadata: VideoFrameCallbackMetadata): boolean {
    this.#hasRtpTimestamps ||= metadata.rtpTimestamp !== undefined;
    return metadata.rtpTimestamp !== undefined || !this.#hasRtpTimestamps;
  }

  #presented({ presentedFrames, expectedDisplayTime, receiveTime }: VideoFrameCallbackMetadata): void {
    const clock = this.#clock;
    clock.framesPresented = this.#presentedBefore + presentedFrames;
    if (receiveTime !== undefined) {
      const delayMs = expectedDisplayTime - receiveTime;
      clock.timedFrames += 1;
      clock.delaySumMs += delayMs;
      if (delayMs > lateMs) clock.framesLate += 1;
    }
    clock.lastFrameAtMs = this.#nowMs();
    if (this.#canvasShown || this.#still !== undefined) this.#hideCanvas();
    this.#dropStill();
    this.#backdrop?.drop();
    if (clock.firstFrameMs !== undefined) return;
    clock.firstFrameMs = performance.now() - this.#askedAt;
    if (clock.firstPictureMs === undefined) this.#firstPicture(0);
    this.#onFirst();
  }

  #draw(source: CanvasImageSource, width: number, height: number, atMs: number): void {
    const { canvas } = this.#elements;
    this.#backdrop?.drop();
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext('2d', { alpha: false })?.drawImage(source, 0, 0, width, height);
    canvas.style.visibility = 'visible';
    this.#canvasShown = true;
    this.#dropStill();
    this.#pictureDrawn(atMs);
  }

  #pictureDrawn(atMs: number): void {
    this.#clock.stillAtMs = atMs;
    if (this.#clock.firstPictureMs !== undefined) return;
    this.#firstPicture(this.#nowMs() - atMs);
    this.#onFirst();
  }

  #dropStill(): void {
    this.#still?.remove();
    this.#still = undefined;
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
