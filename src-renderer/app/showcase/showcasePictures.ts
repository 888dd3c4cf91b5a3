import { watchAdvance } from '../../media/advancing.ts';
import { createVideo } from '../../media/liveVideo.ts';
import type { ReceiveTransports } from '../../media/receiveTransports.ts';
import type { Signalling } from '../../media/signalling.ts';
import type { ShowcasePictures } from '../../features/showcase/pictures.ts';
import { createKitchenPictures } from './kitchenPictures.ts';
import { emptyPlace, fillPlace } from './picturePlace.ts';
import type { ReleasedMedia } from '../../../src-shared/showcase/showcase.protocol.ts';

/** Between two attempts to receive what is released; milliseconds. */
const retryMs = 2_000;

/** Receives kitchens, and the voice and the softened body-worn camera of a released case, for as long as each is shown or played. */
export function createShowcasePictures({
  transports,
  signalling,
  nowMs,
}: {
  transports: Pick<ReceiveTransports, 'to' | 'receiveSound'>;
  signalling: Signalling;
  /** The server's clock. */
  nowMs(): number;
}): ShowcasePictures {
  /** Receives a stream again and again until it is stopped; `present` shows or plays it, and answers what ends that. */
  const keep = (
    kind: 'audio' | 'video',
    { streamId, workerId }: ReleasedMedia,
    present: (stream: MediaStream) => () => void,
  ): (() => void) => {
    const stopped = Promise.withResolvers<void>();
    const state = { isStopped: false };
    const run = async (): Promise<void> => {
      while (!state.isStopped) {
        const track = await (
          kind === 'audio'
            ? transports.receiveSound(workerId, streamId)
            : transports.to(workerId).consume(streamId, kind)
        ).catch(() => undefined);
        if (track === undefined) {
          await Promise.race([stopped.promise, new Promise((resolve) => setTimeout(resolve, retryMs))]);
          continue;
        }
        const { consumerId } = track;
        const end = present(track.stream);
        await signalling.request('media:resumeConsumers', { consumerIds: [consumerId] });
        await Promise.race([stopped.promise, track.lost]);
        end();
        track.close();
        void signalling.request('media:closeConsumers', { consumerIds: [consumerId] });
      }
    };
    run().catch((error: unknown) => console.error(error));
    return () => {
      state.isStopped = true;
      stopped.resolve();
    };
  };
  return {
    showKitchen: createKitchenPictures({ transports, signalling, nowMs }),
    showBodyCam: (media, element, onPicture) =>
      keep('video', media, (stream) => {
        const video = createVideo(stream);
        const place = { element, onPicture: () => undefined };
        fillPlace(place, video);
        const stop = watchAdvance(() => video.getVideoPlaybackQuality().totalVideoFrames, onPicture);
        return () => {
          stop();
          emptyPlace(place);
          onPicture(false);
        };
      }),
    playVoice: (media) =>
      keep('audio', media, (stream) => {
        const element = new Audio();
        element.srcObject = stream;
        // A hall's browser is started so that it may play; where it is not, the subtitles say everything.
        element.play().catch(() => undefined);
        return () => {
          element.srcObject = null;
        };
      }),
  };
}
