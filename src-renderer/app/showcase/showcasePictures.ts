import type { ReceiveTransports } from '../../media/receiveTransports.ts';
import type { Signalling } from '../../media/signalling.ts';
import type { ShowcasePictures } from '../../features/showcase/pictures.ts';
import { createKitchenPictures } from './kitchenPictures.ts';
import type { ReleasedMedia } from '../../../src-shared/showcase/showcase.protocol.ts';

/** Between two attempts to receive what is released; milliseconds. */
const retryMs = 2_000;

/** Receives kitchens, and the voice of a released case, for as long as each is shown or played. */
export function createShowcasePictures({
  transports,
  signalling,
}: {
  transports: Pick<ReceiveTransports, 'to' | 'receiveSound'>;
  signalling: Signalling;
}): ShowcasePictures {
  /** Receives a voice again and again until it is stopped; `present` plays it, and answers what ends that. */
  const keep = (
    { streamId, workerId }: ReleasedMedia,
    present: (stream: MediaStream) => () => void,
  ): (() => void) => {
    const stopped = Promise.withResolvers<void>();
    const state = { isStopped: false };
    const run = async (): Promise<void> => {
      while (!state.isStopped) {
        const track = await transports.receiveSound(workerId, streamId).catch(() => undefined);
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
    showKitchen: createKitchenPictures({ transports, signalling }),
    playVoice: (media) =>
      keep(media, (stream) => {
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
