import { createVideo } from '../../media/liveVideo.ts';
import type { ReceiveTransports } from '../../media/receiveTransports.ts';
import type { Signalling } from '../../media/signalling.ts';
import type { ShowcasePictures } from '../../features/showcase/pictures.ts';
import { emptyPlace, fillPlace, type PicturePlace } from './picturePlace.ts';

/** Between two attempts to watch a kitchen, and between two stills where it cannot be watched; milliseconds. */
const againMs = 5_000;
/** An older still is shown with the time at which it was taken. Milliseconds. */
const oldStillMs = 60_000;

/** One kitchen that is shown in several places: watched once, and its picture is put into each of them. */
interface Watched {
  places: Set<PicturePlace>;
  /** Puts the present picture into a place. */
  fill: (place: PicturePlace) => void;
  stop: () => void;
}

/**
 * Shows softened pictures of kitchens: the live one where the server makes a copy for us, otherwise its newest still. Whatever comes here
 * was softened by the server; there is no way to another picture.
 */
export function createKitchenPictures({
  transports,
  signalling,
  nowMs,
}: {
  transports: Pick<ReceiveTransports, 'to'>;
  signalling: Signalling;
  /** The server's clock. */
  nowMs(): number;
}): ShowcasePictures['showKitchen'] {
  const watched = new Map<string, Watched>();

  const watch = (cameraId: string): Watched => {
    const places = new Set<PicturePlace>();
    const stopped = Promise.withResolvers<void>();
    const state = { isStopped: false, isLive: false };
    const shown = (make: () => HTMLImageElement | HTMLVideoElement, takenAtMs?: number): void => {
      one.fill = (place) => fillPlace(place, make(), takenAtMs);
      for (const place of places) one.fill(place);
    };
    const pause = (): Promise<unknown> =>
      Promise.race([stopped.promise, new Promise((resolve) => setTimeout(resolve, againMs))]);
    const showStill = async (): Promise<void> => {
      const answer = await signalling.request('public:getStill', { cameraId });
      const still = answer.ok ? answer.data.still : undefined;
      if (still === undefined || state.isStopped || state.isLive) return;
      const { path, takenAtMs } = still;
      const isOld = nowMs() - takenAtMs > oldStillMs;
      const make = () => Object.assign(document.createElement('img'), { src: path, alt: '' });
      shown(make, isOld ? takenAtMs : undefined);
    };
    /** Resolves when the live picture is over; false where there was none. */
    const showLive = async (): Promise<boolean> => {
      const answer = await signalling.request('public:watch', { cameraId });
      if (!answer.ok || state.isStopped) return false;
      const { streamId, workerId } = answer.data;
      const track = await transports.to(workerId).consume(streamId, 'video');
      const { consumerId } = track;
      const resumed = await signalling.request('media:resumeConsumers', { consumerIds: [consumerId] });
      state.isLive = resumed.ok;
      if (resumed.ok) shown(() => createVideo(track.stream));
      await Promise.race([stopped.promise, track.lost]);
      state.isLive = false;
      clear();
      track.close();
      void signalling.request('media:closeConsumers', { consumerIds: [consumerId] });
      return resumed.ok;
    };
    const clear = (): void => {
      one.fill = () => undefined;
      for (const place of places) {
        emptyPlace(place);
        place.onPicture(false);
      }
    };
    const run = async (): Promise<void> => {
      // A live picture takes a second or two to come; the still is there before it.
      void showStill().catch(() => undefined);
      while (!state.isStopped) {
        const wasLive = await showLive().catch(() => false);
        if (state.isStopped) break;
        if (!wasLive) await showStill().catch(() => undefined);
        await pause();
      }
    };
    const one: Watched = {
      places,
      fill: () => undefined,
      stop() {
        state.isStopped = true;
        stopped.resolve();
        clear();
        void signalling.request('public:unwatch', { cameraId });
      },
    };
    void run();
    return one;
  };

  return (cameraId, element, onPicture) => {
    const one = watched.get(cameraId) ?? watch(cameraId);
    watched.set(cameraId, one);
    const place: PicturePlace = { element, onPicture };
    one.places.add(place);
    one.fill(place);
    return () => {
      one.places.delete(place);
      emptyPlace(place);
      if (one.places.size > 0) return;
      watched.delete(cameraId);
      one.stop();
    };
  };
}
