import { dropVideo } from './liveVideo.ts';

/** How long a place keeps what it showed last while the first picture of its new camera is on its way. */
export const backdropMs = 1_000;

/** What a place showed before, still in sight. */
export interface Backdrop {
  readonly isShown: boolean;
  /** Takes it out of sight. */
  drop(): void;
  /** Lets it stay for so long from now. */
  keep(forMs: number): void;
}

/** What is left behind at a place. */
export interface Leaving {
  /** What was there before it, and may still be. */
  earlier: Backdrop | undefined;
  video: HTMLVideoElement | undefined;
  /** Set when it shows a picture above the video. */
  canvas: HTMLCanvasElement | undefined;
  /** Whether the video or the canvas shows one. */
  hasPicture: boolean;
  /** Called when the video's track is no longer needed. */
  onDropped(): void;
}

const backdrops = new WeakMap<HTMLElement, Backdrop>();

/** Leaves a picture at a place until the next one there has its own, or for a moment; where there is none, it goes at once. */
export function leaveBackdrop(place: HTMLElement, leaving: Leaving): void {
  const { earlier, hasPicture } = leaving;
  // Let go when it is dropped: the next picture here knows this backdrop, and would hold every earlier one through it.
  let left: Pick<Leaving, 'video' | 'canvas' | 'onDropped'> | undefined = leaving;
  const drop = (): void => {
    if (left === undefined) return;
    const { video, canvas, onDropped } = left;
    left = undefined;
    clearTimeout(timer);
    if (video !== undefined) dropVideo(video);
    if (canvas !== undefined) canvas.style.visibility = 'hidden';
    onDropped();
  };
  let timer = setTimeout(drop, backdropMs);
  const backdrop: Backdrop = {
    get isShown() {
      return left !== undefined;
    },
    drop,
    keep(forMs) {
      if (left === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(drop, forMs);
    },
  };
  if (!place.isConnected || !hasPicture) {
    drop();
    if (place.isConnected && earlier?.isShown === true) backdrops.set(place, earlier);
    else earlier?.drop();
    return;
  }
  earlier?.drop();
  backdrops.set(place, backdrop);
}

/** What was left at a place, for whoever shows something there next. */
export function takeBackdrop(place: HTMLElement): Backdrop | undefined {
  const backdrop = backdrops.get(place);
  backdrops.delete(place);
  return backdrop?.isShown === true ? backdrop : undefined;
}
