import type { StreamKind } from '../../src-shared/cameras/cameras.protocol.ts';
import type { PictureClock, PictureElements } from './pictureSink.ts';
import type { SubscriptionView } from './subscription.ts';

/** Who wants which stream drawn where. */
export interface PictureTarget extends PictureElements {
  targetId: string;
  cameraId: string;
  stream: StreamKind;
  /** False: no video, only the stream's key pictures, about one a second; a fraction of the work. */
  live?: boolean;
}

/** What is known of one target: the hub's side of its stream, and what its own clock counted. */
export interface PictureReport {
  targetId: string;
  cameraId: string;
  live: boolean;
  /** The track that is received for it, by which the browser counts; undefined without one. */
  trackId: string | undefined;
  subscription: Readonly<SubscriptionView>;
  clock: Readonly<PictureClock>;
  /** Since when the browser receives the stream and decodes nothing of it. */
  undecodableSinceMs: number | undefined;
}
