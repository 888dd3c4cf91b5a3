import type { KeyRequests } from './keyRequests.ts';
import type { MediaWorker } from './workerPool.ts';

/** Where a stream's media is now. */
export interface ProducerDirectory {
  /**
   * Waits for a stream that is being opened; undefined when there is none, or none of that kind. With `keyRequests` it has
   * several sizes, and the one that the surface's network carries is sent.
   */
  find(
    streamId: string,
    kind: 'audio' | 'video',
  ): Promise<{ worker: MediaWorker; producerId: string; keyRequests?: KeyRequests | undefined } | undefined>;
  /** Somebody listens to a stream: its sound is passed on from now on, until the function answered is called. */
  listen(streamId: string): () => void;
  /** Sends a stream's video since its last key picture again, if a viewer who saw it up to `sinceMs` lacks it. */
  catchUp(streamId: string, sinceMs: number): void;
  /**
   * What to call when a viewer who just came reports packets as lost; undefined, also where it is missing, for streams whose next
   * key picture is near.
   */
  lossReport?(streamId: string): (() => void) | undefined;
}
