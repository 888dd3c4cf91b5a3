import { createReleasedPicture, type ReleasedPicture } from '../features/showcase/releasedPicture.ts';
import type { ProducerDirectory } from '../media/producerDirectory.ts';
import type { SendingMedia } from '../media/sendingMedia.ts';
import { createSoftenedBodyCams, softenedBodyCamAddress } from '../media/softenedBodyCams.ts';
import type { Drivers } from './drivers.ts';
import { openSoftenedCopy } from './softenedCopy.ts';

/** The softened body-worn camera of a released case, and where its streams are found by their member. */
export interface ReleasedBodyCam {
  picture: ReleasedPicture;
  /** As of `ProducerDirectory`. */
  find(memberId: string, kind: 'audio' | 'video'): ReturnType<ProducerDirectory['find']>;
  catchUp(memberId: string, sinceMs: number): void;
}

export function createReleasedBodyCam(
  { pool, config, logger, nowMs }: Pick<Drivers, 'pool' | 'logger' | 'nowMs' | 'config'>,
  parts: { sending: Pick<SendingMedia, 'find'>; onChanged: () => void },
): ReleasedBodyCam {
  const bodyCams = createSoftenedBodyCams({
    pool,
    sending: parts.sending,
    ffmpegPath: config.ffmpegPath,
    // One, beside those of kitchens: at most one case is released.
    maxConcurrent: 1,
    logger,
    nowMs,
  });
  const idOf = (memberId: string): string => `softened-bodycam:${memberId}`;
  const picture = createReleasedPicture({
    open(memberId, onEnded) {
      const streamId = idOf(memberId);
      const copy = openSoftenedCopy(bodyCams, streamId, softenedBodyCamAddress(memberId), onEnded);
      const place = async (): Promise<{ workerId: string } | undefined> => {
        const found = await bodyCams.find(streamId, 'video');
        return found && { workerId: found.worker.workerId };
      };
      return { ready: copy.place().then(place), place, close: copy.close };
    },
    onChanged: parts.onChanged,
  });
  return {
    picture,
    find: (memberId, kind) => bodyCams.find(idOf(memberId), kind),
    catchUp: (memberId, sinceMs) => bodyCams.catchUp(idOf(memberId), sinceMs),
  };
}
